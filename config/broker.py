"""How Celery reaches its broker: tables in the database, or Redis or RabbitMQ by setting."""

import os
import re
from typing import Any

# One worker serves all of them by default; a grown shop gives each its own.
QUEUES = ("default", "intake", "triage", "outbox", "sla", "reports", "media", "training")

# A job in the hands of a killed worker comes back after this long. Jobs that may take longer
# (training) take an advisory lock, so that the second try ends at once.
VISIBILITY_SECONDS = 60


def celery_settings(*, broker_url: str, database: dict[str, Any]) -> dict[str, Any]:
    """Return what decides where messages go; everything else is in config/celery.py."""
    if broker_url:
        return {
            "broker_url": broker_url,
            "broker_transport_options": (
                {"visibility_timeout": 10 * VISIBILITY_SECONDS}
                if broker_url.startswith("redis")
                else {"confirm_publish": True}
            ),
        }
    return {
        "broker_url": "pgmq://localhost",
        "broker_transport": "config.pgmq_transport:Transport",
        "broker_transport_options": {
            "conn_string": conninfo(database),
            "visibility_timeout": VISIBILITY_SECONDS,
            "init_extension": False,
            # Waiting inside the database would look at one queue at a time; reading all of them
            # and then listening wakes up for any.
            "wait_time_seconds": 0,
            "polling_interval": 1,
            "notify_throttle_interval_ms": 0,
            "pool_size": 2,
            "pool_timeout": 5,
        },
    }


def uses_database(broker_url: str) -> bool:
    """Tell whether the queues live in the database."""
    return not broker_url


def conninfo(database: dict[str, Any]) -> str:
    """Return Django's database settings as libpq's keywords, the form that takes a socket.

    The queues' client takes the values out and puts them together again without quoting, so they
    are quoted once more than needed.
    """
    # Imported late: settings are read where no driver is needed, too.
    from psycopg.conninfo import make_conninfo

    values = {
        "host": database.get("HOST"),
        "port": database.get("PORT"),
        "dbname": database["NAME"],
        "user": database.get("USER"),
        "password": database.get("PASSWORD"),
    }
    return make_conninfo(**{name: _escaped(str(value)) for name, value in values.items() if value})


def pass_on_encryption(database: dict[str, Any]) -> None:
    """Tell libpq by its environment how to encrypt: the queues' client drops these options."""
    for name, value in database.get("OPTIONS", {}).items():
        if name.startswith("ssl"):
            os.environ.setdefault(f"PG{name.upper()}", str(value))


def _escaped(value: str) -> str:
    return re.sub(r"([\\'\s])", r"\\\1", value)

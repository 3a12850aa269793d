"""The queues' tables in the database (pgmq, installed as plain SQL)."""

from typing import Any

from django.conf import settings
from django.db import connections, transaction
from pgmq.install import get_embedded_install_sql, get_embedded_sql_version

from config.broker import QUEUES, uses_database

# One at a time, whoever migrates; the number is arbitrary but must not change.
LOCK_ID = 7_305_001


def install(using: str = "default") -> bool:
    """Install the queues if they are missing or of another version. Return whether it was done.

    Messages only wake workers up, so queues of another version are thrown away, not converted.
    They are unlogged: a publish costs no disk flush, and after a crash of the database the sweeps
    find the rows that nobody was woken for.
    """
    version = f"redress {get_embedded_sql_version()}"
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK_ID])
        cursor.execute(
            "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = 'pgmq'"
        )
        found = cursor.fetchone()
        if found is not None and found[0] == version:
            return False
        cursor.execute("DROP SCHEMA IF EXISTS pgmq CASCADE")
        cursor.execute(get_embedded_install_sql())
        for name in QUEUES:
            cursor.execute("SELECT pgmq.create_unlogged(%s)", [name])
        cursor.execute(f"COMMENT ON SCHEMA pgmq IS '{version}'")
    return True


def install_after_migrate(*, using: str, **_kwargs: Any) -> None:
    """Receive post_migrate."""
    if uses_database(settings.BROKER_URL):
        install(using)

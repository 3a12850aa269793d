"""Signs of life: recorded by workers, read by /readyz. Times are the database's own."""

from django.db import connection
from django.db.models.functions import Now

from common.models import Heartbeat

WORKER = "worker"


def record(name: str) -> None:
    """Note that this kind of process is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"beat_at": Now()})


def seconds_since(name: str) -> float | None:
    """Return the age of the last sign of life in seconds; None if there never was one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extract(epoch FROM clock_timestamp() - beat_at)"
            " FROM common_heartbeat WHERE name = %s",
            [name],
        )
        row = cursor.fetchone()
    return None if row is None else float(row[0])

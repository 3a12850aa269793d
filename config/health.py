"""Tell whether the process is up and whether it can do its work."""

from collections.abc import Callable

import structlog
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from psycopg_pool import PoolTimeout

from common import heartbeats

log = structlog.get_logger(__name__)

# The schedule asks for a sign of life every ten seconds; a worker may be busy for a while.
WORKER_SILENT_SECONDS = 90


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer as long as the process can: no database, no broker."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 if database, migrations and worker are as they should be, else 503 and why."""
    results = {name: _outcome(check) for name, check in CHECKS.items()}
    is_ready = all(result == "ok" for result in results.values())
    return JsonResponse(
        {"status": "ok" if is_ready else "unavailable", "checks": results},
        status=200 if is_ready else 503,
    )


def _outcome(check: Callable[[], str]) -> str:
    try:
        return check()
    except (DatabaseError, PoolTimeout) as error:
        # The text may hold host names and account names; those go to the log only.
        log.warning("not ready", check=check.__name__, error=repr(error))
        return "database not reachable"


def check_database() -> str:
    """Say ok when the database answers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return "ok"


def check_migrations() -> str:
    """Say ok when every migration of this code has been applied."""
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} migrations are waiting" if waiting else "ok"


def check_worker() -> str:
    """Say ok when a worker did something lately."""
    age = heartbeats.seconds_since(heartbeats.WORKER)
    if age is None:
        return "no worker has been seen yet"
    if age > WORKER_SILENT_SECONDS:
        return f"the last sign of life is {age:.0f} seconds old"
    return "ok"


CHECKS: dict[str, Callable[[], str]] = {
    "database": check_database,
    "migrations": check_migrations,
    "worker": check_worker,
}

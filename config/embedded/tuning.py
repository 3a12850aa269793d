"""Server settings for a small machine. Safety (fsync, synchronous_commit) is never traded."""

import psutil

MEBIBYTE = 1024 * 1024
# What runs beside each other by default: web, two worker children and their parent, scheduler,
# the supervisor, a shell or two, and the tests that start several of these over one server.
# Each holds at most REDRESS_DATABASE_POOL (10) connections plus four for the broker; the count is
# generous because an idle slot costs next to nothing and a refused connection costs a request.
MAX_CONNECTIONS = 200


def server_settings(memory_bytes: int | None = None) -> dict[str, str]:
    """Return the settings, with the cache at an eighth of the memory (64 to 512 MiB)."""
    memory = psutil.virtual_memory().total if memory_bytes is None else memory_bytes
    cache = min(max(memory // 8 // MEBIBYTE, 64), 512)
    return {
        "max_connections": str(MAX_CONNECTIONS),
        "shared_buffers": f"{cache}MB",
        "effective_cache_size": f"{max(memory // 2 // MEBIBYTE, 128)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": "128MB",
        "max_wal_size": "1GB",
        "checkpoint_completion_target": "0.9",
        "random_page_cost": "1.1",
        "jit": "off",
        "max_parallel_workers_per_gather": "1",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "idle_in_transaction_session_timeout": "5min",
        "log_min_duration_statement": "2s",
    }

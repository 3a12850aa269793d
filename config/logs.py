"""Logs: one line per event, for people or as JSON. Never the words of a customer."""

import logging
from typing import Any

import structlog

_SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.StackInfoRenderer(),
]


class LeaveReadinessOut(logging.Filter):
    """Drops Django's error line for /readyz: saying no is its job, and it says why by itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is written."""
        return getattr(getattr(record, "request", None), "path", "") != "/readyz"


def configure_structlog() -> None:
    """Send structlog's events through the standard library's handlers."""
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def _renderer(log_format: str) -> list[structlog.typing.Processor]:
    if log_format == "json":
        return [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=plain)]


def logging_settings(*, log_format: str, level: str) -> dict[str, Any]:
    """Return Django's LOGGING: everything to stderr, as text or as JSON lines."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "line": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    *_renderer(log_format),
                ],
                "foreign_pre_chain": _SHARED,
            }
        },
        "filters": {"leave_readiness_out": {"()": LeaveReadinessOut}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["leave_readiness_out"],
            }
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Django's own handlers would write every line a second time.
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # One line per task that went well is too many; failures are errors and stay.
            "celery": {"level": "WARNING", "propagate": True},
            "kombu": {"level": "WARNING", "propagate": True},
            # Says "connection lost" at every restart of the database; the caller says it better.
            "psycopg.pool": {"level": "ERROR", "propagate": True},
        },
    }

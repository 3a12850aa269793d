"""Django configuration of the outbox app."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Registers the outbox app."""

    name = "outbox"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from outbox import receivers  # noqa: F401

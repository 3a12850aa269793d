"""Django configuration of the tickets app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Registers the tickets app."""

    name = "tickets"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers and what approvers must see."""
        from tickets import notices, receivers  # noqa: F401

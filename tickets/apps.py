"""Django configuration of the tickets app."""

from django.apps import AppConfig


class TicketsConfig(AppConfig):
    """Registers the tickets app."""

    name = "tickets"
    default_auto_field = "django.db.models.BigAutoField"

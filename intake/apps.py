"""Django configuration of the intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers the intake app."""

    name = "intake"
    default_auto_field = "django.db.models.BigAutoField"

"""Django configuration of the common app."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Registers the common app."""

    name = "common"
    default_auto_field = "django.db.models.BigAutoField"

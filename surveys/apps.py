"""Django configuration of the surveys app."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Registers the surveys app."""

    name = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers."""
        from surveys import receivers  # noqa: F401

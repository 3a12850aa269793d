"""Django configuration of the intake app."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """Registers the intake app."""

    name = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers and the way that replies go back."""
        from intake import callbacks, notices, receivers  # noqa: F401

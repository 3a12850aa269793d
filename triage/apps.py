"""Django configuration of the triage app."""

from django.apps import AppConfig


class TriageConfig(AppConfig):
    """Registers the triage app."""

    name = "triage"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers, and show the card beside every ticket."""
        from tickets import panels
        from triage import receivers  # noqa: F401
        from triage.views import card

        panels.register(panels.TRIAGE, card.panel)

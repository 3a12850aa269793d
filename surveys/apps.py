"""Django configuration of the surveys app."""

from django.apps import AppConfig


class SurveysConfig(AppConfig):
    """Registers the surveys app."""

    name = "surveys"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect the receivers and show the card on the ticket page."""
        from surveys import card, receivers  # noqa: F401
        from tickets import panels

        panels.register(panels.SURVEY, card.panel)

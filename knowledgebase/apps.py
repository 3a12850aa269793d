"""Django configuration of the knowledgebase app."""

from django.apps import AppConfig


class KnowledgebaseConfig(AppConfig):
    """Registers the knowledgebase app."""

    name = "knowledgebase"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put the tone rules before every reply, suggestions beside every ticket; connect."""
        from knowledgebase import receivers  # noqa: F401
        from knowledgebase.guards import guard_tone
        from knowledgebase.views.suggestions import panel
        from tickets import panels
        from tickets.guards import register_reply_guard

        register_reply_guard(guard_tone)
        panels.register(panels.SUGGESTIONS, panel)

"""Django configuration of the knowledgebase app."""

from django.apps import AppConfig


class KnowledgebaseConfig(AppConfig):
    """Registers the knowledgebase app."""

    name = "knowledgebase"
    default_auto_field = "django.db.models.BigAutoField"

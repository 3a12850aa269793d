"""Django configuration of the config app, which holds the commands that run everything."""

from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    """Makes Celery's tasks known and keeps the queues' tables beside the app tables."""

    name = "config"

    def ready(self) -> None:
        """Load the Celery app, so that tasks find it, and install the queues after migrations."""
        from config import celery, queue_tables, reading
        from knowledgebase import readers

        celery.app.set_default()
        readers.register(reading.read_text)
        post_migrate.connect(
            queue_tables.install_after_migrate,
            # Once per `migrate`, not once per app: `common` comes with every project state.
            sender=apps.get_app_config("common"),
            dispatch_uid="install queue tables",
        )

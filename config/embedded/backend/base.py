"""Django's own PostgreSQL backend, which first makes sure that the embedded server runs.

So every command works, also without `manage.py up`, and commands that need no database start none.
"""

from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base


class DatabaseWrapper(base.DatabaseWrapper):
    """Starts the embedded server on the first connection of the process."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return what psycopg is called with; by now there is somebody to call."""
        if settings.EMBEDDED_DATABASE is not None:
            settings.EMBEDDED_DATABASE.ensure_running()
        params: dict[str, Any] = super().get_connection_params()
        return params

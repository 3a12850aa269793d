"""Paging of the API: by cursor, so that deep pages cost what the first one costs."""

from rest_framework.exceptions import NotFound
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class NewestFirstPagination(CursorPagination):
    """Newest first by primary key; 50 a page, up to 200 by ``page_size``."""

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Return the cursor. Raises NotFound for one that we did not make."""
        cursor = super().decode_cursor(request)
        position = str(cursor.position or "0") if cursor else "0"
        if not (position.isascii() and position.isdigit()):
            raise NotFound(self.invalid_cursor_message)
        return cursor

"""Paging of the API: by cursor, so that deep pages cost what the first one costs."""

from rest_framework.pagination import CursorPagination


class NewestFirstPagination(CursorPagination):
    """Newest first by primary key; 50 a page, up to 200 by ``page_size``."""

    ordering = "-pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

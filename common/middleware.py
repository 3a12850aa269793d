"""Shows expected errors to the person who caused them, as page, fragment or problem."""

from collections.abc import Callable

from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import DomainError, NotText
from common.htmx import wants_fragment
from common.problems import problem

GetResponse = Callable[[HttpRequest], HttpResponse]


class DomainErrorMiddleware:
    """Maps a DomainError that a view let through to its HTTP status."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on; errors arrive in process_exception."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        """Answer a DomainError; leave every surprise to Django."""
        if _is_of_a_nul(request, exc):
            exc = NotText()
        if not isinstance(exc, DomainError):
            return None
        if request.path.startswith(("/api/", "/intake/")):
            return problem(status=exc.status, code=exc.code, title=str(exc))
        template = "components/_error.html" if wants_fragment(request) else "error.html"
        return render(request, template, {"error": exc}, status=exc.status)


def _is_of_a_nul(request: HttpRequest, exc: Exception) -> bool:
    """Tell whether somebody sent a NUL byte where text belongs: their fault, not a surprise.

    Not for deliveries: platforms repeat after a server's error, and never after this one.
    """
    return (
        isinstance(exc, DataError)
        and "NUL (0x00)" in str(exc)
        and not request.path.startswith("/intake/")
    )

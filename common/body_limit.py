"""Refuses bodies that are too big before a byte of them is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.problems import problem


class BodyLimitMiddleware:
    """Answers 413 to what is over REDRESS_MAX_BODY_BYTES, and 411 to what hides its length."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the announced length only."""
        announced = request.META.get("CONTENT_LENGTH") or ""
        if not announced and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return problem(
                status=411, code="length_required", title=_("Send the length of the body.")
            )
        if announced.isdigit() and int(announced) > settings.REDRESS_MAX_BODY_BYTES:
            return problem(
                status=413,
                code="body_too_large",
                title=_("The body is larger than %(limit)d bytes.")
                % {"limit": settings.REDRESS_MAX_BODY_BYTES},
            )
        return self.get_response(request)

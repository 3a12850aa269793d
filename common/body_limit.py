"""Refuses bodies that are too big before a byte of them is read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from common.problems import problem


def limit_of(path: str) -> int:
    """Return how many bytes may be sent to a page: pages that take files may have more."""
    longer = (limit for start, limit in settings.BODY_LIMITS.items() if path.startswith(start))
    return max([settings.REDRESS_MAX_BODY_BYTES, *longer])


class BodyLimitMiddleware:
    """Answers 413 to what is over the limit of its page, and 411 to what hides its length."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the announced length only."""
        announced = request.META.get("CONTENT_LENGTH") or ""
        if not announced and "chunked" in request.META.get("HTTP_TRANSFER_ENCODING", "").lower():
            return problem(
                status=411, code="length_required", title=_("Send the length of the body.")
            )
        limit = limit_of(request.path)
        if announced.isdigit() and int(announced) > limit:
            return problem(
                status=413,
                code="body_too_large",
                title=_("The body is larger than %(limit)d bytes.") % {"limit": limit},
            )
        return self.get_response(request)

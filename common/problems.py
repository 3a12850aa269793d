"""RFC 9457 problem details: the one shape of every machine-readable error."""

from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler as drf_exception_handler

from common.errors import DomainError

CONTENT_TYPE = "application/problem+json"


def problem(*, status: int, code: str, title: str, detail: str = "", **extra: Any) -> JsonResponse:
    """Build a problem response; ``extra`` members are added as they are."""
    body = problem_body(status=status, code=code, title=title, detail=detail, **extra)
    return JsonResponse(body, status=status, content_type=CONTENT_TYPE)


def problem_body(
    *, status: int, code: str, title: str, detail: str = "", **extra: Any
) -> dict[str, Any]:
    """Return the members of a problem document."""
    return {
        "type": f"urn:redress:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        **extra,
    }


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """Turn every expected exception of the API into a problem document."""
    if isinstance(exc, DomainError):
        return _response(problem_body(status=exc.status, code=exc.code, title=str(exc)))
    response = drf_exception_handler(exc, context)
    if response is None:
        return None
    response.data = _body_of(exc, response)
    response.content_type = CONTENT_TYPE
    return response


def _body_of(exc: Exception, response: Response) -> dict[str, Any]:
    if isinstance(exc, exceptions.ValidationError):
        return problem_body(
            status=response.status_code,
            code="invalid",
            title=_("Some fields cannot be used."),
            errors=response.data,
        )
    detail = response.data.get("detail", "") if isinstance(response.data, dict) else ""
    code = getattr(exc, "default_code", "error")
    return problem_body(status=response.status_code, code=code, title=str(detail) or str(exc))


def _response(body: dict[str, Any]) -> Response:
    return Response(body, status=body["status"], content_type=CONTENT_TYPE)

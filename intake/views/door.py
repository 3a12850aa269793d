"""/intake/<source>/: verify, store, 2xx. Nothing is parsed here."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from common import clock
from common.problems import problem
from intake import queries, services
from intake.channels.base import Answer, RawRequest
from intake.errors import Refused
from intake.models import Source


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def deliver(request: HttpRequest, source: str) -> HttpResponse:
    """Take one delivery: 202 when it is new, 200 when it was here before.

    Platforms that want other words get theirs, and an answer when they ask whether the door is
    ours. 401 or 403 for a wrong or old signature, 404 for an unknown source, 413 for too large a
    body, 400 for one that the source's contract does not allow. 5xx only when it could not be
    stored.
    """
    found = queries.get_any_source(source)
    try:
        body = request.body
    except (RawPostDataException, OSError):
        return problem(status=400, code="cut_off", title="The body ended too early.")
    if len(body) > settings.REDRESS_MAX_BODY_BYTES:
        return problem(status=413, code="body_too_large", title="The body is too large.")
    try:
        return _take(found, _raw(request, body))
    except Refused as error:
        refused = problem(status=error.status, code=error.code, title=str(error))
        refused["WWW-Authenticate"] = "Redress-Signature"
        return refused


def _take(source: Source, raw: RawRequest) -> HttpResponse:
    greeting = services.shake_hands(source=source, request=raw)
    if greeting is not None:
        return _said(greeting)
    if raw.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    accepted = services.accept(source=source, request=raw)
    answer = services.answer_to(source=source, request=raw)
    if answer is not None:
        return _said(answer)
    status = 200 if accepted.duplicate else 202
    data = {"delivery": str(accepted.delivery_id), "duplicate": accepted.duplicate}
    return JsonResponse(data, status=status)


def _raw(request: HttpRequest, body: bytes) -> RawRequest:
    return RawRequest(
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        received_at=clock.now(),
        # What is given twice is joined, as servers join headers: no signature matches that.
        query={name: ",".join(values) for name, values in request.GET.lists()},
        method=request.method or "",
        url=settings.REDRESS_PUBLIC_URL.rstrip("/") + request.get_full_path(),
    )


def _said(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response

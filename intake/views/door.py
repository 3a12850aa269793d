"""POST /intake/<source>/: verify, store, 2xx. Nothing is parsed here."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from common import clock
from common.problems import problem
from intake import queries, services
from intake.channels.base import RawRequest
from intake.errors import Refused


@csrf_exempt
@require_POST
def deliver(request: HttpRequest, source: str) -> HttpResponse:
    """Take one delivery: 202 when it is new, 200 when it was here before.

    401 for a wrong or old signature, 404 for an unknown source, 413 for too large a body, 400
    for one that the source's contract does not allow. 5xx only when it could not be stored.
    """
    found = queries.get_source(source)
    try:
        body = request.body
    except (RawPostDataException, OSError):
        return problem(status=400, code="cut_off", title="The body ended too early.")
    if len(body) > settings.REDRESS_MAX_BODY_BYTES:
        return problem(status=413, code="body_too_large", title="The body is too large.")
    raw = RawRequest(
        body=body,
        headers={name.lower(): value for name, value in request.headers.items()},
        received_at=clock.now(),
    )
    try:
        accepted = services.accept(source=found, request=raw)
    except Refused as error:
        refused = problem(status=error.status, code=error.code, title=str(error))
        refused["WWW-Authenticate"] = "Redress-Signature"
        return refused
    status = 200 if accepted.duplicate else 202
    answer = {"delivery": str(accepted.delivery_id), "duplicate": accepted.duplicate}
    return JsonResponse(answer, status=status)

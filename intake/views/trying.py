"""Send me a test: a real delivery through the real door, and what becomes of it."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from django.conf import settings
from django.core import signing
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.htmx import render_page
from intake import complaints, queries
from intake.channels.base import body_digest
from intake.channels.kinds import channel_of
from intake.channels.probes import ADDRESS, Probe, Wish, can_probe, probe
from intake.channels.setups import setup_of
from intake.models import DeliveryStatus, RawDelivery, Source, SourceKind
from intake.services.sources import door_of
from intake.views import door
from outbox import services as outbox
from outbox.models import Outgoing, OutgoingStatus

SALT = "intake.test"
OLDEST_SECONDS = 24 * 3600
WATCH_SECONDS = 600
PAGE, FRAGMENT = "intake/source_test.html", "intake/_source_test.html"
_ENDED = frozenset({"sent", "delivered", "read", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Trial:
    """One test: where it went and what it waits for; travels in the address, signed."""

    source: int
    began: str
    delivery: int | None = None
    outgoing: int | None = None
    status: int = 0

    @property
    def began_at(self) -> datetime:
        """Return when the test began."""
        return datetime.fromisoformat(self.began)


@require_POST
@requires(Permission.MANAGE_CHANNELS)
def send_test(request: HttpRequest, source: str) -> HttpResponse:
    """Deliver a test to our own door, or wait for the next real delivery."""
    found, now = queries.get_any_source(source), clock.now()
    trial = Trial(found.pk, now.isoformat())
    is_form = found.kind == SourceKind.FORM
    if "wait" not in request.POST and (is_form or can_probe(found.kind, door_of(found))):
        person = request.user
        assert isinstance(person, User)
        trial = _try(found, person, now)
    token = signing.dumps(
        [trial.source, trial.began, trial.delivery, trial.outgoing, trial.status], salt=SALT
    )
    return redirect("intake:source-test-fate", found.slug, token)


@require_safe
@requires(Permission.MANAGE_CHANNELS)
def show_test(request: HttpRequest, source: str, token: str) -> HttpResponse:
    """Show how far a test has come."""
    found = queries.get_any_source(source)
    try:
        trial = Trial(*signing.loads(token, salt=SALT, max_age=OLDEST_SECONDS))
    except signing.BadSignature as error:
        raise Http404 from error
    if trial.source != found.pk:
        raise Http404
    return render_page(request, PAGE, FRAGMENT, _context(found, trial, token))


def _context(source: Source, trial: Trial, token: str) -> dict[str, Any]:
    delivery = _delivery_of(source, trial)
    outgoing = Outgoing.objects.filter(pk=trial.outgoing).first() if trial.outgoing else None
    is_refused = trial.status >= 400
    is_old = (clock.now() - trial.began_at).total_seconds() > WATCH_SECONDS
    is_read = delivery is not None and delivery.status != DeliveryStatus.RECEIVED
    is_sent = outgoing is None or outgoing.status in _ENDED
    return {
        "source": source,
        "setup": setup_of(source.kind, source.settings),
        "token": token,
        "trial": trial,
        "delivery": delivery,
        "tickets": queries.tickets_of(delivery) if delivery else [],
        "outgoing": outgoing,
        "outgoing_failed": outgoing is not None and outgoing.status == OutgoingStatus.FAILED,
        "is_wait": trial.status == 0,
        "is_refused": is_refused,
        "is_over": is_refused or (is_read and is_sent),
        "is_watching": not (is_refused or (is_read and is_sent) or is_old),
    }


def _delivery_of(source: Source, trial: Trial) -> RawDelivery | None:
    rows = RawDelivery.objects.filter(source=source).defer("body")
    if trial.delivery is not None:
        return rows.filter(pk=trial.delivery).first()
    if trial.status:
        return None
    return rows.filter(received_at__gte=trial.began_at, is_test=False).order_by("id").first()


def _try(source: Source, person: User, now: datetime) -> Trial:
    nonce = secrets.token_hex(8)
    text = _("A test from the set-up of “%(name)s”. Nobody waits for an answer.") % {
        "name": source.name
    }
    # Together, so that no worker reads it before it is known to be a test.
    with transaction.atomic():
        if source.kind == SourceKind.FORM:
            status, body = 202, b""
            accepted = complaints.take_complaint(
                source=source,
                complaint=complaints.Complaint(form_id=uuid4(), text=text, email=ADDRESS),
                now=now,
            )
            delivery: int | None = accepted.delivery_id
        else:
            status, body = _deliver(source, text, nonce, now)
            rows = RawDelivery.objects.filter(source=source, digest=body_digest(body))
            delivery = rows.order_by("-id").values_list("pk", flat=True).first()
        if delivery is not None:
            RawDelivery.objects.filter(pk=delivery).update(is_test=True)
        outgoing = _reply(source, person, text, nonce, now) if status < 400 else None
    return Trial(source.pk, now.isoformat(), delivery, outgoing, status)


def _deliver(source: Source, text: str, nonce: str, now: datetime) -> tuple[int, bytes]:
    path = source.get_absolute_url()
    url = f"{settings.REDRESS_PUBLIC_URL.rstrip('/')}{path}"
    made = probe(source.kind, Wish(door_of(source), text, nonce, now, url))
    response = door.deliver(_request(path, made), source.slug)
    return response.status_code, made.body


def _request(path: str, made: Probe) -> HttpRequest:
    """Build the request as a server would hand it to us."""
    public = urlsplit(settings.REDRESS_PUBLIC_URL)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": path,
        "QUERY_STRING": urlencode(made.query),
        "CONTENT_TYPE": made.content_type,
        "CONTENT_LENGTH": str(len(made.body)),
        "SERVER_NAME": public.hostname or "localhost",
        "SERVER_PORT": str(public.port or (443 if public.scheme == "https" else 80)),
        "wsgi.url_scheme": public.scheme or "http",
        "wsgi.input": BytesIO(made.body),
    }
    for name, value in made.headers.items():
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    return WSGIRequest(environ)


def _reply(source: Source, person: User, text: str, nonce: str, now: datetime) -> int | None:
    """Send a test the way back where it reaches nobody else: the callback, or our own address."""
    if source.kind == SourceKind.GENERIC and source.settings.get("callback_url"):
        return outbox.queue(
            kind="callback",
            address=source.slug,
            scope=source.slug,
            payload={"id": f"test-{nonce}", "text": text, "test": True},
            dedupe_key=f"test {source.pk} {nonce}",
            automatic=True,
            now=now,
        ).pk
    if channel_of(source.kind) == "email" and person.email:
        return outbox.queue(
            kind="email",
            address=person.email,
            subject=_("Test of “%(name)s”") % {"name": source.name},
            body=text,
            dedupe_key=f"test {source.pk} {nonce}",
            automatic=True,
            now=now,
        ).pk
    return None

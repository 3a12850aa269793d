"""What was delivered and what became of it; what could not be read is tried again from here."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.errors import NotAllowed, NotFound
from common.htmx import render_page
from common.text import storable
from intake import queries, services
from intake.models import DeliveryStatus, RawDelivery, Source
from intake.services.showing import readable

PAGE_SIZE = 50
SHOWN_BYTES = 64 * 1024
RIGHTS = (Permission.MANAGE_CHANNELS, Permission.MANAGE_RULES, Permission.MASS_REPLY)


@require_safe
@requires(*RIGHTS)
def list_deliveries(request: HttpRequest) -> HttpResponse:
    """List deliveries, newest first, by fate and source."""
    status = request.GET.get("status", "")
    source = storable(request.GET.get("source", ""))
    before = request.GET.get("before", "")
    rows, next_before = queries.delivery_page(
        status=status if status in DeliveryStatus.values else "",
        source=source,
        before=int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None,
        size=PAGE_SIZE,
    )
    counts = queries.waiting_and_dead()
    tabs: list[tuple[str, str | Promise, int | None]] = [("", _("All"), None)]
    tabs += [(value, label, counts.get(value)) for value, label in DeliveryStatus.choices]
    context = {
        "rows": rows,
        "next_before": next_before,
        "is_first_page": not before,
        "status": status,
        "chosen_source": source,
        "tabs": tabs,
        "sources": Source.objects.order_by("name", "pk"),
    }
    return render_page(request, "intake/deliveries.html", "intake/_deliveries.html", context)


@require_safe
@requires(*RIGHTS)
def show_delivery(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Show one delivery: its fate, how it was decided, and the body to those who may read it."""
    delivery = queries.get_delivery(delivery_id)
    person = _person(request)
    may_read = queries.may_read_body(person, delivery)
    body = bytes(delivery.body)
    decoded = readable(delivery.source.kind, body, delivery.headers) if may_read else ""
    context = {
        "delivery": delivery,
        "tickets": queries.tickets_of(delivery),
        "readable": decoded,
        "movable": queries.movable_messages(delivery, person),
        "size": len(body),
        "may_read": may_read,
        "shown": _readable(body) if may_read else "",
        "is_cut": len(body) > SHOWN_BYTES,
        "shown_bytes": SHOWN_BYTES,
        "is_dead": delivery.status == DeliveryStatus.DEAD,
    }
    return render(request, "intake/delivery.html", context)


def _readable(body: bytes) -> str:
    return body[:SHOWN_BYTES].decode("utf-8", "replace").replace("\x00", "\N{SYMBOL FOR NULL}")


@require_safe
@requires(*RIGHTS)
def download_raw(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Hand out the body byte for byte, as a file that no browser opens by itself."""
    delivery = queries.get_delivery(delivery_id)
    if not queries.may_read_body(_person(request), delivery):
        raise NotAllowed
    if delivery.body_removed_at is not None:
        raise NotFound
    response = HttpResponse(bytes(delivery.body), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="delivery-{delivery.pk}.bin"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(*RIGHTS)
def retry(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """Have a delivery that could not be read tried again."""
    delivery: RawDelivery = services.retry_dead(delivery_id=delivery_id, now=clock.now())
    messages.success(request, _("It is being read again. Reload to see what became of it."))
    return redirect("intake:delivery", delivery.pk)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user

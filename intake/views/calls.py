"""A phone call, written down by whoever took it."""

import uuid
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.text import storable
from intake.forms import NEW_COMPLAINT, CallForm
from intake.queries.people import find_caller, open_tickets_for
from intake.services.calls import Call, take_call
from tickets.models import Customer, Ticket

NEW, OTHER = NEW_COMPLAINT, "other"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REPLY)
def new_call(request: HttpRequest) -> HttpResponse:
    """Show the form; take the call; or only look up the number, which needs no script."""
    number = storable((request.POST or request.GET).get("number", ""))
    person, open_tickets = _known(request, number)
    choices = _choices(person, open_tickets)
    if request.method != "POST":
        here = timezone.localtime(clock.now(), ZoneInfo(settings.TIME_ZONE))
        initial = {"number": number, "started_at": here.replace(second=0, microsecond=0)}
        return _page(request, CallForm(initial=initial, choices=choices), person)
    if "find" in request.POST:
        given = {name: storable(str(value)) for name, value in request.POST.items()}
        return _page(request, CallForm(initial=given, choices=choices), person)
    form = CallForm(request.POST, choices=choices)
    if not form.is_valid():
        return _page(request, form, person, status=422)
    ticket = take_call(
        call=_call(form, request.POST.get("key", ""), person, open_tickets),
        by=_person(request),
        now=clock.now(),
    )
    if ticket is None:
        messages.success(request, _("The call is stored and is being filed."))
        return redirect("intake:call-new")
    messages.success(request, _("The call is in %(reference)s.") % {"reference": ticket.reference})
    return redirect(ticket)


@require_safe
@requires(Permission.REPLY)
def show_caller(request: HttpRequest) -> HttpResponse:
    """Show whom a number belongs to, and which open tickets the call may be about."""
    person, open_tickets = _known(request, storable(request.GET.get("number", "")))
    form = CallForm(choices=_choices(person, open_tickets))
    context = {"form": form, "person": person, "number": request.GET.get("number", "")}
    return render(request, "intake/_call_person.html", context)


def _known(request: HttpRequest, number: str) -> tuple[Customer | None, Sequence[Ticket]]:
    person = find_caller(number, region=settings.REDRESS_PHONE_REGION)
    if person is None:
        return None, []
    return person, open_tickets_for(_person(request), person)


def _choices(person: Customer | None, open_tickets: Sequence[Ticket]) -> list[tuple[str, str]]:
    if person is None:
        return []
    found = [(ticket.reference, f"{ticket.reference} {ticket.subject}") for ticket in open_tickets]
    somebody = _("A new complaint of %(name)s") % {"name": person}
    return [*found, (NEW, somebody), (OTHER, _("Somebody else with this number"))]


def _call(
    form: CallForm, key: str, person: Customer | None, open_tickets: Sequence[Ticket]
) -> Call:
    data = form.cleaned_data
    about = data["about"] or (NEW if person else OTHER)
    joins = next((ticket for ticket in open_tickets if ticket.reference == about), None)
    return Call(
        key=storable(key)[:64] or uuid.uuid4().hex,
        number=data["number"],
        name=data["name"],
        is_out=data["direction"] == "out",
        started_at=min(data["started_at"], clock.now()),
        minutes=data["minutes"] or 0,
        summary=data["summary"],
        transcript=data["transcript"],
        recording_url=data["recording_url"],
        order_number=data["order_number"],
        is_known=person is not None and about != OTHER,
        joins=joins,
    )


def _page(
    request: HttpRequest, form: CallForm, person: Customer | None, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "person": person,
        "number": form["number"].value() or "",
        "key": request.POST.get("key", "") or uuid.uuid4().hex,
        "zone": settings.TIME_ZONE,
    }
    return render(request, "intake/call.html", context, status=status)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user

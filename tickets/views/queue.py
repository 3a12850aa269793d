"""The queue: one view of the address, page or fragment."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from common.htmx import is_htmx, render_page
from tickets import queries
from tickets.forms.filters import FilterForm, active_filters, chosen_values
from tickets.grouping import Group, grouped
from tickets.models import Ticket
from tickets.rail import cached_counts, first_url, view_places

PAGE, FRAGMENT = "tickets/queue.html", "tickets/_queue_refresh.html"


def signed_in(request: HttpRequest) -> User:
    """Return the person who asks; the views here are all behind the log-in."""
    assert isinstance(request.user, User)
    return request.user


def home(request: HttpRequest) -> HttpResponse:
    """Send everybody to the place of their work."""
    if not request.user.is_authenticated:
        return redirect("account_login")
    user = signed_in(request)
    if can(user, Permission.READ_TICKETS):
        view = "all" if can(user, Permission.READ_ALL_TICKETS) else "team"
        return redirect("tickets:queue", view)
    rooms = {
        Permission.TEMPLATE_WRITE: first_url("knowledgebase:index"),
        Permission.READ_REPORTS_ALL: first_url("reports:index", "reports:overview"),
        Permission.MANAGE_CHANNELS: first_url("intake:deliveries"),
    }
    urls = [url for right, url in rooms.items() if url and can(user, right)]
    return redirect(urls[0] if urls else "accounts:settings")


@requires(Permission.READ_TICKETS)
def show_queue(request: HttpRequest, view: str) -> HttpResponse:
    """Show a view of the queue; htmx and the refresh get the list alone, or 304."""
    if view not in queries.VIEWS:
        raise Http404
    user, now = signed_in(request), clock.now()
    chosen = chosen_values(request.GET)
    tickets = queries.filtered(queries.view_tickets(view, user, now), chosen)
    page = queries.queue_page(tickets, after=request.GET.get("after", ""))
    counts = cached_counts(user)
    tag = etag(page.tickets, counts, now, request.get_full_path())
    if is_htmx(request) and request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers={"ETag": tag, "Vary": "HX-Request, Cookie"})
    groups = grouped(page.tickets, now, more=bool(page.after))
    form = FilterForm(request.GET)
    context = {
        **queue_context(groups, view=view, now=now),
        "title": queries.VIEWS[view],
        "summary": summary(groups, None if chosen else counts.get(view)),
        "views": view_places(request),
        "next_url": _next_url(request, page.after),
        "filter_form": form,
        "filters": active_filters(form, request.GET),
        "current": request.GET.get("current", ""),
        "chosen": chosen,
        "may_write": can(user, Permission.REPLY),
    }
    return _tagged(render_page(request, PAGE, FRAGMENT, context), tag)


@requires(Permission.READ_TICKETS)
def show_search(request: HttpRequest) -> HttpResponse:
    """Find by number, customer, order or words. An exact number opens its ticket."""
    words, user, now = request.GET.get("q", "").strip(), signed_in(request), clock.now()
    found = queries.search(words, visible_to=user) if words else []
    if len(found) == 1 and found[0].reference == words.upper():
        return redirect(found[0])
    groups = [_found(found)] if found else []
    count = ngettext("%(count)s ticket", "%(count)s tickets", len(found)) % {"count": len(found)}
    context = {
        **queue_context(groups, view="search", now=now),
        "title": _("Search"),
        "summary": count if words else _("Numbers, customers, orders, words of messages"),
        "words": words,
        "views": view_places(request),
        "may_write": can(user, Permission.REPLY),
    }
    return render_page(request, PAGE, FRAGMENT, context)


def _found(tickets: list[Ticket]) -> Group:
    return Group("found", tickets)


def queue_context(groups: list[Group], *, view: str, now: datetime) -> dict[str, Any]:
    """Return what the fragment _ticket_queue needs."""
    return {"groups": groups, "view": view, "now": now, "updated": _clock_time(now)}


def _clock_time(now: datetime) -> str:
    return f"{timezone.localtime(now):%H:%M:%S}"


def summary(groups: list[Group], total: int | None) -> str:
    """Say in one line how the queue stands."""
    parts = []
    if total is not None:
        parts.append(ngettext("%(count)s open", "%(count)s open", total) % {"count": total})
    whole = {group.key: len(group.tickets) for group in groups if group.is_whole}
    if late := whole.get("late"):
        parts.append(ngettext("%(count)s past due", "%(count)s past due", late) % {"count": late})
    if soon := whole.get("soon"):
        text = ngettext("%(count)s due within 1 hour", "%(count)s due within 1 hour", soon)
        parts.append(text % {"count": soon})
    return " · ".join(parts)


def etag(tickets: list[Ticket], counts: Mapping[str, int], now: datetime, place: str) -> str:
    """Name this state of the list: it changes with a ticket, a count, or the minute."""
    state = [
        place,
        get_language(),
        now.replace(second=0, microsecond=0).isoformat(),
        sorted(counts.items()),
        [(ticket.pk, ticket.version, ticket.unread) for ticket in tickets],
    ]
    return f'"{hashlib.sha256(repr(state).encode()).hexdigest()[:32]}"'


def _tagged(response: HttpResponse, tag: str) -> HttpResponse:
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _next_url(request: HttpRequest, after: str) -> str:
    if not after:
        return ""
    query = request.GET.copy()
    query["after"] = after
    return f"?{query.urlencode()}"

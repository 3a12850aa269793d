"""What stands in the rail: the views of the queue with their counts, and the other rooms."""

from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission, can
from common import clock
from tickets import escalations, queries

COUNT_SECONDS = 5

# The resolved ones are reached by search and from reports, the escalated ones by a notice.
_RAIL_VIEWS = tuple(view for view in queries.VIEWS if view not in {"resolved", "escalated"})
_VIEW_ICONS = {
    "triage": "spark",
    "mine": "user",
    "team": "users",
    "unassigned": "inbox",
    "risk": "clock",
    "second": "repeat",
    "snoozed": "snooze",
    "all": "list",
}
# Other rooms: (url names tried in order, label, icon, any one of these rights).
_PLACES: tuple[tuple[tuple[str, ...], str | Promise, str, tuple[Permission, ...]], ...] = (
    (
        ("knowledgebase:index",),
        _("Knowledge"),
        "book",
        (Permission.READ_TICKETS, Permission.TEMPLATE_WRITE),
    ),
    (
        ("reports:index", "reports:overview"),
        _("Reports"),
        "chart",
        (
            Permission.READ_REPORTS_OWN,
            Permission.READ_REPORTS_TEAM,
            Permission.READ_REPORTS_ALL,
        ),
    ),
    (("triage:models",), _("Model"), "sliders", (Permission.PROMOTE_MODEL,)),
    (
        ("intake:deliveries",),
        _("Deliveries"),
        "truck",
        (Permission.MANAGE_CHANNELS, Permission.MANAGE_RULES, Permission.MASS_REPLY),
    ),
    (("intake:imports",), _("Files"), "box", (Permission.IMPORT_FILES,)),
    (("accounts:settings",), _("Settings"), "gear", ()),
)


@dataclass(frozen=True, slots=True)
class Place:
    """One link of the rail; ``tone`` colours the count: late, risk or nothing."""

    label: str | Promise
    icon: str
    url: str
    current: bool = False
    count: int | None = None
    tone: str = ""


def rail_context(request: HttpRequest) -> dict[str, Any]:
    """Gather what the rail shows; counts are at most a few seconds old."""
    user = request.user
    if not user.is_authenticated:
        return {"views": [], "places": [], "user": user, "request": request}
    return {
        "views": view_places(request),
        "places": _other_places(request),
        "user": user,
        "request": request,
        "logout_url": first_url("account_logout"),
    }


def view_places(request: HttpRequest) -> list[Place]:
    """List the views of the queue that this person may open."""
    if not can(request.user, Permission.READ_TICKETS):
        return []
    counts = cached_counts(request.user)
    return [_view_place(request, view, counts) for view in _RAIL_VIEWS]


def cached_counts(user: Any) -> dict[str, int]:
    """Return the numbers beside the views."""
    key = f"rail-counts:{user.pk}"
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = queries.counts(user, clock.now())
        cache.set(key, counts, COUNT_SECONDS)
    return counts


def escalated_count(user: Any) -> int:
    """Return how many tickets wait for this person's look; counted with the views."""
    return cached_counts(user)["escalated"] if user.role in escalations.HEARD_BY else 0


def forget_counts(user: Any) -> None:
    """Count anew next time: this person has just changed something."""
    cache.delete(f"rail-counts:{user.pk}")


def _view_place(request: HttpRequest, view: str, counts: dict[str, int]) -> Place:
    url = _view_url(view)
    return Place(
        label=queries.VIEWS[view],
        icon=_VIEW_ICONS[view],
        url=url,
        current=request.path == url or _came_from(request) == view,
        count=counts.get(view),
        tone=_tone(view, counts),
    )


def _came_from(request: HttpRequest) -> str:
    """Name the view that a ticket was opened from; its page keeps it in the address."""
    return request.GET.get("view", "") if request.path.startswith("/t/") else ""


def _tone(view: str, counts: dict[str, int]) -> str:
    if view == "risk" and counts.get("risk"):
        return "late"
    return "risk" if view == "mine" and counts.get("mine_risk") else ""


def _view_url(view: str) -> str:
    # The triage page is the place where triage is done; without it the queue's own list serves.
    own = first_url("triage:desk") if view == "triage" else ""
    return own or reverse("tickets:queue", args=[view])


def _other_places(request: HttpRequest) -> list[Place]:
    places = []
    for names, label, icon, rights in _PLACES:
        url = first_url(*names)
        allowed = not rights or any(can(request.user, right) for right in rights)
        if url and allowed:
            places.append(Place(label, icon, url, current=request.path.startswith(url)))
    return places


def first_url(*names: str) -> str:
    """Return the first of the named pages that exists, "" where none does."""
    for name in names:
        try:
            return reverse(name)
        except NoReverseMatch:
            continue
    return ""

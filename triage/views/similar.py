"""Solved tickets that are like the one on the page, loaded after it."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Permission, requires
from common.htmx import render_page
from tickets import queries as pool
from triage import card
from triage.queries.similar import similar_solved


@requires(Permission.READ_TICKETS)
@require_safe
def show_similar(request: HttpRequest, reference: str) -> HttpResponse:
    """Show at most three solved tickets, how they ended, and how like they are."""
    assert isinstance(request.user, User)
    ticket = pool.get_ticket(reference, visible_to=request.user)
    found = similar_solved(ticket, visible_to=request.user)
    language = get_language() or "en"
    context = {"ticket": ticket, "similar": [card.similar(one, language) for one in found]}
    return render_page(request, "triage/similar.html", "triage/_similar.html", context)

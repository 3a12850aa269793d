"""What the ticket page shows of its surveys, as a page of its own and among the other panels."""

from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string

from common import clock
from surveys import links, queries
from surveys.models import SCORES, Reason
from tickets.models import Ticket


def card_context(request: HttpRequest, ticket: Ticket) -> dict[str, Any]:
    """Gather what the customer was asked and said, round by round, with the open link."""
    now = clock.now()
    rounds = [
        {
            "survey": survey,
            "link": request.build_absolute_uri(links.path_of(survey.token)),
            "is_open": queries.is_open(survey, now),
            "score_label": dict(SCORES).get(survey.score or 0, ""),
            "reasons": [Reason(value).label for value in survey.reasons],
        }
        for survey in queries.surveys_of(ticket)
    ]
    return {"ticket": ticket, "rounds": rounds, "now": now}


def panel(request: HttpRequest, ticket: Ticket) -> str:
    """Return the card for the ticket page."""
    return render_to_string("surveys/_card.html", card_context(request, ticket), request=request)

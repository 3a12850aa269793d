"""What other rooms show beside a ticket. They register; the hub knows only the places.

A panel is rendered with the page, which spares it the log-in and ticket look-up of a request of
its own; a panel that fails is left to be loaded by its own address, so it holds nothing back.
"""

from collections.abc import Callable

import structlog
from django.http import HttpRequest
from django.utils.safestring import SafeString

from tickets.models import Ticket

Panel = Callable[[HttpRequest, Ticket], str]

TRIAGE, SUGGESTIONS, SURVEY = "triage", "suggestions", "survey"

_panels: dict[str, Panel] = {}
_log = structlog.get_logger(__name__)


def register(place: str, panel: Panel) -> None:
    """Show ``panel`` in a place of the ticket page: triage, suggestions or survey."""
    _panels[place] = panel


def render(place: str, request: HttpRequest, ticket: Ticket) -> SafeString:
    """Return the panel's markup, "" where there is none or it failed."""
    panel = _panels.get(place)
    if panel is None:
        return SafeString("")
    try:
        return SafeString(panel(request, ticket))
    except Exception:
        # The agent must be able to read and answer whatever happens beside the conversation.
        _log.exception("panel_failed", place=place, ticket=ticket.reference)
        return SafeString("")

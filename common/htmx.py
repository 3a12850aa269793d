"""Page or fragment from the same view, and messages that travel with a fragment."""

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers


def is_htmx(request: HttpRequest) -> bool:
    """Tell whether htmx sent the request."""
    return bool(getattr(request, "htmx", None))


def page_of(request: HttpRequest) -> str:
    """Return the address of the page that htmx runs on, "" without htmx."""
    htmx = getattr(request, "htmx", None)
    return (htmx.current_url or "") if htmx else ""


def wants_fragment(request: HttpRequest) -> bool:
    """Tell whether htmx asked for the fragment alone, not for the page around it."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request


def render_page(
    request: HttpRequest,
    page_template: str,
    fragment_template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Render the fragment for htmx and the whole page for everyone else."""
    template = fragment_template if wants_fragment(request) else page_template
    response = render(request, template, dict(context), status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def toast(response: HttpResponse, text: str, *, undo_url: str = "") -> HttpResponse:
    """Ask the page to show a short message, with an undo where there is one."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events["toast"] = {"text": str(text), "undo": undo_url}
    response.headers["HX-Trigger"] = json.dumps(events)
    return response

"""HTML from strangers, cut down to what may be shown in an agent's browser."""

from __future__ import annotations

from common import safe_html
from common.safe_html import TooMuch
from intake.mail import limits

_DEFECTS = {
    TooMuch.SIZE: "HTML too big, shown as text only",
    TooMuch.LINKS: f"HTML with more than {limits.MAX_HTML_LINKS} links, shown as text only",
    TooMuch.DEPTH: "HTML nested too deep, shown as text only",
}


def sanitise(page: str) -> tuple[str, str]:
    """The harmless rest of a page, and a defect when it is too big or deep to be shown."""
    if not page.strip():
        return "", ""
    why = safe_html.too_much(page)
    return ("", _DEFECTS[why]) if why else (safe_html.clean(page), "")

"""HTML from strangers, cut down to what may be shown in an agent's browser."""

from __future__ import annotations

import re

import nh3

from intake.mail import limits

_TAGS = {
    "a", "abbr", "b", "bdi", "bdo", "blockquote", "br", "caption", "center", "cite", "code",
    "col", "colgroup", "dd", "del", "div", "dl", "dt", "em", "figcaption", "figure", "font", "h1",
    "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre",
    "q", "rp", "rt", "ruby", "s", "samp", "small", "span", "strike", "strong", "sub", "sup",
    "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
}  # fmt: skip
_ATTRIBUTES = {
    "*": {"dir", "lang", "title", "align"}, "a": {"href", "name"},
    "img": {"src", "alt", "width", "height"}, "td": {"colspan", "rowspan", "valign"},
    "th": {"colspan", "rowspan", "valign"}, "ol": {"start", "type"}, "font": {"color"},
    "blockquote": {"cite", "type"},
}  # fmt: skip
_IMAGE_DATA = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp);base64,[A-Za-z0-9+/=\s]*$")


def _allowed(tag: str, name: str, value: str) -> str | None:
    """data: only as a picture in an image; cid: only there, too."""
    scheme = value.strip().lower()[:5]
    if scheme == "data:" and not (
        tag == "img" and name == "src" and _IMAGE_DATA.match(value.strip())
    ):
        return None
    if scheme.startswith("cid:") and tag != "img":
        return None
    return value


_CLEANER = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    clean_content_tags={
        "script",
        "style",
        "title",
        "iframe",
        "object",
        "noscript",
        "template",
        "svg",
        "math",
    },
    url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
    attribute_filter=_allowed,
    link_rel="noopener noreferrer nofollow",
)
_OPENING = re.compile(r"<[a-zA-Z]")
_NESTING = re.compile(
    r"<(/?)(?:div|table|tr|td|span|font|b|i|u|blockquote|ul|ol|li|p|a|center|em|strong)\b",
    re.IGNORECASE,
)


def sanitise(page: str) -> tuple[str, str]:
    """The harmless rest of a page, and a defect when it is too big or deep to be shown."""
    if not page.strip():
        return "", ""
    if len(page) > limits.MAX_HTML_CHARS or len(_OPENING.findall(page)) > limits.MAX_HTML_TAGS:
        return "", "HTML too big, shown as text only"
    if page.lower().count("<a ") > limits.MAX_HTML_LINKS:
        return "", f"HTML with more than {limits.MAX_HTML_LINKS} links, shown as text only"
    depth = deepest = 0
    for closing in _NESTING.findall(page):
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    if deepest > limits.MAX_HTML_DEPTH:
        return "", "HTML nested too deep, shown as text only"
    return _CLEANER.clean(page).strip(), ""

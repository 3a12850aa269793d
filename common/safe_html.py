"""HTML from strangers, cut down to what may be shown in an agent's browser. No Django."""

import re
from collections.abc import Callable
from enum import StrEnum

import nh3

MOST_CHARS = 1_000_000
# Beyond these a page is shown as text only: browser and sanitiser would choke on it.
MOST_LINKS = 5_000
MOST_DEPTH = 400
MOST_TAGS = 60_000

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
_WITH_CONTENT = {
    "script", "style", "title", "iframe", "object", "noscript", "template", "svg", "math",
}  # fmt: skip
_IMAGE_DATA = re.compile(r"data:image/(?:png|gif|jpe?g|webp|bmp);base64,[A-Za-z0-9+/=\s]*$")
# What the sanitiser writes of a picture that lost its place: attributes in double quotes.
_EMPTY_IMAGE = re.compile(r'<img(?: (?!src=)[a-z]+="[^"]*")*>')
_OPENING = re.compile(r"<[a-zA-Z]")
_NESTING = re.compile(
    r"<(/?)(?:div|table|tr|td|span|font|b|i|u|blockquote|ul|ol|li|p|a|center|em|strong)\b",
    re.IGNORECASE,
)

# Says where a picture is to be taken from, None to leave it out.
Picture = Callable[[str], str | None]


class TooMuch(StrEnum):
    """Why a page is not shown."""

    SIZE = "size"
    LINKS = "links"
    DEPTH = "depth"


def too_much(page: str) -> TooMuch | None:
    """Return why the page is too big or deep to be shown, None if it can be."""
    if len(page) > MOST_CHARS or len(_OPENING.findall(page)) > MOST_TAGS:
        return TooMuch.SIZE
    if page.lower().count("<a ") > MOST_LINKS:
        return TooMuch.LINKS
    depth = deepest = 0
    for closing in _NESTING.findall(page):
        depth = max(depth - 1, 0) if closing else depth + 1
        deepest = max(deepest, depth)
    return TooMuch.DEPTH if deepest > MOST_DEPTH else None


def clean(page: str, picture: Picture = str) -> str:
    """Return the harmless rest of a page that is not too much; ``picture`` decides on images.

    Without one, pictures stay where they are, in the page itself (``data:``), in the mail
    (``cid:``) or far away.
    """

    def allowed(tag: str, name: str, value: str) -> str | None:
        scheme = value.strip().lower()[:5]
        if tag == "img" and name == "src":
            is_harmless = scheme != "data:" or bool(_IMAGE_DATA.match(value.strip()))
            return picture(value.strip()) if is_harmless else None
        return None if scheme.startswith(("data:", "cid:")) else value

    cleaner = nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        clean_content_tags=_WITH_CONTENT,
        url_schemes={"http", "https", "mailto", "tel", "cid", "data"},
        attribute_filter=allowed,
        link_rel="noopener noreferrer nofollow",
    )
    return _EMPTY_IMAGE.sub("", cleaner.clean(page)).strip()

"""Readable text of a page: paragraphs, lists, tables, links, quotes; nothing hidden."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from intake.mail import limits

#: Put around a part of the page that a mail program marks as the mail answered to. They stand on
#: lines of their own, for the reply trimming, and are taken out of the text that is shown.
QUOTE_START = "\x1eQ"
QUOTE_END = "\x1eE"

_SKIPPED = {
    "style", "script", "head", "title", "noscript", "template", "svg", "math", "object", "iframe",
    "select", "audio", "video", "canvas", "applet", "noembed", "noframes", "xml",
}  # fmt: skip
_RAW = {"script", "style", "title", "noscript", "textarea", "xmp"}
_BLOCKS = {
    "div", "address", "article", "aside", "section", "header", "footer", "main", "nav", "form",
    "fieldset", "table", "tbody", "thead", "tfoot", "center", "body", "html", "figure", "dt",
    "dd", "caption", "legend", "o:p", "summary", "details", "option",
}  # fmt: skip
_PARAGRAPHS = {
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "dl",
    "pre",
    "blockquote",
    "table",
    "hr",
}
_VOID = {
    "br",
    "hr",
    "img",
    "input",
    "meta",
    "link",
    "base",
    "area",
    "col",
    "embed",
    "source",
    "wbr",
    "param",
}
#: Where a tag begins; the plainest ones (without attributes, with text inside) as a whole.
_TAG_START = re.compile(
    r"<(?:/?(p|div|span|b|i|u|em|strong|br|tr|td|th|table|tbody|li|ul|ol|a|font)>|(?=[a-zA-Z/!?]))",
    re.IGNORECASE,
)
_WHOLE_TAG = re.compile(
    r"<(/?)([a-zA-Z][\w:.-]*)"
    r"((?:[\s/\"'][^<>\"']*(?:\"[^\"]{0,5000}\"[^<>\"']*|'[^']{0,5000}'[^<>\"']*)*)?)>"
)
_LOOSE_TAG = re.compile(r"<(/?)\s*([a-zA-Z][\w:.-]*|)([^>]*)>")
_ATTRIBUTE = re.compile(r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)(?:www\.)?", re.IGNORECASE)
_HIDDEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all"
    r"|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|$|!)"
)
_QUOTE_MARKS = re.compile(
    r"gmail_quote\b|gmail_extra_quote|yahoo_quoted|moz-cite-prefix|protonmail_quote|zmail_extra"
    r"|OutlookMessageHeader|divRplyFwdMsg|OLK_SRC_BODY|appendonsend|isReplyContent|isForwardContent"
    r"|ms-outlook-mobile-reference-message|reply-intro|tutanota_quote|qt_quote|replyBody|ntes_quote"
    r"|mail-quote-collapse|foxmail_quote|mailru-blockquote|zoho-quote|_rp_u1",
    re.IGNORECASE,
)
_FROM_HERE_ON = re.compile(
    r"divRplyFwdMsg|appendonsend|OutlookMessageHeader|ms-outlook-mobile-reference|moz-cite-prefix"
    r"|reply-intro",
    re.IGNORECASE,
)
_ANNOUNCES = re.compile(r"[:：]\W*$|^.{1,25}[:：]|[-_=]{5}|@|\b(?:19|20)\d\d\b|wrote|写道")
_LONGEST_KNOWN = 300
_MAX_ENTITIES = 20_000
_MAX_UNESCAPED = 50_000
_BLANKS = "\\t\\r\\n\\f\u200b\u200c\u200d\u00ad\u034f\u2007\u2060\u061c\u180e"
#: A single blank stays as it is; that is nearly all of them.
_SPACES = re.compile(f"[{_BLANKS}][ {_BLANKS}]*| [ {_BLANKS}]+")


_MARKED = frozenset(("div", "blockquote", "table", "span", "font"))
#: Tags that change how text looks, not where it stands.
_INLINE = frozenset(("span", "b", "i", "u", "font", "strong", "em", "small", "big", "code", "tt"))
_CLOSED_BY_NEXT = frozenset(("p", "li", "tr", "td", "th", "option"))


class _Facts(NamedTuple):
    """What the attributes of a tag mean for the text."""

    attributes: dict[str, str]
    hidden: bool
    #: Class, id and name when they mark a quote, else ''.
    marks: str


_NO_FACTS = _Facts({}, hidden=False, marks="")


class _Page:
    """The text so far; blanks are collapsed as a browser does."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.pre = 0
        self.size = 0

    def add(self, text: str) -> None:
        if self.pre:
            first, *more = text.replace("\r\n", "\n").split("\n")
            self.line.append(first)
            for following in more:
                self.flush(force=True)
                self.line.append(following)
            return
        shown = text.replace("\xa0", "") if "\xa0" in text else text
        if "  " in shown or not shown.isprintable() or "\u034f" in shown:
            text = _SPACES.sub(" ", text)
        if text == " " and (not self.line or self.line[-1].endswith(" ")):
            return
        if text.startswith(" ") and (not self.line or self.line[-1].endswith(" ")):
            text = text[1:]
        if text:
            self.line.append(text)
            self.size += len(text)

    def flush(self, *, force: bool = False) -> None:
        """End the line; an empty one only when forced."""
        if not self.line and not force:
            return
        text = "".join(self.line).replace("\xa0", " ").rstrip()
        self.line = []
        if text or force:
            depth = min(self.depth, 20)
            self.lines.append((("> " if text else ">") * depth if depth else "") + text)

    def gap(self) -> None:
        """End the line and leave one empty line before the next paragraph."""
        self.flush()
        if self.lines and self.lines[-1].strip("> ") and not self.lines[-1].startswith("\x1e"):
            self.lines.append(">" * min(self.depth, 20))

    def mark(self, sign: str) -> None:
        self.flush()
        self.lines.append(sign)


class _Renderer:
    """Walks the tags of one page."""

    def __init__(self, quotes: int) -> None:
        self.page = _Page()
        self.open: list[tuple[str, str]] = []  # tag and what its end does: '', hidden, quote, mark
        self.hidden = 0
        self.links: list[tuple[str, int]] = []
        self.lists: list[int] = []
        self.cells = 0
        self.until_end = 0
        self.entities = 0
        self.has_quote = False
        self.quotes_left = quotes

    def _is_old(self, facts: _Facts) -> bool:
        """Whether a blockquote holds the old mail.

        Programs announce it, mark it or put it last; one without any of that is the writer's own.
        """
        self.quotes_left -= 1
        if not _is_quote(facts.attributes):
            return False
        marked = facts.attributes or self.has_quote or self.until_end or self.page.depth
        if marked or self.quotes_left <= 0:
            return True
        last = next((line for line in reversed(self.page.lines[-3:]) if line.strip()), "")
        return not last or last.startswith("\x1e") or bool(_ANNOUNCES.search(last))

    def text(self, data: str) -> None:
        if self.hidden:
            return
        if "&nbsp;" in data:
            data = data.replace("&nbsp;", "\xa0")
        if "&" in data and self.entities < _MAX_ENTITIES:
            self.entities += data.count("&")
            data = html.unescape(data[:_MAX_UNESCAPED]) + data[_MAX_UNESCAPED:]
        self.page.add(data)

    def start(self, tag: str, source: str) -> None:
        facts = _facts(source) if "=" in source or "hidden" in source else _NO_FACTS
        if tag in _VOID:
            self._void(tag, facts.attributes)
            return
        if tag in _CLOSED_BY_NEXT:
            self._close_implied(tag)
        if self.hidden or facts.hidden or tag in _SKIPPED:
            self.hidden += 1
            self._push(tag, "hidden")
            return
        ending = ""
        if facts.marks and tag in _MARKED and not self.page.depth:
            ending = self._begin_quote(facts.marks)
        if tag not in _INLINE:
            self._begin(tag, facts.attributes)
        if tag == "blockquote" and self._is_old(facts):
            self.has_quote = True
            self.page.depth += 1
            ending = "both" if ending else "quote"
        self._push(tag, ending)

    def _push(self, tag: str, ending: str) -> None:
        self.open.append((tag, ending))

    def _begin_quote(self, marks: str) -> str:
        self.page.mark(QUOTE_START)
        if _FROM_HERE_ON.search(marks):
            self.until_end += 1
            return ""
        return "mark"

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        page = self.page
        if tag in _PARAGRAPHS and not (tag in ("ul", "ol") and self.lists):
            page.gap()
        elif tag in _BLOCKS or tag in ("li", "tr", "ul", "ol"):
            page.flush()
        if tag in ("ul", "ol"):
            self.lists.append(0 if tag == "ol" else -1)
        elif tag == "li":
            self._bullet()
        elif tag in ("td", "th") and page.line and page.line[-1].strip():
            page.line.append("\t" if self.cells else " ")
        elif tag == "pre":
            page.pre += 1
        elif tag == "a":
            self.links.append((attributes.get("href", ""), len(page.line)))
        if tag == "tr":
            self.cells = 0
        self.cells += tag in ("td", "th")

    def _bullet(self) -> None:
        indent = "  " * max(len(self.lists) - 1, 0)
        if self.lists and self.lists[-1] >= 0:
            self.lists[-1] += 1
            self.page.line.append(f"{indent}{self.lists[-1]}. ")
        else:
            self.page.line.append(f"{indent}* ")

    def _void(self, tag: str, attributes: dict[str, str]) -> None:
        if self.hidden:
            return
        if tag == "br":
            self.page.flush(force=True)
        elif tag == "hr":
            self.page.flush()
            self.page.line.append("-" * 32)
            self.page.flush()
        elif tag == "img":
            words = html.unescape(attributes.get("alt", "")).strip()
            if words and attributes.get("width") != "1" and len(words) < 300:
                self.page.add(words)

    def _close_implied(self, tag: str) -> None:
        """<p>, <li> and cells are often not closed: the next one closes them."""
        for index in range(len(self.open) - 1, max(len(self.open) - 4, -1), -1):
            name = self.open[index][0]
            if name == tag or (tag == "tr" and name in ("td", "th")):
                self.end(name)
                return
            if name in ("table", "ul", "ol", "div", "blockquote", "body"):
                return

    def end(self, tag: str) -> None:
        if self.open and self.open[-1][0] == tag:
            self._finish(*self.open.pop())
            return
        if tag == "br" or (tag == "p" and not any(name == "p" for name, _ in self.open[-30:])):
            if not self.hidden:
                self.page.flush(force=True)
            return
        depth = next(
            (
                i
                for i in range(len(self.open) - 1, max(len(self.open) - 60, -1), -1)
                if self.open[i][0] == tag
            ),
            -1,
        )
        if depth < 0:
            return
        while len(self.open) > depth:
            self._finish(*self.open.pop())

    def _finish(self, tag: str, ending: str) -> None:
        page = self.page
        if ending == "hidden":
            self.hidden -= 1
            return
        if tag in _INLINE and not ending:
            return
        if tag == "a" and self.links:
            self._link(*self.links.pop())
        elif tag in ("ul", "ol") and self.lists:
            self.lists.pop()
        elif tag == "pre" and page.pre:
            page.pre -= 1
        if ending in ("quote", "both"):
            page.flush()
            page.depth -= 1
        if tag in _PARAGRAPHS and not (tag in ("ul", "ol") and self.lists):
            page.gap()
        elif tag in _BLOCKS or tag in ("li", "tr"):
            page.flush()
        if ending in ("mark", "both"):
            page.mark(QUOTE_END)

    def _link(self, href: str, since: int) -> None:
        """The address behind the words, unless the words are the address."""
        words = "".join(self.page.line[since:]).strip()
        if not words:
            return
        href = html.unescape(href).strip() if "&" in href else href.strip()
        scheme = _SCHEME.match(href)
        if not scheme or len(href) > 500:
            return
        bare, lower = href[scheme.end() :].rstrip("/").lower(), words.lower()
        if bare in lower or lower.rstrip("/").endswith(bare):
            return
        if scheme[0][:1] in "hH":
            self.page.add(f" <{href}>")

    def finished(self) -> str:
        while self.open:
            self._finish(*self.open.pop())
        self.page.flush()
        for _ in range(min(self.until_end, 1)):
            self.page.lines.append(QUOTE_END)
        return "\n".join(self.page.lines)


def to_text(page: str) -> str:
    """Readable text of a page, quotes marked for the trimming (see QUOTE_START)."""
    if page.count("<") > limits.MAX_HTML_TAGS:
        return _crude_text(page)
    renderer = _Renderer(page.lower().count("<blockquote"))
    for tag, value, slash in _tokens(page[: limits.MAX_HTML_CHARS]):
        if not tag:
            renderer.text(value)
        elif slash:
            renderer.end(tag)
        else:
            renderer.start(tag, value)
            if value and ":" in tag and value.endswith("/") and tag not in _VOID:
                renderer.end(tag)
    return re.sub(r"\n{3,}", "\n\n", renderer.finished()).strip("\n")


def _crude_text(page: str) -> str:
    """The words of a page with more tags than a person ever wrote: no lists, no quotes."""
    pieces = [
        " " if tag else value for tag, value, _ in _tokens(page[: limits.MAX_HTML_CHARS // 2])
    ]
    return _SPACES.sub(" ", "".join(pieces)).strip()


def without_marks(text: str) -> str:
    """The text for people: quote marks taken out."""
    if "\x1e" not in text:
        return text
    kept = [line for line in text.split("\n") if not line.startswith("\x1e")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip("\n")


def _tokens(page: str) -> Iterator[tuple[str, str, str]]:  # noqa: C901 - a scanner
    """Text ('', text, ''), opening tags (name, attributes, '') and closing ones (name, '', '/').

    One pass; no input makes it look at a character many times.
    """
    position, unclosed = 0, set[str]()
    while True:
        opening = _TAG_START.search(page, position)
        if opening is None:
            break
        at = opening.start()
        if at > position:
            yield "", page[position:at], ""
        if opening[1]:
            tag, position = opening[1].lower(), opening.end()
            yield tag, "", opening[0][1] if opening[0][1] == "/" else ""
            continue
        if page[at + 1] == "!" and page.startswith("<!--", at):
            position = _after_comment(page, at, unclosed)
            continue
        found = _WHOLE_TAG.match(page, at) or _broken_tag(page, at)
        if found is None:
            return
        position = found.end()
        slash, name, rest = found.groups()
        tag = name.lower()
        if tag:
            yield tag, rest or "", slash
        if tag in _RAW and not slash and tag not in unclosed:
            close = _close_of(tag).search(page, position)
            if close is None:
                unclosed.add(tag)
                continue
            if tag in ("textarea", "xmp"):
                yield "", page[position : close.start()], ""
            position = close.start()
    if position < len(page):
        yield "", page[position:], ""


@lru_cache(maxsize=16)
def _close_of(tag: str) -> re.Pattern[str]:
    return re.compile(f"</{tag}", re.IGNORECASE)


def _after_comment(page: str, at: int, unclosed: set[str]) -> int:
    """Where a comment ends; one that is never closed ends with its first '>'."""
    end = -1 if "!--" in unclosed else page.find("-->", at + 4)
    if end >= 0:
        return end + 3
    unclosed.add("!--")
    end = page.find(">", at)
    return len(page) if end < 0 else end + 1


def _broken_tag(page: str, at: int) -> re.Match[str] | None:
    """A tag with quotes that are not closed, or a declaration: as far as the next '>'."""
    return _LOOSE_TAG.match(page, at)


def _facts(source: str) -> _Facts:
    """The facts of a tag; pages repeat the same attributes hundreds of times."""
    return (
        _known_facts(source) if len(source) < _LONGEST_KNOWN else _known_facts.__wrapped__(source)
    )


@lru_cache(maxsize=2_000)
def _known_facts(source: str) -> _Facts:
    attributes = _attributes(source)
    marks = " ".join(attributes.get(key, "") for key in ("class", "id", "name")).strip()
    return _Facts(attributes, _is_hidden(attributes), marks if _QUOTE_MARKS.search(marks) else "")


def _attributes(source: str) -> dict[str, str]:
    return {m[1].lower(): m[2] or m[3] or m[4] or "" for m in _ATTRIBUTE.finditer(source[:8000])}


def _is_hidden(attributes: dict[str, str]) -> bool:
    style = attributes.get("style", "").lower()
    if "none" in style or "hid" in style or "size" in style:
        return bool(_HIDDEN_STYLE.search(style))
    return "hidden" in attributes


def _is_quote(attributes: dict[str, str]) -> bool:
    """A blockquote is a quote, but one that only indents (as Outlook and Word write it) is not."""
    style = attributes.get("style", "").replace(" ", "").lower()
    if (
        "cite" in attributes.get("type", "")
        or "cite" in attributes
        or "gmail_quote" in attributes.get("class", "")
    ):
        return True
    return not ("border:none" in style or style.startswith("margin:00040px"))

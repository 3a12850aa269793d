"""Mailboxes in From, To and Cc, however they are written."""

from __future__ import annotations

import re

from intake.mail import limits
from intake.mail.encoded_words import decode_words
from intake.mail.headers import one_line
from intake.mail.record import Address

_BARE = re.compile(r"[^\s<>()\[\],;:\"']+@(?:\[[^\]\s]*\]|[^\s<>()\[\],;:\"']+)")
_GROUP = re.compile(r"^[^<>@\"]{0,200}?:(?!//)")
_ANGLE = re.compile(r"<([^<>]*)>?")
_COMMENT_OR_QUOTE = re.compile(r'("(?:[^"\\]|\\.)*")|\([^()]*\)')
_QUOTED_LOCAL = re.compile(r"\"[^\"]*\"@[^\s<>,;]+")


def parse(value: str) -> list[Address]:
    """All mailboxes of a header value, in order; undecodable pieces are left out."""
    found: list[Address] = []
    lost = ""
    for piece in _split(value[: limits.MAX_HEADER_CHARS]):
        mailbox = _mailbox(f"{lost}, {piece}" if lost else piece)
        if mailbox is None:
            lost = f"{lost}, {piece}".strip(", ") if piece.strip() else lost
            continue
        lost = ""
        found.append(mailbox)
        if len(found) >= limits.MAX_ADDRESSES:
            break
    if not found and "=?" in value:
        # The whole mailbox, address and all, was put into an encoded word.
        decoded = decode_words(value)
        return parse(decoded) if "@" in decoded and decoded != value else []
    return found


def name_only(value: str) -> str:
    """The readable remains of a From without any address."""
    if value.rstrip().endswith((":;", ": ;", ":")):
        return ""
    return _tidy(value.replace("<", " ").replace(">", " "))


def _split(value: str) -> list[str]:
    """Cut at commas and semicolons outside quotes, comments and angle brackets."""
    pieces: list[str] = []
    start = index = depth = 0
    size = len(value)
    while index < size:
        char = value[index]
        if char == "\\":
            index += 1
        elif char == '"':
            closing = _closing_quote(value, index)
            index = closing if closing > 0 else index
        elif char == "(":
            depth += 1
        elif char == ")" and depth:
            depth -= 1
        elif char == "<" and not depth:
            closing = value.find(">", index)
            index = closing if 0 < closing < index + 1000 else index
        elif char in ",;\n" and not depth:
            pieces.append(value[start:index])
            start = index + 1
        index += 1
    if depth:
        return [piece for piece in re.split(r"[,;]", value.replace("(", " ")) if piece.strip()]
    pieces.append(value[start:])
    return pieces[: limits.MAX_ADDRESSES * 4]


def _closing_quote(value: str, opening: int) -> int:
    """Where the quoted string ends, or 0 when the quote is never closed."""
    index = opening + 1
    while index < len(value) and index < opening + 2000:
        if value[index] == "\\":
            index += 1
        elif value[index] == '"':
            return index
        index += 1
    return 0


def _mailbox(piece: str) -> Address | None:
    """One mailbox; what stands in angle brackets is the address, whatever the name says."""
    piece = piece.strip()
    group = _GROUP.match(piece)
    if group and "mailto:" not in group[0].lower():
        piece = piece[group.end() :].strip()
    angles = [match for match in _ANGLE.finditer(piece) if match[1].strip()]
    angle = next(
        (match for match in reversed(angles) if "@" in match[1]), angles[-1] if angles else None
    )
    if angle is not None:
        email = _address(angle[1])
        if email:
            name = piece[: angle.start()].strip(" <") or piece[angle.end() :].strip(" >")
            return Address(_tidy(_without_comments(name)), email)
    without = _uncommented(piece).replace(" @ ", "@")
    bare = _QUOTED_LOCAL.search(without) or _BARE.search(without)
    if bare is None:
        return None
    comment = re.search(r"\(([^()]*)\)", piece)
    rest = (without[: bare.start()] + " " + without[bare.end() :]).strip()
    return Address(
        _tidy(rest.replace("<", " ").replace(">", " ").strip() or (comment[1] if comment else "")),
        _address(bare[0]),
    )


def _address(text: str) -> str:
    """The addr-spec without route, comments, stray blanks, mailto: and encoded words."""
    text = text[:2000]
    text = decode_words(text) if "=?" in text else text
    text = _uncommented(text).strip().strip("<>'").strip()
    if text.lower().startswith("mailto:"):
        text = text[7:]
    if text.startswith("@") and ":" in text:
        text = text.split(":", 1)[1]
    quoted = _QUOTED_LOCAL.search(text)
    if quoted:
        return one_line(quoted[0])
    if text.count('"') == 2 and text.startswith('"') and text.endswith('"'):
        text = text[1:-1]
    text = re.sub(r"\s*([@.])\s*", r"\1", text)
    bare = _BARE.search(text)
    if bare is None:
        return one_line(text) if text and " " not in text else ""
    return one_line(bare[0]).rstrip(".,")


def _without_comments(name: str) -> str:
    """A name without what stands in brackets outside quotes, unless that is all of it."""
    if "(" not in name:
        return name
    rest = _COMMENT_OR_QUOTE.sub(lambda found: found[1] or " ", name)
    return rest if rest.strip() else name


def _uncommented(text: str) -> str:
    return re.sub(r"\([^()]*\)", " ", text) if "(" in text else text


def _tidy(name: str) -> str:
    """A display name as people read it."""
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = name[1:-1]
    name = re.sub(r"\\(.)", r"\1", name)
    name = re.sub(r'"((?:[^"\\]|\\.)*)"', r"\1", name)
    name = one_line(decode_words(name)).strip()
    if name.startswith("(") and name.endswith(")"):
        name = name[1:-1]
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1]
    return re.sub(r"\s+", " ", name).strip(' "')

"""What is new in a reply: without the mail answered to, signatures and what programs add.

Works on lines, each looked at a bounded number of times. When unsure, text is kept.
"""

from __future__ import annotations

import re

from intake.mail import reply_words as words
from intake.mail.html_text import QUOTE_END, QUOTE_START

_MAX_LINES = 40_000
_QUOTED = re.compile(r"^\s{0,3}(?:>|＞|&gt;)")
_SIGNATURE = re.compile(r"^(?:-- ?|--\xa0|—|– ?)$")
_RULE = re.compile(r"^\s{0,8}[_=*-]{10,200}\s{0,8}$")
_UNDERSCORES = re.compile(r"^\s{0,8}_{10,200}\s{0,8}$")
_ADDRESS = re.compile(r"[^\s<>@]@[^\s<>@]{2}")
_OLD_GMAIL = re.compile(r"^\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{0,100}<[^<>@\s]+@[^<>\s]+>\s*:?\s*$")
_ENDINGS = " *_\xa0\t>\u200e\u200f\u202a\u202c\u2069"
#: A line that begins and ends with none of these is most likely nothing but text.
_PLAIN = re.compile(r"[^\s>＞&\-_=~—–‐‑*#(\[<「【\x1e].*[^:：\s]", re.DOTALL)
_OPENING = frozenset(" \t0123456789qQpP")
_MARKS = (":", "：", "-")
_CLOSING = frozenset(_ENDINGS + ":：-")
_LONGEST_ATTRIBUTION = 420
_SIGNATURE_LINES = 30
_RULES = "-_=~—–‐‑*"
_CODE_QUOTED = re.compile(r"^>.*<{2,}\s*$")
_OPEN_LINK = re.compile(r"[(<]https?://[^\s()<>]*$")
_CLOSED_LINK = re.compile(r"^\S*[)>]\s*>?\s*$|^\s*\(https?://\S+\) >\s*$")
_MAX_NEAR = 100
_MAX_TRIES = 300
_MAX_CANDIDATES = 2_000


def trim(text: str, *, subject: str = "") -> str:
    """The new part of a mail's (marked) text; '' when all of it is quoted."""
    is_forward = bool(words.FORWARD_SUBJECT.match(subject))
    return _Trimmer(text, is_forward=is_forward).run()


class _Trimmer:
    def __init__(self, text: str, *, is_forward: bool) -> None:
        self.lines = [line.rstrip("\r") for line in text.split("\n")]
        self.rest = self.lines[_MAX_LINES:]
        self.lines = self.lines[:_MAX_LINES]
        self.is_forward = is_forward
        self.kept: list[str] = []
        self.cut = False
        self.labels = [label_of(line) if ":" in line or "：" in line else "" for line in self.lines]
        self.following = _next_filled(self.lines)
        self.signature_tries = 0
        self.has_above_line = words.may_hold_above_line(text)
        self.before: dict[int, str] = {}
        ends = [number for number, line in enumerate(self.lines) if line and _may_announce(line)]
        near = {number - back for number in ends[:_MAX_NEAR] for back in range(5)}
        self.verbs = words.verbs_in(
            "\n".join(self.lines[number] for number in near if number >= 0)
            if len(ends) < _MAX_NEAR
            else text
        )
        self.attributions = self._find_attributions(ends)
        self.plain = self._find_plain()

    def _find_plain(self) -> list[bool]:
        """For each line whether it can only be text; the others are looked at closely."""
        is_plain = _PLAIN.fullmatch
        found = [
            not label and is_plain(line) is not None and "essage " not in line[:20]
            for line, label in zip(self.lines, self.labels, strict=True)
        ]
        for number, line in enumerate(self.lines[:-1]):
            if line[:1] == ">":
                found[number + 1] = False  # it may be the rest of a link
        for number in self.attributions:
            found[number] = False
        return [*(found if not self.has_above_line else [False] * len(found)), False]

    def run(self) -> str:
        index = 0
        while index < len(self.lines):
            if self.plain[index]:
                if self.plain[index + 1] or not self._is_mobile_line(index):
                    self.kept.append(self.lines[index])
                index += 1
            else:
                index = self._step(index)
        if not self.cut:
            # Beyond the lines that are looked at closely only quote signs are taken out.
            self.kept += [line for line in self.rest if not line.startswith((">", "\x1e"))]
        return _tidy(_without_disclaimer(self.kept))

    def _step(self, index: int) -> int:  # noqa: C901, PLR0911 - one return for each kind of line
        """Keep or drop what stands at a line; where to go on."""
        line = self.lines[index]
        if line == QUOTE_START:
            return self._marked_quote(index)
        if line == QUOTE_END or not line.strip():
            self.kept.append("")
            return index + 1
        if _QUOTED.match(line):
            if _CODE_QUOTED.match(line):
                self.kept.append(line)  # ">>> look here <<<"
            return index + 1
        if _is_forwarded(line):
            return self._keep_rest(index)
        if self._is_in_quoted_link(index):
            return index + 1
        if self.has_above_line and words.ABOVE_LINE.search(line) and self._has_new():
            return self._cut_here()
        if index in self.attributions:
            return self._attribution(index)
        after = self._header_block_end(index)
        if after:
            return self._old_mail(index, after)
        if _SIGNATURE.match(line) or (_UNDERSCORES.match(line) and self._is_list_footer(index)):
            return self._signature(index)
        if self._is_mobile_line(index):
            return index + 1
        self.kept.append(line)
        return index + 1

    def _is_mobile_line(self, index: int) -> bool:
        """Whether a program or telephone praises itself in this line."""
        line = self.lines[index]
        if len(line) >= 130:
            return False
        alone = self.following[index] != index + 1
        if alone and words.SURE_MOBILE.match(line):
            return True
        return (
            self._ends_here(index)
            and bool(words.MOBILE.match(line))
            and not words.SENTENCE.search(line)
        )

    def _is_in_quoted_link(self, index: int) -> bool:
        """The rest of an address that a program broke off a quoted line."""
        if not 0 < index < len(self.lines) - 1 or not _QUOTED.match(self.lines[index - 1]):
            return False
        line = self.lines[index]
        if not _CLOSED_LINK.match(line):
            return False
        begun = bool(_OPEN_LINK.search(self.lines[index - 1])) or line.lstrip().startswith("(")
        return begun and bool(_QUOTED.match(self.lines[index + 1]))

    def _has_new(self) -> bool:
        return any(line.strip() for line in self.kept)

    def _cut_here(self) -> int:
        self.cut = True
        return len(self.lines)

    def _keep_rest(self, index: int) -> int:
        self.kept += [line for line in self.lines[index:] if not line.startswith("\x1e")]
        return len(self.lines)

    def _marked_quote(self, index: int) -> int:
        """A part of an HTML page that its program marked as the old mail."""
        end, depth = index, 0
        while end < len(self.lines):
            depth += (self.lines[end] == QUOTE_START) - (self.lines[end] == QUOTE_END)
            if depth == 0:
                break
            end += 1
        inside = [
            line
            for line in self.lines[index + 1 : end]
            if line.strip() and not line.startswith("\x1e")
        ]
        if any(_is_forwarded(line) for line in inside[:4]) or self.is_forward:
            return self._keep_rest(index)
        first_quoted = next((n for n, line in enumerate(inside) if _QUOTED.match(line)), -1)
        if first_quoted < 0:
            if not self._has_new():
                return index + 1
            return end + 1
        # Answers may stand between the quotes; only the lines that announce the first one go.
        if first_quoted <= 3 and sum(map(len, inside[:first_quoted])) < _LONGEST_ATTRIBUTION:
            position = index + 1
            while position < end and not _QUOTED.match(self.lines[position]):
                position += 1
            return position
        return index + 1

    def _attribution(self, start: int) -> int:
        """'On … wrote:' and what comes after it."""
        end = self.attributions[start]
        before = self.before.get(start, "")
        follows = self._next_text(end + 1)
        if follows is None or follows == QUOTE_START or _QUOTED.match(follows):
            self.kept += [before] if before else []
            return end + 1
        joined = " ".join(self.lines[start : end + 1])
        certain = "@" in joined or (
            not before
            and words.START.match(joined)
            and words.TIME_LIKE.search(joined)
            and words.FULL_DATE.search(joined)
        )
        if (before or self._has_new()) and certain and not self.is_forward:
            self.kept += [before] if before else []
            return self._cut_here()
        if self.is_forward:
            return self._keep_rest(start)
        self.kept += self.lines[start : end + 1]
        return end + 1

    def _old_mail(self, start: int, after: int) -> int:
        """A block of headers, or a rule that says 'original message', and the old mail below it."""
        if self.is_forward or not self._has_new():
            return self._keep_rest(start)
        follows = self._next_text(after)
        if follows is not None and _QUOTED.match(follows):
            return after
        return self._cut_here()

    def _signature(self, index: int) -> int:
        """The lines under a signature rule, unless they are too many to be one."""
        self.signature_tries += 1
        if self.signature_tries > _MAX_TRIES:
            self.kept.append(self.lines[index])
            return index + 1
        end = index + 1
        while end < len(self.lines):
            line = self.lines[end]
            if (
                line.startswith("\x1e")
                or _QUOTED.match(line)
                or end in self.attributions
                or self._header_block_end(end)
            ):
                break
            if _is_forwarded(line):
                break
            end += 1
            if end - index > _SIGNATURE_LINES * 2:
                break
        length = sum(1 for line in self.lines[index + 1 : end] if line.strip())
        limit = (
            _SIGNATURE_LINES
            if self.lines[index] in ("-- ", "--\xa0") or _UNDERSCORES.match(self.lines[index])
            else 12
        )
        if length > limit or (not self._has_new() and self.lines[index] != "-- "):
            self.kept.append(self.lines[index])
            return index + 1
        return end

    def _is_list_footer(self, index: int) -> bool:
        return any(words.LIST_FOOTER.search(line) for line in self.lines[index + 1 : index + 5])

    def _ends_here(self, index: int) -> bool:
        """Whether nothing new follows a line at once."""
        at = self.following[index]
        if at >= len(self.lines):
            return True
        follows = self.lines[at]
        if self.plain[at]:
            return at > index + 1 and bool(words.DISCLAIMER.match(follows))
        if follows.startswith(("\x1e", ">", "-", "_", "*")) or _QUOTED.match(follows):
            return True
        if at in self.attributions or self._header_block_end(at):
            return True
        return at > index + 1 and bool(words.DISCLAIMER.match(follows))

    def _next_index(self, index: int) -> int:
        """The first line from here on that is not empty."""
        return self.following[index - 1]

    def _next_text(self, index: int) -> str | None:
        index = self._next_index(index)
        return self.lines[index] if index < len(self.lines) else None

    def _header_block_end(self, index: int) -> int:
        """Where a block of old headers that starts at this line ends; 0 when none does."""
        if index >= len(self.lines):
            return 0
        line = self.lines[index]
        if line.lstrip(" >*#")[:1] not in _RULES and "essage " not in line[:20]:
            return self._labelled_block(index, after_rule=False)
        is_rule = bool(_RULE.match(line))
        if not is_rule and len(line) < 200 and words.ORIGINAL.match(line):
            following = self._next_index(index + 1)
            return max(self._labelled_block(following, after_rule=True), index + 1)
        if is_rule:
            following = self._next_index(index + 1)
            if following <= index + 3:
                return self._labelled_block(following, after_rule=True)
            return 0
        return self._labelled_block(index, after_rule=False)

    def _labelled_block(self, index: int, *, after_rule: bool) -> int:
        if index >= len(self.lines) or self.labels[index] in ("", "other"):
            return 0
        kinds: set[str] = set()
        last, missed = index, 0
        block: list[str] = []
        for position in range(index, min(index + 16, len(self.lines))):
            line = self.lines[position]
            kind = self.labels[position]
            if kind:
                kinds.add(kind)
                last, missed = position, 0
                block.append(line)
            else:
                missed += 1
                if missed > 2:
                    break
        return last + 1 if _is_old_head(kinds, block, after_rule=after_rule) else 0

    def _find_attributions(self, ends: list[int]) -> dict[int, int]:
        """First and last line of each 'On … wrote:'."""
        found: dict[int, int] = {}
        candidates = 0
        for end in ends:
            line = self.lines[end]
            bare = line.rstrip(_ENDINGS)
            if len(line) > _LONGEST_ATTRIBUTION or not bare or _QUOTED.match(line):
                continue
            if bare[-1] in ":：" and candidates < _MAX_CANDIDATES:
                candidates += 1
                start = self._attribution_start(end)
                if start is not None:
                    found[start] = end
            elif self._has_no_colon(bare, end):
                found[end] = end
        return found

    def _has_no_colon(self, bare: str, end: int) -> bool:
        """Whether it is one of the few announcements that do not end with a colon."""
        if bare[-1] == "-":
            inner = bare.strip("- ")
            if len(inner) + 4 > len(bare) or not self.verbs.search(inner[-20:]):
                return False
            return bool(words.DATE_LIKE.search(inner)) or self._quote_follows(end)
        if "@" in bare and _OLD_GMAIL.match(self.lines[end]):
            return self._quote_follows(end)
        if bare.lower().endswith((" wrote", "写道")) and words.DATE_LIKE.search(bare):
            return self._quote_follows(end)
        return len(bare) < 140 and bool(words.VERBLESS.match(bare)) and self._quote_follows(end)

    def _quote_follows(self, end: int) -> bool:
        follows = self._next_text(end + 1)
        return follows is not None and (bool(_QUOTED.match(follows)) or follows == QUOTE_START)

    def _attribution_start(self, end: int) -> int | None:
        """Where the announcement that ends with this line begins, or None."""
        for start in range(end, max(end - 5, -1), -1):
            line = self.lines[start]
            if not line.strip() or _QUOTED.match(line) or line.startswith("\x1e"):
                break
            joined = " ".join(self.lines[start : end + 1])
            if len(joined) > _LONGEST_ATTRIBUTION:
                break
            if not words.START.match(line) or not re.search(r"\d", joined):
                if start < end and self._shares_line(start, joined):
                    return start
                continue
            if (
                self.verbs.search(joined)
                or self._is_verbless(joined, end)
                or (words.WEAK_VERB.search(joined) and self._quote_follows(end))
            ) and words.DATE_LIKE.search(joined):
                return start
        return self._one_line_attribution(end)

    def _one_line_attribution(self, end: int) -> int | None:
        """An announcement that does not begin with a date."""
        line = self.lines[end]
        has_verb = self.verbs.search(line)
        if has_verb and (words.DATE_LIKE.search(line) or _ADDRESS.search(line)):
            return end if self._shares_line(end, line) else self._with_name_above(end)
        if words.BY_ADDRESS.match(line):
            return end
        if not self._quote_follows(end):
            return None
        named = has_verb or words.VERBLESS.match(line)
        return end if (named and len(line) < 120) or _ADDRESS.search(line) else None

    def _shares_line(self, start: int, joined: str) -> bool:
        """Whether new text stands before the announcement in its line; it is kept."""
        found = words.INLINE.search(joined, 1)
        line = self.lines[start]
        if not found or found.end() > len(line) or not self.verbs.search(joined, found.end()):
            return False
        self.before[start] = line[: found.start()]
        return bool(self.before[start].strip())

    def _is_verbless(self, joined: str, end: int) -> bool:
        """Whether it is like '2020年1月1日(水) 12:00 Name <a@b>:', as some languages have it."""
        if not _ADDRESS.search(joined):
            return False
        closed = joined.rstrip(_ENDINGS).rstrip(":：").rstrip(_ENDINGS[4:] + " ")
        named = joined.rstrip(_ENDINGS).endswith((">:", ">：")) or "<" in closed[-80:]
        return (
            joined.lstrip()[:1].isdigit()
            or self._quote_follows(end)
            or (named and bool(words.TIME_LIKE.search(joined)))
        )

    def _with_name_above(self, end: int) -> int:
        """The line before belongs to it when it holds the start of the sender's name."""
        above = self.lines[end - 1] if end else ""
        if (
            above.strip()
            and _ADDRESS.search(above)
            and len(above) < 100
            and not _QUOTED.match(above)
            and not above.rstrip().endswith((".", "!", "?"))
        ):
            return end - 1
        return end


def _is_old_head(kinds: set[str], block: list[str], *, after_rule: bool) -> bool:
    """Whether lines with these labels head an old mail; a form or an itinerary has labels, too."""
    joined = "\n".join(block).replace("\u200e", "")
    has_address = "@" in joined
    moment = bool(words.TIME_LIKE.search(joined) and words.FULL_DATE.search(joined))
    if "from" not in kinds:
        return {"date", "to"} <= kinds and has_address and moment
    if {"subject", "date"} <= kinds or {"subject", "to"} <= kinds:
        return True
    if "date" in kinds and has_address and ("to" in kinds or moment):
        return True
    if after_rule and len(kinds) > 1:
        return True
    sent = any(_label_word(line) in words.SENT_LABELS for line in block)
    return {"date", "to"} <= kinds and sent and moment


def _may_announce(line: str) -> bool:
    """Whether it is worth looking for 'On … wrote:' that ends in this line."""
    last = line[-1]
    if last in _CLOSING and line.rstrip(_ENDINGS)[-1:] in _MARKS:
        return True
    return line[0] in _OPENING or "@" in line or line.endswith(("wrote", "Wrote", "写道"))


def _next_filled(lines: list[str]) -> list[int]:
    """For each line the number of the next one that is not empty; the last item is for line -1."""
    following = [len(lines)] * (len(lines) + 1)
    upcoming = len(lines)
    for index in range(len(lines) - 1, -1, -1):
        following[index] = upcoming
        if lines[index].strip():
            upcoming = index
    following[-1] = upcoming
    return following


def _is_forwarded(line: str) -> bool:
    if line.rstrip()[-1:] not in ":：" and line.lstrip(" >*#")[:1] not in "-_=~—":
        return False
    return len(line) < 300 and not _RULE.match(line) and bool(words.FORWARDED.match(line))


def label_of(line: str) -> str:
    """What a 'Label: value' line is about; '' when it is no such line."""
    word = _label_word(line)
    return words.LABELS.get(word, "") if word else ""


def _label_word(line: str) -> str:
    """What stands before the first colon, if it is near the start."""
    head = line[:60]
    at = head.find(":")
    wide = head.find("：")
    if wide >= 0 and (at < 0 or wide < at):
        at = wide
    if at <= 0:
        return ""
    word = head[:at].strip(" *_\t\xa0|\u200e\u200f").replace("\xa0", " ").lower()
    return word.replace("\u3000", "") if "\u3000" in word else word


def _without_disclaimer(lines: list[str]) -> list[str]:
    """Without legal boilerplate at the end, when something stands before it."""
    floor = max(len(lines) - 25, 0)
    for index in range(len(lines) - 1, floor - 1, -1):
        if not words.DISCLAIMER.match(lines[index]):
            continue
        if any(line.strip() for line in lines[:index]) and (
            index == 0 or not lines[index - 1].strip() or _RULE.match(lines[index - 1])
        ):
            return lines[:index]
    return lines


def _tidy(lines: list[str]) -> str:
    lines = list(lines)
    while lines and (not lines[-1].strip() or _RULE.match(lines[-1])):
        lines.pop()
    text = "\n".join(line.rstrip() for line in lines)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n").strip()

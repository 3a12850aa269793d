"""The tone checker: T1–T16 over one reply. Pure; the composer and the send guard share it.

T1–T8 block. T9–T16 warn, except that T9 and T10 block once the customer is angry.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from knowledgebase import policy, variables
from knowledgebase import tone_words as words

BLOCK, WARN = "block", "warn"
BLOCKING = frozenset({"T1", "T2", "T3", "T4", "T5", "T6", "T7", "T8"})
_BLOCKING_WHEN_ANGRY = frozenset({"T9", "T10"})

# One sentence per reason; labels.py carries the same sentences for translation.
WHY = {
    "unfilled": "This slot has no value yet.",
    "unknown": "There is no variable of this name.",
    "personal-number": "A full phone, ID or card number must not stand in a reply.",
    "someone-else": "This belongs to another customer.",
    "asks-secret": "Never ask for a password, a one-time code or a full ID or card number here.",
    "above-limit": "This amount is above what you may promise. Ask for approval first.",
    "unapproved": "This promise needs approval first.",
    "pays-for-review": "Never offer anything for a good review or for deleting one.",
    "liability": "Neither admit nor deny before the check is done.",
    "insult": "This insults the customer.",
    "wrong-language": "The customer writes in another language.",
    "dismissive": "This sounds dismissive.",
    "familiar": "Too familiar or too loud for a complaint.",
    "no-time": "Say by when, not only that it will be soon.",
    "apology": "The apology is below what this customer's mood asks for.",
    "too-long": "Longer than this customer's mood allows.",
    "sent-before": "The same text was sent before in this ticket.",
    "no-next-step": "Say what happens next.",
    "unnamed-rule": "Name the rule instead of only saying policy.",
    "differs": "This differs from the order.",
}


@dataclass(frozen=True, slots=True)
class ToneContext:
    """What the checker may know about the ticket. Everything is optional but the language."""

    language: str
    emotion: int = 0
    group: str = ""
    refund_limit: Decimal | None = None
    goodwill_limit: Decimal | None = None
    approved: bool = False
    approved_amounts: frozenset[Decimal] = frozenset()
    known_values: tuple[str, ...] = ()
    foreign_values: tuple[str, ...] = ()
    shop_numbers: tuple[str, ...] = ()
    order_amount: Decimal | None = None
    order_dates: tuple[date, ...] = ()
    promised_dates: tuple[date, ...] = ()
    sent_before: tuple[str, ...] = ()
    length: str = ""
    is_template: bool = False
    is_general: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark on a text: rule, weight, place, reason and perhaps a better wording."""

    code: str
    severity: str
    start: int
    end: int
    text: str
    reason: str
    suggestion: str | None = None
    data: dict[str, str] = field(default_factory=dict)

    @property
    def why(self) -> str:
        """The reason as an English sentence."""
        return WHY[self.reason]

    @property
    def blocks(self) -> bool:
        """Whether the text must not be sent like this."""
        return self.severity == BLOCK


_Check = Callable[[str, ToneContext], Iterator[Finding]]


def check(text: str, context: ToneContext) -> list[Finding]:
    """Every finding on ``text``, blocking ones first, then by place."""
    found = [
        replace(finding, severity=_severity(finding.code, context.emotion))
        for one_check in _CHECKS
        for finding in one_check(text, context)
    ]
    return sorted(found, key=lambda f: (f.severity != BLOCK, f.start, f.code))


def blocks(text: str, context: ToneContext) -> list[Finding]:
    """Only the findings that hold a reply back."""
    return [finding for finding in check(text, context) if finding.blocks]


def _severity(code: str, emotion: int) -> str:
    angry = emotion >= policy.ANGRY and code in _BLOCKING_WHEN_ANGRY
    return BLOCK if angry or code in BLOCKING else WARN


def _at(
    code: str,
    match: re.Match[str],
    reason: str,
    suggestion: str | None = None,
    group: int | str = 0,
) -> Finding:
    start, end = match.span(group)
    return Finding(code, WARN, start, end, match[group], reason, suggestion)


def _whole(code: str, text: str, reason: str, **data: str) -> Finding:
    return Finding(code, WARN, 0, len(text), "", reason, None, data)


def _sentence_around(text: str, place: int) -> str:
    """Return the sentence that holds ``place``: what it says decides whether a word is harmless."""
    ends = "。！？!?；;\n"
    start = max((text.rfind(mark, 0, place) for mark in ends), default=-1)
    start = max(start, text.rfind(". ", 0, place))
    stops = [at for mark in (*ends, ". ") if (at := text.find(mark, place)) >= 0]
    return text[start + 1 : min(stops, default=len(text)) + 1]


def _clause_around(text: str, place: int) -> str:
    """Return the part between commas that holds ``place``."""
    start = max(text.rfind(mark, 0, place) for mark in "，,。.！!？?；;\n")
    stops = [at for mark in "，,。！!？?；;\n" if (at := text.find(mark, place)) >= 0]
    return text[start + 1 : min(stops, default=len(text))]


def _slots(text: str, context: ToneContext) -> Iterator[Finding]:
    for match in words.SLOT.finditer(text):
        name = match[0].strip("{}")
        if name not in variables.VARIABLES:
            yield _at("T1", match, "unknown" if match[0][0] == "{" else "unfilled")
        elif not context.is_template:
            yield _at("T1", match, "unfilled")


def _luhn(digits: str) -> bool:
    doubled = [int(d) * (2 if i % 2 else 1) for i, d in enumerate(reversed(digits))]
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def _masked(number: str) -> str:
    digits = [i for i, char in enumerate(number) if char.isalnum()]
    hide = set(digits[3:-4])
    return "".join("*" if i in hide else char for i, char in enumerate(number))


def _personal(text: str, context: ToneContext) -> Iterator[Finding]:
    allowed = {re.sub(r"\W", "", v) for v in (*context.known_values, *context.shop_numbers)}
    taken: list[tuple[int, int]] = []
    for pattern in (words.CN_ID, words.CARD, words.CN_MOBILE, words.INTL_PHONE):
        for match in pattern.finditer(text):
            digits = re.sub(r"\W", "", match[0])
            if digits in allowed or any(a < match.end() and match.start() < b for a, b in taken):
                continue
            if pattern is words.CARD and not _luhn(digits):
                continue
            taken.append(match.span())
            yield _at("T2", match, "personal-number", _masked(match[0]))
    for value in context.foreign_values:
        for match in re.finditer(re.escape(value), text) if value else ():
            yield _at("T2", match, "someone-else", "")


def _secrets(text: str, context: ToneContext) -> Iterator[Finding]:
    seen: set[int] = set()
    for pattern in (words.ASK_ZH, words.ASK_BACK_ZH, words.ASK_EN):
        for match in pattern.finditer(text):
            around = _sentence_around(text, match.start())
            harmless = words.NOT_ASKING_ZH.search(around) or words.NOT_ASKING_EN.search(around)
            if harmless or words.PARTIAL.search(around) or match.end("what") in seen:
                continue
            seen.add(match.end("what"))
            yield _at("T3", match, "asks-secret")


def _amount(match: re.Match[str]) -> Decimal:
    return Decimal((match["a"] or match["b"]).replace(",", "").rstrip("."))


def _last(pattern: re.Pattern[str], text: str) -> int:
    return max((match.start() for match in pattern.finditer(text)), default=-1)


def _promises(text: str, context: ToneContext) -> Iterator[Finding]:
    if not context.approved:
        for match in words.MULTIPLE.finditer(text):
            if not words.UNDECIDED.search(_sentence_around(text, match.start())):
                yield _at("T4", match, "unapproved")
    for match in words.MONEY.finditer(text):
        around = _sentence_around(text, match.start())
        goodwill, refund = _last(words.GOODWILL, around), _last(words.REFUND, around)
        amount = _amount(match)
        if max(goodwill, refund) < 0 or amount in context.approved_amounts:
            continue
        if words.ORDER_SUM.search(_clause_around(text, match.start())):
            continue
        limit = context.goodwill_limit if goodwill > refund else context.refund_limit
        if limit is not None and amount > limit:
            yield _at("T4", match, "above-limit")


def _reviews(text: str, context: ToneContext) -> Iterator[Finding]:
    for match in words.REVIEW.finditer(text):
        around = _sentence_around(text, match.start())
        if words.REWARD.search(around) and not words.NOT_PAYING.search(around):
            yield _at("T5", match, "pays-for-review")
            return


def _liability(text: str, context: ToneContext) -> Iterator[Finding]:
    if context.group == "TRU" and not context.approved:
        for match in words.ADMIT_DENY.finditer(text):
            yield _at("T6", match, "liability")


def _insults(text: str, context: ToneContext) -> Iterator[Finding]:
    for match in words.INSULT.finditer(text):
        yield _at("T7", match, "insult", "")


def _language(text: str, context: ToneContext) -> Iterator[Finding]:
    plain = variables.PATTERN.sub(" ", text)
    for value in context.known_values:
        plain = plain.replace(value, " ")
    plain = re.sub(r"https?://\S+|\b[A-Z]*-?\d[\w-]*", " ", plain)
    han = len(re.findall(r"[㐀-鿿]", plain))
    latin = len(re.findall(r"[A-Za-z]{2,}", plain))
    if han + latin < 3:
        return
    share = han / (han + 1.6 * latin)
    wrong = share < 0.5 if context.language == "zh" else share > 0.25
    if wrong and context.language in {"zh", "en"}:
        yield _whole("T8", text, "wrong-language")


def _dismissive(text: str, context: ToneContext) -> Iterator[Finding]:
    for pattern, better in words.DISMISSIVE:
        for match in pattern.finditer(text):
            yield _at("T9", match, "dismissive", better)


def _familiar(text: str, context: ToneContext) -> Iterator[Finding]:
    for match in words.FAMILIAR.finditer(text):
        yield _at("T10", match, "familiar", "您" if match[0] == "亲" else "")
    for match in words.SHOUTING.finditer(text):
        yield _at("T10", match, "familiar", "。" if context.language == "zh" else ".")
    for match in words.TILDE.finditer(text):
        if not _between_digits(text, match):
            yield _at("T10", match, "familiar", "。")
    for match in words.EMOJI.finditer(text):
        yield _at("T10", match, "familiar", "")


def _between_digits(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()][-1:], text[match.end() :][:1]
    return before.isdigit() and after.isdigit()


def _haste(text: str, context: ToneContext) -> Iterator[Finding]:
    for match in words.HASTE.finditer(text):
        if not policy.has_time(_sentence_around(text, match.start()), context.language):
            by_when = "{next_update_at}前" if context.language == "zh" else "by {next_update_at}"
            yield _at("T11", match, "no-time", by_when)


def _apology(text: str, context: ToneContext) -> Iterator[Finding]:
    if not context.group or context.is_general:
        return
    needed = policy.cell(context.emotion, context.group).apology
    if not policy.apology_fits(text, context.language, needed):
        yield _whole("T12", text, "apology", needed=needed)


def _length(text: str, context: ToneContext) -> Iterator[Finding]:
    length = context.length or policy.cell(context.emotion, context.group).length
    allowed = policy.length_limit(length, context.language)
    count = policy.text_length(text, context.language)
    if count > allowed:
        yield _whole("T13", text, "too-long", count=str(count), allowed=str(allowed))
    squeezed = re.sub(r"\s+", "", text)
    if squeezed and any(re.sub(r"\s+", "", sent) == squeezed for sent in context.sent_before):
        yield _whole("T13", text, "sent-before")


def _next_step(text: str, context: ToneContext) -> Iterator[Finding]:
    pattern = words.NEXT_ZH if context.language == "zh" else words.NEXT_EN
    told_when = policy.has_time(text, context.language)
    if text.strip() and not told_when and not pattern.search(text):
        yield _whole("T14", text, "no-next-step")


def _rule(text: str, context: ToneContext) -> Iterator[Finding]:
    pattern = words.POLICY_ZH if context.language == "zh" else words.POLICY_EN
    for match in pattern.finditer(text):
        if not words.RULE_NAMED.search(_sentence_around(text, match.start())):
            yield _at("T15", match, "unnamed-rule", "{policy_name}")


_MONTHS = {month.lower(): number for number, month in enumerate(variables.MONTHS, 1)}


def _days_in(text: str, year: int) -> Iterator[tuple[re.Match[str], date]]:
    for pattern in (words.DATE_ZH, words.DATE_EN):
        for match in pattern.finditer(text):
            parts = match.groupdict()
            named = parts.get("mon") or parts.get("mon2") or ""
            month = _MONTHS[named.lower()] if named else int(parts["m"])
            day = int(parts.get("d") or parts.get("d2") or 0)
            try:
                yield match, date(int(parts.get("y") or year), month, day)
            except ValueError:
                continue


def _order_facts(text: str, context: ToneContext) -> Iterator[Finding]:
    if context.order_amount is not None:
        for match in words.MONEY.finditer(text):
            around = _sentence_around(text, match.start())
            if words.ORDER_SUM.search(around) and _amount(match) != context.order_amount:
                yield _at("T16", match, "differs", f"{context.order_amount:.2f}")
    for pattern, right in (
        (words.ORDER_DAY, context.order_dates),
        (words.PROMISE_DAY, context.promised_dates),
    ):
        if not right:
            continue
        for match, day in _days_in(text, right[0].year):
            if pattern.search(_sentence_around(text, match.start())) and day not in right:
                shown = variables.format_value(right[0], language=context.language)
                yield _at("T16", match, "differs", shown)


_CHECKS: tuple[_Check, ...] = (
    _slots,
    _personal,
    _secrets,
    _promises,
    _reviews,
    _liability,
    _insults,
    _language,
    _dismissive,
    _familiar,
    _haste,
    _apology,
    _length,
    _next_step,
    _rule,
    _order_facts,
)

"""What the triage card shows of a reading, in words. Pure; no database."""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tickets import taxonomy
from tickets.models import Ticket
from triage.models import Prediction
from triage.queries.similar import SimilarTicket

POINT_WORDS: dict[str, str | Promise] = {
    "base-p1": _("category, normally P1"),
    "base-p2": _("category, normally P2"),
    "base-p3": _("category, normally P3"),
    "emotion": _("emotion"),
    "vip": _("VIP customer"),
    "repeat": _("repeat complaint"),
    "round": _("second handling"),
    "order-value": _("order value"),
    "waiting": _("waiting for an answer"),
    "public": _("public post"),
    "outside-words": _("names a regulator, lawyer, media or chargeback"),
    "urgent-need": _("needed urgently"),
}
FORCED_WORDS: dict[str, str | Promise] = {
    "repeat-twice": _("third complaint about this"),
    "large-audience": _("author with a large audience"),
    "outside-notice": _("official notice"),
    "red-incident": _("part of a red incident"),
}
_STRONG, _CLEAR = 0.5, 0.2
MOST_SPANS = 8
CHOICES = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the likeliest categories, with the key that picks it."""

    key: int
    slug: str
    label: str
    percent: int
    is_current: bool


@dataclass(frozen=True, slots=True)
class Span:
    """Words that drove the reading; ``strength`` 1 to 3."""

    text: str
    message: int
    start: int
    end: int
    strength: int


def choices(prediction: Prediction, current: str, language: str) -> list[Choice]:
    """Return the likeliest categories, best first."""
    pairs = prediction.decision.get("alternatives", [])[:CHOICES]
    if not pairs and prediction.category:
        pairs = [[prediction.category, prediction.probability]]
    return [
        Choice(
            key=key,
            slug=slug,
            label=label(slug, language),
            percent=percent(chance),
            is_current=slug == current,
        )
        for key, (slug, chance) in enumerate(pairs, start=1)
    ]


def percent(chance: float) -> int:
    """Return a chance in whole percent; never 100, because nothing read is certain."""
    return min(99, round(chance * 100))


def label(slug: str, language: str) -> str:
    """Return "Logistics › Stuck parcel" in the language."""
    top, sub = taxonomy.top_label(slug, language), taxonomy.sub_label(slug, language)
    return f"{top} › {sub}" if sub else top


def spans(prediction: Prediction) -> list[Span]:
    """Return the words of the latest message that spoke for the category, strongest first."""
    offset = int(prediction.decision.get("offset", 0))
    inside = [
        reason
        for reason in prediction.reasons
        if reason["field"] == "text" and reason["start"] >= offset and reason["towards"] > 0
    ]
    inside.sort(key=lambda reason: -reason["towards"])
    most = inside[0]["towards"] if inside else 1.0
    return [
        Span(
            text=reason["text"],
            message=prediction.message_id,
            start=reason["start"] - offset,
            end=reason["end"] - offset,
            strength=_strength(reason["towards"] / most),
        )
        for reason in inside[:MOST_SPANS]
    ]


def _strength(share: float) -> int:
    return 3 if share >= _STRONG else 2 if share >= _CLEAR else 1


def points(prediction: Prediction) -> list[tuple[str, int]]:
    """Return the lines of the points table that counted, in words."""
    return [
        (str(POINT_WORDS.get(code, code)), value)
        for code, value in prediction.decision.get("points", [])
    ]


def forced(prediction: Prediction, language: str) -> list[str]:
    """Return what forced P1, in words."""
    return [
        flag_label(code, language) if code in taxonomy.FLAGS else str(FORCED_WORDS.get(code, code))
        for code in prediction.decision.get("forced", [])
    ]


def flag_label(flag: str, language: str) -> str:
    """Return a risk flag's word."""
    zh, en = taxonomy.FLAGS.get(flag, (flag, flag))
    return zh if language.startswith("zh") else en


def flags(prediction: Prediction, language: str) -> list[dict[str, Any]]:
    """Return the flags that were raised, with who raised them."""
    return [
        {
            "label": flag_label(raised["flag"], language),
            "percent": round(raised["score"] * 100),
            "who": _("rule") if raised["who"] == "rule" else _("model"),
        }
        for raised in prediction.decision.get("flags", [])
    ]


@dataclass(frozen=True, slots=True)
class Similar:
    """A solved ticket beside another one, in words; ``ended`` is how it ended."""

    ticket: Ticket
    title: str
    label: str
    ended: str
    percent: int
    is_same_customer: bool
    score: int | None


def similar(found: SimilarTicket, language: str) -> Similar:
    """Return a similar ticket as the card shows it."""
    return Similar(
        ticket=found.ticket,
        title=found.title,
        label=label(found.ticket.category, language) if found.ticket.category else "",
        ended=ended(found.ticket, language),
        percent=found.percent,
        is_same_customer=found.is_same_customer,
        score=found.score,
    )


def ended(ticket: Ticket, language: str) -> str:
    """Return the remedy that was given, else the reason for which the ticket was resolved."""
    remedy = taxonomy.REMEDIES.get(ticket.remedy)
    reason = taxonomy.RESOLUTION_REASONS.get(ticket.resolution_reason)
    words = remedy or reason
    if words is None:
        return ""
    zh, en = words
    return zh if language.startswith("zh") else en

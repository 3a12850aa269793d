"""Events of a ticket as sentences. Whole sentences with named places, so that they translate."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from outbox.words import reason
from tickets import taxonomy
from tickets.models import EventKind, Status, TicketEvent
from tickets.models.ticket import ActorKind, ClockMetric

Say = Callable[[dict[str, Any]], str]


@dataclass(frozen=True, slots=True)
class Sentence:
    """What the timeline shows of an event; ``tone`` is "", risk, bad or ok."""

    icon: str
    text: str
    note: str = ""
    tone: str = ""


_ICONS = {
    EventKind.OPENED: "play",
    EventKind.REPLY_FAILED: "warn",
    EventKind.REPLY_DELAYED: "clock",
    EventKind.STATUS: "pause",
    EventKind.OWNER: "assign",
    EventKind.TEAM: "users",
    EventKind.TRIAGED: "spark",
    EventKind.TRIAGE_CONFIRMED: "check",
    EventKind.CATEGORY: "tag",
    EventKind.PRIORITY: "flag",
    EventKind.EMOTION: "emo-annoyed",
    EventKind.FLAGS: "shield",
    EventKind.RESOLVED: "check",
    EventKind.APPROVAL: "scale",
    EventKind.ROUND: "repeat",
    EventKind.MERGED: "merge",
    EventKind.UNMERGED: "undo",
    EventKind.MOVED: "right",
    EventKind.SNOOZED: "snooze",
    EventKind.ESCALATED: "bell",
    EventKind.SURVEY: "star",
    EventKind.SLA_WARNING: "clock",
    EventKind.SLA_MISSED: "warn",
}
_TONES = {
    EventKind.REPLY_FAILED: "bad",
    EventKind.REPLY_DELAYED: "risk",
    EventKind.SLA_MISSED: "bad",
    EventKind.SLA_WARNING: "risk",
    EventKind.RESOLVED: "ok",
    EventKind.TRIAGE_CONFIRMED: "ok",
    EventKind.ROUND: "risk",
    EventKind.ESCALATED: "risk",
}


def sentence(event: TicketEvent) -> Sentence:
    """Say what happened, in the active language."""
    kind = EventKind(event.kind)
    data = {**event.data, "who": who(event)}
    say = _SAY.get(kind)
    text = say(data) if say else str(kind.label)
    note = str(event.data.get("note") or event.data.get("reason") or "")
    if kind in (EventKind.RESOLVED, EventKind.ROUND) or note in ("merge", "unmerge", "round"):
        note = ""
    return Sentence(_ICONS.get(kind, "info"), text, note, _TONES.get(kind, ""))


def who(event: TicketEvent) -> str:
    """Name who did it."""
    if event.actor is not None:
        return event.actor.label
    return {
        ActorKind.RULE: _("a rule"),
        ActorKind.MODEL: _("the model"),
        ActorKind.CUSTOMER: _("the customer"),
    }.get(ActorKind(event.actor_kind), "Redress")


def _zh() -> bool:
    return (get_language() or "").startswith("zh")


def _words(pair: tuple[str, str] | None, otherwise: str) -> str:
    return otherwise if pair is None else pair[0] if _zh() else pair[1]


def _category(slug: str) -> str:
    language = get_language() or "en"
    return taxonomy.sub_label(slug, language) or _("no category")


def _opened(data: dict[str, Any]) -> str:
    return _("Opened; the clocks started")


def _status(data: dict[str, Any]) -> str:
    return _("%(who)s set “%(status)s”") % {
        "who": data["who"],
        "status": Status(data["new"]).label,
    }


def _owner(data: dict[str, Any]) -> str:
    if not data.get("new"):
        return _("%(who)s put it back into the pool") % data
    return _("Assigned to %(new)s by %(who)s") % data


def _team(data: dict[str, Any]) -> str:
    en, zh = taxonomy.TEAMS.get(data.get("new", ""), (data.get("new", ""), data.get("new", "")))
    return _("Handed to %(team)s by %(who)s") % {"team": zh if _zh() else en, "who": data["who"]}


def _triaged(data: dict[str, Any]) -> str:
    sure = round(100 * float(data.get("confidence") or 0))
    return _("Read by model %(model)s, %(sure)s%% sure") % {
        "model": data.get("model", ""),
        "sure": sure,
    }


def _confirmed(data: dict[str, Any]) -> str:
    return _("%(who)s confirmed the category “%(category)s”") % {
        "who": data["who"],
        "category": _category(data.get("category", "")),
    }


def _recategorised(data: dict[str, Any]) -> str:
    new = {"who": data["who"], "new": _category(data["new"]), "old": _category(data["old"])}
    if not data["old"]:
        return _("Filed under “%(new)s” by %(who)s") % new
    return _("Category changed from “%(old)s” to “%(new)s” by %(who)s") % new


def _priority(data: dict[str, Any]) -> str:
    return _("Priority changed from P%(old)s to P%(new)s by %(who)s") % data


def _emotion(data: dict[str, Any]) -> str:
    def named(level: int) -> str:
        _slug, zh, en = taxonomy.EMOTIONS[level]
        return zh if _zh() else en

    return _("Emotion changed from “%(old)s” to “%(new)s” by %(who)s") % {
        "old": named(data["old"]),
        "new": named(data["new"]),
        "who": data["who"],
    }


def _flags(data: dict[str, Any]) -> str:
    names = [_words(taxonomy.FLAGS.get(flag), flag) for flag in data["new"]]
    if not names:
        return _("Risk flags taken off by %(who)s") % data
    return _("Risk flags set by %(who)s: %(flags)s") % {
        "who": data["who"],
        "flags": ", ".join(names),
    }


def _resolved(data: dict[str, Any]) -> str:
    remedy = data.get("remedy", "")
    named = {
        "who": data["who"],
        "reason": _words(taxonomy.RESOLUTION_REASONS.get(data.get("reason", "")), "–"),
        "remedy": _words(taxonomy.REMEDIES.get(remedy), ""),
    }
    if remedy in taxonomy.REMEDIES:
        return _("Resolved by %(who)s: %(reason)s, remedy %(remedy)s") % named
    return _("Resolved by %(who)s: %(reason)s") % named


def _approval(data: dict[str, Any]) -> str:
    named = {
        "who": data["who"],
        "remedy": _words(taxonomy.REMEDIES.get(data.get("remedy", "")), ""),
        "amount": data.get("amount", ""),
    }
    said = {
        "asked": _("%(who)s asks for approval: %(remedy)s, ¥%(amount)s"),
        "seconded": _("%(who)s agrees to ¥%(amount)s; a second supervisor has to"),
        "given": _("Approved by %(who)s: %(remedy)s, up to ¥%(amount)s"),
        "declined": _("Declined by %(who)s: %(remedy)s, ¥%(amount)s"),
        "withdrawn": _("%(who)s took the request for ¥%(amount)s back"),
    }
    return said[data["what"]] % named


def _round(data: dict[str, Any]) -> str:
    causes = {
        "customer_wrote": _("Round %(round)s began: the customer wrote again"),
        "low_score": _("Round %(round)s began: low score"),
        "not_solved": _("Round %(round)s began: the customer says it is not solved"),
        "disputed": _("Round %(round)s began: the customer disputes the outcome"),
        "quality_check": _("Round %(round)s began: quality check"),
        "supervisor": _("Round %(round)s began: reopened by %(who)s"),
    }
    return causes.get(data.get("cause", ""), _("Round %(round)s began")) % data


def _merged(data: dict[str, Any]) -> str:
    return _("%(who)s merged %(merged)s into this ticket") % data


def _unmerged(data: dict[str, Any]) -> str:
    other = data.get("merged") or data.get("survivor")
    return _("%(who)s parted it from %(other)s again") % {"who": data["who"], "other": other}


def _moved(data: dict[str, Any]) -> str:
    if data.get("to"):
        return _("%(who)s moved a message to %(to)s") % data
    return _("%(who)s moved a message here from %(from)s") % data


def _snoozed(data: dict[str, Any]) -> str:
    until = data.get("until")
    if not until:
        return _("%(who)s brought it back into sight") % data
    # Late import: the tags import this module.
    from tickets.templatetags.redress import when_text

    moment = when_text(datetime.fromisoformat(until))
    return _("%(who)s put it aside until %(until)s") % {"who": data["who"], "until": moment}


def _warned(data: dict[str, Any]) -> str:
    return _("Time is running out: %(metric)s") % {"metric": ClockMetric(data["metric"]).label}


def _missed(data: dict[str, Any]) -> str:
    return _("Target missed: %(metric)s") % {"metric": ClockMetric(data["metric"]).label}


def _escalated(data: dict[str, Any]) -> str:
    said = {
        ("overdue", "lead"): _("For the team lead: past due"),
        ("overdue", "supervisor"): _("For the supervisor: long past due"),
        ("overdue", "duty_manager"): _("For the duty manager: urgent and two hours past due"),
        ("unassigned", "lead"): _("For the team lead: urgent and without an owner"),
        ("third_transfer", "lead"): _("For the team lead: handed on three times"),
        ("third_round", "supervisor"): _("For the supervisor: round %(round)s, final reply") % data,
        ("leaks", "supervisor"): _("Red, for the supervisor: leaked data, several customers today"),
    }
    return said.get((data.get("cause", ""), data.get("to", "")), _("Escalated"))


def _failed(data: dict[str, Any]) -> str:
    return _("The reply was not delivered: %(why)s") % {"why": _why(data)}


def _delayed(data: dict[str, Any]) -> str:
    return _("The reply could not be sent yet, it is tried again: %(why)s") % {"why": _why(data)}


def _why(data: dict[str, Any]) -> str:
    return reason(data["code"]) if data.get("code") else str(data.get("why", ""))


def _surveyed(data: dict[str, Any]) -> str:
    solved = data.get("solved")
    if solved is None:
        return _("The customer gave %(score)s of 5") % data
    if solved:
        return _("The customer gave %(score)s of 5 and says it is solved") % data
    return _("The customer gave %(score)s of 5 and says it is not solved") % data


_SAY: dict[EventKind, Say] = {
    EventKind.OPENED: _opened,
    EventKind.STATUS: _status,
    EventKind.OWNER: _owner,
    EventKind.TEAM: _team,
    EventKind.TRIAGED: _triaged,
    EventKind.TRIAGE_CONFIRMED: _confirmed,
    EventKind.CATEGORY: _recategorised,
    EventKind.PRIORITY: _priority,
    EventKind.EMOTION: _emotion,
    EventKind.FLAGS: _flags,
    EventKind.RESOLVED: _resolved,
    EventKind.APPROVAL: _approval,
    EventKind.ROUND: _round,
    EventKind.MERGED: _merged,
    EventKind.UNMERGED: _unmerged,
    EventKind.MOVED: _moved,
    EventKind.SNOOZED: _snoozed,
    EventKind.ESCALATED: _escalated,
    EventKind.SLA_WARNING: _warned,
    EventKind.SLA_MISSED: _missed,
    EventKind.REPLY_FAILED: _failed,
    EventKind.REPLY_DELAYED: _delayed,
    EventKind.SURVEY: _surveyed,
}

"""What the pure modules say, in the reader's language."""

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from knowledgebase.ranking.suggest import Why
from knowledgebase.tone import Finding

WHY_TONE: dict[str, Promise] = {
    "unfilled": _("This slot has no value yet."),
    "unknown": _("There is no variable of this name."),
    "personal-number": _("A full phone, ID or card number must not stand in a reply."),
    "someone-else": _("This belongs to another customer."),
    "asks-secret": _("Never ask for a password, a one-time code or a full ID or card number here."),
    "above-limit": _("This amount is above what you may promise. Ask for approval first."),
    "unapproved": _("This promise needs approval first."),
    "pays-for-review": _("Never offer anything for a good review or for deleting one."),
    "liability": _("Neither admit nor deny before the check is done."),
    "insult": _("This insults the customer."),
    "wrong-language": _("The customer writes in another language."),
    "dismissive": _("This sounds dismissive."),
    "familiar": _("Too familiar or too loud for a complaint."),
    "no-time": _("Say by when, not only that it will be soon."),
    "apology": _("The apology is below what this customer's mood asks for."),
    "too-long": _("Longer than this customer's mood allows."),
    "sent-before": _("The same text was sent before in this ticket."),
    "no-next-step": _("Say what happens next."),
    "unnamed-rule": _("Name the rule instead of only saying policy."),
    "differs": _("This differs from the order."),
}

APOLOGY_LEVELS: dict[str, Promise] = {
    "A0": _("no apology"),
    "A1": _("regret for the trouble"),
    "A2": _("an apology that names the fact"),
    "A3": _("an apology with responsibility, a name and a time"),
    "AR": _("concern, without admitting or denying a cause"),
}

OFFERS: dict[str, Promise] = {
    "O1": _("Service only"),
    "O2": _("Statutory and policy remedies"),
    "O3": _("Goodwill within the limit"),
    "OX": _("Only what was approved"),
}

LIMITS: dict[str, Promise] = {
    "refund": _("Refund limit"),
    "goodwill": _("Goodwill limit"),
}

ORDER_STATES: dict[str, Promise] = {
    "placed": _("order placed"),
    "shipped": _("order shipped"),
    "delivered": _("order delivered"),
    "returned": _("goods returned"),
    "cancelled": _("order cancelled"),
}

TRAITS: dict[str, Promise] = {
    "custom-made": _("custom-made goods"),
    "perishable": _("perishable goods"),
    "opened-digital": _("opened digital goods"),
    "intimate": _("intimate goods"),
    "newspapers": _("newspapers"),
    "confirmed": _("goods confirmed as not returnable"),
}

GROUPS: dict[str, Promise] = {
    "LOG": _("Logistics"),
    "QUA": _("Quality"),
    "MON": _("Money"),
    "TRU": _("Trust and safety"),
    "SRV": _("Service"),
    "INF": _("Enquiries"),
}

ESCALATIONS: dict[str, Promise] = {
    "lead": _("the lead sees it"),
    "S": _("second line"),
    "C": _("compliance"),
    "S+C": _("second line and compliance"),
}

SOURCES: dict[str, Promise] = {
    "customer": _("from the customer"),
    "agent": _("from you"),
    "shop": _("from the shop's settings"),
    "ticket": _("from the ticket"),
    "order": _("from the order"),
    "typed": _("typed by the agent"),
}


def interface_language() -> str:
    """Return ``zh`` or ``en``, as the pure modules name languages."""
    return "zh" if (get_language() or "").startswith("zh") else "en"


def finding_sentence(finding: Finding) -> str:
    """Say why a finding was made, with its figures."""
    said = str(WHY_TONE[finding.reason])
    if finding.reason == "too-long":
        return gettext("%(why)s %(count)s of at most %(allowed)s.") % {
            "why": said,
            "count": finding.data["count"],
            "allowed": finding.data["allowed"],
        }
    if finding.reason == "apology":
        return gettext("%(why)s Wanted: %(level)s.") % {
            "why": said,
            "level": APOLOGY_LEVELS[finding.data["needed"]],
        }
    return said


def why_sentences(why: Why) -> list[str]:
    """Say why a reply is suggested, in short parts."""
    parts: list[str] = []
    if why.same_category:
        parts.append(gettext("same category"))
    if why.words:
        words = gettext(", ").join(why.words)
        parts.append(gettext("words: %(words)s") % {"words": words})
    if why.outcome.is_harmful:
        parts.append(gettext("under review: customers often came back or were unhappy"))
    elif why.is_trial:
        parts.append(gettext("little used so far, worth a try"))
    elif why.outcome.is_known:
        parts.append(_led_to(why.outcome))
    return parts


def _led_to(outcome: Any) -> str:
    percent = round(100 * outcome.good / outcome.uses)
    return ngettext(
        "%(percent)d%% ended well, n=%(n)d", "%(percent)d%% ended well, n=%(n)d", outcome.uses
    ) % {"percent": percent, "n": outcome.uses}

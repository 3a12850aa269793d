"""Filters of the channel pages: steps, reasons and refusals as sentences."""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from intake import reasons
from intake.models import DeliveryStatus, RawDelivery
from intake.queries import Reason
from tickets.templatetags.redress import when_text

register = template.Library()

_STEPS = {
    "verified": _("Verified"),
    "filed": _("Filed"),
    "duplicate": _("Seen before"),
    "ignored": _("Ignored"),
    "receipt": _("Receipt"),
    "noted": _("Ticket"),
    "dead": _("Could not be read"),
    "media": _("Files"),
}
_TONES = {"verified": "ok", "filed": "ok", "receipt": "ok", "noted": "ok", "dead": "bad"}


@register.filter
def step_name(step: Mapping[str, Any]) -> str:
    """Name a step of the trail."""
    name = str(step.get("step", ""))
    return str(_STEPS.get(name, name))


@register.filter
def step_tone(step: Mapping[str, Any]) -> str:
    """Return how a step ended: ok, bad or nothing."""
    return _TONES.get(str(step.get("step", "")), "")


@register.filter
def step_why(step: Mapping[str, Any]) -> str:
    """Say why a step decided as it did."""
    return reasons.say_step(step)


@register.filter
def step_ticket(step: Mapping[str, Any]) -> str:
    """Return the ticket that a step names, "" without one."""
    return str(step.get("ticket", ""))


@register.filter
def why_of(delivery: RawDelivery) -> str:
    """Say in one line why a delivery is where it is."""
    is_open = delivery.status in {DeliveryStatus.DEAD, DeliveryStatus.RECEIVED}
    if delivery.trail and not (is_open and delivery.reason):
        return reasons.say_step(delivery.trail[-1])
    return reasons.say_text(delivery.reason)


@register.filter
def said(why: str) -> str:
    """Say a reason that is stored as words."""
    return reasons.say_text(why)


@register.filter
def said_refusal(stored: str) -> str:
    """Say why the last delivery was refused."""
    return reasons.say_refusal(stored)


_STATES = {
    "good": _("works"),
    "warn": _("works, but look at it"),
    "bad": _("needs attention"),
    "idle": _("nothing came yet"),
    "off": _("switched off"),
}


@register.filter
def health_words(state: str) -> str:
    """Say the light of a source."""
    return str(_STATES.get(state, state))


@register.filter
def reason_words(reason: Reason) -> str:
    """Say one thing to know about a source."""
    n = reason.number
    plural: dict[str, str] = {
        "alert": ngettext(
            "%(n)s delivery was refused for good: this platform does not send it again.",
            "%(n)s deliveries were refused for good: this platform does not send them again.",
            n,
        ),
        "held": ngettext(
            "Switched off: %(n)s delivery is kept and read when it is on again.",
            "Switched off: %(n)s deliveries are kept and read when it is on again.",
            n,
        ),
        "stuck": ngettext(
            "%(n)s delivery waits for more than five minutes: does a worker run?",
            "%(n)s deliveries wait for more than five minutes: does a worker run?",
            n,
        ),
        "dead": ngettext(
            "%(n)s delivery could not be read.", "%(n)s deliveries could not be read.", n
        ),
        "failing": ngettext(
            "%(n)s reply failed within a day.", "%(n)s replies failed within a day.", n
        ),
    }
    if reason.code in plural:
        return plural[reason.code] % {"n": n}
    at = when_text(reason.at)
    if reason.code == "no_access":
        said = gettext(
            "Nothing can be sent since %(at)s: renew the access token or add what is missing."
        )
        return said % {"at": at}
    if reason.code == "refused":
        if reason.tone == "bad":
            return gettext("The last delivery was refused, %(at)s.") % {"at": at}
        return gettext("A delivery was refused, %(at)s; others came since.") % {"at": at}
    return gettext("Nothing came since %(at)s, which is unusually long.") % {"at": at}

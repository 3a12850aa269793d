"""How facts look on a page: the SLA clock, channel icons, icons of events."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tickets import states
from tickets.models import ClockMetric, Status

MINUS = "\u2212"
# Under this share of the time left the clock turns amber (domain guide, section 3).
RISK_SHARE = 0.2
LONGEST_HOURS = 100

PRIORITY_WORDS = {
    1: pgettext_lazy("priority", "Urgent"),
    2: pgettext_lazy("priority", "High"),
    3: pgettext_lazy("priority", "Normal"),
}
EMOTION_ICONS = ("emo-calm", "emo-annoyed", "emo-angry", "emo-threat")
EMOTION_WORDS = (
    gettext_lazy("Calm"),
    gettext_lazy("Annoyed"),
    gettext_lazy("Angry"),
    gettext_lazy("Threatening"),
)
CHANNELS = {
    "email": ("mail", gettext_lazy("E-mail")),
    "form": ("form", gettext_lazy("Form")),
    "generic": ("link", gettext_lazy("Connected system")),
    "chat": ("chat", gettext_lazy("Chat")),
    "wechat": ("wechat", gettext_lazy("WeChat")),
    "whatsapp": ("whatsapp", gettext_lazy("WhatsApp")),
    "phone": ("phone", gettext_lazy("Phone")),
    "review": ("star", gettext_lazy("Review")),
    "api": ("link", gettext_lazy("API")),
    "manual": ("pencil", gettext_lazy("Typed in")),
}


@dataclass(frozen=True, slots=True)
class ClockSign:
    """What the SLA sign of a ticket shows.

    ``state`` is run, risk, late, pause, off, met or none; ``share`` the used part in percent.
    """

    state: str
    text: str
    what: str
    share: int


def clock_sign(
    *,
    status: str,
    metric: str,
    due_at: datetime | None,
    started_at: datetime | None,
    now: datetime,
) -> ClockSign:
    """Say in one sign how the clock of a ticket stands."""
    if status in (states.RESOLVED, states.CLOSED):
        return ClockSign("met", str(Status(status).label), "", 100)
    if due_at is None or not states.is_open(status):
        return _stopped(status)
    left = due_at - now
    share = _share(started_at, due_at, now)
    what = str(ClockMetric(metric).label) if metric else ""
    if left <= timedelta(0):
        return ClockSign("late", MINUS + hours_minutes(-left), what, 100)
    state = "risk" if share >= 100 * (1 - RISK_SHARE) else "run"
    return ClockSign(state, hours_minutes(left), what, share)


def _stopped(status: str) -> ClockSign:
    if status == states.WAITING_CUSTOMER:
        return ClockSign("pause", _("Paused"), _("by customer"), 0)
    if status == states.SCHEDULED:
        return ClockSign("pause", _("Paused"), _("until the date agreed"), 0)
    return ClockSign("none", "", "", 0)


def _share(started_at: datetime | None, due_at: datetime, now: datetime) -> int:
    if started_at is None or due_at <= started_at:
        return 0
    used = (now - started_at) / (due_at - started_at)
    return max(0, min(100, round(100 * used)))


def hours_minutes(span: timedelta) -> str:
    """Write a span as ``h:mm``; days where the hours would not be read any more."""
    minutes = int(span.total_seconds() // 60)
    hours, rest = divmod(minutes, 60)
    if hours < LONGEST_HOURS:
        return f"{hours}:{rest:02d}"
    days = hours // 24
    return ngettext("%(days)s day", "%(days)s days", days) % {"days": days}


def channel(kind: str) -> tuple[str, str]:
    """Return icon and name of a channel; an unknown one keeps its own name."""
    icon, label = CHANNELS.get(kind, ("inbox", kind))
    return icon, str(label)

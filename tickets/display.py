"""How facts look on a page: the SLA clock, channel icons, icons of events."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from tickets import states
from tickets.models import Status, Ticket
from tickets.models.ticket import ClockMetric
from tickets.sla import CALENDARS
from tickets.sla.policy import NEXT, WARN_SHARE, calendar_name

MINUS = "\u2212"
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
CHANNELS: dict[str, tuple[str, str | Promise]] = {
    "email": ("mail", gettext_lazy("E-mail")),
    "form": ("form", gettext_lazy("Form")),
    "generic": ("link", gettext_lazy("Connected system")),
    "chat": ("chat", gettext_lazy("Chat")),
    "wechat": ("wechat", gettext_lazy("WeChat")),
    "whatsapp": ("whatsapp", gettext_lazy("WhatsApp")),
    # Names of products are the same in every language.
    "telegram": ("send", "Telegram"),
    "line": ("chat", "LINE"),
    "slack": ("chat", "Slack"),
    "messenger": ("chat", "Messenger"),
    "instagram": ("chat", "Instagram"),
    "sms": ("phone", "SMS"),
    "wecom": ("wechat", "WeCom 企业微信"),
    "douyin": ("play", "Douyin 抖音"),
    "shopify": ("link", "Shopify"),
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


def clock_sign(ticket: Ticket, now: datetime) -> ClockSign:
    """Say in one sign how the clock of a ticket stands; time left is open hours, not night."""
    if ticket.status in (states.RESOLVED, states.CLOSED):
        return ClockSign("met", str(Status(ticket.status).label), "", 100)
    if ticket.due_at is None or not states.is_open(ticket.status):
        return _stopped(ticket.status)
    what = str(ClockMetric(ticket.due_metric).label) if ticket.due_metric else ""
    name = calendar_name(priority=ticket.priority, service_calendar=ticket.calendar)
    calendar = CALENDARS[name]
    if ticket.due_at <= now:
        over = timedelta(seconds=calendar.between(ticket.due_at, now))
        return ClockSign("late", MINUS + hours_minutes(over), what, 100)
    if not calendar.is_open(now):
        opens = timezone.localtime(calendar.next_opening(now))
        return ClockSign("off", _("opens %(time)s") % {"time": f"{opens:%H:%M}"}, what, 0)
    left = calendar.between(now, ticket.due_at)
    whole = calendar.between(_started_at(ticket), ticket.due_at)
    share = max(0, min(100, round(100 * (1 - left / whole)))) if whole else 0
    state = "risk" if share >= 100 * (1 - WARN_SHARE) else "run"
    return ClockSign(state, hours_minutes(timedelta(seconds=left)), what, share)


def _started_at(ticket: Ticket) -> datetime:
    if ticket.due_metric == NEXT and ticket.unanswered_since is not None:
        return ticket.unanswered_since
    return ticket.opened_at


def _stopped(status: str) -> ClockSign:
    if status == states.WAITING_CUSTOMER:
        return ClockSign("pause", _("Paused"), _("by customer"), 0)
    if status == states.SCHEDULED:
        return ClockSign("pause", _("Paused"), _("until the date agreed"), 0)
    return ClockSign("none", "", "", 0)


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

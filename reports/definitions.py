"""Every figure of the reports: its name, what exactly is counted, and which way is better.

The page, its tips, the page of definitions and the CSV files all read from here, so that nothing
is explained in two ways (domain guide, section 1).
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# A figure made of fewer cases is shown grey: chance moves it more than we do.
FEW = 30
REPEAT_DAYS = 14
FCR_DAYS = 7
REOPEN_DAYS = 14


class Kind(StrEnum):
    """How a figure is read: a share of cases, a span of time, or a number of cases."""

    SHARE = "share"
    TIME = "time"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Definition:
    """One figure.

    ``more_is_better`` judges a change; None where neither way is good or bad. ``target`` is a
    share (0..1) or seconds, None where nothing was promised. ``cases`` says what is counted.
    """

    slug: str
    label: str | Promise
    text: str | Promise
    kind: Kind
    cases: str | Promise
    more_is_better: bool | None = None
    target: float | None = None


_CLOCKS = pgettext_lazy("what a figure counts", "clocks")
_TICKETS = pgettext_lazy("what a figure counts", "tickets")
_COMPLAINTS = pgettext_lazy("what a figure counts", "complaints")
_REPLIES = pgettext_lazy("what a figure counts", "replies")
_ANSWERS = pgettext_lazy("what a figure counts", "answers")
_SURVEYS = pgettext_lazy("what a figure counts", "surveys")

_ALL = (
    Definition(
        "sla",
        _("SLA met"),
        _(
            "Clocks stopped in time, divided by clocks stopped in time or missed: first reply, "
            "next reply and resolution together. A clock that is past due and still open counts "
            "as missed from the day it was due. Running clocks are not counted. The priority is "
            "the one that the clock had."
        ),
        Kind.SHARE,
        _CLOCKS,
        more_is_better=True,
    ),
    Definition(
        "sla_first",
        _("SLA met, first reply"),
        _("The same for the clock of the first human reply, in every handling round."),
        Kind.SHARE,
        _CLOCKS,
        more_is_better=True,
    ),
    Definition(
        "sla_next",
        _("SLA met, next replies"),
        _(
            "The same for the clocks that start when the customer writes again after a reply: "
            "one for each run of messages."
        ),
        Kind.SHARE,
        _CLOCKS,
        more_is_better=True,
    ),
    Definition(
        "sla_resolve",
        _("SLA met, resolution"),
        _("The same for the clock of the resolution, in every handling round."),
        Kind.SHARE,
        _CLOCKS,
        more_is_better=True,
    ),
    Definition(
        "first_response",
        _("First reply"),
        _(
            "From the customer's first message to the first reply that a person sent and that "
            "was delivered, wall clock. Automatic messages and notes are no replies. Of merged "
            "tickets the earliest start and the first reply on either count. Tickets typed in "
            "during a call or chat are left out."
        ),
        Kind.TIME,
        _TICKETS,
        more_is_better=False,
    ),
    Definition(
        "next_response",
        _("Next replies"),
        _(
            "From the first message of each later run to the next reply of a person, wall clock. "
            "Messages that need no reply start no run. All runs count."
        ),
        Kind.TIME,
        _REPLIES,
        more_is_better=False,
    ),
    Definition(
        "resolution",
        _("Resolution"),
        _(
            "Mean time from the start to the last resolution of complaints, wall clock, less the "
            "time spent resolved and less the pauses in which we waited for the customer. Gross "
            "keeps those pauses. Resolved means decided, told and the remedy set off."
        ),
        Kind.TIME,
        _COMPLAINTS,
        more_is_better=False,
        target=12 * 3600,
    ),
    Definition(
        "fcr",
        _("Solved at first contact"),
        _(
            "Complaints resolved in round 1 without a chase, a hand-over to the second line, a "
            "reopening, a second handling or a repeat within 7 days, divided by complaints first "
            "resolved at least 7 days ago. A chase is a message more than 10 minutes after the "
            "customer's previous one while we were not waiting for the customer. Left out: no "
            "customer response, duplicates."
        ),
        Kind.SHARE,
        _COMPLAINTS,
        more_is_better=True,
        target=0.82,
    ),
    Definition(
        "fcr_provisional",
        _("Solved at first contact, provisional"),
        _(
            "The same for complaints first resolved less than 7 days ago. It can only fall: the "
            "7 days in which they may come back are not over."
        ),
        Kind.SHARE,
        _COMPLAINTS,
        more_is_better=True,
    ),
    Definition(
        "csat",
        _("Satisfaction"),
        _(
            "Scores of 4 and 5, divided by all valid scores from 1 to 5. A 3 is not satisfied. "
            "The first answer counts, by its date, and is credited to the person who resolved "
            "that round."
        ),
        Kind.SHARE,
        _ANSWERS,
        more_is_better=True,
    ),
    Definition(
        "survey_response",
        _("Surveys answered"),
        _("Surveys answered, divided by surveys delivered, by the date they were sent."),
        Kind.SHARE,
        _SURVEYS,
        more_is_better=True,
    ),
    Definition(
        "repeat",
        _("Repeat complaints"),
        _(
            "Complaints with an earlier complaint of the same customer, on any channel, about the "
            "same order or the same sub-category, that was open or resolved at most 14 days "
            "before; divided by all complaints. Every complaint counts as it came in: merging "
            "hides none. The same problem sent again within 30 minutes is one complaint. "
            "Reopening is no repeat."
        ),
        Kind.SHARE,
        _COMPLAINTS,
        more_is_better=False,
    ),
    Definition(
        "saved",
        _("Saved by second handling"),
        _("Scores of 4 and 5 after round 2, divided by all scores after round 2."),
        Kind.SHARE,
        _ANSWERS,
        more_is_better=True,
    ),
    Definition(
        "reopen",
        _("Reopened"),
        _(
            "Tickets opened again within 14 days of their first resolution, divided by tickets "
            "first resolved. Each ticket counts once. Taking a resolution back within 10 minutes "
            "and a thank-you do not count."
        ),
        Kind.SHARE,
        _TICKETS,
        more_is_better=False,
    ),
    Definition(
        "backlog",
        _("Age of open tickets"),
        _(
            "Now less the start of every ticket that is not resolved, wall clock. Tickets that "
            "wait for the customer stand apart. The period does not matter here."
        ),
        Kind.COUNT,
        _TICKETS,
        more_is_better=False,
    ),
)

DEFINITIONS: dict[str, Definition] = {definition.slug: definition for definition in _ALL}

# All but the backlog, which is counted as it stands now.
PERIODIC = frozenset(DEFINITIONS) - {"backlog"}

# What holds for every figure.
COMMON: tuple[str | Promise, ...] = (
    _("Spam, tests and backfill are left out of every figure."),
    _("Merged tickets count once, with the one they were merged into."),
    _("Complaint figures leave out enquiries, suggestions, thanks and what needs no reply."),
    _("A case belongs to the day on which it ended: the reply, the resolution, the answer."),
    _("A ticket counts for the category and the team that it has now."),
    _("Days begin at midnight of the named time zone."),
    _("Figures made of fewer than 30 cases are grey: chance moves them."),
)

# (slug, upper age in hours or None, label): buckets of the backlog.
BACKLOG: tuple[tuple[str, int | None, str | Promise], ...] = (
    ("backlog_4h", 4, _("under 4 h")),
    ("backlog_12h", 12, _("4–12 h")),
    ("backlog_24h", 24, _("12–24 h")),
    ("backlog_3d", 72, _("1–3 days")),
    ("backlog_7d", 168, _("3–7 days")),
    ("backlog_old", None, _("over 7 days")),
    ("backlog_waiting", None, _("waiting")),
)
# The promise to the customer that the domain guide states for urgent tickets.
SLA_TARGETS: dict[int, float] = {1: 0.95}


def find_definition(figure: str) -> Definition | None:
    """Return the definition behind a figure's slug, also that of one bucket of the backlog."""
    if any(figure == slug for slug, _hours, _label in BACKLOG):
        return DEFINITIONS["backlog"]
    return DEFINITIONS.get(figure)

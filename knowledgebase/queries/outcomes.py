"""What replies led to, by template, agent and week; a fixed number of statements each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Avg, Count, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission, can
from knowledgebase.content import body_digest
from knowledgebase.models import (
    HarmFlag,
    RankingWeek,
    Scenario,
    Template,
    TemplatePause,
    TemplateUse,
)
from knowledgebase.ranking.outcome import Counts, interval
from tickets.queries import visible_tickets

# Acceptance and edits are those of the last 30 days; ends are those of the last year.
RECENT = timedelta(days=30)
COUNTED = timedelta(days=365)
SPARK_WEEKS = 12
RANKING_WEEKS = 26
# A share of the text that is still a slip of the pen.
EDITED_FROM = 0.05
SAMPLES = 5
_ROWS = 60


@dataclass(frozen=True, slots=True)
class Selection:
    """What the figures are narrowed to; empty means everything."""

    language: str = ""
    emotion: int | None = None
    category: str = ""
    agent: int | None = None

    def uses(self, now: datetime) -> QuerySet[TemplateUse]:
        """Return the uses of the last year that are meant."""
        uses = TemplateUse.objects.filter(sent_at__gt=now - COUNTED).order_by()
        if self.language:
            uses = uses.filter(template__language=self.language)
        if self.emotion is not None:
            uses = uses.filter(emotion=self.emotion)
        if self.category:
            uses = uses.filter(template__scenario__category=self.category)
        if self.agent is not None:
            uses = uses.filter(by_id=self.agent)
        return uses


@dataclass(frozen=True, slots=True)
class Figures:
    """How often something was sent and changed, and how it ended."""

    uses: int = 0
    recent: int = 0
    edited: int = 0
    distance: float | None = None
    counts: Counts = field(default_factory=Counts)
    shown: int = 0
    picked: int = 0

    @property
    def edited_share(self) -> float | None:
        """Share of the recent uses that were changed before they were sent."""
        return self.edited / self.recent if self.recent else None

    @property
    def accepted_share(self) -> float | None:
        """Share of the lists with this reply, in the last 30 days, from which it was sent."""
        return self.picked / self.shown if self.shown else None

    @property
    def rate(self) -> float | None:
        """Share of the settled uses that ended well."""
        return self.counts.rate

    @property
    def bounds(self) -> tuple[float, float]:
        """Where that share plausibly is (95 %)."""
        return interval(self.counts.outcome())


@dataclass(frozen=True, slots=True)
class TemplateRow:
    """One template with its figures, week by week, and its marks."""

    template: Template
    figures: Figures
    weeks: tuple[float | None, ...] = ()
    flag: HarmFlag | None = None
    pause: TemplatePause | None = None


@dataclass(frozen=True, slots=True)
class AgentRow:
    """One agent's use of templates."""

    agent: User
    figures: Figures


@dataclass(frozen=True, slots=True)
class Flagged:
    """A template that does harm, with the evidence and tickets to look at."""

    flag: HarmFlag
    pause: TemplatePause | None
    samples: tuple[tuple[str, bool], ...]


_QUIET = Q(came_back=False, repeated=False)


def _sums(now: datetime) -> dict[str, Any]:
    recent = Q(sent_at__gt=now - RECENT)
    return {
        "uses": Count("id"),
        "recent": Count("id", filter=recent),
        "edited": Count("id", filter=recent & Q(edited_share__gt=EDITED_FROM)),
        "distance": Avg("edit_distance", filter=recent),
        "settled": Count("id", filter=Q(came_back__isnull=False)),
        "quiet": Count("id", filter=_QUIET),
        "answered": Count("id", filter=_QUIET & Q(score__isnull=False)),
        "satisfied": Count("id", filter=_QUIET & Q(is_good=True)),
    }


def _figures(row: Mapping[str, Any], lists: tuple[int, int] = (0, 0)) -> Figures:
    return Figures(
        row["uses"],
        row["recent"],
        row["edited"],
        row["distance"],
        Counts(row["settled"], row["quiet"], row["answered"], row["satisfied"]),
        *lists,
    )


def total_figures(selection: Selection, now: datetime) -> Figures:
    """Return the figures of everything that is selected."""
    row = selection.uses(now).aggregate(**_sums(now))
    return _figures(row, _answered_lists(selection, now))


def template_rows(
    selection: Selection, now: datetime, *, limit: int = _ROWS
) -> tuple[list[TemplateRow], int]:
    """Return the templates that were used most, and how many there are; six statements."""
    rows: list[Any] = list(selection.uses(now).values("template_id").annotate(**_sums(now)))
    rows.sort(key=lambda row: (-row["recent"], -row["uses"], row["template_id"]))
    shown = rows[:limit]
    ids = [row["template_id"] for row in shown]
    templates = Template.objects.select_related("scenario").in_bulk(ids)
    lists = _lists(selection, now)
    weeks = _weeks(selection, ids, now)
    marks = marks_of(templates.values())
    return [
        TemplateRow(
            templates[row["template_id"]],
            _figures(row, lists.get(_place(templates[row["template_id"]]), (0, 0))),
            weeks.get(row["template_id"], (None,) * SPARK_WEEKS),
            *marks[row["template_id"]],
        )
        for row in shown
        if row["template_id"] in templates
    ], len(rows)


def _place(template: Template) -> tuple[str, str, str]:
    return template.scenario.slug, template.language, template.variant


# A list knows the mood only by the emotion: distressed customers are among the calm ones.
_LISTS = """
SELECT slug, language, CASE WHEN emotion >= 2 THEN 'angry' ELSE 'calm' END AS variant,
       count(*), count(*) FILTER (WHERE picked = slug)
FROM knowledgebase_suggestionlist, unnest(slugs) AS slug
WHERE answered_at > %(since)s
  AND (%(language)s = '' OR language = %(language)s)
  AND (%(emotion)s < 0 OR emotion = %(emotion)s)
  AND (%(category)s = '' OR category = %(category)s)
  AND (%(agent)s < 0 OR by_id = %(agent)s)
  AND (%(slug)s = '' OR slug = %(slug)s)
GROUP BY 1, 2, 3
"""
_ANSWERED = """
SELECT count(*), count(*) FILTER (WHERE picked_rank IS NOT NULL)
FROM knowledgebase_suggestionlist
WHERE answered_at > %(since)s
  AND (%(language)s = '' OR language = %(language)s)
  AND (%(emotion)s < 0 OR emotion = %(emotion)s)
  AND (%(category)s = '' OR category = %(category)s)
  AND (%(agent)s < 0 OR by_id = %(agent)s)
"""


def _values(selection: Selection, now: datetime) -> dict[str, Any]:
    return {
        "since": now - RECENT,
        "language": selection.language,
        "emotion": -1 if selection.emotion is None else selection.emotion,
        "category": selection.category,
        "agent": -1 if selection.agent is None else selection.agent,
    }


def _lists(
    selection: Selection, now: datetime, *, slug: str = ""
) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return (shown, picked) of the last 30 days by scenario, language and mood."""
    with connection.cursor() as cursor:
        cursor.execute(_LISTS, _values(selection, now) | {"slug": slug})
        return {(row[0], row[1], row[2]): (row[3], row[4]) for row in cursor.fetchall()}


def _answered_lists(selection: Selection, now: datetime) -> tuple[int, int]:
    """Return how many lists were answered, and how many from one of their replies."""
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERED, _values(selection, now))
        answered, picked = cursor.fetchone()
        return int(answered), int(picked)


def _weeks(
    selection: Selection, template_ids: Sequence[int], now: datetime
) -> dict[int, tuple[float | None, ...]]:
    """Return the shares that ended well by week of sending, for the last settled weeks."""
    last = _monday(now - timedelta(days=14))
    weeks = [last - timedelta(weeks=SPARK_WEEKS - 1 - i) for i in range(SPARK_WEEKS)]
    found: dict[int, dict[date, Counts]] = {}
    rows = (
        selection.uses(now)
        .filter(template_id__in=template_ids, sent_at__date__gte=weeks[0])
        .values("template_id", week=TruncWeek("sent_at"))
        .annotate(**_sums(now))
    )
    for row in rows:
        counts = _figures(row).counts
        found.setdefault(row["template_id"], {})[row["week"].date()] = counts
    return {
        pk: tuple(counts.get(week, Counts()).rate for week in weeks) for pk, counts in found.items()
    }


def _monday(moment: datetime) -> date:
    """Return the first day of a moment's week where the weeks are counted: at the shop."""
    day = timezone.localdate(moment)
    return day - timedelta(days=day.weekday())


def marks_of(
    templates: Iterable[Template],
) -> dict[int, tuple[HarmFlag | None, TemplatePause | None]]:
    """Return the flag and the pause that hold for each text as it is; two statements."""
    digests = {one.pk: body_digest(one.published_body) for one in templates}
    flags = {
        (one.template_id, one.body_digest): one
        for one in HarmFlag.objects.filter(template_id__in=digests).select_related("dismissed_by")
    }
    pauses = {
        (one.template_id, one.body_digest): one
        for one in TemplatePause.objects.filter(
            template_id__in=digests, ended_at=None
        ).select_related("by")
    }
    return {pk: (flags.get((pk, text)), pauses.get((pk, text))) for pk, text in digests.items()}


def flagged_templates(user: User) -> list[Flagged]:
    """Return every template that does harm, the surest first, with tickets that came to grief."""
    flags = list(HarmFlag.objects.select_related("template__scenario", "dismissed_by"))
    marks = marks_of({flag.template for flag in flags})
    current = [flag for flag in flags if marks[flag.template_id][0] == flag]
    samples = _samples([flag.template_id for flag in current], user)
    found = [
        Flagged(flag, marks[flag.template_id][1], samples.get(flag.template_id, ()))
        for flag in current
    ]
    return sorted(found, key=lambda one: -float(one.flag.evidence.get("one_in", 0)))


_SAMPLES = """
SELECT template_id, ticket_id, reference FROM (
    SELECT u.template_id, u.ticket_id, t.reference,
           row_number() OVER (PARTITION BY u.template_id ORDER BY u.sent_at DESC) AS place
    FROM knowledgebase_templateuse u JOIN tickets_ticket t ON t.id = u.ticket_id
    WHERE u.template_id = ANY(%s) AND u.is_good IS FALSE
) newest WHERE place <= %s ORDER BY template_id, place
"""


def _samples(template_ids: Sequence[int], user: User) -> dict[int, tuple[tuple[str, bool], ...]]:
    """Return the newest tickets that ended badly, and whether this person may open them."""
    if not template_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_SAMPLES, [list(template_ids), SAMPLES])
        rows = cursor.fetchall()
    seen: set[int] = set()
    if can(user, Permission.READ_TICKETS):
        ids = [row[1] for row in rows]
        seen = set(visible_tickets(user).filter(pk__in=ids).values_list("pk", flat=True))
    found: dict[int, list[tuple[str, bool]]] = {}
    for template_id, ticket_id, reference in rows:
        found.setdefault(template_id, []).append((reference, ticket_id in seen))
    return {pk: tuple(dict.fromkeys(one)) for pk, one in found.items()}


def agents_of(user: User) -> list[User]:
    """Return the agents whose figures this person may see: all, of own teams, or only the own."""
    if can(user, Permission.READ_REPORTS_ALL):
        agents = User.objects.filter(is_active=True, role__in=("agent", "senior", "lead"))
        return list(agents.order_by("display_name", "pk"))
    if can(user, Permission.READ_REPORTS_TEAM):
        agents = User.objects.filter(is_active=True, teams__in=user.teams.all())
        return list(agents.distinct().order_by("display_name", "pk"))
    return [user] if can(user, Permission.REPLY) else []


def agent_rows(agents: Sequence[User], selection: Selection, now: datetime) -> list[AgentRow]:
    """Return what these agents made of the templates; two statements."""
    ids = [one.pk for one in agents]
    uses = selection.uses(now).filter(by_id__in=ids).values("by_id").annotate(**_sums(now))
    rows = {row["by_id"]: row for row in uses}
    lists = _lists_by_agent(ids, selection, now)
    return [
        AgentRow(one, _figures(rows[one.pk], lists.get(one.pk, (0, 0))))
        for one in agents
        if one.pk in rows
    ]


_LISTS_BY_AGENT = """
SELECT by_id, count(*), count(*) FILTER (WHERE picked_rank IS NOT NULL)
FROM knowledgebase_suggestionlist
WHERE answered_at > %(since)s AND by_id = ANY(%(agents)s)
  AND (%(language)s = '' OR language = %(language)s)
  AND (%(emotion)s < 0 OR emotion = %(emotion)s)
  AND (%(category)s = '' OR category = %(category)s)
GROUP BY 1
"""


def _lists_by_agent(
    ids: Sequence[int], selection: Selection, now: datetime
) -> dict[int, tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(_LISTS_BY_AGENT, _values(selection, now) | {"agents": list(ids)})
        return {row[0]: (row[1], row[2]) for row in cursor.fetchall()}


@dataclass(frozen=True, slots=True)
class Week:
    """How the lists of a week did, over the answers that came from a template."""

    monday: date
    answered: int = 0
    used: int = 0
    first: int = 0
    top3: int = 0
    reciprocal: float = 0.0

    def share(self, part: float) -> float | None:
        """Return a part of the answers from templates; None without any."""
        return part / self.used if self.used else None


def ranking_weeks(language: str, now: datetime) -> list[Week]:
    """Return the last half year, week by week, the oldest first; one statement."""
    last = _monday(now)
    mondays = [last - timedelta(weeks=RANKING_WEEKS - 1 - i) for i in range(RANKING_WEEKS)]
    rows = RankingWeek.objects.filter(week__gte=mondays[0])
    if language:
        rows = rows.filter(language=language)
    found: dict[date, Week] = {}
    for row in rows:
        before = found.get(row.week, Week(row.week))
        found[row.week] = Week(
            row.week,
            before.answered + row.answered,
            before.used + row.used,
            before.first + row.first,
            before.top3 + row.top3,
            before.reciprocal + row.reciprocal,
        )
    weeks = [found.get(monday, Week(monday)) for monday in mondays]
    begun = next((i for i, week in enumerate(weeks) if week.answered), len(weeks))
    return weeks[begun:]


@dataclass(frozen=True, slots=True)
class Led:
    """What a scenario's replies led to, together and text by text."""

    figures: Figures
    people: int
    texts: list[TemplateRow]


def outcome_of(scenario: Scenario, now: datetime) -> Led:
    """Return what the replies of a scenario led to; five statements."""
    uses = TemplateUse.objects.filter(template__scenario=scenario, sent_at__gt=now - COUNTED)
    rows = {
        row["template_id"]: row
        for row in uses.order_by().values("template_id").annotate(**_sums(now))
    }
    whole = uses.aggregate(people=Count("by", distinct=True), **_sums(now))
    pairs = _lists(Selection(), now, slug=scenario.slug).values()
    shown = (sum(one for one, _ in pairs), sum(one for _, one in pairs))
    templates = {one.pk: one for one in scenario.templates.all()}
    marks = marks_of(templates.values())
    texts = [
        TemplateRow(one, _figures(rows[pk]), (), *marks[pk])
        if pk in rows
        else TemplateRow(one, Figures(), (), *marks[pk])
        for pk, one in templates.items()
    ]
    return Led(_figures(whole, shown), whole["people"], texts)

"""What editors and approvers have to look after, and who uses a reply."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Max, Q, QuerySet

from knowledgebase import variables
from knowledgebase.models import (
    HelpText,
    Scenario,
    Template,
    TemplateComment,
    TemplateStatus,
    TemplateUse,
)

USES_OVER = timedelta(days=30)
SOON = timedelta(days=30)
_MOST = 100
# A sentence shorter than this is shared by chance.
_LEAST_SENTENCE = 12
_SENTENCE = re.compile(r"[^。！？.!?\n]+")


@dataclass(frozen=True, slots=True)
class Waiting:
    """Everything that waits for somebody; each list is cut at a hundred."""

    in_review: list[Template]
    drafts: list[Template]
    remarks: list[TemplateComment]
    help_texts: list[HelpText]
    expiring: list[Scenario]
    withdrawn: list[Scenario]

    @property
    def count(self) -> int:
        """How many things there are to do; withdrawn scenarios need nothing."""
        texts = len(self.in_review) + len(self.drafts) + len(self.help_texts)
        return texts + len(self.remarks) + len(self.expiring)


def waiting(today: date) -> Waiting:
    """Return what waits, the oldest first."""
    templates = Template.objects.select_related("scenario", "changed_by").order_by("changed_at")
    return Waiting(
        in_review=list(templates.filter(status=TemplateStatus.REVIEW)[:_MOST]),
        drafts=list(templates.filter(status=TemplateStatus.DRAFT)[:_MOST]),
        remarks=list(
            TemplateComment.objects.filter(resolved_at=None)
            .select_related("template__scenario", "by")
            .order_by("id")[:_MOST]
        ),
        help_texts=list(
            HelpText.objects.exclude(
                is_public=True, title=F("published_title"), text=F("published_text")
            )
            .select_related("scenario", "changed_by")
            .order_by("changed_at")[:_MOST]
        ),
        expiring=list(soon_to_expire(today)[:_MOST]),
        withdrawn=list(
            Scenario.objects.exclude(withdrawn_at=None)
            .select_related("withdrawn_by")
            .order_by("-withdrawn_at")[:_MOST]
        ),
    )


def soon_to_expire(today: date) -> QuerySet[Scenario]:
    """Return scenarios whose last day is near or over, the nearest first."""
    near = Q(expires_on__lte=today + SOON)
    return Scenario.objects.filter(near, withdrawn_at=None).order_by("expires_on", "id")


def waiting_count() -> int:
    """Return how many templates wait for review, for the tab."""
    return Template.objects.filter(status=TemplateStatus.REVIEW).count()


def remarks_of(template_ids: list[int]) -> dict[int, list[TemplateComment]]:
    """Return the remarks on templates, open ones first."""
    found: dict[int, list[TemplateComment]] = {}
    rows = TemplateComment.objects.filter(template__in=template_ids)
    rows = rows.select_related("by", "resolved_by").order_by(
        F("resolved_at").asc(nulls_first=True), "id"
    )
    for comment in rows:
        found.setdefault(comment.template_id, []).append(comment)
    return found


@dataclass(frozen=True, slots=True)
class Users:
    """Who sent the replies of a scenario lately, and for what."""

    total: int
    by_agent: list[tuple[str, int]]
    by_category: list[tuple[str, int]]
    by_template: list[tuple[Template, int]]
    last_at: datetime | None
    sharing: list[tuple[Scenario, str]]


def users_of(scenario: Scenario, *, now: datetime) -> Users:
    """Return the uses of the last 30 days, and scenarios that share whole sentences."""
    rows = TemplateUse.objects.filter(template__scenario=scenario, sent_at__gte=now - USES_OVER)
    told = rows.aggregate(n=Count("id"), last=Max("sent_at"))
    agents = rows.values("by", "by__display_name", "by__username").annotate(n=Count("id"))
    categories = rows.values_list("ticket__category").annotate(n=Count("id")).order_by("-n")
    templates = {one.pk: one for one in scenario.templates.all()}
    bodies = rows.values_list("template").annotate(n=Count("id")).order_by("-n")
    return Users(
        total=told["n"],
        by_agent=[
            (row["by__display_name"] or row["by__username"] or "", row["n"])
            for row in agents.order_by("-n")[:20]
        ],
        by_category=list(categories[:20]),
        by_template=[(templates[pk], n) for pk, n in bodies if pk in templates],
        last_at=told["last"],
        sharing=_sharing(scenario, list(templates.values())),
    )


def _sharing(scenario: Scenario, templates: list[Template]) -> list[tuple[Scenario, str]]:
    """Return scenarios with a sentence of this one: a change here belongs there too."""
    own = {text for one in templates for text in _sentences(one.body)}
    if not own:
        return []
    shared: dict[int, str] = {}
    times: Counter[int] = Counter()
    others = Template.objects.exclude(scenario=scenario).values_list("scenario_id", "body")
    for scenario_id, body in others.iterator():
        for text in own & _sentences(body):
            shared.setdefault(scenario_id, text)
            times[scenario_id] += 1
    first = [pk for pk, _n in times.most_common(20)]
    found = Scenario.objects.in_bulk(first)
    return [(found[pk], shared[pk]) for pk in first]


def _sentences(body: str) -> set[str]:
    plain = (one.strip() for one in _SENTENCE.findall(body))
    return {one for one in plain if len(variables.PATTERN.sub("", one).strip()) >= _LEAST_SENTENCE}

"""What replies led to: the page for those who look after them, and each agent's own figures."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import charts, clock
from common.htmx import render_page
from knowledgebase import labels, queries, services
from knowledgebase.models import HarmFlag, Language, Scenario, Template
from knowledgebase.queries import outcomes
from knowledgebase.queries.outcomes import Figures, Flagged, Selection, TemplateRow, Week
from knowledgebase.ranking.outcome import LEAST_USES
from knowledgebase.views.shared import number_in, signed_in
from tickets.display import EMOTION_WORDS
from tickets.taxonomy import SUBS, sub_label

_CHART_WIDTH, _CHART_HEIGHT = 720, 190
_SPARK_WIDTH, _SPARK_HEIGHT = 84, 22


@dataclass(frozen=True, slots=True)
class Shown:
    """Figures as they are written: whole percent, "–" for what is not known."""

    figures: Figures

    @property
    def rate(self) -> str:
        """Share that ended well."""
        return _percent(self.figures.rate)

    @property
    def bounds(self) -> str:
        """Its 95 % interval."""
        low, high = self.figures.bounds
        return f"{round(100 * low)}–{round(100 * high)}%" if self.figures.rate is not None else ""

    @property
    def is_few(self) -> bool:
        """Whether the share rests on too few uses to be believed."""
        return self.figures.counts.weighed < LEAST_USES

    @property
    def accepted(self) -> str:
        """Share of the lists from which it was sent."""
        return _percent(self.figures.accepted_share)

    @property
    def edited(self) -> str:
        """Share that was changed first."""
        return _percent(self.figures.edited_share)

    @property
    def distance(self) -> str:
        """Characters that were changed, on average."""
        return "–" if self.figures.distance is None else str(round(self.figures.distance))


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{round(100 * share)}%"


@requires(
    Permission.TEMPLATE_APPROVE,
    Permission.TEMPLATE_WRITE,
    Permission.TEMPLATE_SUGGEST,
    Permission.READ_REPORTS_ALL,
)
@require_safe
def show_outcomes(request: HttpRequest) -> HttpResponse:
    """Show what replies led to, the harmful ones on top; agents see their own figures only."""
    user, now = signed_in(request), clock.now()
    sees_all = _sees_all(user)
    agents = outcomes.agents_of(user)
    selection = _selection(request, user, agents)
    rows, count = outcomes.template_rows(selection, now)
    context: dict[str, Any] = {
        "sees_all": sees_all,
        "selection": selection,
        "languages": Language.choices,
        "emotions": list(enumerate(EMOTION_WORDS)),
        "categories": _categories(),
        "agents": agents if sees_all else [],
        "total": Shown(outcomes.total_figures(selection, now)),
        "rows": [_shown_row(row) for row in rows],
        "more": count - len(rows),
        "agent_rows": [
            {"agent": row.agent, "shown": Shown(row.figures)}
            for row in outcomes.agent_rows(agents, selection, now)
        ],
        "may_write": can(user, Permission.TEMPLATE_WRITE),
        "may_publish": can(user, Permission.TEMPLATE_APPROVE),
    }
    if sees_all:
        context["chart"] = _chart(outcomes.ranking_weeks(selection.language, now))
        flagged = outcomes.flagged_templates(user)
        context["flagged"] = [
            _shown_flag(one, user) for one in flagged if one.flag.dismissed_at is None
        ]
        context["kept"] = [
            _shown_flag(one, user) for one in flagged if one.flag.dismissed_at is not None
        ]
    return render_page(
        request, "knowledgebase/outcomes.html", "knowledgebase/_outcomes.html", context
    )


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop offering a template, or offer it again."""
    template = get_object_or_404(Template.objects.select_related("scenario"), pk=pk)
    user, now = signed_in(request), clock.now()
    title = template.scenario.title(labels.interface_language())
    if request.POST.get("verb") == "resume":
        services.resume_template(template_id=pk, by=user, now=now)
        messages.success(request, _("“%(title)s” is offered again.") % {"title": title})
    else:
        services.pause_template(template_id=pk, by=user, now=now)
        messages.success(request, _("“%(title)s” is no longer offered.") % {"title": title})
    return _back(request, template.scenario)


@requires(Permission.TEMPLATE_APPROVE)
@require_POST
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a template in spite of the evidence, or take that back."""
    flag = get_object_or_404(HarmFlag.objects.select_related("template__scenario"), pk=pk)
    services.dismiss_flag(
        flag_id=pk,
        by=signed_in(request),
        now=clock.now(),
        undo=request.POST.get("verb") == "undo",
    )
    return _back(request, flag.template.scenario)


def _back(request: HttpRequest, scenario: Scenario) -> HttpResponse:
    if request.POST.get("back") == "scenario":
        return redirect("knowledgebase:scenario", scenario.slug)
    return redirect("knowledgebase:outcomes")


def _sees_all(user: User) -> bool:
    rights = (
        Permission.TEMPLATE_APPROVE,
        Permission.TEMPLATE_WRITE,
        Permission.READ_REPORTS_ALL,
    )
    return any(can(user, right) for right in rights)


def _selection(request: HttpRequest, user: User, agents: list[User]) -> Selection:
    """Read the filters; what nobody offers is left out, and agents stay among their own."""
    asked = request.GET
    agent = number_in(asked.get("agent", ""))
    if agent not in {one.pk for one in agents}:
        agent = None
    emotion = number_in(asked.get("emotion", ""))
    return Selection(
        language=asked.get("language", "") if asked.get("language") in Language.values else "",
        emotion=emotion if emotion is not None and emotion < len(EMOTION_WORDS) else None,
        category=asked.get("category", "") if asked.get("category") in SUBS else "",
        agent=agent if _sees_all(user) else user.pk,
    )


def _categories() -> list[tuple[str, str]]:
    language = labels.interface_language()
    return [(slug, sub_label(slug, language)) for slug in SUBS]


def _shown_row(row: TemplateRow) -> dict[str, Any]:
    path, last = charts.spark(row.weeks, width=_SPARK_WIDTH, height=_SPARK_HEIGHT)
    known = [week for week in row.weeks if week is not None]
    return {
        "template": row.template,
        "title": row.template.scenario.title(labels.interface_language()),
        "shown": Shown(row.figures),
        "flag": row.flag if row.flag and row.flag.dismissed_at is None else None,
        "pause": row.pause,
        "spark": path,
        "last": last,
        "spark_said": _("by week, oldest first: %(shares)s")
        % {"shares": ", ".join(_percent(week) for week in row.weeks)}
        if known
        else "",
    }


def _shown_flag(one: Flagged, user: User) -> dict[str, Any]:
    evidence = one.flag.evidence
    template = one.flag.template
    return {
        "flag": one.flag,
        "template": template,
        "title": template.scenario.title(labels.interface_language()),
        "rate": _percent(evidence.get("rate")),
        "low": round(100 * evidence.get("low", 0)),
        "high": round(100 * evidence.get("high", 1)),
        "uses": evidence.get("uses", 0),
        "back": evidence.get("uses", 0) - evidence.get("quiet", 0),
        "unhappy": evidence.get("answered", 0) - evidence.get("satisfied", 0),
        "answered": evidence.get("answered", 0),
        "peers_rate": _percent(evidence.get("peers_rate")),
        "peers_uses": evidence.get("peers_uses", 0),
        "one_in": evidence.get("one_in", 0),
        "pause": one.pause,
        "samples": one.samples,
        "may_resume": one.pause is not None
        and (can(user, Permission.TEMPLATE_APPROVE) or one.pause.by_id == user.pk),
    }


def _chart(weeks: list[Week]) -> dict[str, Any] | None:
    """Draw how often the picked reply stood first, and how near the top it stood."""
    if not any(week.used for week in weeks):
        return None
    first = [week.share(week.first) for week in weeks]
    near = [week.share(week.reciprocal) for week in weeks]
    lowest = charts.lowest_share([*first, *near], None)
    line, over = (
        charts.share_line(values, width=_CHART_WIDTH, height=_CHART_HEIGHT, lowest=lowest)
        for values in (first, near)
    )
    latest = next(week for week in reversed(weeks) if week.used)
    return {
        "line": line,
        "near": over,
        "grid": [(one, _percent(one.value)) for one in line.grid],
        "dots": [(point, _said(weeks[point.index])) for point in line.points],
        "first_day": date_format(weeks[0].monday, "MONTH_DAY_FORMAT"),
        "last_day": date_format(weeks[-1].monday, "MONTH_DAY_FORMAT"),
        "said": _("the picked reply stood first, week by week; last: %(share)s of %(n)s")
        % {"share": _percent(latest.share(latest.first)), "n": latest.used},
        "rows": [_week_row(week) for week in reversed(weeks)],
    }


def _said(week: Week) -> str:
    return _("week of %(day)s: %(share)s of %(n)s") % {
        "day": date_format(week.monday, "MONTH_DAY_FORMAT"),
        "share": _percent(week.share(week.first)),
        "n": week.used,
    }


def _week_row(week: Week) -> dict[str, Any]:
    near = week.share(week.reciprocal)
    return {
        "day": date_format(week.monday, "DATE_FORMAT"),
        "answered": week.answered,
        "used": week.used,
        "first": _percent(week.share(week.first)),
        "top3": _percent(week.share(week.top3)),
        "near": "–" if near is None else f"{near:.2f}",
    }


def led_context(scenario: Scenario, user: User) -> dict[str, Any]:
    """Return what a scenario's replies led to, for its own page."""
    led = queries.outcome_of(scenario, clock.now())
    texts = sorted(led.texts, key=lambda row: (row.template.language != "zh", row.template.variant))
    return {
        "led": led,
        "led_shown": Shown(led.figures),
        "led_texts": [
            {
                "row": row,
                "shown": Shown(row.figures),
                "may_resume": row.pause is not None
                and (can(user, Permission.TEMPLATE_APPROVE) or row.pause.by_id == user.pk),
            }
            for row in texts
            if row.figures.uses or row.flag or row.pause
        ],
        "may_pause": can(user, Permission.TEMPLATE_WRITE) or can(user, Permission.TEMPLATE_APPROVE),
    }

"""Scenarios of one's own: made, described, withdrawn and brought back."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, can, require
from common.errors import NotFound
from common.text import storable
from knowledgebase import content
from knowledgebase.errors import BadScenario, EditedMeanwhile, SlugTaken
from knowledgebase.models import Scenario
from knowledgebase.services.revision import bump_revision
from tickets.taxonomy import SUBS

SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*\.[a-z0-9]+(?:-[a-z0-9]+)*")
OFFERS = ("O1", "O2", "O3", "OX")
MOST_EXAMPLES = 12
_LONGEST_EXAMPLE = 300


@dataclass(frozen=True, slots=True)
class Head:
    """Everything of a scenario but its bodies."""

    category: str
    title_en: str
    title_zh: str
    remedy: str = ""
    offer: str = "O1"
    limit: str = ""
    legal: tuple[str, ...] = ()
    jurisdiction: tuple[str, ...] = ()
    conditions: dict[str, Any] = field(default_factory=dict)
    examples_en: tuple[str, ...] = ()
    examples_zh: tuple[str, ...] = ()
    expires_on: date | None = None


@transaction.atomic
def create_scenario(*, slug: str, head: Head, by: User, now: datetime) -> Scenario:
    """Add a scenario without bodies. Raises NotAllowed, BadScenario, SlugTaken."""
    require(by, Permission.TEMPLATE_WRITE)
    if not SLUG.fullmatch(slug) or len(slug) > 80:
        raise BadScenario(why=_("the name must look like lost-parcel.reship"))
    head = checked_head(head)
    scenario = Scenario(slug=slug, created_at=now, changed_at=now, is_edited_here=True)
    _fill(scenario, head)
    try:
        with transaction.atomic():
            scenario.save()
    except IntegrityError as error:
        raise SlugTaken(slug=slug) from error
    return scenario


@transaction.atomic
def edit_scenario(
    *, scenario_id: int, head: Head, by: User, now: datetime, over: int | None = None
) -> Scenario:
    """Change what a scenario is about; what fits which ticket changes at once.

    Raises NotAllowed, BadScenario, EditedMeanwhile.
    """
    require(by, Permission.TEMPLATE_WRITE)
    head = checked_head(head)
    scenario = _lock(scenario_id)
    if head_of(scenario) == head:
        return scenario
    if over is not None and over != scenario.version:
        raise EditedMeanwhile(places=scenario.slug)
    _fill(scenario, head)
    scenario.version += 1
    scenario.is_edited_here, scenario.changed_at = True, now
    scenario.save()
    bump_revision()
    return scenario


@transaction.atomic
def withdraw_scenario(*, scenario_id: int, why: str, by: User, now: datetime) -> Scenario:
    """Suggest a scenario no more; bodies, history and uses stay. Doing it twice changes nothing."""
    _require_either(by)
    scenario = _lock(scenario_id)
    if scenario.withdrawn_at is None:
        scenario.withdrawn_at, scenario.withdrawn_by = now, by
        scenario.withdrawn_why = storable(why).strip()[:300]
        scenario.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        scenario.help_texts.update(is_public=False)
        bump_revision()
    return scenario


@transaction.atomic
def bring_back_scenario(*, scenario_id: int, by: User) -> Scenario:
    """Suggest a withdrawn scenario again; its pages for customers stay closed."""
    _require_either(by)
    scenario = _lock(scenario_id)
    if scenario.withdrawn_at is not None:
        scenario.withdrawn_at, scenario.withdrawn_by, scenario.withdrawn_why = None, None, ""
        scenario.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_why"])
        bump_revision()
    return scenario


def head_of(scenario: Scenario) -> Head:
    """Return the head of a scenario as it is kept."""
    return Head(
        category=scenario.category,
        title_en=scenario.title_en,
        title_zh=scenario.title_zh,
        remedy=scenario.remedy,
        offer=scenario.offer,
        limit=scenario.limit,
        legal=tuple(scenario.legal),
        jurisdiction=tuple(scenario.jurisdiction),
        conditions=without_empty(scenario.conditions),
        examples_en=tuple(scenario.examples_en),
        examples_zh=tuple(scenario.examples_zh),
        expires_on=scenario.expires_on,
    )


def without_empty(conditions: dict[str, Any]) -> dict[str, Any]:
    """Return conditions without those that say nothing."""
    return {name: value for name, value in conditions.items() if value not in ("", [], None)}


def checked_head(head: Head) -> Head:
    """Return a head as it is kept. Raises BadScenario with the reason."""
    if why := fault_of(head):
        raise BadScenario(why=why)
    return Head(
        category=head.category,
        title_en=storable(head.title_en).strip(),
        title_zh=storable(head.title_zh).strip(),
        remedy=head.remedy,
        offer=head.offer,
        limit=head.limit,
        legal=_lines(head.legal),
        jurisdiction=_lines(head.jurisdiction),
        conditions=without_empty(head.conditions),
        examples_en=_lines(head.examples_en),
        examples_zh=_lines(head.examples_zh),
        expires_on=head.expires_on,
    )


def _lines(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(line for one in values if (line := storable(one).strip())))


def fault_of(head: Head) -> str:
    """Return why a head cannot be kept, "" when it can."""
    titles = (head.title_en.strip(), head.title_zh.strip())
    examples = (head.examples_en, head.examples_zh)
    days = str(head.conditions.get("days_since_delivery") or "")
    checks: list[tuple[bool, str]] = [
        (head.category not in SUBS and head.category != "", _("there is no such category")),
        (not all(titles), _("both titles are needed")),
        (max(map(len, titles)) > 160, _("a title may have at most 160 characters")),
        (bool(head.remedy) and head.remedy not in content.REMEDIES, _("there is no such remedy")),
        (head.offer not in OFFERS, _("there is no such class of offers")),
        (head.limit not in {"", "refund", "goodwill"}, _("there is no such limit")),
        (bool(head.legal) and not head.jurisdiction, _("a right needs its country")),
        (
            not set(head.conditions.get("order_state") or []) <= content.ORDER_STATES,
            _("there is no such state of an order"),
        ),
        (
            bool(days) and not content.DAYS.fullmatch(days),
            _("days since delivery look like <=7 or >30"),
        ),
        (
            any(len(one) > MOST_EXAMPLES for one in examples),
            _("at most 12 phrasings in each language"),
        ),
        (
            any(len(text) > _LONGEST_EXAMPLE for one in examples for text in one),
            _("a phrasing may have at most 300 characters"),
        ),
        (any(len(law) > 200 for law in head.legal), _("a legal basis has at most 200 characters")),
        (
            any(len(one) > 8 for one in head.jurisdiction),
            _("a country is a short code, such as CN"),
        ),
    ]
    return next((why for is_wrong, why in checks if is_wrong), "")


def _fill(scenario: Scenario, head: Head) -> None:
    scenario.category = head.category
    scenario.title_en, scenario.title_zh = head.title_en, head.title_zh
    scenario.remedy, scenario.offer, scenario.limit = head.remedy, head.offer, head.limit
    scenario.legal, scenario.jurisdiction = list(head.legal), list(head.jurisdiction)
    scenario.conditions = head.conditions
    scenario.examples_en, scenario.examples_zh = list(head.examples_en), list(head.examples_zh)
    scenario.expires_on = head.expires_on


def _require_either(by: User) -> None:
    if not can(by, Permission.TEMPLATE_WRITE):
        require(by, Permission.TEMPLATE_APPROVE)


def _lock(scenario_id: int) -> Scenario:
    scenario = Scenario.objects.select_for_update().filter(pk=scenario_id).first()
    if scenario is None:
        raise NotFound
    return scenario

"""Editing templates: every change is a new version, publishing takes a right of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, can, require
from common.errors import NotFound
from common.text import storable
from knowledgebase import variables
from knowledgebase.errors import (
    BodyTooLong,
    EditedMeanwhile,
    EmptyBody,
    NotHandedIn,
    UnknownVariables,
)
from knowledgebase.models import Language, Scenario, Template, TemplateStatus, TemplateVersion
from knowledgebase.models import Variant as Mood
from knowledgebase.services.revision import bump_revision

LONGEST_BODY = 8_000
# (language, variant) of a body within its scenario.
Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Written:
    """What an editor wrote for one place, and the version that it was written over (0: none)."""

    body: str
    over: int


@transaction.atomic
def edit_template(
    *, template_id: int, body: str, by: User, now: datetime, over: int | None = None
) -> Template:
    """Write a new version as a draft. What was published stays offered until the next one is.

    ``over`` is the version that the writer saw. Raises NotAllowed, EmptyBody, BodyTooLong,
    UnknownVariables, EditedMeanwhile.
    """
    require(by, Permission.TEMPLATE_WRITE)
    body = checked_body(body)
    template = lock_template(template_id)
    if template.body == body:
        return template
    if over is not None and over != template.version:
        raise EditedMeanwhile(places=str(template.get_language_display()))
    _write(template, body, by, now)
    return template


@transaction.atomic
def save_bodies(
    *, scenario_id: int, bodies: Mapping[Place, Written], by: User, now: datetime
) -> list[Template]:
    """Save every body of a scenario that changed, all or none; return those that did.

    Places without a template get one; an empty text for such a place is left out. Raises
    NotAllowed, EmptyBody, BodyTooLong, UnknownVariables, EditedMeanwhile.
    """
    require(by, Permission.TEMPLATE_WRITE)
    scenario = Scenario.objects.select_for_update().filter(pk=scenario_id).first()
    if scenario is None:
        raise NotFound
    known = {
        (one.language, one.variant): one
        for one in Template.objects.select_for_update().filter(scenario=scenario)
    }
    wanted = _changed(bodies, known)
    late = [place for place, one in wanted.items() if _was_edited(known.get(place), one.over)]
    if late:
        raise EditedMeanwhile(places=", ".join(_name(place) for place in late))
    return [
        _put(scenario, place, one.body, known.get(place), by, now) for place, one in wanted.items()
    ]


def _changed(
    bodies: Mapping[Place, Written], known: Mapping[Place, Template]
) -> dict[Place, Written]:
    """Return what differs from what is there, checked."""
    wanted = {}
    for place, written in bodies.items():
        if place[0] not in Language.values or place[1] not in Mood.values:
            raise NotFound
        there = known.get(place)
        if there is None and not written.body.strip():
            continue
        body = checked_body(written.body, _name(place))
        if there is None or there.body != body:
            wanted[place] = Written(body, written.over)
    return wanted


def _was_edited(there: Template | None, over: int) -> bool:
    return (there.version if there else 0) != over


def _name(place: Place) -> str:
    return f"{Language(place[0]).label} · {Mood(place[1]).label}"


def _put(
    scenario: Scenario, place: Place, body: str, there: Template | None, by: User, now: datetime
) -> Template:
    if there is not None:
        _write(there, body, by, now)
        return there
    template = Template.objects.create(
        scenario=scenario,
        language=place[0],
        variant=place[1],
        body=body,
        changed_by=by,
        changed_at=now,
    )
    TemplateVersion.objects.create(template=template, number=1, body=body, by=by, at=now)
    return template


def _write(template: Template, body: str, by: User, now: datetime) -> None:
    template.body, template.status = body, TemplateStatus.DRAFT
    template.version += 1
    template.changed_by, template.changed_at = by, now
    template.save()
    TemplateVersion.objects.create(
        template=template, number=template.version, body=body, by=by, at=now
    )


def checked_body(body: str, where: str = "") -> str:
    """Return a body as it is kept. Raises EmptyBody, BodyTooLong, UnknownVariables."""
    body = storable(body).replace("\r\n", "\n").strip()
    if not body:
        raise EmptyBody
    if len(body) > LONGEST_BODY:
        raise BodyTooLong(most=LONGEST_BODY)
    if found := variables.faults(body):
        named = ", ".join(f"{one.text} ({one.line}:{one.column})" for one in found[:5])
        raise UnknownVariables(names=f"{where}: {named}" if where else named)
    return body


@transaction.atomic
def change_status(
    *, template_id: int, status: str, by: User, now: datetime, seen: int | None = None
) -> Template:
    """Hand in for review, publish, or send back. Publishing needs the right to approve.

    ``seen`` is the version that the caller looked at: nobody publishes what they have not read.
    Raises NotAllowed, NotHandedIn, EditedMeanwhile.
    """
    publishes = status == TemplateStatus.PUBLISHED
    if publishes or not can(by, Permission.TEMPLATE_WRITE):
        require(by, Permission.TEMPLATE_APPROVE)
    template = lock_template(template_id)
    if seen is not None and seen != template.version:
        raise EditedMeanwhile(places=_name((template.language, template.variant)))
    if status == TemplateStatus.REVIEW and template.status == TemplateStatus.PUBLISHED:
        raise NotHandedIn
    template.status = TemplateStatus(status)
    if publishes:
        _publish(template, by, now)
    template.save()
    return template


@transaction.atomic
def publish_many(
    *, seen: Mapping[int, int], by: User, now: datetime
) -> tuple[list[Template], list[Template]]:
    """Publish templates in review at the versions that were read; return (done, left out).

    One that was edited or sent back meanwhile is left out.
    """
    require(by, Permission.TEMPLATE_APPROVE)
    rows = Template.objects.select_for_update().filter(pk__in=seen).order_by("pk")
    done, left = [], []
    for template in rows:
        ready = template.status == TemplateStatus.REVIEW and template.version == seen[template.pk]
        if not ready:
            left.append(template)
            continue
        template.status = TemplateStatus.PUBLISHED
        _publish(template, by, now, bump=False)
        template.save()
        done.append(template)
    if done:
        bump_revision()
    return done, left


def _publish(template: Template, by: User, now: datetime, *, bump: bool = True) -> None:
    template.published_body = template.body
    template.published_version = template.version
    template.published_by, template.published_at = by, now
    if bump:
        bump_revision()


def restore_version(
    *, template_id: int, number: int, by: User, now: datetime, over: int | None = None
) -> Template:
    """Bring an old body back, as a new version."""
    old = TemplateVersion.objects.filter(template_id=template_id, number=number).first()
    if old is None:
        raise NotFound
    return edit_template(template_id=template_id, body=old.body, by=by, now=now, over=over)


def lock_template(template_id: int) -> Template:
    """Return a template that nobody else changes until the transaction ends. Raises NotFound."""
    template = Template.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise NotFound
    return template


def place_names(places: Sequence[Place]) -> str:
    """Name places for people: language and mood of each."""
    return ", ".join(_name(place) for place in places)

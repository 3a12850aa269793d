"""Takes over a bundle of files: looked at first, then all of it or nothing, as drafts."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission, require
from common.errors import NotFound
from common.text import storable
from knowledgebase import sentences
from knowledgebase.bundles import Refusal, Sheet, read_bundle
from knowledgebase.errors import BadBundle, BundleChanged
from knowledgebase.models import KnowledgeUpload, Template, TemplateStatus
from knowledgebase.queries.bundles import CHANGED, CONFLICT, NEW, Plan, Planned, plan_of, sheet_head
from knowledgebase.services.editing_scenarios import (
    SLUG,
    Head,
    create_scenario,
    edit_scenario,
    fault_of,
    without_empty,
)
from knowledgebase.services.loading import lock_library
from knowledgebase.services.templates import Written, save_bodies

# Uploads that nobody took over are kept no longer than this.
KEPT = timedelta(days=1)


@transaction.atomic
def keep_upload(*, name: str, raw: bytes, by: User, now: datetime) -> tuple[KnowledgeUpload, Plan]:
    """Read a file and say what it would change; nothing does yet. Raises BadBundle."""
    require(by, Permission.TEMPLATE_WRITE)
    plan = plan_upload(name, raw)
    if plan.fatal is not None:
        raise BadBundle(why=sentences.refusal_sentence(plan.fatal))
    KnowledgeUpload.objects.filter(at__lt=now - KEPT, applied_at=None).delete()
    KnowledgeUpload.objects.filter(by=by, applied_at=None).delete()
    upload = KnowledgeUpload.objects.create(
        name=storable(name)[-200:],
        content=raw,
        plan_digest=plan.digest,
        by=by,
        at=now,
    )
    return upload, plan


def plan_upload(name: str, raw: bytes) -> Plan:
    """Return what a file would change; heads that cannot be kept are refused."""
    plan = plan_of(read_bundle(name, raw))
    good: list[Planned] = []
    for item in plan.items:
        why = _fault_of_head(item.sheet)
        if why:
            plan.refused.append(Refusal(item.sheet.article.path, "head", 1, {"why": why}))
        else:
            good.append(item)
    plan.items = good
    return plan


def _fault_of_head(sheet: Sheet) -> str:
    if not SLUG.fullmatch(sheet.article.slug) or len(sheet.article.slug) > 80:
        return _("the name must look like lost-parcel.reship")
    return fault_of(head_of_sheet(sheet))


def head_of_sheet(sheet: Sheet) -> Head:
    """Return the head that a file describes."""
    told = sheet_head(sheet)
    return Head(
        category=told["category"],
        title_en=told["title"]["en"],
        title_zh=told["title"]["zh"],
        remedy=told["remedy"],
        offer=told["offer"],
        limit=told["limit"],
        legal=tuple(told["legal"]),
        jurisdiction=tuple(told["jurisdiction"]),
        conditions=without_empty(sheet.article.conditions),
        examples_en=tuple(told["examples"]["en"]),
        examples_zh=tuple(told["examples"]["zh"]),
        expires_on=sheet.expires_on,
    )


@transaction.atomic
def apply_upload(
    *,
    upload_id: int,
    take: Collection[str] = (),
    hand_in: bool = False,
    by: User,
    now: datetime,
) -> KnowledgeUpload:
    """Take over what was shown, all or nothing; texts become drafts. Doing it twice does nothing.

    ``take`` names conflicts ("slug language/variant") that the file wins. Raises NotAllowed,
    NotFound, and BundleChanged when the library is no longer what was compared.
    """
    require(by, Permission.TEMPLATE_WRITE)
    lock_library()
    upload = KnowledgeUpload.objects.select_for_update().filter(pk=upload_id, by=by).first()
    if upload is None:
        raise NotFound
    if upload.applied_at is not None:
        return upload
    plan = plan_upload(upload.name, bytes(upload.content))
    if plan.digest != upload.plan_digest:
        raise BundleChanged
    counts = {"new": 0, "changed": 0, "bodies": 0, "refused": len(plan.refused)}
    for item in plan.items:
        _take_over(item, set(take), counts, by, now, hand_in=hand_in)
    upload.applied_at, upload.report, upload.content = now, counts, b""
    upload.save()
    return upload


def _take_over(
    item: Planned, take: set[str], counts: dict[str, int], by: User, now: datetime, *, hand_in: bool
) -> None:
    slug = item.sheet.article.slug
    wanted = [
        change
        for change in item.changes
        if change.kind in {NEW, CHANGED}
        or (change.kind == CONFLICT and f"{slug} {change.place}" in take)
    ]
    if not wanted:
        return
    scenario = item.scenario
    if scenario is None:
        scenario = create_scenario(slug=slug, head=head_of_sheet(item.sheet), by=by, now=now)
        counts["new"] += 1
    else:
        counts["changed"] += 1
        if any(change.place == "head" for change in wanted):
            edit_scenario(scenario_id=scenario.pk, head=head_of_sheet(item.sheet), by=by, now=now)
    bodies = {
        (one.language, one.variant): Written(
            item.sheet.article.body[one.language][one.variant], one.over
        )
        for one in wanted
        if one.language
    }
    saved = save_bodies(scenario_id=scenario.pk, bodies=bodies, by=by, now=now)
    counts["bodies"] += len(saved)
    if hand_in:
        ids = [template.pk for template in saved]
        Template.objects.filter(pk__in=ids).update(status=TemplateStatus.REVIEW)

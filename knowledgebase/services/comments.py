"""Remarks on templates: anybody who may suggest leaves them, editors settle them."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, can, require
from common.errors import NotFound
from common.text import storable
from knowledgebase.errors import EmptyBody
from knowledgebase.models import Template, TemplateComment
from knowledgebase.services.templates import checked_body, edit_template, lock_template

LONGEST_REMARK = 4_000


@transaction.atomic
def add_comment(
    *, template_id: int, text: str, proposed_body: str = "", by: User, now: datetime
) -> TemplateComment:
    """Leave a remark, or a better wording, or both. Raises NotAllowed, EmptyBody."""
    if not can(by, Permission.TEMPLATE_SUGGEST):
        require(by, Permission.TEMPLATE_APPROVE)
    template = lock_template(template_id)
    said = storable(text).strip()[:LONGEST_REMARK]
    wording = checked_body(proposed_body) if proposed_body.strip() else ""
    if wording == template.body:
        wording = ""
    if not said and not wording:
        raise EmptyBody
    return TemplateComment.objects.create(
        template=template,
        version=template.version,
        text=said,
        proposed_body=wording,
        by=by,
        at=now,
    )


@transaction.atomic
def resolve_comment(*, comment_id: int, by: User, now: datetime) -> TemplateComment:
    """Settle a remark: its writer or an editor may. Doing it twice changes nothing."""
    comment = _lock(comment_id)
    if comment.by_id != by.pk and not can(by, Permission.TEMPLATE_WRITE):
        require(by, Permission.TEMPLATE_APPROVE)
    if comment.resolved_at is None:
        comment.resolved_at, comment.resolved_by = now, by
        comment.save(update_fields=["resolved_at", "resolved_by"])
    return comment


@transaction.atomic
def take_wording(*, comment_id: int, by: User, now: datetime) -> Template:
    """Make a proposed wording the draft and settle the remark.

    Raises NotAllowed, and EditedMeanwhile where the template moved on since it was proposed.
    """
    require(by, Permission.TEMPLATE_WRITE)
    comment = _lock(comment_id)
    template = edit_template(
        template_id=comment.template_id,
        body=comment.proposed_body,
        by=by,
        now=now,
        over=comment.version,
    )
    resolve_comment(comment_id=comment_id, by=by, now=now)
    return template


def _lock(comment_id: int) -> TemplateComment:
    comment = TemplateComment.objects.select_for_update().filter(pk=comment_id).first()
    if comment is None:
        raise NotFound
    return comment

"""Editing templates: every change is a new version, publishing takes a right of its own."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, can, require
from common.errors import NotFound
from knowledgebase import variables
from knowledgebase.errors import EmptyBody, UnknownVariables
from knowledgebase.models import Template, TemplateStatus, TemplateVersion
from knowledgebase.services.revision import bump_revision


@transaction.atomic
def edit_template(*, template_id: int, body: str, by: User, now: datetime) -> Template:
    """Write a new version as a draft. What was published stays offered until the next one is.

    Raises NotAllowed, EmptyBody, UnknownVariables.
    """
    require(by, Permission.TEMPLATE_WRITE)
    body = body.strip()
    if not body:
        raise EmptyBody
    unknown = [name for name in variables.names_in(body) if name not in variables.VARIABLES]
    if unknown:
        raise UnknownVariables(names=", ".join(unknown))
    template = _lock(template_id)
    if template.body == body:
        return template
    template.body, template.status = body, TemplateStatus.DRAFT
    template.version += 1
    template.changed_by, template.changed_at = by, now
    template.save()
    TemplateVersion.objects.create(
        template=template, number=template.version, body=body, by=by, at=now
    )
    return template


@transaction.atomic
def change_status(*, template_id: int, status: str, by: User, now: datetime) -> Template:
    """Hand in for review, publish, or send back. Publishing needs the right to approve."""
    publishes = status == TemplateStatus.PUBLISHED
    if publishes or not can(by, Permission.TEMPLATE_WRITE):
        require(by, Permission.TEMPLATE_APPROVE)
    template = _lock(template_id)
    template.status = TemplateStatus(status)
    template.changed_at = now
    if publishes:
        template.published_body = template.body
        bump_revision()
    template.save(update_fields=["status", "changed_at", "published_body"])
    return template


def restore_version(*, template_id: int, number: int, by: User, now: datetime) -> Template:
    """Bring an old body back, as a new version."""
    old = TemplateVersion.objects.filter(template_id=template_id, number=number).first()
    if old is None:
        raise NotFound
    return edit_template(template_id=template_id, body=old.body, by=by, now=now)


def _lock(template_id: int) -> Template:
    template = Template.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise NotFound
    return template

"""Decides on what the mining found. Taking over writes through the services of the editor."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, can, require
from common.errors import NotFound
from knowledgebase.errors import AlreadyDecided, NoReason
from knowledgebase.models import Proposal, ProposalState, Scenario, Template
from knowledgebase.services.editing_scenarios import Head, create_scenario
from knowledgebase.services.templates import Written, save_bodies

_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Target:
    """Where a proposal goes: into the scenario ``slug``, which is made when it is ``new``."""

    slug: str
    variant: str = "calm"
    is_new: bool = False
    title_en: str = ""
    title_zh: str = ""
    category: str = ""


@transaction.atomic
def approve_proposal(
    *, proposal_id: int, body: str, target: Target, by: User, now: datetime
) -> Template:
    """Make the proposal a draft, as edited in ``body``; all of it happens or nothing.

    A body that is there already gets a new version; what was published stays offered. Publishing
    is another step, with its own right. Raises NotAllowed, AlreadyDecided, NotFound, and what
    the editor raises for bodies and scenarios.
    """
    require(by, Permission.TEMPLATE_WRITE)
    proposal = _lock(proposal_id)
    scenario = _scenario(proposal, target, by, now)
    place = (proposal.language, target.variant)
    there = Template.objects.filter(
        scenario=scenario, language=proposal.language, variant=target.variant
    ).first()
    written = Written(body, there.version if there else 0)
    changed = save_bodies(scenario_id=scenario.pk, bodies={place: written}, by=by, now=now)
    template = changed[0] if changed else there
    if template is None:
        # An empty text makes no template.
        raise NotFound
    proposal.template = template
    _decide(proposal, ProposalState.APPROVED, by, now)
    return template


@transaction.atomic
def write_scenario(*, proposal_id: int, slug: str, head: Head, by: User, now: datetime) -> Scenario:
    """Make the scenario that a proposal misses; its texts are written in the editor.

    Raises NotAllowed, AlreadyDecided, NotFound, BadScenario, SlugTaken.
    """
    require(by, Permission.TEMPLATE_WRITE)
    proposal = _lock(proposal_id)
    scenario = create_scenario(slug=slug, head=head, by=by, now=now)
    _decide(proposal, ProposalState.APPROVED, by, now)
    return scenario


@transaction.atomic
def reject_proposal(*, proposal_id: int, reason: str, by: User, now: datetime) -> Proposal:
    """Set a proposal aside for good. Raises NotAllowed, NoReason, AlreadyDecided."""
    if not can(by, Permission.TEMPLATE_WRITE):
        require(by, Permission.TEMPLATE_APPROVE)
    if not reason.strip():
        raise NoReason
    proposal = _lock(proposal_id)
    proposal.reason = reason.strip()[:_LONGEST_REASON]
    _decide(proposal, ProposalState.REJECTED, by, now)
    return proposal


def _lock(proposal_id: int) -> Proposal:
    proposal = Proposal.objects.select_for_update().filter(pk=proposal_id).first()
    if proposal is None:
        raise NotFound
    if not proposal.is_waiting:
        raise AlreadyDecided
    return proposal


def _decide(proposal: Proposal, state: str, by: User, now: datetime) -> None:
    proposal.state = state
    proposal.decided_by, proposal.decided_at = by, now
    proposal.save(update_fields=["state", "reason", "template", "decided_by", "decided_at"])


def _scenario(proposal: Proposal, target: Target, by: User, now: datetime) -> Scenario:
    if not target.is_new:
        scenario = Scenario.objects.filter(slug=target.slug).first()
        if scenario is None:
            raise NotFound
        return scenario
    examples = tuple(proposal.examples)
    head = Head(
        category=target.category,
        title_en=target.title_en,
        title_zh=target.title_zh,
        examples_en=examples if proposal.language == "en" else (),
        examples_zh=examples if proposal.language == "zh" else (),
    )
    return create_scenario(slug=target.slug, head=head, by=by, now=now)

"""Reads of what the mining proposed."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from knowledgebase.models import Language, Proposal, ProposalState, Scenario, Template
from tickets import queries as ticket_queries
from tickets.models import Ticket

_MOST = 200


def list_proposals(state: str, kind: str = "") -> list[Proposal]:
    """Return proposals of a state, those with the most customers behind them first."""
    found = Proposal.objects.filter(state=state).select_related("near", "decided_by", "template")
    if kind:
        found = found.filter(kind=kind)
    if state != ProposalState.WAITING:
        found = found.order_by("-decided_at", "-id")
    return list(found[:_MOST])


def waiting_proposals() -> int:
    """Return how many proposals nobody has decided on."""
    return Proposal.objects.filter(state=ProposalState.WAITING).count()


@dataclass(frozen=True, slots=True)
class Samples:
    """The tickets behind a proposal that a person may read, and how many others there are."""

    tickets: list[Ticket]
    hidden: int


def samples_of(proposal: Proposal, *, visible_to: User) -> Samples:
    """Return sample tickets; what the person may not read is only counted."""
    shown = list(
        ticket_queries.visible_tickets(visible_to)
        .filter(reference__in=proposal.references)
        .order_by("-id")
    )
    return Samples(shown, len(proposal.references) - len(shown))


def nearest_template(proposal: Proposal) -> Template | None:
    """Return the body of the nearest scenario in the proposal's language, the calm one first."""
    if proposal.near_id is None:
        return None
    bodies = Template.objects.filter(scenario=proposal.near_id, language=proposal.language)
    order = {"calm": 0, "angry": 1, "distressed": 2}
    return min(bodies.select_related("scenario"), key=lambda one: order[one.variant], default=None)


def scenarios_for(proposal: Proposal) -> Sequence[Scenario]:
    """Return the scenarios that a proposal may go into: of its category first, then the rest."""
    own = Scenario.objects.filter(category=proposal.category)
    near = Scenario.objects.filter(pk=proposal.near_id or 0)
    general = Scenario.objects.filter(category="")
    found = {one.pk: one for part in (own, near, general) for one in part.order_by("id")}
    return list(found.values())


def title_of(proposal: Proposal) -> str:
    """Return what to call a proposal: the words that its texts share."""
    mark = "、" if proposal.language == Language.ZH else ", "
    return mark.join(proposal.words[:4]) or proposal.body[:40]

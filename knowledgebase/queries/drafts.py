"""What can be said of a text while it is written, and how it would read on a real ticket."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import User
from accounts.permissions import Permission, can
from common.errors import NotFound
from knowledgebase import content, policy, tone, variables
from knowledgebase.models import Scenario
from knowledgebase.queries.filling import known_values, zone_of
from knowledgebase.queries.tone import check_text
from knowledgebase.variables import Fault
from tickets import queries as tickets
from tickets.models import Ticket

# What tells who the customer is; editors read tickets masked.
_MASKED = ("customer_name", "order_no", "tracking_no", "case_no")
_SHOWN_TICKETS = 15


@dataclass(frozen=True, slots=True)
class DraftState:
    """Length, apology and findings of one body against what the policy asks for."""

    count: int
    allowed: int
    apology: int
    needed: str
    cell: policy.Cell | None
    findings: tuple[tone.Finding, ...]
    faults: tuple[Fault, ...]

    @property
    def is_too_long(self) -> bool:
        """Whether the body is longer than the policy allows."""
        return self.count > self.allowed

    @property
    def blocks(self) -> bool:
        """Whether a reply like this would be held back."""
        return bool(self.faults) or any(one.blocks for one in self.findings)


def draft_state(scenario: Scenario, language: str, variant: str, body: str) -> DraftState:
    """Return what the policy says to a body of a scenario."""
    context = content.context_of_body(scenario.slug, scenario.category, language, variant)
    cell = policy.cell(context.emotion, context.group) if context.group else None
    found = tone.check(body, context) if body.strip() else []
    return DraftState(
        count=policy.text_length(body, language),
        allowed=policy.length_limit(context.length, language),
        apology=policy.measure_apology(body, language),
        needed=cell.apology if cell else "",
        cell=cell,
        # Unknown variables have their own line, with the place.
        findings=tuple(one for one in found if one.code != "T1"),
        faults=tuple(variables.faults(body)),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """A body on a ticket: parts (text, how it got there), what is missing, tone and policy."""

    ticket: Ticket
    parts: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    findings: tuple[tone.Finding, ...]
    cell: policy.Cell | None
    is_masked: bool


def preview(
    *, reference: str, body: str, language: str, by: User, now: datetime, template_slug: str = ""
) -> Preview:
    """Fill a body from a ticket. People who read tickets masked get its values masked.

    Raises NotFound, also for tickets that are not theirs to see.
    """
    ticket, is_masked = _ticket_for(reference, by)
    values = known_values(ticket, agent=by, now=now, language=language)
    if is_masked:
        values |= {name: _mask(values.get(name)) for name in _MASKED}
    zone = zone_of(ticket)
    filled = variables.fill(body, values, language=language, zone=zone, this_year=now.year)
    shown = [
        variables.format_value(values[name], language=language, zone=zone, this_year=now.year)
        for name in filled.used
    ]
    group = policy.group_of(ticket.category)
    return Preview(
        ticket=ticket,
        parts=tuple(_parts(filled.text, shown)),
        missing=filled.missing,
        findings=tuple(check_text(ticket, filled.text, by=by, template_slug=template_slug)),
        cell=policy.cell(ticket.emotion, group) if group else None,
        is_masked=is_masked,
    )


def _ticket_for(reference: str, by: User) -> tuple[Ticket, bool]:
    reference = reference.strip().upper()[:20]
    if can(by, Permission.READ_TICKETS):
        return tickets.get_ticket(reference, visible_to=by), False
    rows = Ticket.objects.select_related("customer", "order", "owner", "team")
    found = rows.filter(reference=reference).first() if can(by, Permission.READ_MASKED) else None
    if found is None:
        raise NotFound
    return found, True


def tickets_to_preview(scenario: Scenario, *, by: User) -> list[Ticket]:
    """Return recent tickets of the scenario's category that a person may look at."""
    if can(by, Permission.READ_TICKETS):
        rows = tickets.visible_tickets(by)
    elif can(by, Permission.READ_MASKED):
        rows = Ticket.objects.all()
    else:
        return []
    same = rows.filter(category=scenario.category) if scenario.category else rows
    return list(same.order_by("-pk")[:_SHOWN_TICKETS])


def _mask(value: object) -> str:
    text = str(value or "")
    return f"{text[:1]}•••" if text else ""


def _parts(text: str, shown: list[str]) -> list[tuple[str, str]]:
    """Cut a filled text into what stood there, what was filled in, and what is still open."""
    kinds = ["plain"] * len(text)
    for value in sorted(set(filter(None, shown)), key=len, reverse=True):
        start = text.find(value)
        while start >= 0:
            kinds[start : start + len(value)] = ["filled"] * len(value)
            start = text.find(value, start + len(value))
    for match in variables.PATTERN.finditer(text):
        kinds[match.start() : match.end()] = ["open"] * len(match[0])
    parts: list[tuple[str, str]] = []
    for char, kind in zip(text, kinds, strict=True):
        if parts and parts[-1][1] == kind:
            parts[-1] = (parts[-1][0] + char, kind)
        else:
            parts.append((char, kind))
    return parts

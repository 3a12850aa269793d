"""The same verb for many tickets: each for itself, with its own success or reason."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from common.errors import DomainError
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class BulkResult:
    """What became of one ticket of many; ``error`` is None where it worked."""

    ticket: Ticket
    error: DomainError | None


def bulk(tickets: Iterable[Ticket], verb: Callable[[int], object]) -> list[BulkResult]:
    """Call ``verb(ticket_id)`` for each; expected refusals are listed, the others still go on."""
    results = []
    for ticket in tickets:
        try:
            verb(ticket.pk)
        except DomainError as error:
            results.append(BulkResult(ticket, error))
        else:
            results.append(BulkResult(ticket, None))
    return results

"""The states of a ticket and the allowed moves between them (domain guide, section 8)."""

NEW = "new"
OPEN = "open"
WAITING_CUSTOMER = "waiting_customer"
WAITING_THIRD_PARTY = "waiting_third_party"
SCHEDULED = "scheduled"
RESOLVED = "resolved"
CLOSED = "closed"
MERGED = "merged"
REJECTED = "rejected"

ALL = (
    NEW,
    OPEN,
    WAITING_CUSTOMER,
    WAITING_THIRD_PARTY,
    SCHEDULED,
    RESOLVED,
    CLOSED,
    MERGED,
    REJECTED,
)
WAITS = frozenset({WAITING_CUSTOMER, WAITING_THIRD_PARTY, SCHEDULED})
OPEN_STATES = frozenset({NEW, OPEN}) | WAITS
# What an agent may choose in the composer after a reply.
AFTER_REPLY = (OPEN, WAITING_CUSTOMER, WAITING_THIRD_PARTY, SCHEDULED, RESOLVED)

_MOVES: dict[str, frozenset[str]] = {
    NEW: frozenset({OPEN, REJECTED, MERGED, RESOLVED}) | WAITS,
    OPEN: frozenset({RESOLVED, MERGED, REJECTED}) | WAITS,
    WAITING_CUSTOMER: frozenset({OPEN, RESOLVED, MERGED}) | WAITS,
    WAITING_THIRD_PARTY: frozenset({OPEN, RESOLVED, MERGED}) | WAITS,
    SCHEDULED: frozenset({OPEN, RESOLVED, MERGED}) | WAITS,
    RESOLVED: frozenset({OPEN, CLOSED}),
    CLOSED: frozenset({OPEN}),
    MERGED: frozenset({OPEN}),
    REJECTED: frozenset({NEW}),
}


def is_open(status: str) -> bool:
    """Tell whether somebody still has to do something about a ticket in this state."""
    return status in OPEN_STATES


def can_move(old: str, new: str) -> bool:
    """Tell whether a ticket may go from one state to the other."""
    return old != new and new in _MOVES.get(old, frozenset())

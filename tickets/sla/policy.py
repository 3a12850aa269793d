"""How long we promise to take (domain guide, section 3). Seconds of the ticket's calendar."""

FIRST = "first"
NEXT = "next"
RESOLVE = "resolve"

_MINUTE = 60
_HOUR = 3600

_FIRST_ROUND: dict[int, dict[str, int]] = {
    1: {FIRST: 30 * _MINUTE, NEXT: 1 * _HOUR, RESOLVE: 8 * _HOUR},
    2: {FIRST: 2 * _HOUR, NEXT: 4 * _HOUR, RESOLVE: 12 * _HOUR},
    3: {FIRST: 4 * _HOUR, NEXT: 8 * _HOUR, RESOLVE: 12 * _HOUR},
}
_LATER_ROUNDS: dict[str, int] = {FIRST: 1 * _HOUR, NEXT: 2 * _HOUR, RESOLVE: 8 * _HOUR}
_LATER_ROUNDS_P1_FIRST = 30 * _MINUTE
_ENQUIRY_RESOLVE = 24 * _HOUR
_ENQUIRY = "non-complaint.enquiry"

# The share of a target that is left when its owner is warned, and the least warning.
WARN_SHARE = 0.2
WARN_LEAST_SECONDS = 10 * _MINUTE


def target_seconds(metric: str, *, priority: int, handling_round: int, category: str) -> int:
    """Return the target of one metric, in seconds of the calendar that applies."""
    if handling_round >= 2:
        if metric == FIRST and priority == 1:
            return _LATER_ROUNDS_P1_FIRST
        if metric == NEXT and priority == 1:
            return _FIRST_ROUND[1][NEXT]
        return _LATER_ROUNDS[metric]
    if metric == RESOLVE and priority == 3 and category == _ENQUIRY:
        return _ENQUIRY_RESOLVE
    return _FIRST_ROUND[priority][metric]


def calendar_name(*, priority: int, service_calendar: str) -> str:
    """Return the calendar of a priority: urgent tickets never sleep."""
    return "always" if priority == 1 else service_calendar

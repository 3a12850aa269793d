"""Whether the conditions of a scenario hold for an order. Pure.

Only what is known decides: where nothing is known of the order, nothing is ruled out.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

_DAYS = re.compile(r"(<=|>=|<|>)\s*(\d+)")


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """What is known of an order; "" and None where it is not."""

    state: str = ""
    days_since_delivery: int | None = None
    traits: frozenset[str] = frozenset()


NOTHING_KNOWN = OrderFacts()


def holds(conditions: Mapping[str, Any], facts: OrderFacts) -> bool:
    """Whether a scenario with these conditions may be offered for an order like this."""
    states = conditions.get("order_state") or []
    if facts.state and states and facts.state not in states:
        return False
    if facts.traits & set(conditions.get("exclude") or []):
        return False
    return _days_fit(str(conditions.get("days_since_delivery") or ""), facts.days_since_delivery)


def _days_fit(wanted: str, days: int | None) -> bool:
    match = _DAYS.fullmatch(wanted.strip())
    if match is None or days is None:
        return True
    sign, limit = match[1], int(match[2])
    return {
        "<=": days <= limit,
        ">=": days >= limit,
        "<": days < limit,
        ">": days > limit,
    }[sign]


def days_between(delivered: datetime, now: datetime, zone: tzinfo) -> int:
    """Return whole days as the law counts them: the day after the delivery is day 1."""
    return max((now.astimezone(zone).date() - delivered.astimezone(zone).date()).days, 0)

"""What a report is about: scope, period and filters, as parameters of the SQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reports.periods import ZONE_NAME, Period
from reports.queries.scopes import Scope


@dataclass(frozen=True, slots=True)
class Selection:
    """``category`` is a category or a sub-category; empty values mean any."""

    scope: Scope
    period: Period
    now: datetime
    priority: int = 0
    category: str = ""
    team: str = ""
    channel: str = ""

    def parameters(self) -> dict[str, Any]:
        """Return the parameters of reports.queries.sql.FACTS."""
        is_leaf = "." in self.category
        return {
            "start": self.period.start,
            "before": self.period.before.start,
            "end": self.period.end,
            "now": self.now,
            "zone": ZONE_NAME,
            "scope": self.scope.reach,
            "user_id": self.scope.user_id,
            "team_ids": list(self.scope.team_ids),
            "priority": self.priority,
            "category": self.category if is_leaf else "",
            "top": "" if is_leaf else self.category,
            "team": self.team,
            "channel": self.channel,
        }

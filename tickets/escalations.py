"""Who must hear of a ticket that goes wrong, and when (domain guide, sections 3 and 8). No Django.

The owner's warning is written by the clocks; here are the steps above the owner.
"""

from datetime import timedelta

LEAD, SUPERVISOR, DUTY_MANAGER = "lead", "supervisor", "duty_manager"
OVERDUE, UNASSIGNED, TRANSFERS, ROUNDS = "overdue", "unassigned", "third_transfer", "third_round"
# Red: three customers on one day report leaked data.
LEAKS = "leaks"

# Who hears of which step: a supervisor stands in for the duty manager, who is called by phone.
HEARD_BY: dict[str, tuple[str, ...]] = {
    "lead": (LEAD,),
    "supervisor": (SUPERVISOR, DUTY_MANAGER),
}
# Whoever of these has done something to the ticket since has heard of it.
SEEN_BY: dict[str, tuple[str, ...]] = {
    "lead": ("lead", "supervisor"),
    "supervisor": ("supervisor",),
}

# How long after the due time a step hears of it, by priority.
LADDER: dict[str, dict[int, timedelta]] = {
    LEAD: {1: timedelta(0), 2: timedelta(0), 3: timedelta(0)},
    SUPERVISOR: {1: timedelta(minutes=30), 2: timedelta(hours=2), 3: timedelta(hours=8)},
    DUTY_MANAGER: {1: timedelta(hours=2)},
}
# An urgent ticket may be without an owner this long.
UNASSIGNED_AFTER = timedelta(minutes=5)
# With this transfer the lead looks at it, with this round the supervisor.
TRANSFERS_TO_LEAD = 3
ROUND_FOR_SUPERVISOR = 3

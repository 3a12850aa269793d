"""Service-level clocks as a pure function of what happened. No Django here."""

from tickets.sla.calendars import CALENDARS, Calendar
from tickets.sla.clocks import Clock, Moment, MomentKind, replay, resolution_seconds
from tickets.sla.policy import target_seconds

__all__ = [
    "CALENDARS",
    "Calendar",
    "Clock",
    "Moment",
    "MomentKind",
    "replay",
    "resolution_seconds",
    "target_seconds",
]

"""Reads of the reports: the figures and the tickets behind them."""

from reports.queries.scopes import Scope, scope_of
from reports.queries.selection import Selection
from reports.queries.summary import Cell, Summary, summarise
from reports.queries.tickets import Counted, CountedPage, counted_tickets

__all__ = [
    "Cell",
    "Counted",
    "CountedPage",
    "Scope",
    "Selection",
    "Summary",
    "counted_tickets",
    "scope_of",
    "summarise",
]

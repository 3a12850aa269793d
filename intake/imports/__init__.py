"""Marketplace files: what lies in them, and how a row becomes a message."""

from intake.imports.mapping import (
    FIELDS,
    Mapped,
    Options,
    Outcome,
    RowProblem,
    map_row,
    suggest,
)
from intake.imports.problems import TableProblem
from intake.imports.tables import Layout, detect, read_rows

__all__ = [
    "FIELDS",
    "Layout",
    "Mapped",
    "Options",
    "Outcome",
    "RowProblem",
    "TableProblem",
    "detect",
    "map_row",
    "read_rows",
    "suggest",
]

"""Rows as a CSV file that programs for tables open rightly and safely. No Django."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence

# A program for tables would run a cell that begins with one of these.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: str) -> str:
    """Return a cell that no program runs as a formula."""
    return f"'{value}" if value.lstrip(" ").startswith(_FORMULA) else value


def csv_lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Yield the lines of a CSV file, the mark for UTF-8 first, as programs for tables want it."""
    yield "\ufeff"
    for row in rows:
        line = io.StringIO()
        csv.writer(line).writerow([safe_cell(value) for value in row])
        yield line.getvalue()

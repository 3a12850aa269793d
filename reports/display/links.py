"""Addresses of the tickets behind a figure."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from reports.periods import Period


@dataclass(frozen=True, slots=True)
class Links:
    """Keeps the filters of the report, so that a list shows what the figure counted.

    ``query`` returns the report's query string with some values changed.
    """

    query: Callable[..., str]

    def tickets(self, figure: str, **narrower: object) -> str:
        """Return the list behind a figure; ``narrower`` are more filters, or an outcome."""
        return reverse("reports:tickets") + self.query(figure=figure, heat="", **narrower)

    def on_days(self, figure: str, days: Period, **narrower: object) -> str:
        """Return the list behind one point of a trend."""
        first, last = days.first.isoformat(), days.last.isoformat()
        return self.tickets(figure, days="custom", first=first, last=last, **narrower)

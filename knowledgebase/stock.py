"""What is published in one language, row by row: only rows that changed are read again."""

from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, QuerySet
from django.db.models.expressions import RawSQL

from knowledgebase.content import body_digest
from knowledgebase.models import Scenario, Template


@dataclass(frozen=True, slots=True)
class PublishedText:
    """One published body. ``stamp`` is another one after every write to its row."""

    key: int
    stamp: str
    scenario_id: int
    variant: str
    body: str
    digest: str


class Stock:
    """The published bodies and scenarios of one language, as they were at the last reading."""

    def __init__(self, language: str) -> None:
        self._language = language
        self._texts: dict[int, PublishedText] = {}
        self._scenarios: dict[int, tuple[str, Scenario]] = {}

    def read(self) -> list[tuple[Scenario, PublishedText]]:
        """Bring everything up to date; return bodies with their scenarios, oldest first."""
        self._read_scenarios()
        self._read_texts()
        ordered = sorted(self._texts.values(), key=lambda text: (text.scenario_id, text.key))
        return [
            (self._scenarios[text.scenario_id][1], text)
            for text in ordered
            if text.scenario_id in self._scenarios
        ]

    def _read_scenarios(self) -> None:
        rows, stamps = _changed(
            Scenario.objects.filter(withdrawn_at=None),
            "knowledgebase_scenario",
            {key: stamp for key, (stamp, _) in self._scenarios.items()},
        )
        self._scenarios = {key: one for key, one in self._scenarios.items() if key in stamps}
        self._scenarios |= {row.pk: (row.stamp, row) for row in rows}

    def _read_texts(self) -> None:
        rows, stamps = _changed(
            Template.objects.filter(language=self._language).exclude(published_body=""),
            "knowledgebase_template",
            {key: text.stamp for key, text in self._texts.items()},
        )
        self._texts = {key: text for key, text in self._texts.items() if key in stamps}
        self._texts |= {row.pk: _published(row) for row in rows}


def _published(row: Any) -> PublishedText:
    body = row.published_body
    return PublishedText(row.pk, row.stamp, row.scenario_id, row.variant, body, body_digest(body))


def _changed(
    rows: "QuerySet[Any]", table: str, held: dict[int, str]
) -> tuple["QuerySet[Any]", set[int]]:
    """Return the rows that are new or different, and the keys of all that exist.

    PostgreSQL notes with each row which transaction wrote it last (xmin). Comparing that finds
    every change, whoever made it, without reading a single body.
    """
    stamp = RawSQL(f"{table}.xmin::text", (), output_field=CharField())  # noqa: S611 (own table)
    stamped = rows.order_by().annotate(stamp=stamp)
    if not held:
        return stamped, set()
    stamps = dict(stamped.values_list("pk", "stamp"))
    different = {key for key, one in stamps.items() if held.get(key) != one}
    return (stamped.filter(pk__in=different) if different else rows.none()), set(stamps)

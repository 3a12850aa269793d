"""What a bundle of files would change, and the library as such a bundle."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knowledgebase import bundles
from knowledgebase.bundles import Bundle, Refusal, Sheet
from knowledgebase.content import body_digest
from knowledgebase.diffs import Row, side_by_side
from knowledgebase.models import Scenario, Template

NEW, CHANGED, UNCHANGED, KEPT, CONFLICT = "new", "changed", "unchanged", "kept", "conflict"
HEAD = ("", "")


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one body, or to the head (no language, no variant).

    ``kept``: edited here since the file was taken out, and the file says nothing new.
    ``conflict``: both sides changed; taken only when somebody says so.
    """

    language: str
    variant: str
    kind: str
    over: int = 0
    rows: tuple[Row, ...] = ()

    @property
    def place(self) -> str:
        """The name of the place in forms: language/variant, or "head"."""
        return f"{self.language}/{self.variant}" if self.language else "head"


@dataclass(frozen=True, slots=True)
class Planned:
    """What happens to one scenario."""

    sheet: Sheet
    scenario: Scenario | None
    changes: tuple[Change, ...]

    @property
    def kind(self) -> str:
        """The most telling of its changes."""
        if self.scenario is None:
            return NEW
        kinds = {change.kind for change in self.changes}
        if CONFLICT in kinds:
            return CONFLICT
        return CHANGED if kinds & {NEW, CHANGED} else UNCHANGED

    def of(self, *kinds: str) -> list[Change]:
        """Return the changes of some kinds."""
        return [change for change in self.changes if change.kind in kinds]


@dataclass(slots=True)
class Plan:
    """What a bundle would do, and what of it is refused."""

    items: list[Planned] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    fatal: Refusal | None = None

    def of(self, kind: str) -> list[Planned]:
        """Return the scenarios of one kind."""
        return [item for item in self.items if item.kind == kind]

    @property
    def digest(self) -> str:
        """Return what changes when the library, or the file, does."""
        told = [
            [item.sheet.article.slug, [(c.place, c.kind, c.over) for c in item.changes]]
            for item in self.items
        ]
        refused = [[one.path, one.code, one.line] for one in self.refused]
        return hashlib.sha256(json.dumps([told, refused]).encode()).hexdigest()


def plan_of(bundle: Bundle) -> Plan:
    """Compare a bundle with the library. Reads only."""
    plan = Plan(refused=list(bundle.refused), fatal=bundle.fatal)
    slugs = [sheet.article.slug for sheet in bundle.sheets]
    known = {
        scenario.slug: scenario
        for scenario in Scenario.objects.filter(slug__in=slugs).prefetch_related("templates")
    }
    for sheet in bundle.sheets:
        item = _planned(sheet, known.get(sheet.article.slug), bundle)
        faults = [
            fault
            for change in item.of(NEW, CHANGED, CONFLICT)
            if change.language
            for fault in bundles.tone_faults(sheet, change.language, change.variant)
        ]
        plan.refused += faults
        if not faults:
            plan.items.append(item)
    return plan


def _planned(sheet: Sheet, scenario: Scenario | None, bundle: Bundle) -> Planned:
    article = sheet.article
    there = {(t.language, t.variant): t for t in scenario.templates.all()} if scenario else {}
    bases = bundle.bodies.get(article.slug, {})
    changes = [_head_change(sheet, scenario, bundle.heads.get(article.slug))]
    for language, variant, body in article.bodies():
        base = bases.get(f"{language}/{variant}")
        changes.append(_body_change(language, variant, body, there.get((language, variant)), base))
    return Planned(sheet, scenario, tuple(changes))


def _body_change(
    language: str, variant: str, body: str, there: Template | None, base: str | None
) -> Change:
    body = body.strip()
    if there is None:
        return Change(language, variant, NEW, rows=tuple(side_by_side("", body)))
    kind = _kind(
        body_digest(body), body_digest(there.body), there.source_digest if base is None else base
    )
    rows = side_by_side(there.body, body) if kind in {CHANGED, CONFLICT} else ()
    return Change(language, variant, kind, there.version, tuple(rows))


def _head_change(sheet: Sheet, scenario: Scenario | None, base: str | None) -> Change:
    if scenario is None:
        return Change(*HEAD, NEW)
    told, here = head_text(sheet_head(sheet)), head_text(scenario_head(scenario))
    if base is None:
        # The shipped head is not kept apart: an edited one may differ in anything.
        base = "" if scenario.is_edited_here else _digest(here)
    kind = _kind(_digest(told), _digest(here), base)
    rows = side_by_side(here, told) if kind in {CHANGED, CONFLICT} else ()
    return Change(*HEAD, kind, scenario.version, tuple(rows))


def _kind(told: str, here: str, base: str) -> str:
    if told == here:
        return UNCHANGED
    if told == base:
        return KEPT
    return CHANGED if here == base else CONFLICT


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def scenario_head(scenario: Scenario) -> dict[str, Any]:
    """Return everything of a scenario but its bodies, as files say it."""
    return {
        "category": scenario.category,
        "remedy": scenario.remedy,
        "offer": scenario.offer,
        "limit": scenario.limit,
        "legal": list(scenario.legal),
        "jurisdiction": list(scenario.jurisdiction),
        "expires_on": scenario.expires_on,
        "conditions": _told(scenario.conditions),
        "title": {"en": scenario.title_en, "zh": scenario.title_zh},
        "examples": {"en": list(scenario.examples_en), "zh": list(scenario.examples_zh)},
    }


def sheet_head(sheet: Sheet) -> dict[str, Any]:
    """Return everything of a file but its bodies, in the same shape."""
    article = sheet.article
    return {
        "category": article.category,
        "remedy": article.remedy,
        "offer": article.offer,
        "limit": article.limit,
        "legal": [str(one) for one in article.legal],
        "jurisdiction": [str(one) for one in article.jurisdiction],
        "expires_on": sheet.expires_on,
        "conditions": _told(article.conditions),
        "title": {code: article.title.get(code, "") for code in ("en", "zh")},
        "examples": {code: list(article.examples.get(code, ())) for code in ("en", "zh")},
    }


def _told(conditions: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sorted(conditions.items()) if value not in ("", [])}


def head_text(head: dict[str, Any]) -> str:
    """Return a head as lines, for comparing."""
    lines = []
    for name, value in head.items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        for part, one in parts:
            shown = f"{name}.{part}" if part else name
            each = one if isinstance(one, list) else [one]
            lines += [f"{shown}: {_plain(text)}" for text in each if text not in ("", None)]
    return "\n".join(lines)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value).replace("\n", " ")


def export_bundle(scenarios: Iterable[Scenario]) -> bytes:
    """Return scenarios, as they are worked on, as a zip."""
    sheets: list[dict[str, Any]] = []
    heads: dict[str, str] = {}
    bodies: dict[str, dict[str, str]] = {}
    for scenario in scenarios:
        head = scenario_head(scenario)
        body: dict[str, dict[str, str]] = {}
        for template in scenario.templates.all():
            body.setdefault(template.language, {})[template.variant] = template.body
            place = f"{template.language}/{template.variant}"
            bodies.setdefault(scenario.slug, {})[place] = body_digest(template.body)
        heads[scenario.slug] = _digest(head_text(head))
        sheets.append({"slug": scenario.slug, **head, "body": body})
    return bundles.write_bundle(sheets, heads, bodies)

"""What may be promised of a version, as pages say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from triage.models import ModelVersion


@dataclass(frozen=True, slots=True)
class Sets:
    """How often the right category is among those that are shown; shares in percent."""

    rows: int
    covered: int
    top: int
    median: int
    is_recent: bool


def _part(version: ModelVersion, language: str) -> Mapping[str, Any]:
    found = version.figures.get("guarantees", {}).get(language, {})
    return found if isinstance(found, dict) else {}


def most_wrong(version: ModelVersion, language: str, step: int) -> int | None:
    """Return of 100 tickets filed alone at a step of the slider how many are wrong at most."""
    bounds: list[float] = _part(version, language).get("wrong", [])
    if step >= len(bounds) or bounds[step] >= 1:
        return None
    return ceil(bounds[step] * 100)


def sets_of(version: ModelVersion, language: str) -> Sets | None:
    """Return what was measured of the shown categories; None where nothing was."""
    part = _part(version, language)
    found = part.get("sets")
    if not found:
        return None
    # Down, not up: what is promised is kept.
    return Sets(
        int(found["rows"]),
        int(found["covered"] * 100),
        int(found["top"] * 100),
        int(found["median"]),
        bool(part.get("recent")),
    )


def among(version: ModelVersion | None, language: str) -> int | None:
    """Return in how many of 100 tickets the right category is among those that are shown."""
    found = sets_of(version, language) if version else None
    return found.covered if found else None

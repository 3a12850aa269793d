"""Measure by night how far the tickets of the last days are from those before."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from django.db import transaction

from triage import queries, runtime
from triage.errors import ArtefactBroken
from triage.ml import drift
from triage.ml.keywords import LANGUAGES
from triage.models import DriftReport, ModelVersion
from triage.queries import SampledText

log = structlog.get_logger(__name__)

WINDOWS = (7, 28)
# What came before a window: four weeks before the last one, eight before the last four.
BEFORE = {7: 28, 28: 56}
SHOWN_DAYS = 56
MOST_TEXTS = 4_000
MOST_KEPT = 60

Learnt = dict[str, dict[str, float]]


def measure_drift(*, now: datetime) -> DriftReport:
    """Count readings, classes and words, and keep the figures for the page."""
    version = queries.champion()
    learnt = _learnt(version)
    figures = {
        "days": _days(now),
        "classes": {str(days): _classes(now, days) for days in WINDOWS},
        "words": _words(now, learnt),
        "knows_words": bool(learnt),
    }
    with transaction.atomic():
        report = DriftReport.objects.create(measured_at=now, model=version, figures=figures)
        kept = DriftReport.objects.values_list("pk", flat=True)[:MOST_KEPT]
        DriftReport.objects.exclude(pk__in=list(kept)).delete()
    return report


def _learnt(version: ModelVersion | None) -> Learnt:
    """Return, by language, in which share of the texts learnt from each word stood."""
    if version is None:
        return {}
    try:
        model = runtime.load(version)
    except (ArtefactBroken, ValueError) as error:
        log.warning("drift_without_words", error=str(error))
        return {}
    return {
        language: drift.learnt_shares(vectoriser.vocabulary_, vectoriser.idf_)
        for language, part in model.languages.items()
        for vectoriser in (part.categories_.vectoriser_,)
    }


def _days(now: datetime) -> list[list[Any]]:
    rows = queries.readings_by_day(now - timedelta(days=SHOWN_DAYS), now)
    return [
        [row["day"].isoformat(), row["read"], row["asked"], round(row["confidence"], 4)]
        for row in rows
    ]


def _classes(now: datetime, days: int) -> dict[str, Any]:
    start = now - timedelta(days=days)
    lately = queries.classes_between(start, now)
    before = queries.classes_between(start - timedelta(days=BEFORE[days]), start)
    found = drift.shift(drift.by_top(lately), drift.by_top(before))
    return {"now": lately, "before": before, **found.to_dict()}


def _words(now: datetime, learnt: Learnt) -> dict[str, Any]:
    start = now - timedelta(days=7)
    days: dict[str, dict[date, list[int]]] = {}
    texts = queries.sampled_texts(start - timedelta(days=28), start, most=MOST_TEXTS)
    before = _counted(texts, learnt, days)
    lately = _counted(queries.sampled_texts(start, now, most=MOST_TEXTS), learnt, days)
    return {
        language: {
            "texts": lately[language].texts,
            "before_texts": before[language].texts,
            "unknown": _rounded(lately[language].unknown_share),
            "before_unknown": _rounded(before[language].unknown_share),
            "days": [
                [day.isoformat(), words, unknown]
                for day, (words, unknown) in sorted(days.get(language, {}).items())
            ],
            "new": [
                one.to_dict()
                for one in drift.new_words(
                    lately[language], before[language], learnt.get(language, {})
                )
            ],
        }
        for language in LANGUAGES
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)


def _counted(
    texts: Iterable[SampledText], learnt: Learnt, days: dict[str, dict[date, list[int]]]
) -> dict[str, drift.WordCounts]:
    """Count texts by language, and words and unknown ones by day into ``days``."""
    counts = {language: drift.WordCounts() for language in LANGUAGES}
    for one in texts:
        if one.language not in counts:
            continue
        known = learnt.get(one.language, {})
        words, unknown = counts[one.language].add(one.ticket_id, one.text, known)
        day = days.setdefault(one.language, {}).setdefault(one.day, [0, 0])
        day[0] += words
        day[1] += unknown
    return counts

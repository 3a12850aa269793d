"""Speed and size of the shipping triage model, on one thread: train, load, one by one, batch.

Run from the project's folder: `python -m benchmarks.triage_speed [--model FILE]`.
Times are CPU seconds of this process, so that other work on the machine does not count in full;
medians of several rounds, and the load beside them: cores that share their caches are slower.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from itertools import chain
from multiprocessing import get_context
from pathlib import Path
from typing import Any, TypeVar

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import psutil  # noqa: E402

from benchmarks.triage_report import write_report  # noqa: E402
from triage.ml.model import TriageModel, load, train  # noqa: E402
from triage.ml.records import TICKETS, Example  # noqa: E402
from triage.ml.training import anchors, example, seed_examples, train_from_seed  # noqa: E402
from triage.seed import generate  # noqa: E402

Made = TypeVar("Made")

ROUNDS = 5
TEXTS = 500
CORRECTIONS = 10_000
LANGUAGES = ("zh", "en")
# What is asked for (per language, one core): see the figures beside it.
AIMS = {
    "first_training_cpu_seconds": 60.0,
    "retraining_cpu_seconds": 60.0,
    "load_cpu_seconds_per_language": 2.0,
    "mb_per_language": 60.0,
    "one_by_one_ms_p95": 10.0,
    "batch_per_second": 1_000.0,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--model", type=Path, help="measure this model, and train none")
    options = parser.parse_args()
    tables: dict[str, list[dict[str, Any]]] = {}
    if options.model is None:
        model, tables["training"] = measure_training(options.seed)
        data = model.save()
    else:
        data = options.model.read_bytes()
    # In a process of its own: one that has trained is slower than those that only read.
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as apart:
        tables |= apart.submit(measure_use, data, options.seed).result()
    tables["aims"] = [AIMS]
    tables["load"] = [{"load_1_minute": os.getloadavg()[0]}]
    write_report("triage_speed", "Speed of triage", options.seed, tables)


def measure_training(seed: int) -> tuple[TriageModel, list[dict[str, Any]]]:
    """The model of the first start, and one with ten thousand corrections of people."""
    first, seconds = _cpu(lambda: train_from_seed(seed))
    rows = [
        {"what": "first training", "examples": len(list(seed_examples(seed)))}
        | {"cpu_seconds": seconds, "right_on_texts_apart": _right(first)}
    ]
    examples = list(chain(seed_examples(seed), corrections(seed)))
    second, seconds = _cpu(lambda: train(examples, seed))
    rows.append(
        {"what": f"with {CORRECTIONS:,} corrections", "examples": len(examples)}
        | {"cpu_seconds": seconds, "right_on_texts_apart": _right(second)}
    )
    peak = psutil.Process().memory_info().rss / 2**20
    return first, [row | {"resident_mb": peak} for row in rows]


def corrections(seed: int) -> Iterator[Example]:
    """Texts that no other part of the benchmark has, as labels of people bring them."""
    for language in LANGUAGES:
        for number, row in enumerate(generate(language, seed + 7, CORRECTIONS // 2)):
            yield replace(example(row), origin=f"ticket {language} {number}", voice=TICKETS)


def _right(model: TriageModel) -> float:
    """Share of the phrasings written apart that get their category."""
    rows = list(anchors())
    answers = model.predict(
        [row.text for row in rows], [row.language for row in rows], with_reasons=False
    )
    return sum(a.category == r.category for a, r in zip(answers, rows, strict=True)) / len(rows)


def measure_use(data: bytes, seed: int) -> dict[str, list[dict[str, Any]]]:
    """Loading and reading, as processes do that never train."""
    model, loading = measure_loading(data)
    return {
        "model": loading,
        "whole tickets": [measure_reading(model, name, seed) for name in LANGUAGES],
    }


def measure_loading(data: bytes) -> tuple[TriageModel, list[dict[str, Any]]]:
    """Seconds until the first ticket is read, after the tables and dictionaries are there."""
    seconds = []
    for _ in range(ROUNDS):
        model, needed = _cpu(lambda: _ready(data))
        seconds.append(needed)
    mb = len(data) / 2**20
    return model, [
        {
            "artefact_mb_both_languages": mb,
            "mb_per_language": mb / 2,
            "load_cpu_seconds_both_languages": statistics.median(seconds),
            "load_cpu_seconds_per_language": statistics.median(seconds) / 2,
        }
    ]


def _ready(data: bytes) -> TriageModel:
    model = load(data)
    model.predict(["refund"] * 2, list(LANGUAGES))
    return model


def measure_reading(model: TriageModel, language: str, seed: int) -> dict[str, Any]:
    """Milliseconds one by one and tickets a second in batches, from raw text with reasons."""
    texts = [row.text for row in generate(language, seed + 1, TEXTS)]
    alone = sorted(_cpu(partial(model.predict, [text], [language]))[1] for text in texts)
    batches = [
        _cpu(lambda: model.predict(texts, [language] * len(texts)))[1] for _ in range(ROUNDS)
    ]
    return {
        "language": language,
        "mean_characters": sum(map(len, texts)) / len(texts),
        "one_by_one_ms_p50": statistics.median(alone) * 1000,
        "one_by_one_ms_p95": alone[int(len(alone) * 0.95)] * 1000,
        "batch_per_second": len(texts) / statistics.median(batches),
    }


def _cpu(verb: Callable[[], Made]) -> tuple[Made, float]:
    started = time.process_time()
    made = verb()
    return made, time.process_time() - started


if __name__ == "__main__":
    main()

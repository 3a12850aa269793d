"""Speed and size of the shipping triage model, on one thread: train, load, one by one, batch.

Times are CPU seconds of this process, so that other work on the machine does not count; medians
of several rounds.
"""

import argparse
import os
import statistics
import time

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

from benchmarks.triage_report import write_report  # noqa: E402
from triage.ml.model import TriageModel, load  # noqa: E402
from triage.ml.training import train_from_seed  # noqa: E402
from triage.seed import generate  # noqa: E402

ROUNDS = 5
TICKETS = 500


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    started = time.process_time()
    model = train_from_seed(options.seed)
    trained = time.process_time() - started
    data = model.save()
    loads = []
    for _ in range(ROUNDS):
        started = time.process_time()
        again = load(data)
        loads.append(time.process_time() - started)
    whole = [
        {
            "train_cpu_seconds": trained,
            "artefact_mb_both_languages": len(data) / 2**20,
            "load_cpu_seconds": statistics.median(loads),
        }
    ]
    speeds = [measure(again, language, options.seed) for language in ("zh", "en")]
    write_report(
        "triage_speed", "Speed of triage", options.seed, {"model": whole, "whole tickets": speeds}
    )


def measure(model: TriageModel, language: str, seed: int) -> dict[str, float | str]:
    """Milliseconds one by one and tickets a second in batches, from raw text with reasons."""
    texts = [row.text for row in generate(language, seed + 1, TICKETS)]
    alone: list[float] = []
    for text in texts:
        started = time.process_time()
        model.predict([text], [language])
        alone.append((time.process_time() - started) * 1000)
    batches = []
    for _ in range(ROUNDS):
        started = time.process_time()
        model.predict(texts, [language] * len(texts))
        batches.append(len(texts) / (time.process_time() - started))
    return {
        "language": language,
        "mean_characters": sum(map(len, texts)) / len(texts),
        "one_by_one_ms_p50": statistics.median(alone),
        "one_by_one_ms_p95": sorted(alone)[int(len(alone) * 0.95)],
        "batch_per_second": statistics.median(batches),
    }


if __name__ == "__main__":
    main()

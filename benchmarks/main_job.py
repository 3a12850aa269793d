"""The main job from end to end, measured beside a bare insert on the same database.

Run from the project's folder: `python -m benchmarks.main_job [--quick]`. It starts a Redress of
its own in a temporary folder, measures for about three minutes, stops it, and writes
`benchmarks/results/main_job.json` and `.md`. The figures of one run can be compared with each
other; across machines and days only the ratios can.
"""

import argparse
import http.client
import itertools
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.running import Redress, sign
from triage import seed as material
from triage.ml.training import DEFAULT_CACHE, model_at_hand

RESULTS = Path(__file__).parent / "results" / "main_job"
SEED = 11
CONNECTIONS = (1, 4, 16)
RUNS = 3
BARE_TABLES = (
    "CREATE TABLE bench_ticket (id bigserial PRIMARY KEY, subject text, body text)",
    "CREATE TABLE bench_message (id bigserial PRIMARY KEY, ticket_id bigint, body text)",
)
BARE = """
WITH ticket AS (INSERT INTO bench_ticket (subject, body) VALUES (%s, %s) RETURNING id)
INSERT INTO bench_message (ticket_id, body) SELECT id, %s FROM ticket
"""
SEEN = "SELECT id FROM triage_prediction WHERE id > %s AND id <> ALL(%s)"
ORDER = """
SELECT p.id, d.id FROM triage_prediction p
JOIN intake_rawdelivery d ON d.message_ids[1] = p.message_id WHERE p.id = ANY(%s)
"""
LOOK_EVERY_SECONDS = 0.02
LONGEST_WAIT_SECONDS = 60.0
PACKAGES = ("django", "granian", "celery", "kombu", "psycopg", "pgmq", "scikit-learn")


@dataclass(frozen=True)
class Complaints:
    """Texts as customers write them, from the triage material, in a fixed order."""

    texts: Sequence[str]
    numbers: "itertools.count[int]"

    @classmethod
    def seeded(cls) -> "Complaints":
        """Return a mixture of both languages."""
        rows = [row for name in ("zh", "en") for row in material.generate(name, SEED, 400)]
        random.Random(SEED).shuffle(rows)
        return cls([row.text for row in rows], itertools.count(1))

    def next_body(self) -> bytes:
        """Return the next delivery's body; no two have the same id."""
        number = next(self.numbers)
        return json.dumps(
            {
                "id": f"b-{number}",
                "text": self.texts[number % len(self.texts)],
                "order": f"B{number}",
                "customer": {"name": f"Customer {number}", "email": f"b{number}@example.com"},
            },
            ensure_ascii=False,
        ).encode()


def per_second(connections: int, seconds: float, open_one: Callable[[], Any]) -> float:
    """Run that many senders side by side; ``open_one`` gives each its own verb."""
    until = time.monotonic() + seconds

    def work(verb: Callable[[], None]) -> int:
        done = 0
        while time.monotonic() < until:
            verb()
            done += 1
        return done

    started = time.monotonic()
    verbs = [open_one() for _ in range(connections)]
    with ThreadPoolExecutor(connections) as pool:
        done = sum(pool.map(work, verbs))
    return done / (time.monotonic() - started)


def deliverer(redress: Redress, complaints: Complaints) -> Callable[[], None]:
    """Return a verb that delivers one signed complaint over a kept connection."""
    connection = http.client.HTTPConnection("127.0.0.1", redress.port, timeout=30)

    def deliver() -> None:
        body = complaints.next_body()
        connection.request("POST", redress.path, body, sign(redress.secret, body))
        answer = connection.getresponse()
        answer.read()
        if answer.status != 202:
            raise RuntimeError(f"the door answered {answer.status}")

    return deliver


def inserter(redress: Redress, complaints: Complaints) -> Callable[[], None]:
    """Return a verb that commits one ticket with its message by a single statement."""
    connection = redress.connect()

    def insert() -> None:
        text = complaints.texts[next(complaints.numbers) % len(complaints.texts)]
        connection.execute(BARE, [text[:80], text, text])

    return insert


def measure_acceptance(
    redress: Redress, complaints: Complaints, seconds: float
) -> list[dict[str, Any]]:
    """Return deliveries and bare inserts a second, by turns, while the worker rests."""
    with redress.connect() as connection:
        for statement in BARE_TABLES:
            connection.execute(statement)
    found = []
    with redress.worker_suspended():
        for connections in CONNECTIONS:
            doors, inserts = [], []
            for _ in range(RUNS):
                inserts.append(
                    per_second(connections, seconds, lambda: inserter(redress, complaints))
                )
                doors.append(
                    per_second(connections, seconds, lambda: deliverer(redress, complaints))
                )
            door, bare = statistics.median(doors), statistics.median(inserts)
            found.append(
                {
                    "connections": connections,
                    "deliveries_per_second": round(door, 1),
                    "bare_inserts_per_second": round(bare, 1),
                    "ratio": round(door / bare, 4),
                }
            )
    return found


def measure_chain(redress: Redress, complaints: Complaints, count: int) -> dict[str, Any]:
    """Return tickets a second and CPU a ticket, of a batch from delivery to triage."""
    deliver = deliverer(redress, complaints)
    before, started = redress.cpu_seconds(), time.monotonic()
    first = redress.count_triaged()
    for _ in range(count):
        deliver()
    redress.wait_until(lambda: redress.count_triaged() >= first + count, LONGEST_WAIT_SECONDS)
    seconds, after = time.monotonic() - started, redress.cpu_seconds()
    used = {name: (after[name] - before[name]) * 1000 / count for name in after}
    return {
        "tickets": count,
        "tickets_per_second": round(count / seconds, 2),
        "cpu_ms_per_ticket": {name: round(value, 2) for name, value in used.items()},
        "cpu_ms_per_ticket_total": round(sum(used.values()), 2),
    }


def measure_latency(
    redress: Redress, complaints: Complaints, rate: float, seconds: float
) -> dict[str, Any]:
    """Return the seconds from sending to the committed reading, at a steady rate.

    The clock starts before the request and stops when another connection sees the reading; it
    looks every 20 ms.
    """
    deliver = deliverer(redress, complaints)
    first, count = redress.newest_reading(), max(int(rate * seconds), 5)
    sent: list[float] = []
    seen: list[float] = []

    def send() -> None:
        started = time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, started + number / rate - time.monotonic()))
            sent.append(time.monotonic())
            deliver()

    with ThreadPoolExecutor(1) as pool, redress.connect() as connection:
        sending = pool.submit(send)
        numbers: list[int] = []
        until = time.monotonic() + seconds + LONGEST_WAIT_SECONDS
        while len(numbers) < count and time.monotonic() < until:
            rows = connection.execute(SEEN, [first, numbers]).fetchall()
            seen += [time.monotonic()] * len(rows)
            numbers += [row[0] for row in rows]
            time.sleep(LOOK_EVERY_SECONDS)
        sending.result()
        order: dict[int, int] = dict(connection.execute(ORDER, [numbers]).fetchall())
    if len(numbers) < count:
        raise RuntimeError(f"only {len(numbers)} of {count} tickets were triaged in time")
    # One sender: the order of the deliveries is the order in which they were sent.
    place = {delivery: number for number, delivery in enumerate(sorted(order.values()))}
    waits = sorted(
        at - sent[place[order[reading]]] for reading, at in zip(numbers, seen, strict=True)
    )
    return {
        "rate_per_second": round(rate, 2),
        "tickets": len(waits),
        "p50_seconds": round(statistics.median(waits), 3),
        "p95_seconds": round(waits[max(0, -(-len(waits) * 95 // 100) - 1)], 3),
        "longest_seconds": round(waits[-1], 3),
    }


def circumstances() -> dict[str, Any]:
    """Return what the figures depend on."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": SEED,
        "runs": RUNS,
        "cores": os.cpu_count(),
        "memory_mib": psutil.virtual_memory().total // 2**20,
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "load_before": [round(value, 2) for value in os.getloadavg()],
    }


def measure(*, quick: bool) -> dict[str, Any]:
    """Start, measure, stop."""
    seconds, batch = (0.6, 40) if quick else (2.0, 120)
    complaints = Complaints.seeded()
    if "REDRESS_FIRST_MODEL" not in os.environ:
        # Trained once and kept, so that a run takes minutes only.
        model_at_hand()
        os.environ["REDRESS_FIRST_MODEL"] = str((DEFAULT_CACHE / "seed-model.zip").resolve())
    found = circumstances()
    with (
        tempfile.TemporaryDirectory(prefix="redress-bench-") as folder,
        Redress(Path(folder)) as redress,
    ):
        measure_chain(redress, complaints, 10)  # wakes every process up
        chains = [measure_chain(redress, complaints, batch) for _ in range(RUNS)]
        chains.sort(key=lambda chain: float(chain["cpu_ms_per_ticket_total"]))
        found["chain"] = chains[len(chains) // 2]
        rate = statistics.median(chain["tickets_per_second"] for chain in chains) / 3
        found["latency"] = measure_latency(redress, complaints, rate, 6 if quick else 20)
        found["memory"] = redress.memory()
        found["acceptance"] = measure_acceptance(redress, complaints, seconds)
    found["load_after"] = [round(value, 2) for value in os.getloadavg()]
    return found


def as_markdown(found: dict[str, Any]) -> str:
    """Return the figures as a page."""
    chain, latency = found["chain"], found["latency"]
    parts = ", ".join(f"{name} {value}" for name, value in chain["cpu_ms_per_ticket"].items())
    lines = [
        "# The main job, measured",
        "",
        (
            f"{found['at']}, {found['cores']} cores, Python {found['python']}, "
            f"seed {found['seed']}, medians of {found['runs']} runs; "
            f"load of the machine before {found['load_before'][0]}, "
            f"after {found['load_after'][0]}. Made by `python -m benchmarks.main_job`."
        ),
        "",
        (
            "Deliveries accepted a second (signed, over loopback HTTP, durable) beside a bare "
            "insert of ticket and message by one statement into the same database, by turns:"
        ),
        "",
        "| connections | deliveries/s | bare inserts/s | ratio |",
        "|---|---|---|---|",
    ]
    for row in found["acceptance"]:
        cells = (row["connections"], row["deliveries_per_second"], row["bare_inserts_per_second"])
        lines.append(f"| {' | '.join(map(str, cells))} | {row['ratio']:.1%} |")
    lines += [
        "",
        "| from delivery to triaged ticket | |",
        "|---|---|",
        f"| tickets/s, whole chain | {chain['tickets_per_second']} |",
        f"| CPU ms a ticket | {chain['cpu_ms_per_ticket_total']} ({parts}) |",
        (
            f"| wait at {latency['rate_per_second']}/s (a third of capacity), p50 "
            f"| {latency['p50_seconds']} s |"
        ),
        f"| the same, p95 of {latency['tickets']} | {latency['p95_seconds']} s |",
        "",
        "| process | count | RSS MiB | PSS MiB |",
        "|---|---|---|---|",
    ]
    for name, row in found["memory"].items():
        lines.append(f"| {name} | {row['processes']} | {row['rss_mib']} | {row['pss_mib']} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter, to see that it works")
    parser.add_argument("--out", type=Path, default=RESULTS, help="files to write, without ending")
    options = parser.parse_args()
    found = measure(quick=options.quick)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    text = as_markdown(found)
    options.out.with_suffix(".json").write_text(json.dumps(found, indent=2) + "\n")
    options.out.with_suffix(".md").write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()

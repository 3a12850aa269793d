"""Ten thousand mixed deliveries while workers are killed and servers restarted must add up.

Run from the project's folder: `python -m benchmarks.ledger [--deliveries 10000] [--redis PROGRAM]`.
It starts a Redress of its own in a temporary folder, sends the mixture of `tests.journeys.mixture`
from eight connections, breaks what can break, waits until all is done and compares every raw row,
message and ticket with what was sent. It writes `benchmarks/results/ledger.json` and `.md` and ends
with 1 when anything differs. With `--redis` the jobs go through that server (a path to
`redis-server`), which is killed and restarted as well.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.main_job import circumstances
from tests.journeys.mixture import mixture
from tests.journeys.storm import FIRST_FAULTS, SECOND_FAULTS, Storm, as_table, prepare, rage
from tests.stack import Stack, find_free_port
from triage.ml.training import DEFAULT_CACHE, model_at_hand

RESULTS = Path(__file__).parent / "results" / "ledger"
SEED = 20_261_122
SENDERS = 8
PER_ROUND = 2500  # so many deliveries to one round of faults
HOURS = 3600.0


class Redis:
    """A Redis server that keeps nothing: what it held is lost when it is killed."""

    def __init__(self, program: Path) -> None:
        self.program, self.port = program, find_free_port()
        self._process = self._start()

    @property
    def url(self) -> str:
        """Return its address."""
        return f"redis://127.0.0.1:{self.port}/0"

    def crash(self) -> None:
        """Kill it, let it be missed for a moment, and start an empty one."""
        self.stop()
        time.sleep(1)
        self._process = self._start()

    def stop(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()

    def _start(self) -> "subprocess.Popen[bytes]":
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly"]
        return subprocess.Popen([self.program, *options, "no"], stdout=subprocess.DEVNULL)


@contextmanager
def redis_at(program: Path | None) -> Iterator[Redis | None]:
    """Run Redis when it is asked for."""
    server = Redis(program) if program else None
    try:
        yield server
    finally:
        if server is not None:
            server.stop()


def with_redis(table: Sequence[tuple[str, str, float]]) -> list[tuple[str, str, float]]:
    """Add a crash of Redis shortly after each end of a worker."""
    crashes = [("redis killed", of, share + 0.02) for n, of, share in table if n == "worker killed"]
    return [*table, *crashes]


def run(folder: Path, count: int, redis: Redis | None) -> dict[str, Any]:
    """Start, break, balance, stop."""
    model_at_hand()
    model = (DEFAULT_CACHE / "seed-model.zip").resolve()
    environment = {"REDRESS_FIRST_MODEL": str(model), "REDRESS_LOG_LEVEL": "ERROR"}
    stack = Stack(folder, environment=environment | ({"BROKER_URL": redis.url} if redis else {}))
    stack.environment["REDRESS_PUBLIC_URL"] = stack.url
    storm = Storm(stack, senders=SENDERS, patience=3 * HOURS)
    tables = [FIRST_FAULTS, SECOND_FAULTS]
    if redis is not None:
        storm.add_strike("redis killed", redis.crash)
        tables = [tuple(with_redis(table)) for table in tables]
    deliveries = mixture(count, SEED)
    try:
        stack.start("--no-demo")
        prepare(stack)
        started = time.monotonic()
        rounds = max(1, count // PER_ROUND)
        result = rage(storm, deliveries, rounds=rounds, first=tables[0], second=tables[1])
        seconds = time.monotonic() - started
    finally:
        stack.kill_everything()
    return {"deliveries": len(deliveries), "seconds": round(seconds)} | as_table(storm, result)


def as_markdown(found: dict[str, Any]) -> str:
    """Return the ledger as a page."""
    struck = ", ".join(f"{name} {count} times" for name, count in found["struck"].items())
    about = (
        f"{found['at']}, {found['cores']} cores, Python {found['python']}, seed {found['seed']}, "
        f"jobs through {found['broker']}; load before {found['load_before'][0]}. "
        "Made by `python -m benchmarks.ledger`."
    )
    sent = (
        f"{found['deliveries']} different deliveries of {found['kinds']} kinds of channel from "
        f"{SENDERS} connections at once: {found['copies_sent']} requests, "
        f"{found['copies_accepted']} accepted, {found['copies_refused']} refused (forged ones, and "
        f"{found['refused_as_too_old']} late copies whose signature had become too old), "
        f"{found['answers_lost_or_5xx']} sent again because a server was away. {struck}. "
        f"All was done after {found['seconds']} s."
    )
    table = ["| ledger | expected | found | difference |", "|---|---|---|---|"]
    lines = ["# The ledger of a storm", "", about, "", sent, "", *table]
    for name, row in found["ledger"].items():
        gap = row["found"] - row["expected"]
        lines.append(f"| {name} | {row['expected']} | {row['found']} | {gap} |")
    lines += ["", f"Differences of any single row: {len(found['differences'])}."]
    lines += [f"- {text}" for text in found["differences"][:100]]
    lines += ["", found["note"]] if "note" in found else []
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--redis", type=Path, help="path to redis-server")
    parser.add_argument("--out", type=Path, default=RESULTS, help="files to write, without ending")
    options = parser.parse_args()
    os.environ.pop("REDRESS_VAR", None)
    found = circumstances() | {"at": datetime.now(UTC).isoformat(timespec="seconds")}
    found["seed"], found["broker"] = SEED, "Redis" if options.redis else "PostgreSQL (pgmq)"
    found["kinds"] = len({d.source for d in mixture(options.deliveries, SEED)})
    with (
        tempfile.TemporaryDirectory(prefix="redress-ledger-") as folder,
        redis_at(options.redis) as redis,
    ):
        found |= run(Path(folder), options.deliveries, redis)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    text = as_markdown(found)
    options.out.with_suffix(".json").write_text(json.dumps(found, indent=2) + "\n")
    options.out.with_suffix(".md").write_text(text)
    sys.stdout.write(text)
    sys.exit(1 if found["differences"] else 0)


if __name__ == "__main__":
    main()

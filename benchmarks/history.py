"""A million tickets of history: what training, replaying and the nights cost in memory and time.

Run from the project's folder: `python -m benchmarks.history [--tickets N] [--labels N]`. It fills a
database of its own in a temporary folder and runs the real commands on it, each in a process of its
own: first with so many labels of people, then with one on every ticket. Memory is what all
processes of a command hold at once; that of the database is told beside it.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import django  # noqa: E402

from benchmarks import history_rows  # noqa: E402
from benchmarks.history_rows import load  # noqa: E402
from benchmarks.triage_report import write_report  # noqa: E402
from benchmarks.watched import Watched, watch  # noqa: E402
from config.embedded.server import Server  # noqa: E402
from triage.ml.training import model_at_hand  # noqa: E402

PROJECT_DIR = Path(__file__).resolve().parent.parent
REPLAYED = 60_000
PARTS = 6
SINCE = "2000-01-01"
ALLOWED_MB = 2_048
NIGHT = ("train_challenger", "measure_drift", "sweep_fingerprints")
PARTS_OF_ALL = ("replay", "interrupt", "train", "all-labels", "night")
_DONE = re.compile(r"^([\d,]+) of [\d,]+ tickets")

Rows = list[dict[str, Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    parser.add_argument("--labels", type=int, default=30_000)
    parser.add_argument("--replayed", type=int, default=REPLAYED)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--folder", type=Path, help="keep the database here, and use the one that is there"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS_OF_ALL, default=PARTS_OF_ALL)
    parser.add_argument("--night", choices=NIGHT, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if options.night:
        run_by_night(options.night)
        return
    kept = nullcontext(str(options.folder)) if options.folder else None
    with kept or tempfile.TemporaryDirectory(prefix="redress-history-") as folder:
        os.environ["REDRESS_VAR"] = folder
        django.setup()
        try:
            tables = Measurement(Path(folder), options).run()
        finally:
            # Nobody else would: the embedded server outlives the process that started it.
            Server(data_dir=Path(folder) / "postgres", settings={}).stop()
    write_report("history", "A million tickets of history", options.seed, tables)


def run_by_night(task: str) -> None:
    """Do in this process what a worker does by night."""
    django.setup()
    from triage import tasks

    getattr(tasks, task)()


class Measurement:
    """Runs the commands one after the other and keeps their figures."""

    def __init__(self, folder: Path, options: argparse.Namespace) -> None:
        self.folder = folder
        self.options = options
        self.commands: Rows = []
        self.said: Rows = []

    def run(self) -> dict[str, Rows]:
        """Fill, measure with few labels, then with one on every ticket."""
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        tickets, labels = self.options.tickets, min(self.options.labels, self.options.tickets)
        shop, seconds = history_rows.find(), 0.0
        if shop is None:
            shop, seconds = history_rows.fill(tickets, model_at_hand(), self.options.seed)
        tickets, labels = shop.tickets, min(labels, shop.tickets)
        history_rows.add_labels(shop, 0, labels)
        filled = {"tickets": tickets, "fill_seconds": seconds, "database_gb": _database_gb()}
        print(filled, flush=True)
        replay = ("replay_triage", "--model", str(shop.model_number), "--since", SINCE)
        replayed = Watched()
        if "replay" in self.options.only:
            replayed = self.manage(labels, *replay, "--limit", str(self.options.replayed))
        if "interrupt" in self.options.only:
            self.interrupt(labels, replay)
        if "train" in self.options.only:
            self.manage(labels, "train_triage")
        history_rows.add_labels(shop, labels, tickets)
        if "all-labels" in self.options.only:
            self.manage(tickets, "train_triage")
            self.manage(tickets, *replay, "--limit", str(self.options.replayed // PARTS))
        for task in NIGHT if "night" in self.options.only else ():
            self.measure(tickets, f"night: {task}", "-m", "benchmarks.history", "--night", task)
        return {
            "history": [filled],
            "commands": self.commands,
            "replay by parts": list(parts_of(replayed, self.options.replayed)),
            "what they say": self.said,
        }

    def manage(self, labels: int, *command: str, stop_when: Any = None) -> Watched:
        """Measure a command of `manage.py`."""
        name = " ".join(command)
        return self.measure(labels, name, "manage.py", *command, stop_when=stop_when)

    def measure(self, labels: int, name: str, *command: str, stop_when: Any = None) -> Watched:
        """Run Python with these arguments and keep what it cost."""
        print(f"{name} ({labels:,} labels)", flush=True)
        before = load()
        pid_file = self.folder / "postgres" / "postmaster.pid"
        seen = watch(
            [sys.executable, *command],
            environment={"REDRESS_VAR": str(self.folder)},
            folder=PROJECT_DIR,
            server_pid=int(pid_file.read_text().splitlines()[0]),
            stop_when=stop_when or (lambda _line: False),
        )
        self.commands.append({
            "command": name, "labels": labels, "seconds": seen.seconds,
            "cpu_seconds": seen.cpu_seconds, "peak_mb": seen.peak_mb,
            "allowed_mb": ALLOWED_MB, "database_private_mb": seen.database_mb,
            "lines": len(seen.lines), "exit": seen.code, "load": f"{before} to {load()}",
        })  # fmt: skip
        print(self.commands[-1], flush=True)
        self.said += [
            {"command": name, "labels": labels, "at_seconds": round(at, 1), "line": line}
            for at, line in _shortened(seen.lines)
        ]
        return seen

    def interrupt(self, labels: int, replay: tuple[str, ...]) -> None:
        """Ctrl-C a replay of everything, go on with it, stop again, end it."""
        self.manage(labels, *replay, stop_when=_tells_progress)
        self.manage(labels, "replay_triage", "--go-on", stop_when=_tells_progress)
        self.manage(labels, "replay_triage", "--cancel")


def _tells_progress(line: str) -> bool:
    return bool(_DONE.match(line))


def _shortened(lines: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The first ten and the last ten lines."""
    return lines if len(lines) <= 20 else [*lines[:10], *lines[-10:]]


def parts_of(seen: Watched, tickets: int) -> Iterator[dict[str, Any]]:
    """Speed and peak memory of each part of a replay, from the progress that it told."""
    told = [
        (at, int(found[1].replace(",", "")))
        for at, line in seen.lines
        if (found := _DONE.match(line))
    ]
    step = max(tickets // PARTS, 1)
    start, counted = 0.0, 0
    for end, done in told:
        if done - counted < step and done < tickets:
            continue
        yield {
            "from": counted,
            "to": done,
            "seconds": end - start,
            "tickets_a_second": (done - counted) / max(end - start, 0.001),
            "peak_mb": seen.peak_between(start, end),
        }
        start, counted = end, done


def _database_gb() -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database()) / 1073741824.0")
        return float(cursor.fetchone()[0])


if __name__ == "__main__":
    main()

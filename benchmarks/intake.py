"""Intake measured: the door, the way to a ticket, each adapter's reading, and the worst inputs.

Run from the project's folder: `python -m benchmarks.intake [--quick] [--only readers]`. Readers
and hostile inputs are measured in CPU seconds of this process, so other load on the machine does
not count; the door and the way to a ticket need a Redress of their own, started in a temporary
folder, and real time. Writes `benchmarks/results/intake.json` and `.md`.
"""

import argparse
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import django

from benchmarks.hostile import hostile_bodies
from benchmarks.mail import ordinary
from benchmarks.main_job import Complaints, circumstances, deliverer, measure_acceptance
from benchmarks.running import Redress
from common.errors import DomainError
from intake.channels import ADAPTERS, adapter_for
from intake.channels.base import Door, RawRequest, sign
from intake.errors import Unreadable
from intake.mail import read_mail
from tests.intake.channels import platforms
from triage.ml.training import DEFAULT_CACHE, model_at_hand

RESULTS = Path(__file__).parent / "results" / "intake"
SEED = 11
RUNS = 5
AIM_BODIES, AIM_MAILS, AIM_SECONDS = 2_000, 400, 1.0
OPENED = """
SELECT d.id FROM intake_rawdelivery d WHERE d.id > %s AND d.status = 'done' AND d.id <> ALL(%s)
"""
LOOK_EVERY_SECONDS = 0.01


def cpu_per_call(act: Callable[[], object], seconds: float) -> float:
    """Return the CPU seconds of one call, the median of several rounds of that length."""
    act()
    rounds = []
    for _ in range(RUNS):
        count, started = 0, time.process_time()
        until = started + seconds / RUNS
        while time.process_time() < until:
            act()
            count += 1
        rounds.append((time.process_time() - started) / count)
    return statistics.median(rounds)


# ---- readers ------------------------------------------------------------------------------------


def bodies() -> dict[str, tuple[str, Door, RawRequest]]:
    """Return a signed request of each recorded body, by its name."""
    found: dict[str, tuple[str, Door, RawRequest]] = {}
    for platform in platforms.PLATFORMS:
        for path in sorted(platforms.DATA.glob(f"{platform.kind}_[!_]*.*")):
            name = path.stem + (" (encrypted)" if platform is platforms.WECHAT_SAFE else "")
            found[name] = (platform.kind, platform.door, platform.request(path.read_bytes()))
    return found | own_bodies()


def own_bodies() -> dict[str, tuple[str, Door, RawRequest]]:
    """Return requests of the generic webhook."""
    now, door = platforms.NOW, Door("shop", "a secret")
    value = {
        "id": "g-1",
        "text": "The kettle from order 4711 leaks at the bottom since the first day. " * 6,
        "order": {
            "number": "4711",
            "amount": "129.90",
            "currency": "EUR",
            "product_name": "Kettle",
        },
        "customer": {"name": "Ann", "email": "ann@example.org", "phone": "+4915112345678"},
        "thread": "t-1",
        "sent_at": "2026-11-22T08:59:00+00:00",
    }
    raw, seconds = json.dumps(value).encode(), str(int(now.timestamp()))
    headers = {
        "x-redress-timestamp": seconds,
        "x-redress-signature": sign("a secret", seconds, raw),
    }
    return {"generic": ("generic", door, RawRequest(raw, headers, now))}


def take(kind: str, door: Door, request: RawRequest) -> None:
    """Do with a request what door and worker do: verify, name, read."""
    adapter = adapter_for(kind)
    adapter.verify(request, door)
    adapter.external_id(request, door)
    adapter.parse(request.body, request.received_at, door, request.headers)


def measure_readers(seconds: float) -> list[dict[str, Any]]:
    """Return bodies a second on one core: verified, named and read."""
    found = []
    for name, (kind, door, request) in bodies().items():
        cost = cpu_per_call(lambda k=kind, d=door, r=request: take(k, d, r), seconds)  # type: ignore[misc]
        rate = round(1 / cost)
        found.append({"name": name, "kind": kind, "bytes": len(request.body), "per_second": rate})
    return sorted(found, key=lambda row: row["per_second"])


def measure_mails(seconds: float) -> list[dict[str, Any]]:
    """Return mails of about 20 kB a second on one core."""
    found = []
    for name, raw in ordinary().items():
        cost = cpu_per_call(lambda r=raw: read_mail(r), seconds)  # type: ignore[misc]
        found.append({"name": name, "bytes": len(raw), "per_second": round(1 / cost)})
    return sorted(found, key=lambda row: row["per_second"])


# ---- hostile inputs -----------------------------------------------------------------------------


def measure_hostile() -> list[dict[str, Any]]:
    """Return the CPU seconds of the worst inputs under 1 MB, the slowest first."""
    found = []
    for kind, name, raw, headers in hostile_bodies(SEED):
        if len(raw) > 1_000_000:
            raise RuntimeError(f"{kind} {name} has {len(raw)} bytes")
        costs = [once(kind, raw, headers) for _ in range(2)]
        found.append({"kind": kind, "name": name, "bytes": len(raw), "seconds": min(costs)})
    return sorted(found, key=lambda row: -row["seconds"])


def once(kind: str, raw: bytes, headers: dict[str, str]) -> float:
    """Return the CPU seconds that door and worker take over one input, whatever they make of it."""
    adapter, door = ADAPTERS[kind], Door("door", '{"password": "p"}')
    request = RawRequest(raw, headers, platforms.NOW, url=platforms.URL)
    steps: Iterable[Callable[[], object]] = (
        lambda: adapter.shake_hands(request, door),
        lambda: adapter.verify(request, door),
        lambda: adapter.external_id(request, door),
        lambda: adapter.parse(raw, platforms.NOW, door, headers),
    )
    started = time.process_time()
    for step in steps:
        try:
            step()
        except (DomainError, Unreadable):
            continue
    return round(time.process_time() - started, 3)


# ---- the running Redress ------------------------------------------------------------------------


def measure_way(
    redress: Redress, complaints: Complaints, rate: float, count: int
) -> dict[str, Any]:
    """Return the seconds from sending a delivery to its committed ticket, at a steady rate."""
    deliver = deliverer(redress, complaints)
    sent: list[float] = []
    seen: dict[int, float] = {}

    def send() -> None:
        started = time.monotonic()
        for number in range(count):
            time.sleep(max(0.0, started + number / rate - time.monotonic()))
            sent.append(time.monotonic())
            deliver()

    with ThreadPoolExecutor(1) as pool, redress.connect() as connection:
        row = connection.execute("SELECT coalesce(max(id), 0) FROM intake_rawdelivery").fetchone()
        newest = int(row[0]) if row else 0
        sending, until = pool.submit(send), time.monotonic() + count / rate + 120
        while len(seen) < count and time.monotonic() < until:
            for (delivery,) in connection.execute(OPENED, [newest, list(seen)]).fetchall():
                seen[delivery] = time.monotonic()
            time.sleep(LOOK_EVERY_SECONDS)
        sending.result()
    if len(seen) < count:
        raise RuntimeError(f"only {len(seen)} of {count} deliveries became tickets in time")
    # One sender: the order of the rows is the order in which they were sent.
    waits = sorted(seen[row] - at for row, at in zip(sorted(seen), sent, strict=True))
    return {
        "rate_per_second": rate,
        "deliveries": count,
        "p50_seconds": round(statistics.median(waits), 3),
        "p95_seconds": round(waits[max(0, -(-count * 95 // 100) - 1)], 3),
        "longest_seconds": round(waits[-1], 3),
    }


def measure_running(*, quick: bool) -> dict[str, Any]:
    """Start a Redress, measure its door and the way to a ticket, stop it."""
    if "REDRESS_FIRST_MODEL" not in os.environ:
        model_at_hand()
        os.environ["REDRESS_FIRST_MODEL"] = str((DEFAULT_CACHE / "seed-model.zip").resolve())
    complaints = Complaints.seeded()
    with (
        tempfile.TemporaryDirectory(prefix="redress-bench-") as folder,
        Redress(Path(folder)) as redress,
    ):
        measure_way(redress, complaints, 2.0, 10)  # wakes every process up
        way = measure_way(redress, complaints, 3.0, 20 if quick else 90)
        acceptance = measure_acceptance(redress, complaints, 0.6 if quick else 2.0)
    return {"way_to_ticket": way, "acceptance": acceptance}


# ---- the report ---------------------------------------------------------------------------------


def measure(*, quick: bool, only: str) -> dict[str, Any]:
    """Measure what was asked for."""
    found = circumstances() | {"seed": SEED, "runs": RUNS}
    random.seed(SEED)
    seconds = 0.2 if quick else 1.0
    if only in {"", "readers"}:
        found["readers"] = measure_readers(seconds)
        found["mails"] = measure_mails(seconds)
        found["hostile"] = measure_hostile()
    if only in {"", "running"}:
        found |= measure_running(quick=quick)
    found["load_after"] = [round(value, 2) for value in os.getloadavg()]
    return found


def as_markdown(found: dict[str, Any]) -> str:
    """Return the figures as a page."""
    about = (
        f"{found['at']}, {found['cores']} cores, Python {found['python']}, seed {found['seed']}; "
        f"load before {found['load_before'][0]}, after {found['load_after'][0]}. "
        "Made by `python -m benchmarks.intake`."
    )
    lines = [
        "# Intake, measured",
        "",
        about,
    ]
    if "acceptance" in found:
        lines += _running_lines(found)
    if "readers" in found:
        lines += _reader_lines(found)
    return "\n".join(lines) + "\n"


def _running_lines(found: dict[str, Any]) -> list[str]:
    way = found["way_to_ticket"]
    lines = [
        "",
        "Deliveries accepted durably a second beside a bare insert into the same database:",
        "",
        "| connections | deliveries/s | bare inserts/s | ratio |",
        "|---|---|---|---|",
    ]
    for row in found["acceptance"]:
        cells = (row["connections"], row["deliveries_per_second"], row["bare_inserts_per_second"])
        lines.append(f"| {' | '.join(map(str, cells))} | {row['ratio']:.1%} |")
    waits = f"p50 {way['p50_seconds']} s, p95 {way['p95_seconds']} s"
    longest = f"longest {way['longest_seconds']} s"
    about = f"{way['deliveries']} deliveries at {way['rate_per_second']:g}/s"
    return [*lines, "", f"From sending to the committed ticket: {waits}, {longest} ({about})."]


def _reader_lines(found: dict[str, Any]) -> list[str]:
    lines = [
        "",
        (
            f"Webhook bodies verified, named and read a second on one core, CPU time, median of "
            f"{found['runs']} rounds (aim {AIM_BODIES}):"
        ),
        "",
        "| body | bytes | a second |",
        "|---|---|---|",
    ]
    lines += [f"| {r['name']} | {r['bytes']} | {r['per_second']} |" for r in found["readers"]]
    lines += ["", f"Mails of about 20 kB (aim {AIM_MAILS}):", ""]
    lines += ["| mail | bytes | a second |", "|---|---|---|"]
    lines += [f"| {r['name']} | {r['bytes']} | {r['per_second']} |" for r in found["mails"]]
    slow = [row for row in found["hostile"] if row["seconds"] > AIM_SECONDS]
    lines += [
        "",
        (
            f"{len(found['hostile'])} hostile inputs under 1 MB; over {AIM_SECONDS:g} s of CPU: "
            f"{len(slow)}. The slowest:"
        ),
        "",
        "| kind | input | bytes | seconds |",
        "|---|---|---|---|",
    ]
    worst = found["hostile"][:20]
    return lines + [f"| {r['kind']} | {r['name']} | {r['bytes']} | {r['seconds']} |" for r in worst]


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="shorter, to see that it works")
    parser.add_argument("--only", choices=("", "readers", "running"), default="")
    parser.add_argument("--out", type=Path, default=RESULTS, help="files to write, without ending")
    options = parser.parse_args()
    # Words of refusals are translated, for which Django needs its settings.
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    found = measure(quick=options.quick, only=options.only)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    text = as_markdown(found)
    options.out.with_suffix(".json").write_text(json.dumps(found, indent=2) + "\n")
    options.out.with_suffix(".md").write_text(text)
    sys.stdout.write(text)


if __name__ == "__main__":
    main()

"""How soon every process reads with a version that was put into use, and after going back.

Run from the project's folder: `python -m benchmarks.promotion [--times N]`. It starts a Redress of
its own (web, scheduler, two worker children), delivers complaints without pause, and puts one of
two versions into use through the page, by turns. The database notes which of its connections kept
a reading, of which version and when; each child of the worker has a connection of its own. A
process counts as changed after its last reading with the version before; twelve seconds stand for
whatever took longer than it was watched.
"""

import argparse
import http.client
import os
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import django
import psycopg

from benchmarks.main_job import Complaints, deliverer
from benchmarks.running import Redress
from benchmarks.triage_report import write_report
from triage.ml.training import model_at_hand

TIMES = 10
ALLOWED_SECONDS = 5.0
# Readings go on for so long after each change.
WATCHED_SECONDS = 12.0
MOST_WAITING = 40
TOKEN = "b" * 32
NOTED = """
CREATE TABLE bench_reading (at timestamptz, connection int, version int, reading bigint);
CREATE FUNCTION bench_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO bench_reading
    SELECT clock_timestamp(), pg_backend_pid(), v.number, NEW.id
    FROM triage_modelversion v WHERE v.id = NEW.model_id;
    RETURN NULL;
END $$;
CREATE TRIGGER bench_note AFTER INSERT ON triage_prediction
FOR EACH ROW EXECUTE FUNCTION bench_note();
"""
SINCE = """
SELECT connection, extract(epoch FROM at)::float8, version FROM bench_reading
WHERE at >= to_timestamp(%s) ORDER BY at
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=TIMES)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="redress-promotion-") as name:
        folder = Path(name)
        first, other = write_models(folder)
        os.environ["REDRESS_FIRST_MODEL"] = str(first)
        with Redress(folder) as redress:
            os.environ["REDRESS_VAR"] = name
            os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
            django.setup()
            redress.manage("train_triage", "--file", str(other))
            rows = measure(redress, options.times)
    seconds = sorted(row["all_changed_seconds"] for row in rows)
    summary = {
        "promotions": len(rows),
        "median_seconds": statistics.median(seconds),
        "worst_seconds": seconds[-1],
        "allowed_seconds": ALLOWED_SECONDS,
        "page_median_seconds": statistics.median(row["page_shows_seconds"] for row in rows),
    }
    write_report("promotion", "Promotion in effect", 0, {"summary": [summary], "each": rows})


def write_models(folder: Path) -> tuple[Path, Path]:
    """The model at hand, and the same with another line, which is another version."""
    model = model_at_hand()
    paths = folder / "first.bin", folder / "other.bin"
    for path, version, error in zip(paths, ("first", "other"), (0.05, 0.08), strict=True):
        model.version = version
        model.set_allowed_error(error)
        path.write_bytes(model.save())
    return paths


def measure(redress: Redress, times: int) -> list[dict[str, Any]]:
    """Change the version so often under a stream of deliveries."""
    with redress.connect() as connection:
        connection.execute(NOTED)
        page = Page(redress.port)
        with delivering(redress, connection):
            redress.wait_until(lambda: _readers(connection, time.time() - 10) >= 2, 300)
            return [
                one_change(connection, page, number, 2 - number % 2) | {"load": os.getloadavg()[0]}
                for number in range(1, times + 1)
            ]


def one_change(
    connection: psycopg.Connection[Any], page: "Page", number: int, before: int
) -> dict[str, Any]:
    """Put the other version into use and look who reads with what. Times from the click on."""
    to = 3 - before
    clicked = time.time()
    page.promote(to)
    answered = time.time()
    while page.version_in_use() != to:
        time.sleep(0.05)
    shown = time.time()
    time.sleep(max(0.0, clicked + WATCHED_SECONDS - time.time()))
    seen = _since(connection, clicked)
    readers = {who for who, _, _ in seen}
    changed: dict[int, float] = {}
    for who, at, version in seen:
        if version == to:
            changed.setdefault(who, at - clicked)
    late = [at - clicked for _, at, version in seen if version != to]
    return {
        "number": number,
        "what": "promotion" if to == 2 else "roll-back",
        "readings": len(seen),
        "readers": len(readers),
        "answered_seconds": answered - clicked,
        "page_shows_seconds": shown - clicked,
        "first_reader_seconds": min(changed.values(), default=WATCHED_SECONDS),
        "last_reader_seconds": max(changed.values(), default=WATCHED_SECONDS),
        "last_old_reading_seconds": max(late, default=0.0),
        "all_changed_seconds": max([*changed.values(), *late], default=WATCHED_SECONDS)
        if len(changed) == len(readers) >= 2
        else WATCHED_SECONDS,
    }


def _readers(connection: psycopg.Connection[Any], moment: float) -> int:
    """How many processes have kept a reading since then."""
    return len({who for who, _, _ in _since(connection, moment)})


def _since(connection: psycopg.Connection[Any], moment: float) -> list[tuple[int, float, int]]:
    return connection.execute(SINCE, [moment]).fetchall()


@contextmanager
def delivering(redress: Redress, connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Deliver without pause, never further ahead than readers follow in a second or two."""
    ended = threading.Event()

    def work() -> None:
        with redress.connect() as own:
            deliver = deliverer(redress, Complaints.seeded())
            sent = 0
            while not ended.is_set():
                row = own.execute("SELECT count(*) FROM bench_reading").fetchone()
                if row is not None and sent - row[0] > MOST_WAITING:
                    time.sleep(0.05)
                    continue
                for _ in range(5):
                    deliver()
                    sent += 1

    sender = threading.Thread(target=work, daemon=True)
    sender.start()
    try:
        yield
    finally:
        ended.set()
        sender.join(30)


class Page:
    """The page of models as a supervisor's browser uses it."""

    def __init__(self, port: int) -> None:
        from django.test import Client

        from accounts.models import User

        user = User.objects.create(username="bench-supervisor", role="supervisor")
        client = Client()
        client.force_login(user)
        session = client.cookies["sessionid"].value
        self._headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}"}
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def promote(self, number: int) -> None:
        """Press the button beside a version."""
        form = urlencode({"csrfmiddlewaretoken": TOKEN})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        path = f"/models/{number}/promote/"
        status, _ = self._ask("POST", path, form, kind)
        if status != 302:
            raise RuntimeError(f"the page answered {status}")

    def version_in_use(self) -> int:
        """Read from the page which version it says is in use: the other one has the button."""
        status, text = self._ask("GET", "/models/", "", {})
        if status != 200:
            raise RuntimeError(f"the page answered {status}")
        return 1 if "/models/2/promote/" in text else 2

    def _ask(self, method: str, path: str, body: str, more: dict[str, str]) -> tuple[int, str]:
        self._connection.request(method, path, body, self._headers | more)
        answer = self._connection.getresponse()
        return answer.status, answer.read().decode()


if __name__ == "__main__":
    main()

"""Similar solved tickets in a pool of a million: how long, how large, and how often right.

Run from the project's folder: `python -m benchmarks.similar [--rows N]`. It fills a database of
its own in a temporary folder. Rows are made from texts of the triage material: words are left out
and rare ones (names, places, products) come in by Zipf's law, so that common terms are common.
Times are of the whole look-up with the rights of the person. Real time grows with what else the
machine does (the load is noted). Beside it stands the processor time of both sides, page and
database, of each look-up: they work by turns, so a machine without other work needs about that
(Linux tells it in /proc/<pid>/schedstat).
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

import django  # noqa: E402
import numpy as np  # noqa: E402

from benchmarks.triage_report import write_report  # noqa: E402
from config.embedded.server import Server  # noqa: E402
from triage import seed as material  # noqa: E402
from triage.ml.fingerprint import terms_of  # noqa: E402
from triage.ml.similar import category_term  # noqa: E402
from triage.ml.training import model_at_hand  # noqa: E402

Row = tuple[str, list[int]]

TEXTS = 3_000
"""Different texts per language that the rows are made from."""
RARE_WORDS = 200_000
LOOKUPS = 400
WARM_UP = 40
INSERTS = 500
FIRST_ID = 1_000
COPIES = 10
MOST_RARE = 6
# Each copy has rare words of its own; the power makes few of them common and most very rare.
MADE = """
CREATE TEMP TABLE made AS
SELECT %s + row_number() OVER (ORDER BY copy, random()) AS id, category, terms || (
    SELECT array_agg(DISTINCT word) FROM (
        SELECT (%s * power(random(), 3))::int4 AS word
        FROM generate_series(1, 1 + (random() * (%s - 1))::int + 0 * cardinality(terms))
    ) words
) AS terms
FROM base, generate_series(1, %s) copy
"""
SPARE_INDEXES = """
SELECT indexrelid::regclass::text FROM pg_index
WHERE indrelid = 'tickets_ticket'::regclass AND NOT indisunique
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="redress-similar-") as folder:
        os.environ["REDRESS_VAR"] = folder
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        try:
            tables = measure(options.rows, options.seed)
        finally:
            # Nobody else would: the embedded server outlives the process that started it.
            Server(data_dir=Path(folder) / "postgres", settings={}).stop()
    write_report("similar", "Similar solved tickets", options.seed, tables)


def measure(rows: int, seed: int) -> dict[str, list[dict[str, Any]]]:
    """Fill the database and measure writing and looking up."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    filled = fill(rows, seed)
    tables = {"pool": [filled | sizes()], "look-up": [], "quality": [], "writing": [writing()]}
    for language in ("zh", "en"):
        speed, quality = look_up(language, seed)
        tables["look-up"].append(speed)
        tables["quality"] += quality
    return tables


def fill(rows: int, seed: int) -> dict[str, Any]:
    """Write tickets and fingerprints straight into the tables, and have them analysed."""
    from django.db import connection

    from triage.services.similar import count_terms

    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SELECT setseed(%s)", [1 / (2 + seed)])
        cursor.execute("CREATE TEMP TABLE base (category text, terms int4[])")
        with cursor.copy("COPY base FROM STDIN") as copy:
            for row in made_rows(max(rows // COPIES, 1), seed):
                copy.write_row(row)
        cursor.execute(MADE, [FIRST_ID, RARE_WORDS, MOST_RARE, COPIES])
        _write_tickets(cursor)
        # An index is built in a tenth of the time that it takes to be filled row by row.
        cursor.execute("SELECT pg_get_indexdef('fingerprint_terms'::regclass)")
        (index,) = cursor.fetchone()
        cursor.execute("DROP INDEX fingerprint_terms")
        cursor.execute(
            "INSERT INTO triage_fingerprint (ticket_id, terms, is_solved)"
            " SELECT id, terms, true FROM made"
        )
        cursor.execute(index)
        cursor.execute("VACUUM ANALYZE tickets_ticket")
        cursor.execute("VACUUM triage_fingerprint")
    count_terms()
    return {"rows": rows, "fill_seconds": time.perf_counter() - started}


def _write_tickets(cursor: Any) -> None:
    from common import clock
    from tickets.models import Ticket

    now = clock.now()
    first = Ticket.objects.create(
        reference="B-0", subject="made", status="closed", source="bench", channel="generic",
        created_at=now, opened_at=now, resolved_at=now, changed_at=now, remedy="R",
        resolution_reason="remedied",
    )  # fmt: skip
    cursor.execute("SELECT * FROM tickets_ticket LIMIT 0")
    names = [column.name for column in cursor.description]
    special = {"id": "made.id", "reference": "'B-' || made.id", "category": "made.category"}
    values = ", ".join(special.get(name, f"t.{name}") for name in names)
    # Look-ups need none of the other indexes, and filling them takes most of the time.
    cursor.execute(SPARE_INDEXES)
    for (index,) in cursor.fetchall():
        cursor.execute(f"DROP INDEX {index}")
    cursor.execute(
        f"INSERT INTO tickets_ticket ({', '.join(names)})"
        f" SELECT {values} FROM made, tickets_ticket t WHERE t.id = %s",
        [first.pk],
    )
    cursor.execute("SELECT setval('tickets_ticket_id_seq', (SELECT max(id) FROM tickets_ticket))")


def made_rows(rows: int, seed: int) -> Iterator[Row]:
    """Rows of both languages by turns."""
    rng = np.random.default_rng(seed)
    texts = [
        (row.category, terms_of(row.subject, row.text, language))
        for language in ("zh", "en")
        for row in material.generate(language, seed + 1, TEXTS)
    ]
    for _ in range(rows):
        category, terms = texts[rng.integers(len(texts))]
        kept = [
            term for term, keep in zip(terms, rng.random(len(terms)) < 0.75, strict=True) if keep
        ]
        yield category, [category_term(category), *kept]


def sizes() -> dict[str, Any]:
    """Megabytes of table and index."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_relation_size('triage_fingerprint') / 1048576.0,"
            " pg_relation_size('fingerprint_terms') / 1048576.0,"
            " (SELECT avg(cardinality(terms)) FROM triage_fingerprint TABLESAMPLE SYSTEM (1))"
        )
        table, index, terms = cursor.fetchone()
    return {
        "table_mb": float(table),
        "index_mb": float(index),
        "terms_per_ticket": float(terms or 0),
    }


def look_up(language: str, seed: int) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Times of whole look-ups, and how many of what they find is about the same."""
    from triage.queries.similar import similar_solved

    user, asked = _asker(), _asked(language, seed)
    sides = (os.getpid(), _backend())
    looked: list[tuple[float, float]] = []
    found_with: list[tuple[str, list[str]]] = []
    for ticket, category in asked:
        started, before = time.perf_counter(), sum(map(_ran_ms, sides))
        found = similar_solved(ticket, visible_to=user)
        real = (time.perf_counter() - started) * 1000
        looked.append((real, sum(map(_ran_ms, sides)) - before))
        found_with.append((category, [one.ticket.category for one in found]))
    speed: dict[str, Any] = {"language": language, "look_ups": len(looked) - WARM_UP}
    for name, values in zip(
        ("real_ms", "processor_ms"), zip(*looked[WARM_UP:], strict=True), strict=True
    ):
        warm = sorted(values)
        speed[f"{name}_p50"] = statistics.median(warm)
        speed[f"{name}_p95"] = warm[int(len(warm) * 0.95)]
    speed["load_1_minute"] = os.getloadavg()[0]
    for ticket, _ in asked:
        # By words alone: nobody has said or guessed what it is about.
        ticket.predictions.all().delete()
    alone = [
        (category, [one.ticket.category for one in similar_solved(ticket, visible_to=user)])
        for ticket, category in asked
    ]
    return speed, [
        {"language": language, "by": "words and guessed category", **_shares(found_with)},
        {"language": language, "by": "words alone", **_shares(alone)},
    ]


def _shares(found: Sequence[tuple[str, list[str]]]) -> dict[str, Any]:
    shown = [(category, one) for category, others in found for one in others]
    return {
        "tickets": len(found),
        "found_per_ticket": len(shown) / len(found),
        "same_sub_category": sum(a == b for a, b in shown) / max(len(shown), 1),
        "same_category": sum(a.split(".")[0] == b.split(".")[0] for a, b in shown)
        / max(len(shown), 1),
        "at_least_one_of_three": sum(category in others for category, others in found) / len(found),
        "chance_same_sub_category": 1 / 60,
    }


def _backend() -> int:
    """The process of the server that answers this one."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def _ran_ms(pid: int) -> float:
    """Milliseconds that a process had a processor."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e6


def _asker() -> Any:
    from accounts.models import User

    return User.objects.get_or_create(username="bench", defaults={"role": "supervisor"})[0]


def _asked(language: str, seed: int) -> list[tuple[Any, str]]:
    """Open tickets with texts written apart, read by the model as new ones are."""
    from common import clock
    from tickets.models import Ticket
    from triage.models import Prediction
    from triage.services.similar import keep_fingerprints

    rows = [row for row in material.held_out(language) if row.category]
    chosen = np.random.default_rng(seed).permutation(len(rows))[:LOOKUPS]
    texts = [rows[place].text for place in chosen]
    answers = model_at_hand().predict(texts, [language] * len(texts), with_reasons=False)
    asked: list[tuple[Any, str]] = []
    now = clock.now()
    for number, (place, answer) in enumerate(zip(chosen, answers, strict=True)):
        ticket = Ticket.objects.create(
            reference=f"Q-{language}-{number}", subject=rows[place].text[:300], language=language,
            source="bench", channel="generic", created_at=now, opened_at=now, changed_at=now,
        )  # fmt: skip
        Prediction.objects.create(
            ticket=ticket, message_id=1, category=answer.category, probability=answer.confidence,
            confidence=answer.confidence, abstained=False, priority=3, emotion=0, created_at=now,
            decision={"alternatives": [list(pair) for pair in answer.alternatives]},
        )  # fmt: skip
        asked.append((ticket, rows[place].category))
    keep_fingerprints(ticket_ids=[ticket.pk for ticket, _ in asked])
    return asked


def writing() -> dict[str, Any]:
    """Milliseconds to keep one fingerprint, alone and in parts as the back-fill does."""
    from tickets.models import Ticket
    from triage.models import Fingerprint
    from triage.services.similar import keep_fingerprints

    keys = list(Ticket.objects.filter(status="closed").order_by("-pk")[:INSERTS].values_list("pk"))
    ids = [pk for (pk,) in keys]
    texts = [row.text for row in material.generate("en", 5, INSERTS)]
    for pk, text in zip(ids, texts, strict=True):
        Ticket.objects.filter(pk=pk).update(subject=text[:300])
    Fingerprint.objects.filter(pk__in=ids).delete()
    alone = sorted(_timed(partial(keep_fingerprints, ticket_ids=[pk])) for pk in ids[:200])
    Fingerprint.objects.filter(pk__in=ids).delete()
    together = _timed(partial(keep_fingerprints, ticket_ids=ids))
    return {
        "one_ms_p50": statistics.median(alone),
        "one_ms_p95": alone[int(len(alone) * 0.95)],
        "in_parts_ms_each": together / len(ids),
    }


def _timed(verb: Callable[[], object]) -> float:
    started = time.perf_counter()
    verb()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()

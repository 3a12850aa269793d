"""A shop with a long history: tickets, messages, readings and labels, written by the database.

Only for benchmarks.history. A few thousand texts of the material are read once by the model; every
ticket is one of them with a made-up name and a number of its own, so that no two texts are equal.
"""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from triage.ml.model import TriageModel

TEXTS = 1_500
"""Different texts per language."""
PEOPLE = 40
DAYS = 730
FIRST_ID = 1_000
LANGUAGES = ("zh", "en")
TABLES = ("tickets_ticket", "tickets_message", "triage_prediction", "triage_label")

BASE = """
CREATE UNLOGGED TABLE base (
    n int PRIMARY KEY, language text, text text, truth text, category text, probability float8,
    confidence float8, abstained bool, priority int, emotion int, decision jsonb, reasons jsonb
)
"""
# Every 23rd label is wrong: it names the category of another text.
MADE = """
CREATE UNLOGGED TABLE made AS
SELECT {first} + i AS id, base.n AS n, base.language AS language,
    base.text || ' ' || translate(left(md5(i::text), 7), '0123456789', 'ghjkmnpqrs')
        || ' ' || (i * 7919) %% 1000003 AS text,
    CASE WHEN i %% 23 = 0 THEN other.truth ELSE base.truth END AS said,
    now() - interval '1 day' * ({days} * (1 - i::float8 / {tickets})) AS at
FROM generate_series(1::bigint, {tickets}::bigint) i
JOIN base ON base.n = (i * 7919) %% {texts}
JOIN base other ON other.n = (base.n + 1) %% {texts}
"""
LABELS = """
INSERT INTO triage_label (ticket_id, field, kind, predicted, value, shown_probability, model_id,
    by_id, at, is_check, was_asked)
SELECT m.id, 'category', CASE WHEN m.said = b.category THEN 'confirmed' ELSE 'changed' END,
    to_jsonb(b.category), to_jsonb(m.said), b.probability, %(model)s, %(first_user)s + m.id %% 40,
    least(m.at + interval '1 hour', now()), m.id %% 50 = 0 AND NOT b.abstained, b.abstained
FROM made m JOIN base b USING (n)
WHERE (m.id * 104729) %% %(tickets)s >= %(from)s
    AND (m.id * 104729) %% %(tickets)s < %(to)s
ORDER BY m.at
"""


@dataclass(frozen=True, slots=True)
class Shop:
    """What was written, for the labels that come later."""

    tickets: int
    model_id: int
    model_number: int
    first_user: int


def find() -> Shop | None:
    """Return a shop that was filled before, without its labels and later versions."""
    from django.db import connection

    from accounts.models import User
    from triage.models import ModelVersion, Replay, VersionState

    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('made') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("SELECT count(*) FROM made")
        tickets = cursor.fetchone()[0]
        cursor.execute("TRUNCATE triage_label")
    Replay.objects.all().delete()
    ModelVersion.objects.exclude(number=1).delete()
    model = ModelVersion.objects.get(number=1)
    ModelVersion.objects.update(state=VersionState.CHAMPION)
    return Shop(tickets, model.pk, 1, User.objects.get(username="labeller-0").pk)


def fill(tickets: int, model: TriageModel, seed: int) -> tuple[Shop, float]:
    """Write everything but the labels; return the shop and the seconds."""
    from django.db import connection

    started = time.perf_counter()
    shop = _people_and_model(tickets, model)
    with connection.cursor() as cursor:
        # Keys are right by construction; looking each of them up takes most of the time.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(BASE)
        with cursor.copy("COPY base FROM STDIN") as copy:
            texts = 0
            for row in _base_rows(model, seed):
                copy.write_row((texts, *row))
                texts += 1
        cursor.execute("ANALYZE base")
        made = MADE.format(first=FIRST_ID, days=DAYS, tickets=tickets, texts=texts)
        cursor.execute(made.replace("%%", "%"))
        cursor.execute("CREATE INDEX ON made (id)")
        cursor.execute("ANALYZE made")
        indexes = _drop_indexes(cursor)
        _write(cursor, shop)
        for index in indexes:
            cursor.execute(index)
        cursor.execute("SET session_replication_role = origin")
        _settle(cursor)
    return shop, time.perf_counter() - started


def add_labels(shop: Shop, first: int, last: int) -> None:
    """Label these tickets, spread evenly over all of them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        values = {"model": shop.model_id, "first_user": shop.first_user, "tickets": shop.tickets}
        cursor.execute(LABELS, values | {"from": first, "to": last})
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE triage_label")


def _people_and_model(tickets: int, model: TriageModel) -> Shop:
    from accounts.models import User
    from common import clock
    from triage.ml.artefact import digest
    from triage.models import VersionState
    from triage.services import add_version

    people = [User.objects.create(username=f"labeller-{n}", role="agent") for n in range(PEOPLE)]
    artefact = model.save()
    version = add_version(
        artefact=artefact,
        digest=digest(artefact),
        figures={"thresholds": model.thresholds, "measured": model.measured()},
        settings={},
        data_fingerprint="",
        state=VersionState.CHAMPION,
        now=clock.now(),
    )
    # Made when the shop began, so that the night finds labels that are newer.
    type(version).objects.filter(pk=version.pk).update(created_at=_begin())
    return Shop(tickets, version.pk, version.number, people[0].pk)


def _begin() -> Any:
    from datetime import timedelta

    from common import clock

    return clock.now() - timedelta(days=DAYS)


def _base_rows(model: TriageModel, seed: int) -> Iterator[tuple[Any, ...]]:
    from tickets.records import PriorityFacts
    from triage import seed as material
    from triage.queries import TextToRead
    from triage.reading import read

    facts = PriorityFacts(
        round=1, earlier_complaints=0, order_amount=None, order_currency="CNY", vip=False,
        oldest_unanswered_hours=0.0, is_public=False, author_followers=0,
    )  # fmt: skip
    for language in LANGUAGES:
        for row in material.generate(language, seed + 1, TEXTS):
            text = TextToRead(row.text, "", language, 0)
            reading = read(text, model=model, version=1, facts=lambda _category: facts)
            said = reading.decision
            yield (
                language, row.text, row.category, said.category, said.category_probability,
                said.confidence, said.abstained, said.priority, said.emotion,
                json.dumps({**reading.as_json(), "offset": 0}), json.dumps(reading.reasons),
            )  # fmt: skip


def _drop_indexes(cursor: Any) -> list[str]:
    """Drop what only speeds up reading; return how to make it again."""
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
        " WHERE indrelid = ANY(%s::regclass[]) AND NOT indisunique",
        [list(TABLES)],
    )
    found = cursor.fetchall()
    for name, _ in found:
        cursor.execute(f"DROP INDEX {name}")
    return [made for _, made in found]


def _write(cursor: Any, shop: Shop) -> None:
    """Tickets and messages as copies of one row of each, readings as copies of those of `base`."""
    from common import clock
    from tickets.models import Message, Ticket

    now = clock.now()
    ticket = Ticket.objects.create(
        reference="H-0", status="closed", source="bench", channel="generic", created_at=now,
        opened_at=now, changed_at=now, remedy="R", resolution_reason="remedied",
    )  # fmt: skip
    message = Message.objects.create(
        ticket=ticket, direction="in", kind="customer", source="bench", channel="generic",
        received_at=now, created_at=now,
    )  # fmt: skip
    at = dict.fromkeys(
        ("created_at", "opened_at", "changed_at", "resolved_at", "first_resolved_at", "closed_at",
         "received_at", "last_customer_at"), "m.at",
    )  # fmt: skip
    _copies(cursor, "tickets_ticket", ticket.pk, at | {
        "id": "m.id", "reference": "'H-' || m.id", "category": "b.truth", "language": "m.language",
        "priority": "b.priority", "emotion": "b.emotion", "last_customer_message_id": "m.id",
        "message_count": "1", "triage_state": "'done'",
    })  # fmt: skip
    _copies(cursor, "tickets_message", message.pk, at | {
        "id": "m.id", "ticket_id": "m.id", "external_id": "'h-' || m.id", "text": "m.text",
        "language": "m.language",
    })  # fmt: skip
    cursor.execute(
        "INSERT INTO triage_prediction (id, ticket_id, message_id, model_id, category, probability,"
        " confidence, abstained, priority, emotion, decision, reasons, is_check, created_at)"
        " SELECT m.id, m.id, m.id, %s, b.category, b.probability, b.confidence, b.abstained,"
        " b.priority, b.emotion, b.decision, b.reasons, false, m.at"
        " FROM made m JOIN base b USING (n) ORDER BY m.id",
        [shop.model_id],
    )


def _copies(cursor: Any, table: str, pattern: int, special: dict[str, str]) -> None:
    cursor.execute(f"SELECT * FROM {table} LIMIT 0")
    names = [column.name for column in cursor.description]
    values = ", ".join(special.get(name, f"t.{name}") for name in names)
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(names)}) SELECT {values}"
        f" FROM made m JOIN base b USING (n), {table} t WHERE t.id = %s ORDER BY m.id",
        [pattern],
    )


def _settle(cursor: Any) -> None:
    for table in TABLES[:3]:
        cursor.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")
        cursor.execute(f"VACUUM ANALYZE {table}")


def load() -> float:
    """What the machine had to do in the last minute."""
    return round(os.getloadavg()[0], 1)

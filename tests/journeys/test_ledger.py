"""Processes are killed and servers restarted in the middle; nothing is lost, nothing doubled.

One stack for the whole file: what one test leaves is what the next one starts from. The full ten
thousand are sent by ``python -m benchmarks.ledger``.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys import ledger, storm
from tests.journeys.mixture import IGNORED, Delivery, mixture, sources
from tests.journeys.storm import Storm
from tests.stack import Stack

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("faults")]

DELIVERIES = 300
SEED = 7
# Fewer than in the full run: each restart costs a busy machine ten seconds and more.
FIRST = (
    ("worker killed", "answered", 0.3),
    ("database killed", "answered", 0.7),
    ("worker killed", "handled", 0.5),
    ("database stopped", "handled", 0.8),
)
SECOND = (("worker killed", "answered", 0.5),)

# Tables and what may stand in one row of them only.
ONCE = (
    ("tickets_identity", "kind", "namespace", "value"),
    ("tickets_slaclock", "ticket_id", "metric", "round"),
    ("triage_prediction", "ticket_id", "message_id"),
    ("outbox_outgoing", "dedupe_key"),
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, trained_model_file: Path) -> Iterator[Stack]:
    """A Redress that only these tests ill-treat."""
    stack = Stack(
        tmp_path_factory.mktemp("ledger"),
        environment={"REDRESS_FIRST_MODEL": str(trained_model_file)},
    )
    stack.environment["REDRESS_PUBLIC_URL"] = stack.url
    try:
        yield stack.start("--no-demo")
    finally:
        stack.kill_everything()


@pytest.fixture(scope="module")
def deliveries() -> list[Delivery]:
    return mixture(DELIVERIES, SEED)


def test_the_mixture_holds_every_kind_and_every_fate(deliveries: list[Delivery]) -> None:
    assert {one.source for one in deliveries} == {*sources(), "form"}
    assert {one.fate for one in deliveries} == {"done", IGNORED, "dead", "refused"}
    assert {one.phase for one in deliveries} == {1, 2}
    keys = [(one.source, one.key) for one in deliveries]
    assert len(set(keys)) == len(keys)
    assert max(one.copies for one in deliveries) > 2


def test_the_ledger_adds_up_though_workers_and_servers_die(
    stack: Stack, deliveries: list[Delivery]
) -> None:
    storm.prepare(stack)
    result = storm.rage(Storm(stack), deliveries, first=FIRST, second=SECOND)
    assert result.differences == []
    assert result.rows["messages"]["found"] > DELIVERIES / 2
    for table, *columns in ONCE:
        assert ledger.doubled(stack, table, *columns) == [], table
    opened = "SELECT count(*), count(DISTINCT ticket_id) FROM tickets_ticketevent WHERE kind = %s"
    tickets = result.rows["tickets"]["found"]
    assert ledger.rows(stack, opened, "opened") == [(tickets, tickets)]
    _plant_faults_and_find_them(stack, deliveries)


def _plant_faults_and_find_them(stack: Stack, deliveries: list[Delivery]) -> None:
    """A ledger that finds no fault must be able to find one."""
    calm = Storm(stack)
    for one in deliveries:
        calm.tallies[one.source, one.key].accepted = calm.tallies[one.source, one.key].attempts = 1
    with stack.connect() as connection:
        connection.execute(
            "UPDATE tickets_message SET text = 'gone' WHERE id ="
            " (SELECT min(id) FROM tickets_message WHERE text LIKE '%[m%')"
        )
        connection.execute(
            "UPDATE intake_rawdelivery SET status = 'dead' WHERE id ="
            " (SELECT max(id) FROM intake_rawdelivery WHERE status = 'done')"
        )
    found = " ".join(storm.balance(stack, deliveries, calm).differences)
    assert "is lost" in found
    assert "is dead, not done" in found

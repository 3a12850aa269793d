"""Processes are killed and servers restarted in the middle; nothing is lost, nothing doubled.

One stack for the whole file: what one test leaves is what the next one starts from.
"""

import itertools
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from tests.journeys import ledger
from tests.journeys.shop import Answer, Shop, post
from tests.stack import Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("faults")]

DELIVERIES = 500
SENDERS = 8
REPLIES = 120
COMPLAINTS = (
    "My parcel has not moved for {n} days, the tracking shows nothing new. Where is it?",
    "快递已经{n}天没有更新物流了,麻烦帮我查一下到哪了。",
    "I was charged twice for order {n}, please refund one of the payments.",
    "退款申请了{n}天还没到账,什么时候能退给我?",
    "The kettle from order {n} leaks at the bottom since the first day.",
    "收到的杯子碎了{n}个,包装很差,要求补发。",
)

# Tables and what may stand in one row of them only.
ONCE = (
    ("tickets_ticket", "external_id"),
    ("tickets_message", "source", "external_id"),
    ("tickets_identity", "kind", "namespace", "value"),
    ("tickets_slaclock", "ticket_id", "metric", "round"),
    ("triage_prediction", "ticket_id"),
    ("outbox_outgoing", "dedupe_key"),
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory, trained_model_file: Path) -> Iterator[Stack]:
    """A Redress that only these tests ill-treat."""
    stack = Stack(
        tmp_path_factory.mktemp("faults"),
        environment={"REDRESS_FIRST_MODEL": str(trained_model_file)},
    )
    try:
        yield stack.start("--no-demo")
    finally:
        stack.kill_everything()


@pytest.fixture(scope="module")
def shop(stack: Stack) -> Shop:
    return Shop.of(stack)


def complaint(number: int, series: str = "c") -> dict[str, Any]:
    return {
        "id": f"{series}-{number}",
        "text": COMPLAINTS[number % len(COMPLAINTS)].format(n=number),
        "order": f"{series.upper()}{number}",
        "customer": {"name": f"Customer {number}", "email": f"{series}{number}@example.com"},
    }


def suspend_worker(stack: Stack) -> list[psutil.Process]:
    """Stop the worker and its children where they are; they can be woken or killed."""
    processes = stack.processes(" worker ")
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.suspend()
    return processes


def crash_database(stack: Stack) -> None:
    """Kill the server without a word; its children notice and end."""
    pid_file = stack.database_server().data_dir / "postmaster.pid"
    psutil.Process(int(pid_file.read_text(encoding="utf-8").split()[0])).kill()


class Progress:
    """How many deliveries were answered and how many the worker is done with."""

    def __init__(self, stack: Stack) -> None:
        self.stack, self.answers, self._numbers = stack, 0, itertools.count(1)

    def note_answer(self) -> None:
        self.answers = next(self._numbers)

    def is_answered(self, count: int) -> bool:
        return self.answers >= count

    def is_done(self, count: int) -> bool:
        query = "SELECT count(*) >= %s FROM intake_rawdelivery WHERE status = 'done'"
        with suppress(psycopg.Error):
            return bool(ledger.one(self.stack, query, count))
        return False


def test_500_deliveries_sent_twice_survive_kills_of_worker_and_database(
    stack: Stack, shop: Shop
) -> None:
    progress = Progress(stack)
    faults: list[tuple[Callable[[], bool], Callable[[], None]]] = [
        (partial(progress.is_answered, 150), stack.kill_worker),
        (partial(progress.is_answered, 350), stack.database_server().stop),
        (partial(progress.is_answered, 700), partial(crash_database, stack)),
        (partial(progress.is_done, 60), stack.kill_worker),
        (partial(progress.is_done, 180), stack.kill_worker),
        (partial(progress.is_done, 300), stack.database_server().stop),
        (partial(progress.is_done, 400), stack.kill_worker),
    ]

    def send(number: int) -> tuple[int, Answer]:
        answer = shop.deliver(complaint(number))
        progress.note_answer()
        return number, answer

    with ThreadPoolExecutor(SENDERS) as pool:
        # Both copies of a delivery stand side by side, so two senders hold them at once.
        sending = [pool.submit(send, number) for number in range(DELIVERIES) for _ in range(2)]
        for is_time, strike in faults:
            wait_for(is_time, "it is time for the next fault", ledger.FINISH_SECONDS)
            strike()
        answers = [future.result() for future in sending]

    assert {answer.status for _, answer in answers} <= {200, 202}
    new = Counter(number for number, answer in answers if not answer.json()["duplicate"])
    assert [number for number, count in new.items() if count > 1] == []

    ledger.wait_until_handled(stack)
    check_ledger(stack, DELIVERIES)


def check_ledger(stack: Stack, deliveries: int) -> None:
    """Every delivery is one message of one ticket, read once; every row agrees with the others."""
    assert ledger.rows(
        stack,
        "SELECT status, count(*), sum(cardinality(message_ids))::int FROM intake_rawdelivery"
        " GROUP BY status",
    ) == [("done", deliveries, deliveries)]
    for table in ("tickets_ticket", "tickets_message", "triage_prediction", "tickets_customer"):
        assert ledger.one(stack, f"SELECT count(*) FROM {table}") == deliveries, table
    for table, *columns in ONCE:
        assert ledger.doubled(stack, table, *columns) == [], table
    for kind in ("opened", "triaged"):
        events = "FROM tickets_ticketevent WHERE kind = %s"
        query = f"SELECT count(*), count(DISTINCT ticket_id) {events}"
        assert ledger.rows(stack, query, kind) == [(deliveries, deliveries)], kind
    own = "tickets_message m ON m.id = d.message_ids[1] AND m.external_id = d.external_id"
    query = f"SELECT count(*) FROM intake_rawdelivery d JOIN {own}"
    assert ledger.one(stack, query) == deliveries
    pending = "SELECT count(*) FROM tickets_ticket WHERE triage_state = 'pending'"
    assert ledger.one(stack, pending) == 0


def test_sweeps_finish_what_lost_jobs_leave(stack: Stack, shop: Shop) -> None:
    before = ledger.one(stack, "SELECT count(*) FROM tickets_ticket")
    suspended = suspend_worker(stack)
    for number in range(40):
        assert shop.deliver(complaint(number, "lost")).status == 202
    with stack.connect() as connection:
        queues = connection.execute("SELECT queue_name FROM pgmq.list_queues()").fetchall()
        lost = sum(
            connection.execute("SELECT pgmq.purge_queue(%s)", [name]).fetchone()[0]  # type: ignore[index]
            for (name,) in queues
        )
    # One wake-up stands for many deliveries that come close together.
    assert lost >= 1
    for process in suspended:
        process.resume()
    ledger.wait_until_handled(stack)
    check_ledger(stack, before + 40)


def test_mails_leave_once_though_the_worker_is_killed_while_sending(
    stack: Stack, shop: Shop
) -> None:
    token = json.loads(
        stack.manage("create_token", "Shop", "--scopes", "tickets:read,tickets:write", "--json")
    )["token"]
    for number in range(REPLIES):
        # Every other text is English, as the answer is.
        shop.deliver(complaint(2 * number, "reply"))
    ledger.wait_until_handled(stack)
    suspend_worker(stack)
    answer_all(stack, token)
    assert ledger.mails(stack) == []

    stack.kill_worker()
    for count in (REPLIES // 4, REPLIES // 2, REPLIES * 3 // 4):
        wait_for(partial(have_left, stack, count), f"{count} mails left", 120)
        stack.kill_worker()
    ledger.wait_until_none(
        stack, "SELECT count(*) FROM outbox_outgoing WHERE status = 'queued'", "all were tried"
    )
    assert max(mails_by_id(stack).values()) == 1

    # A row whose sender died is taken again when its lease ends; here it ends at once. Its mail
    # may then leave a second time: nobody can tell whether the first one left.
    with stack.connect() as connection:
        connection.execute(
            "UPDATE outbox_outgoing SET next_attempt_at = now() WHERE status = 'sending'"
        )
    ledger.wait_until_none(
        stack, "SELECT count(*) FROM outbox_outgoing WHERE status <> 'sent'", "all mails left"
    )
    attempts = dict(
        ledger.rows(stack, "SELECT external_id, attempts FROM outbox_outgoing WHERE kind = 'email'")
    )
    left = mails_by_id(stack)
    assert set(left) == set(attempts)
    assert len(left) == REPLIES
    assert [name for name, count in left.items() if count > attempts[name]] == []


def answer_all(stack: Stack, token: str) -> None:
    """Answer every ticket of the series over the API, each call sent twice."""
    references = ledger.rows(
        stack, "SELECT reference FROM tickets_ticket WHERE external_id LIKE 'reply-%%' ORDER BY id"
    )
    body = json.dumps({"text": "We trace the parcel and write again tomorrow by 12:00."}).encode()
    for (reference,) in references:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"answer {reference}",
        }
        for _ in range(2):
            answer = post(f"{stack.url}/api/v1/tickets/{reference}/reply/", body, headers)
            assert answer.status in {200, 201}, answer


def have_left(stack: Stack, count: int) -> bool:
    return len(ledger.mails(stack)) >= count


def mails_by_id(stack: Stack) -> Counter[str]:
    """Return how often each Message-ID left."""
    return Counter(
        found[1]
        for mail in ledger.mails(stack)
        if (found := re.search(r"^Message-ID:\s*(\S+)", mail, re.MULTILINE))
    )

"""Sends a mixture from many connections at once while servers die, and balances the ledger."""

import http.client
import itertools
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import psutil
import psycopg
import pytest

from tests.journeys import ledger
from tests.journeys.mixture import DEAD, REFUSED, Delivery, sources
from tests.stack import Stack, wait_for

# Platforms go on for hours; a test says sooner that nobody answers.
GIVE_UP_SECONDS = 240
PAUSE_SECONDS = 0.3
MAKE_SOURCES = """
import json
from intake.models import Source
for slug, kind, secret, options in json.loads({made!r}):
    Source.objects.create(slug=slug, kind=kind, name=slug, secret=secret, settings=options)
"""


@dataclass
class Tally:
    """What happened to one delivery on the wire; ``attempts`` counts lost answers too."""

    attempts: int = 0
    accepted: int = 0
    refused: int = 0
    new: int = 0
    odd: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class Fault:
    """Something that breaks once so many copies were answered, or deliveries handled."""

    after: int
    of: str
    name: str


def prepare(stack: Stack) -> None:
    """Make the sources and their secrets."""
    made = [(slug, s.kind, s.secret, s.options) for slug, s in sources().items()]
    stack.manage("shell", "-c", MAKE_SOURCES.format(made=json.dumps(made)))


class Storm:
    """One run: what was sent, what was answered, what broke."""

    def __init__(self, stack: Stack, *, senders: int = 8, patience: float = 240) -> None:
        self.stack, self.senders, self.patience = stack, senders, patience
        self.tallies: dict[tuple[str, str], Tally] = defaultdict(Tally)
        self.answers = 0
        self.struck: Counter[str] = Counter()
        self._numbers = itertools.count(1)
        self._strikes: dict[str, Callable[[], None]] = {
            "worker killed": stack.kill_worker,
            "database stopped": lambda: stack.database_server().stop(),
            "database killed": lambda: crash_database(stack),
        }

    def add_strike(self, name: str, strike: Callable[[], None]) -> None:
        """Let something else break, too."""
        self._strikes[name] = strike

    def send(self, deliveries: Sequence[Delivery], faults: Iterable[Fault] = ()) -> None:
        """Send every copy of every delivery while things break; return when all are answered."""
        first_answer, first_handled = self.answers, self._handled()
        with ThreadPoolExecutor(self.senders) as pool:
            # Copies stand side by side, so several senders hold the same delivery at once.
            sending = [pool.submit(self._send, d) for d in deliveries for _ in range(d.copies)]
            for fault in faults:
                base = first_answer if fault.of == "answered" else first_handled
                self._await(fault, base, sending)
                self._strikes[fault.name]()
                self.struck[fault.name] += 1
            for future in sending:
                future.result()

    def settle(self) -> None:
        """Wait until every delivery has its end; the readings of tickets may come later."""
        ledger.wait_until_none(
            self.stack,
            "SELECT count(*) FROM intake_rawdelivery WHERE status = 'received'",
            "all deliveries are handled",
            self.patience,
        )

    def _await(self, fault: Fault, base: int, sending: list[Future[None]]) -> None:
        def is_time() -> bool:
            for future in sending:
                if future.done():
                    future.result()
            seen = self.answers if fault.of == "answered" else self._handled()
            return seen - base >= fault.after

        wait_for(is_time, f"{fault.after} were {fault.of}: {fault.name}", self.patience)

    def _handled(self) -> int:
        query = "SELECT count(*) FROM intake_rawdelivery WHERE status <> 'received'"
        with suppress(psycopg.Error):
            return int(ledger.one(self.stack, query))
        return 0

    def _send(self, delivery: Delivery) -> None:
        tally = self.tallies[delivery.source, delivery.key]
        status, body = self._until_answered(delivery, tally)
        if status in {200, 202, 302}:
            tally.accepted += 1
            tally.new += b'"duplicate": false' in body
        elif status in {401, 403}:
            tally.refused += 1
        else:
            tally.odd.append(status)
        self.answers = next(self._numbers)

    def _until_answered(self, delivery: Delivery, tally: Tally) -> tuple[int, bytes]:
        """Send until it is answered, through every 5xx and every broken connection."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            tally.attempts += 1
            try:
                status, body = self._post(delivery)
            except (OSError, http.client.HTTPException):
                status, body = 503, b""
            if status < 500:
                return status, body
            if time.monotonic() > deadline:
                pytest.fail(f"nobody took {delivery.source} {delivery.key} ({status})")
            time.sleep(PAUSE_SECONDS)

    def _post(self, delivery: Delivery) -> tuple[int, bytes]:
        path = f"/intake/{delivery.source}/"
        wire = delivery.wire(self.stack.url + path)
        # Each customer of the form has an address of their own.
        origin = ("127.0.0.1", 0) if not wire.path else (_loopback(delivery.key), 0)
        query = f"?{urlencode(wire.query)}" if wire.query else ""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.stack.port, timeout=30, source_address=origin
        )
        try:
            connection.request("POST", (wire.path or path) + query, wire.body, wire.headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def _loopback(key: str) -> str:
    number = int(key[-12:])
    return f"127.1.{number // 250 % 250}.{number % 250 + 1}"


def crash_database(stack: Stack) -> None:
    """Kill the server without a word; its children notice and end."""
    pid_file = stack.database_server().data_dir / "postmaster.pid"
    psutil.Process(int(pid_file.read_text(encoding="utf-8").split()[0])).kill()


# ---- the balance --------------------------------------------------------------------------------


@dataclass
class Balance:
    """Expected and found, side by side; ``differences`` must be empty."""

    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    differences: list[str] = field(default_factory=list)

    def line(self, name: str, expected: int, found: int) -> None:
        """Note one line of the table; a difference is a fault of its own."""
        self.rows[name] = {"expected": expected, "found": found}
        if expected != found:
            self.differences.append(f"{name}: {expected} expected, {found} found")


@dataclass(frozen=True)
class Found:
    """What the database says."""

    raw: dict[tuple[str, str], tuple[str, int, tuple[int, ...]]]
    marks: dict[int, str]
    tickets: dict[int, int]

    @classmethod
    def of(cls, stack: Stack) -> "Found":
        """Read raw rows, messages and tickets."""
        raw = ledger.rows(
            stack,
            "SELECT s.slug, d.external_id, d.status, d.repeats, d.message_ids"
            " FROM intake_rawdelivery d JOIN intake_source s ON s.id = d.source_id",
        )
        messages = ledger.rows(
            stack,
            r"SELECT id, ticket_id, coalesce(substring(text from '\[(m\d+\.\d+)\]'), '')"
            " FROM tickets_message WHERE direction = 'in'",
        )
        return cls(
            {(slug, key): (status, repeats, tuple(ids)) for slug, key, status, repeats, ids in raw},
            {pk: found for pk, _, found in messages},
            {pk: ticket for pk, ticket, _ in messages},
        )


def balance(stack: Stack, deliveries: Sequence[Delivery], storm: Storm) -> Balance:
    """Compare every raw row, message and ticket with what was sent."""
    result, found = Balance(), Found.of(stack)
    stored = {(d.source, d.key): d for d in deliveries if d.fate != REFUSED}
    result.line("raw rows", len(stored), len(found.raw))
    for fate in ("done", "ignored", "dead"):
        expected = sum(d.fate == fate for d in stored.values())
        result.line(f"raw rows {fate}", expected, _count(found, fate))
    _compare_rows(result, stored, found)
    _compare_messages(result, stored, found)
    _compare_tickets(result, stack, stored, found)
    _compare_wire(result, deliveries, storm, found)
    return result


def _count(found: Found, fate: str) -> int:
    return sum(status == fate for status, _, _ in found.raw.values())


def _compare_rows(result: Balance, stored: dict[tuple[str, str], Delivery], found: Found) -> None:
    """Every delivery has its row, its fate, and the messages that were in it."""
    result.differences += [f"unexpected raw row {key}" for key in found.raw.keys() - stored.keys()]
    for key, delivery in stored.items():
        if key not in found.raw:
            result.differences.append(f"no raw row {key}")
            continue
        status, _, ids = found.raw[key]
        if status != delivery.fate:
            result.differences.append(f"{key} is {status}, not {delivery.fate}")
        marks = sorted(found.marks.get(pk, "a message that is gone") for pk in ids)
        if delivery.fate != DEAD and marks != sorted(delivery.marks):
            result.differences.append(f"{key} holds {marks}, not {sorted(delivery.marks)}")


def _compare_messages(
    result: Balance, stored: dict[tuple[str, str], Delivery], found: Found
) -> None:
    """Every message is there once, and comes from a delivery."""
    expected = {mark for d in stored.values() for mark in d.marks}
    marked = Counter(mark for mark in found.marks.values() if mark)
    result.line("messages", len(expected), sum(marked.values()))
    result.differences += [f"message {mark} is lost" for mark in expected - marked.keys()]
    result.differences += [f"message {mark} from nowhere" for mark in marked.keys() - expected]
    result.differences += [f"message {m} is there {n} times" for m, n in marked.items() if n > 1]
    from_deliveries = {pk for _, _, ids in found.raw.values() for pk in ids}
    strays = found.marks.keys() - from_deliveries
    result.differences += [f"message {pk} belongs to no delivery" for pk in sorted(strays)]


def _compare_tickets(
    result: Balance, stack: Stack, stored: dict[tuple[str, str], Delivery], found: Found
) -> None:
    """Messages lie together that belong together, and no ticket is empty."""
    label_of = {mark: d.ticket for d in stored.values() for mark in d.marks}
    labels_of: dict[int, set[str]] = defaultdict(set)
    tickets_of: dict[str, set[int]] = defaultdict(set)
    unread = 0
    for pk, mark in found.marks.items():
        ticket = found.tickets[pk]
        label = label_of.get(mark, f"unreadable {pk}")
        unread += not mark
        labels_of[ticket].add(label)
        tickets_of[label].add(ticket)
    dead = sum(delivery.fate == DEAD for delivery in stored.values())
    result.line("tickets of what could not be read", dead, unread)
    count = ledger.one(stack, "SELECT count(*) FROM tickets_ticket")
    result.line("tickets", len(set(label_of.values())) + dead, count)
    result.differences += [f"{k} is spread over {v}" for k, v in tickets_of.items() if len(v) > 1]
    result.differences += [f"ticket {k} mixes {v}" for k, v in labels_of.items() if len(v) > 1]


def _compare_wire(
    result: Balance, deliveries: Sequence[Delivery], storm: Storm, found: Found
) -> None:
    """Everything accepted was counted; nothing was counted that was not sent; one was new."""
    under_id: dict[tuple[str, str], list[Tally]] = defaultdict(list)
    for delivery in deliveries:
        # Another body under the same id counts as a repeat of that id.
        given_id = delivery.key.partition("#")[0]
        under_id[delivery.source, given_id].append(storm.tallies[delivery.source, delivery.key])
    for delivery in deliveries:
        key = (delivery.source, delivery.key)
        tally = storm.tallies[key]
        if tally.odd:
            result.differences.append(f"{key} was answered {tally.odd}")
        if tally.new > 1:
            result.differences.append(f"{key} was called new {tally.new} times")
        if delivery.fate == REFUSED:
            if tally.accepted or key in found.raw:
                result.differences.append(f"the forged {key} was let in")
        elif tally.refused and not (delivery.expires and tally.accepted):
            result.differences.append(f"{key} was refused")
        elif "#" not in delivery.key and key in found.raw:
            seen = found.raw[key][1] + 1
            accepted = sum(one.accepted for one in under_id[key])
            sent = sum(one.attempts for one in under_id[key])
            if not accepted <= seen <= sent:
                text = f"{key} was counted {seen} times: accepted {accepted}, sent {sent}"
                result.differences.append(text)


def as_table(storm: Storm, result: Balance) -> dict[str, Any]:
    """Return the figures of a run."""
    tallies = storm.tallies.values()
    return {
        "copies_sent": sum(t.attempts for t in tallies),
        "copies_accepted": sum(t.accepted for t in tallies),
        "copies_refused": sum(t.refused for t in tallies),
        "refused_as_too_old": sum(t.refused for t in tallies if t.accepted),
        "answers_lost_or_5xx": sum(
            t.attempts - t.accepted - t.refused - len(t.odd) for t in tallies
        ),
        "struck": dict(storm.struck),
        "ledger": result.rows,
        "differences": result.differences,
    }


# ---- a whole run --------------------------------------------------------------------------------

LATE_SHARE = 20  # one in so many comes once more, long after
FIRST_FAULTS = (
    ("worker killed", "answered", 0.10),
    ("database stopped", "answered", 0.30),
    ("worker killed", "answered", 0.45),
    ("database killed", "answered", 0.60),
    ("worker killed", "answered", 0.80),
    ("database stopped", "handled", 0.55),
    ("worker killed", "handled", 0.65),
    ("database killed", "handled", 0.75),
    ("worker killed", "handled", 0.90),
)
SECOND_FAULTS = (("worker killed", "answered", 0.3), ("database stopped", "answered", 0.6))


def faults_for(
    table: Sequence[tuple[str, str, float]], deliveries: Sequence[Delivery], rounds: int = 1
) -> list[Fault]:
    """Return when what breaks; ``rounds`` repeats the table within the run, ever later."""
    copies, rows = sum(d.copies for d in deliveries), len(deliveries)
    found = []
    for number in range(rounds):
        for name, of, share in table:
            total = copies if of == "answered" else rows
            found.append(Fault(int(total * (number + share) / rounds), of, name))
    # What is answered comes before what is handled, as it does in a busy system.
    return sorted(found, key=lambda fault: (fault.of, fault.after))


def rage(
    storm: Storm,
    deliveries: Sequence[Delivery],
    *,
    rounds: int = 1,
    first: Sequence[tuple[str, str, float]] = FIRST_FAULTS,
    second: Sequence[tuple[str, str, float]] = SECOND_FAULTS,
) -> Balance:
    """Send both phases while things break, wait until all is done, and balance."""
    opening = [d for d in deliveries if d.phase == 1]
    # A forged one never had a row, so the rows are fewer than the deliveries by a few.
    storm.send(opening, faults_for(first, opening, rounds))
    storm.settle()
    late = [replace(d, copies=1) for d in opening[::LATE_SHARE]]
    following = [d for d in deliveries if d.phase == 2] + late
    storm.send(following, faults_for(second, following))
    storm.settle()
    return balance(storm.stack, deliveries, storm)

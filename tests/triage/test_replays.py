"""Replays: what another reading would have done, counted once, with nothing changed."""

import json
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import IntegrityError, transaction

from accounts.models import User
from common import clock
from common.errors import NotAllowed
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets.models import Ticket, TicketEvent
from triage import queries, runtime, services, tasks
from triage.errors import BadKeywords, NoSuchVersion, ReplayRunning, SpanEmpty
from triage.ml.differences import Decided, Pair, Tally
from triage.models import (
    Label,
    LabelKind,
    Prediction,
    Replay,
    ReplayDifference,
    ReplayState,
    VersionState,
)
from triage.services import replays

pytestmark = pytest.mark.django_db

LATE, LOST = "logistics.delivery-delay", "logistics.lost-parcel"
SINCE, UNTIL = MONDAY_TEN - timedelta(days=1), MONDAY_TEN + timedelta(days=1)
PARROTS = '[[group]]\nname = "parrots"\nowner = "Q"\nflag = "safety"\ncues = ["parrots?"]\n'


@pytest.fixture(autouse=True)
def no_model() -> Iterator[None]:
    runtime.forget()
    yield
    runtime.forget()


@pytest.fixture
def supervisor() -> User:
    return make_user(username="head", role="supervisor")


def read(text: str, **kept: Any) -> Ticket:
    """A ticket that was read; rules alone would ask for its category."""
    number = Ticket.objects.count()
    ticket = factories.ticket(
        text=text, subject="", at=MONDAY_TEN, external_id=f"r-{number}", language="en"
    )
    Prediction.objects.create(
        ticket=ticket,
        message_id=ticket.last_customer_message_id or 0,
        category=kept.get("category", LATE),
        probability=0.9,
        confidence=0.9,
        abstained=kept.get("asked", False),
        priority=kept.get("priority", 3),
        emotion=0,
        decision={"language": "en", **kept.get("decision", {})},
        created_at=kept.get("at", MONDAY_TEN),
    )
    return ticket


def said(ticket: Ticket, category: str, by: User) -> None:
    Label.objects.create(
        ticket=ticket,
        field="category",
        kind=LabelKind.CHANGED,
        value=category,
        by=by,
        at=MONDAY_TEN,
    )


def start(by: User | None = None, **changes: Any) -> Replay:
    values: dict[str, Any] = {"number": None, "since": SINCE, "until": UNTIL, "now": MONDAY_TEN}
    return services.start_replay(by=by, **(values | changes))


def finish(replay: Replay) -> Replay:
    while services.replay_on(replay_id=replay.pk):
        pass
    replay.refresh_from_db()
    return replay


# ---- What is counted ----


def test_differences_are_counted_and_listed_and_tickets_stay() -> None:
    hurt = read("The kettle caught fire in my kitchen and I burned my hand")
    read("Where is my parcel", asked=True, category="")
    before = list(Ticket.objects.order_by("pk").values())
    events = TicketEvent.objects.count()
    replay = finish(start())
    assert replay.state == ReplayState.DONE
    tally = Tally.of(replay.figures)
    assert (tally.tickets, tally.differ, tally.raised, tally.now_asked) == (2, 1, 1, 1)
    assert tally.gained["safety"] == 1
    assert tally.moves == {LATE: {"": 1}}
    (row,) = ReplayDifference.objects.all()
    assert (row.ticket, row.old_priority, row.new_priority) == (hurt, 3, 1)
    assert "safety" in row.gained_flags
    assert list(Ticket.objects.order_by("pk").values()) == before
    assert TicketEvent.objects.count() == events


def test_what_the_pool_knew_then_counts_again() -> None:
    read(
        "Still nothing",
        category="",
        asked=True,
        priority=2,
        decision={"points": [["base-p3", 0], ["repeat", 2], ["vip", 1]], "forced": []},
    )
    read(
        "Still nothing at all",
        category="",
        asked=True,
        priority=1,
        decision={"points": [["base-p3", 0]], "forced": ["repeat-twice"]},
    )
    assert Tally.of(finish(start()).figures).differ == 0


def test_the_first_reading_of_each_ticket_inside_the_span_is_read(
    django_assert_max_num_queries: Any,
) -> None:
    one = read("Where is it")
    Prediction.objects.create(
        ticket=one,
        message_id=99,
        category=LATE,
        probability=0.9,
        confidence=0.9,
        abstained=False,
        priority=3,
        emotion=0,
        created_at=MONDAY_TEN,
    )
    read("Too early", at=SINCE - timedelta(seconds=1))
    read("Too late", at=UNTIL)
    test = read("Only a test")
    Ticket.objects.filter(pk=test.pk).update(is_test=True)
    assert finish(start()).figures["tickets"] == 1


def test_a_message_that_is_gone_is_no_failure() -> None:
    gone = read("My name is gone")
    Prediction.objects.filter(ticket=gone).update(message_id=0)
    assert finish(start()).state == ReplayState.DONE


def test_a_limit_and_small_batches_count_everything_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "BATCH", 2)
    for number in range(7):
        read(f"Where is parcel {number}")
    replay = start()
    turns = 1
    while services.replay_on(replay_id=replay.pk, seconds=0.0):
        turns += 1
    replay.refresh_from_db()
    assert (replay.figures["tickets"], replay.total, turns) == (7, 7, 5)
    limited = finish(start(most=3))
    assert (limited.figures["tickets"], limited.total) == (3, 3)


def test_a_long_list_ends_but_the_counts_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "MOST_LISTED", 2)
    monkeypatch.setattr(replays, "BATCH", 2)
    for number in range(5):
        read(f"Where is parcel {number}")
    replay = finish(start())
    assert replay.figures["differ"] == 5
    assert replay.differences.count() == 2


def test_statements_do_not_grow_with_the_tickets_of_a_batch(
    django_assert_max_num_queries: Any,
) -> None:
    for number in range(12):
        read(f"Where is parcel {number}")
    replay = start()
    with django_assert_max_num_queries(20):
        services.replay_on(replay_id=replay.pk)
    assert Replay.objects.get().figures["tickets"] == 12


# ---- Better or worse ----


def pair(old: str, new: str, person: str = "") -> Pair:
    nothing: frozenset[str] = frozenset()
    return Pair(Decided(old, 3, nothing, False), Decided(new, 3, nothing, False), person)


@pytest.mark.parametrize(
    ("person", "outcome"),
    [(LOST, "better"), (LATE, "worse"), ("price.price-drop", "unknown"), ("", "unknown")],
    ids=["new", "old", "neither", "nothing"],
)
def test_a_persons_word_decides_between_both(person: str, outcome: str) -> None:
    assert pair(LATE, LOST, person).outcome == outcome


def test_no_answer_is_never_the_better_one() -> None:
    assert pair(LATE, "").outcome == "unknown"
    assert pair(LATE, LATE, LATE).outcome == "unknown"


def test_a_tally_survives_being_kept() -> None:
    tally = Tally()
    tally.add(pair(LATE, LOST, LOST))
    kept = json.loads(json.dumps(tally.to_dict()))
    assert Tally.of(kept) == tally
    assert Tally.of({}) == Tally()
    assert (tally.said, tally.old_right, tally.new_right, tally.better) == (1, 0, 1, 1)


def test_the_last_word_of_a_person_is_the_one_that_counts(supervisor: User) -> None:
    ticket = read("Where is it", category=LOST)
    said(ticket, LATE, supervisor)
    said(ticket, LOST, supervisor)
    assert finish(start()).figures["old_right"] == 1
    assert ReplayDifference.objects.get().said == LOST
    assert ReplayDifference.objects.get().outcome == "worse"


# ---- Other keyword tables ----


def test_another_keyword_table_reads_otherwise_and_only_there() -> None:
    read("My parrot arrived")
    plain = finish(start())
    assert plain.figures["gained"] == {}
    other = finish(start(keywords={"en": PARROTS}, keywords_name="birds_en.toml"))
    assert other.figures["gained"] == {"safety": 1}
    assert finish(start()).figures["gained"] == {}


@pytest.mark.parametrize(
    "table",
    [
        "",
        "[[group",
        "group = 3",
        "group = [3]",
        '[[group]]\nname = "a"\ncues = ["("]',
        '[[group]]\nname = "a"\ncues = ["x*"]',
        '[[group]]\nname = "a"\nflag = "unheard-of"\ncues = ["x"]',
        '[[group]]\nname = "a"\ntone = "unheard-of"\ncues = ["x"]',
        "a = " + "[" * 20_000,
    ],
    ids=["empty", "broken", "number", "row", "cue", "nothing", "flag", "tone", "deep"],
)
def test_a_bad_table_is_refused_with_the_reason(table: str) -> None:
    with pytest.raises(BadKeywords):
        start(keywords={"en": table})
    assert not Replay.objects.exists()


def test_a_table_of_no_language_of_ours_or_too_large_is_refused() -> None:
    with pytest.raises(BadKeywords):
        start(keywords={"fr": PARROTS})
    with pytest.raises(BadKeywords):
        start(keywords={"en": PARROTS + "#" * replays.LARGEST_TABLE})


# ---- One at a time, cancelled, broken ----


def test_only_one_replay_runs(supervisor: User) -> None:
    first = start()
    with pytest.raises(ReplayRunning):
        start()
    services.cancel_replay(replay_id=first.pk, by=supervisor, now=MONDAY_TEN)
    assert start().state == ReplayState.RUNNING
    with pytest.raises(IntegrityError), transaction.atomic():
        Replay.objects.update(state=ReplayState.RUNNING)


def test_a_cancelled_replay_goes_no_further(supervisor: User) -> None:
    read("Where is it")
    replay = start()
    batch = queries.past_readings(SINCE, UNTIL, after=0, limit=10)
    services.cancel_replay(replay_id=replay.pk, by=supervisor, now=MONDAY_TEN)
    # A worker that was just reading must not write over it.
    pairs = [(row, pair(LATE, LOST)) for row in batch]
    assert not replays._keep(replay.pk, 0, pairs)
    assert not services.replay_on(replay_id=replay.pk)
    replay.refresh_from_db()
    assert (replay.state, replay.figures) == (ReplayState.CANCELLED, {})


def test_two_workers_never_count_a_batch_twice() -> None:
    read("Where is it")
    replay = start()
    rows = queries.past_readings(SINCE, UNTIL, after=0, limit=10)
    pairs = [(row, pair(LATE, LOST)) for row in rows]
    assert replays._keep(replay.pk, 0, pairs)
    assert not replays._keep(replay.pk, 0, pairs)
    replay.refresh_from_db()
    assert replay.figures["tickets"] == 1


def test_whoever_holds_it_reads_on_until_the_lease_ends() -> None:
    read("Where is it")
    replay = start()
    now = replays.clock.now()
    Replay.objects.update(lease_until=now + timedelta(minutes=1))
    assert queries.due_replays(now) == []
    assert not services.replay_on(replay_id=replay.pk)
    assert queries.due_replays(now + timedelta(minutes=2)) == [replay.pk]
    Replay.objects.update(lease_until=now - timedelta(minutes=1))
    assert finish(replay).state == ReplayState.DONE


def test_a_version_without_its_bytes_fails_with_the_reason() -> None:
    version = services.add_version(
        artefact=b"no model",
        digest="0" * 64,
        figures={},
        settings={},
        data_fingerprint="",
        state=VersionState.SHADOW,
        now=MONDAY_TEN,
    )
    replay = finish(start(number=version.number))
    assert replay.state == ReplayState.FAILED
    assert replay.problem


def test_the_worker_finishes_what_waits_and_a_slow_cue_ends_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    read("Where is it")
    replay = start()
    tasks.run_replays()
    replay.refresh_from_db()
    assert replay.state == ReplayState.DONE

    def too_slow(**_kwargs: Any) -> bool:
        raise tasks.SoftTimeLimitExceeded

    stuck = start()
    monkeypatch.setattr(tasks.services, "replay_on", too_slow)
    tasks.run_replays()
    stuck.refresh_from_db()
    assert (stuck.state, stuck.problem) == (ReplayState.FAILED, "too_slow")


def test_who_may_begin_and_what_must_be_there(supervisor: User) -> None:
    agent = make_user(username="lin", role="senior")
    with pytest.raises(NotAllowed):
        start(by=agent)
    with pytest.raises(NoSuchVersion):
        start(by=supervisor, number=7)
    with pytest.raises(SpanEmpty):
        start(by=supervisor, until=SINCE)
    replay = start(by=supervisor)
    with pytest.raises(NotAllowed):
        services.cancel_replay(replay_id=replay.pk, by=agent, now=MONDAY_TEN)


def test_old_replays_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "MOST_KEPT", 2)
    for _number in range(4):
        last = finish(start())
    assert Replay.objects.count() == 2
    assert Replay.objects.filter(pk=last.pk).exists()


# ---- The command ----


def test_the_command_says_what_would_have_changed(tmp_path: Path, supervisor: User) -> None:
    said(read("My parrot arrived", category=LOST), LOST, supervisor)
    table = tmp_path / "birds_en.toml"
    table.write_text(PARROTS, encoding="utf-8")
    out = StringIO()
    span = ["--since", SINCE.date().isoformat(), "--until", "2026-11-18"]
    how = ["--model", "rules", "--rules", str(table), *span]
    call_command("replay_triage", *how, stdout=out, stderr=out)
    text = out.getvalue()
    assert "1 tickets read, 1 differ." in text
    assert "Flags gained: safety 1; lost: none" in text
    assert f"{LOST} -> -" in text
    assert "worse 1" in text


@pytest.mark.parametrize(
    "options",
    [
        ["--model", "x", "--since", "2026-11-01"],
        ["--model", "7", "--since", "2026-11-01"],
        ["--model", "rules", "--since", "yesterday"],
        ["--model", "rules", "--since", "2026-13-01"],
        ["--model", "rules", "--since", "2026-11-01", "--rules", "/nowhere/birds_en.toml"],
        ["--model", "rules", "--since", "2026-11-01", "--rules", "birds.toml"],
    ],
    ids=["model", "version", "day", "month", "file", "language"],
)
def test_the_command_refuses_what_it_cannot_do(options: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("replay_triage", *options)
    assert not Replay.objects.exists()


# ---- The command line ----


def test_the_command_tells_how_far_it_is() -> None:
    for _ in range(3):
        read("Where is it")
    lines = command_lines("--model", "rules", "--since", "2000-01-01", "--until", "2100-01-01")
    assert lines[0] == "Counting the tickets of this span"
    assert lines[1].startswith("3 of 3 tickets (100.0%)")


def test_a_stopped_replay_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replays, "BATCH", 2)
    for _ in range(5):
        read("Where is it")
    with monkeypatch.context() as stopped:
        stopped.setattr("triage.management.progress.Progress.at", ctrl_c)
        with pytest.raises(CommandError, match="Stopped after 2 of 5 tickets"):
            command_lines("--model", "rules", "--since", "2000-01-01", "--until", "2100-01-01")
    assert queries.running_replay() is not None
    lines = command_lines("--go-on")
    assert any(line.startswith("5 of 5 tickets") for line in lines)
    assert any("5 tickets read" in line for line in lines)
    assert Replay.objects.get().state == ReplayState.DONE


def test_a_stopped_replay_can_be_ended() -> None:
    read("Where is it")
    replay = start()
    command_lines("--cancel")
    replay.refresh_from_db()
    assert replay.state == ReplayState.CANCELLED


@pytest.mark.parametrize("given", [["--go-on"], ["--cancel"], ["--model", "rules"], []])
def test_a_command_without_anything_to_do_says_so(given: list[str]) -> None:
    with pytest.raises(CommandError, match=r"No replay is running|what to read again"):
        command_lines(*given)


def command_lines(*given: str) -> list[str]:
    said = StringIO()
    call_command("replay_triage", *given, stdout=said)
    return said.getvalue().splitlines()


def ctrl_c(*_given: Any) -> None:
    raise KeyboardInterrupt


def test_the_command_says_that_it_waits_for_a_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    read("Where is it")
    replay = start()
    Replay.objects.update(lease_until=clock.now() + timedelta(minutes=1))

    def let_go(_seconds: float) -> None:
        Replay.objects.update(lease_until=None)

    monkeypatch.setattr("triage.management.commands.replay_triage.time.sleep", let_go)
    lines = command_lines("--go-on")
    assert sum("waiting" in line for line in lines) == 1
    replay.refresh_from_db()
    assert replay.state == ReplayState.DONE

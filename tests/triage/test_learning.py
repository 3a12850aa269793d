"""Learning from people: judged in pairs, poisoned labels set aside, the same rows kept apart."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import services as pool
from tickets.models import Ticket
from triage import queries, runtime, services
from triage.errors import BeingTrained, ErrorOutOfRange, OwnLabels
from triage.ml.recent import MATERIAL_ROWS, FittedCurve
from triage.ml.records import Example
from triage.ml.training import seed_examples
from triage.models import Label, LabelKind, ModelVersion, Prediction, TrustedLabeller, VersionState
from triage.services import learning

pytestmark = pytest.mark.django_db

KNOWN = ("logistics.lost-parcel", "quality.defective", "price.price-drop", "payment.double-charge")
# The shop begins to sell something new, and people complain of it in new words.
NEW = "service.slow-reply"
# What is written later must not change how much of the material a label stands against.
VOICES = ("", "street", "letters", "banter")
NEW_WORDS = ("teleporter", "wormhole", "flux", "portal", "beam", "anchor", "rift", "gate")


def material(*categories: str) -> list[Example]:
    """Hand-written English rows of these categories."""
    return [
        row
        for row in seed_examples(0, 0)
        if row.language == "en" and row.category in categories and row.voice in VOICES
    ]


@pytest.fixture(autouse=True)
def small_material(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Four classes of the real material instead of sixty: seconds instead of minutes."""
    rows = material(*KNOWN)
    apart = rows[::3]

    def few(_seed: int, _size: int) -> Iterator[Example]:
        yield from (row for row in rows if row not in apart)

    monkeypatch.setattr(learning, "seed_examples", few)
    monkeypatch.setattr(learning, "anchors", lambda: iter(apart))
    monkeypatch.setattr(learning, "JUDGED_SHARE", 0.5)
    runtime.forget()
    yield
    runtime.forget()


@pytest.fixture
def people() -> list[User]:
    return [make_user(username=f"agent{number}", role="senior") for number in range(4)]


@pytest.fixture
def champion() -> ModelVersion:
    return learning.learn(now=MONDAY_TEN, seed_rows=0, say=lambda _line: None)


def new_text(number: int) -> str:
    words = [NEW_WORDS[(number * step) % len(NEW_WORDS)] for step in (1, 3, 5)]
    return f"The {words[0]} dropped me at the {words[1]}, the {words[2]} is wrong, case {number}"


def label(number: int, text: str, category: str, by: User, **shown: Any) -> Label:
    """A ticket that was read, and what a person said of it."""
    at = MONDAY_TEN + timedelta(minutes=number)
    ticket: Ticket = factories.ticket(text=text, subject="", at=at, external_id=f"l-{number}")
    said = shown.get("said", KNOWN[0])
    Prediction.objects.create(
        ticket=ticket,
        message_id=ticket.last_customer_message_id or 0,
        category=said,
        probability=shown.get("sure", 0.5),
        confidence=shown.get("sure", 0.5),
        abstained=shown.get("asked", True),
        priority=3,
        emotion=0,
        created_at=at,
    )
    if said == category:
        services.note_confirmation(ticket_id=_filed(ticket, said).pk, by_id=by.pk, now=at)
    else:
        services.note_correction(
            ticket_id=ticket.pk, field="category", new=category, by_id=by.pk, now=at
        )
    return Label.objects.latest("pk")


def _filed(ticket: Ticket, category: str) -> Ticket:
    Ticket.objects.filter(pk=ticket.pk).update(category=category)
    return ticket


def learn() -> ModelVersion:
    return learning.learn(now=MONDAY_TEN + timedelta(days=1), seed_rows=0, say=lambda _line: None)


def test_the_first_model_is_put_into_use(champion: ModelVersion) -> None:
    assert champion.state == VersionState.CHAMPION


def test_a_version_keeps_what_pages_draw_of_it(champion: ModelVersion) -> None:
    champion.refresh_from_db()
    assert champion.figures["recent"] == []
    measured = champion.figures["measured"]["en"]
    model = runtime.load(champion)
    (needs,) = (step[1] for step in measured["steps"] if step[0] == 0.05)
    # What the page says is what workers do at this line.
    assert needs == pytest.approx(model.thresholds["en"][0], abs=1e-4)
    assert sum(rows for _said, _right, rows in measured["reliability"]) == measured["rows"] > 0


def test_a_challenger_that_learnt_something_new_takes_over(
    champion: ModelVersion, people: list[User]
) -> None:
    for number in range(120):
        label(number, new_text(number), NEW, people[number % 4])
    challenger = learn()
    assert challenger.state == VersionState.CHAMPION
    assert challenger.figures["comparison"]["why"] == "better"
    champion.refresh_from_db()
    assert champion.state == VersionState.RETIRED
    # Nothing that was judged by had been learnt from.
    assert challenger.figures["judged"] == 60
    assert challenger.figures["labels"] == 60


def test_without_a_proof_a_challenger_stays_in_the_shadow(
    champion: ModelVersion, people: list[User]
) -> None:
    for number in range(30):
        label(number, new_text(number), NEW, people[number % 4])
    challenger = learn()
    assert challenger.state == VersionState.SHADOW
    assert challenger.figures["comparison"]["why"] == "too_few"
    champion.refresh_from_db()
    assert champion.state == VersionState.CHAMPION


def test_poisoned_labels_of_one_person_are_set_aside_and_pointed_out(
    champion: ModelVersion, people: list[User]
) -> None:
    rows = material(KNOWN[1])
    for number, row in enumerate(rows):
        label(number, f"{row.text} ({number})", KNOWN[3], people[0], said=KNOWN[1], sure=0.97)
    for number in range(40):
        one = label(500 + number, f"{new_text(number)}", KNOWN[0], people[1], sure=0.9)
        assert one.kind == LabelKind.CONFIRMED
    challenger = learn()
    assert challenger.state == VersionState.SHADOW
    (doubt,) = challenger.figures["set_aside"]
    assert doubt["person"] == people[0].pk
    assert doubt["changed"] == len(rows)
    assert challenger.figures["labels"] + challenger.figures["judged"] == 40


def test_poison_that_a_supervisor_vouched_for_still_fails_the_anchors(
    champion: ModelVersion, people: list[User]
) -> None:
    supervisor = make_user(username="head", role="supervisor")
    services.trust_labeller(user_id=people[0].pk, by=supervisor, now=MONDAY_TEN)
    rows = material(*KNOWN)
    for number, row in enumerate(rows):
        label(number, f"{row.text} ({number})", KNOWN[3], people[0], said=KNOWN[1], sure=0.97)
    challenger = learn()
    assert challenger.figures["set_aside"] == []
    assert challenger.figures["comparison"]["why"] == "worse"
    assert challenger.state == VersionState.SHADOW


def test_nobody_vouches_for_themselves() -> None:
    supervisor = make_user(username="head", role="supervisor")
    with pytest.raises(OwnLabels):
        services.trust_labeller(user_id=supervisor.pk, by=supervisor, now=MONDAY_TEN)
    assert not TrustedLabeller.objects.exists()


def test_trust_can_be_taken_back(people: list[User]) -> None:
    supervisor = make_user(username="head", role="supervisor")
    services.trust_labeller(user_id=people[0].pk, by=supervisor, now=MONDAY_TEN)
    services.doubt_labeller(user_id=people[0].pk, by=supervisor)
    assert queries.trusted_labellers() == set()


def test_the_last_word_on_a_ticket_counts(people: list[User]) -> None:
    one = label(1, "The box came crushed", KNOWN[1], people[0])
    services.note_correction(
        ticket_id=one.ticket_id,
        field="category",
        new=KNOWN[2],
        by_id=people[1].pk,
        now=MONDAY_TEN + timedelta(hours=1),
    )
    (row,) = queries.labelled_tickets()
    assert (row.category, row.by_id) == (KNOWN[2], people[1].pk)
    assert row.text == "The box came crushed"


def test_a_ticket_that_was_asked_counts_once_a_drawn_one_for_fifty(people: list[User]) -> None:
    asked = label(1, "The box came crushed", KNOWN[1], people[0])
    drawn = label(2, "The box came wet", KNOWN[1], people[0], asked=False)
    seen = label(3, "The box came open", KNOWN[1], people[0], asked=False)
    Label.objects.filter(pk=drawn.pk).update(is_check=True)
    weights = {row.ticket_id: row.weight for row in queries.labelled_tickets()}
    assert weights == {asked.ticket_id: 1, drawn.ticket_id: 50, seen.ticket_id: 0}


def test_without_news_nothing_is_trained_by_night(champion: ModelVersion) -> None:
    assert learning.learn_if_new(now=MONDAY_TEN + timedelta(days=1)) is None
    assert ModelVersion.objects.count() == 1


def test_the_same_labels_and_seed_give_the_same_model(people: list[User]) -> None:
    for number in range(12):
        label(number, new_text(number), KNOWN[number % 4], people[0])
    first, second = learn(), learn()
    assert first.digest == second.digest
    assert first.data_fingerprint == second.data_fingerprint


def test_two_trainings_at_once_are_one_too_many(champion: ModelVersion) -> None:
    other = connection.get_new_connection(connection.get_connection_params())
    other.execute("SELECT pg_advisory_lock(%s)", [learning.LOCK])
    try:
        with pytest.raises(BeingTrained):
            learn()
    finally:
        other.close()
    assert ModelVersion.objects.count() == 1


def test_the_allowed_error_moves_the_thresholds_of_every_worker(champion: ModelVersion) -> None:
    supervisor = make_user(username="head", role="supervisor")
    _, before = runtime.current()
    assert before is not None
    strict = dict(before.thresholds)
    services.set_allowed_error(share=0.3, by=supervisor, now=MONDAY_TEN)
    runtime.forget()
    _, after = runtime.current()
    assert after is not None
    assert after.file_error == 0.3
    assert all(after.thresholds[name][0] < strict[name][0] for name in strict)


@pytest.mark.parametrize("share", [0.0, 0.004, 0.31, 1.0])
def test_an_allowed_error_out_of_range_is_refused(share: float) -> None:
    with pytest.raises(ErrorOutOfRange):
        services.set_allowed_error(
            share=share, by=make_user(username="head", role="supervisor"), now=MONDAY_TEN
        )
    assert queries.steering().allowed_error == 0.05


def test_recent_tickets_bend_the_curve_of_the_material(people: list[User]) -> None:
    for number in range(60):
        label(number, new_text(number), KNOWN[number % 4], people[number % 4])
    model = runtime.load(learn())
    curve = model.languages["en"].categories_.curve_
    assert isinstance(curve, FittedCurve)
    material = len(curve.confidence) - 30
    assert 0 < material <= MATERIAL_ROWS
    # The four problems of these labels can be told apart; those of the material not always.
    assert curve.right[-30:].all()
    assert not curve.right[:material].all()


def test_promises_are_measured_on_recent_tickets_from_enough_of_them_on(
    monkeypatch: pytest.MonkeyPatch, people: list[User]
) -> None:
    for number in range(60):
        label(number, new_text(number), KNOWN[number % 4], people[number % 4])
    assert not learn().figures["guarantees"]["en"]["recent"]
    monkeypatch.setattr(learning, "ENOUGH_FOR_CURVE", 20)
    assert learn().figures["guarantees"]["en"]["recent"]


def test_what_was_drawn_by_lot_stays_apart_however_old_it_is(people: list[User]) -> None:
    drawn = label(0, new_text(0), KNOWN[1], people[0], asked=False)
    Label.objects.filter(pk=drawn.pk).update(is_check=True)
    for number in range(1, 11):
        label(number, new_text(number), KNOWN[1], people[0])
    apart, rest = learning.set_apart(list(queries.labelled_tickets()))
    assert drawn.ticket_id in {row.ticket_id for row in apart}
    assert (len(apart), len(rest)) == (6, 5)


def test_a_correction_keeps_whether_it_was_asked_for() -> None:
    agent = make_user(username="lin", role="senior")
    one = label(1, "The box came crushed", KNOWN[1], agent)
    assert (one.was_asked, one.is_check) == (True, False)


def test_what_is_drawn_comes_to_the_desk_until_somebody_answers(people: list[User]) -> None:
    one = label(1, "The box came crushed", KNOWN[1], people[0], asked=False)
    Label.objects.all().delete()
    Prediction.objects.update(is_check=True)
    Ticket.objects.update(abstained=False, category=KNOWN[0])
    waiting = queries.waiting_at_desk(people[1], MONDAY_TEN)
    assert [ticket.pk for ticket in waiting] == [one.ticket_id]
    pool.confirm_triage(ticket_id=one.ticket_id, by=people[1], now=MONDAY_TEN)
    services.note_confirmation(ticket_id=one.ticket_id, by_id=people[1].pk, now=MONDAY_TEN)
    assert queries.waiting_at_desk(people[1], MONDAY_TEN) == []
    assert queries.checks_since(MONDAY_TEN - timedelta(days=1)) == (1, 0)


def test_two_people_never_get_the_same_ticket(people: list[User]) -> None:
    ticket = factories.ticket(text="The box came crushed")
    Ticket.objects.update(abstained=True)
    now = MONDAY_TEN
    assert services.claim(ticket_id=ticket.pk, by=people[0], now=now)
    assert not services.claim(ticket_id=ticket.pk, by=people[1], now=now)
    assert queries.waiting_at_desk(people[1], now) == []
    assert services.claim(ticket_id=ticket.pk, by=people[0], now=now)
    later = now + queries.CLAIM_TIME + timedelta(seconds=1)
    assert services.claim(ticket_id=ticket.pk, by=people[1], now=later)


def test_what_teaches_most_comes_first_after_what_is_urgent(people: list[User]) -> None:
    sure, unsure, urgent = (
        factories.ticket(text=f"Text {number}", external_id=f"o-{number}") for number in range(3)
    )
    Ticket.objects.update(abstained=True, priority=3, category=KNOWN[0], flags=[])
    Ticket.objects.filter(pk=sure.pk).update(confidence=0.8)
    Ticket.objects.filter(pk=unsure.pk).update(confidence=0.3)
    Ticket.objects.filter(pk=urgent.pk).update(confidence=0.9, priority=1)
    order = [ticket.pk for ticket in queries.waiting_at_desk(people[0], MONDAY_TEN)]
    assert order == [urgent.pk, unsure.pk, sure.pk]


def test_examples_keep_what_people_left_on_the_ticket(people: list[User]) -> None:
    label(1, "The box came crushed", KNOWN[1], people[0])
    Ticket.objects.update(emotion=2, flags=["legal"])
    (row,) = queries.labelled_tickets()
    assert (row.emotion, row.flags) == (2, ("legal",))
    assert replace(row, text="").weight == 1

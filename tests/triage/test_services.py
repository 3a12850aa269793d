"""Reading tickets with the model in use: stories of the domain guide, labels, and broken models."""

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import services as pool
from tickets import states
from tickets.models import Ticket
from triage import queries, runtime, services
from triage.errors import NoSuchVersion
from triage.models import Label, ModelArtefact, ModelVersion, Prediction, VersionState

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh_runtime() -> Iterator[None]:
    runtime.forget()
    yield
    runtime.forget()


@pytest.fixture
def version(trained_model_file: Path) -> ModelVersion:
    return add(trained_model_file.read_bytes(), VersionState.CHAMPION)


def add(artefact: bytes, state: VersionState) -> ModelVersion:
    return services.add_version(
        artefact=artefact,
        digest=hashlib.sha256(artefact).hexdigest(),
        figures={},
        settings={},
        data_fingerprint="",
        state=state,
        now=MONDAY_TEN,
    )


def read(text: str, **changes: Any) -> Ticket:
    ticket = factories.ticket(text=text, subject="", **changes)
    services.triage_ticket(ticket_id=ticket.pk, now=MONDAY_TEN + timedelta(seconds=2))
    ticket.refresh_from_db()
    return ticket


@pytest.mark.parametrize(
    ("text", "category", "priority", "team"),
    [
        ("订单D2411三天没物流更新,麻烦查下", "logistics.stuck-parcel", 2, "L"),
        ("Your power bank is smoking, nobody hurt", "quality.safety-hazard", 1, "Q"),
        ("真棒,第三次发错货了呵呵", "logistics.wrong-item", 2, "L"),
        ("再不退款599我明天打12315", "after-sales.refund-delay", 1, "F"),
        ("孩子偷用手机直播打赏3000元", "account.minor-purchase", 1, "C"),
        ("a scammer knew my order and address", "account.privacy-leak", 1, "C"),
    ],
)
def test_stories_1_to_4_13_and_14(
    version: ModelVersion, text: str, category: str, priority: int, team: str
) -> None:
    ticket = read(text)
    assert (ticket.category, ticket.priority) == (category, priority)
    assert ticket.team is not None
    assert ticket.team.code == team


def test_story_2_a_negated_injury_is_none(version: ModelVersion) -> None:
    ticket = read("Your power bank is smoking, nobody hurt")
    assert ticket.flags == ["safety"]


def test_story_3_praise_with_a_failure_is_not_calm(version: ModelVersion) -> None:
    assert read("真棒,第三次发错货了呵呵").emotion >= 1


def test_story_4_counts_three_and_three_and_two(version: ModelVersion) -> None:
    ticket = read("再不退款599我明天打12315")
    prediction = Prediction.objects.get(ticket=ticket)
    assert dict(prediction.decision["points"]) == {"base-p2": 3, "emotion": 3, "outside-words": 2}
    assert ticket.flags == ["regulator"]


def test_story_5_an_enquiry_stays_p3(version: ModelVersion) -> None:
    ticket = read("I'm not angry, just asking when order 8841 ships")
    assert (ticket.category, ticket.priority) == ("non-complaint.enquiry", 3)
    assert ticket.emotion <= 1


def test_a_language_that_it_has_not_learnt_waits_for_a_person(version: ModelVersion) -> None:
    ticket = read("Bonjour, mon colis n'est pas arrivé et personne ne répond")
    assert ticket.abstained
    assert ticket.category == ""


def test_the_same_message_is_read_once(version: ModelVersion) -> None:
    ticket = read("订单三天没物流更新")
    assert services.triage_ticket(ticket_id=ticket.pk, now=MONDAY_TEN) is None
    assert Prediction.objects.count() == 1


def test_a_later_message_is_read_again(version: ModelVersion) -> None:
    ticket = read("订单三天没物流更新", thread="t", emails=("a@example.com",))
    pool.receive_message(
        incoming=factories.incoming(
            thread="t", emails=("a@example.com",), text="再不处理我就打12315投诉"
        ),
        now=MONDAY_TEN + timedelta(hours=1),
    )
    services.triage_ticket(ticket_id=ticket.pk, now=MONDAY_TEN + timedelta(hours=1))
    ticket.refresh_from_db()
    assert "regulator" in ticket.flags
    assert ticket.emotion == 3
    assert Prediction.objects.count() == 2


def test_a_repeat_adds_its_points(version: ModelVersion) -> None:
    read("包裹三天没有物流更新了", order_number="D77", emails=("a@example.com",))
    second = factories.ticket(
        at=MONDAY_TEN + timedelta(days=2),
        text="包裹还是没有物流更新",
        order_number="D77",
        emails=("a@example.com",),
    )
    services.triage_ticket(ticket_id=second.pk, now=MONDAY_TEN + timedelta(days=2))
    decision = Prediction.objects.get(ticket=second).decision
    assert ["repeat", 2] in decision["points"]


def test_a_bare_thank_you_ends_by_itself(version: ModelVersion) -> None:
    ticket = read("Thank you so much, great service!")
    assert ticket.category == "non-complaint.thanks"
    assert ticket.status == states.RESOLVED


def test_without_a_model_rules_decide_and_a_person_is_asked() -> None:
    ticket = read("充电宝冒烟了")
    assert ticket.abstained
    assert ticket.priority == 1
    assert "safety" in ticket.flags
    assert queries.why_no_model() == "no model"


def test_a_broken_model_never_stops_intake(version: ModelVersion) -> None:
    ModelArtefact.objects.update(content=b"nonsense")
    ticket = read("充电宝冒烟了")
    assert ticket.priority == 1
    assert "what was stored" in queries.why_no_model()


def test_a_promoted_version_is_used_at_once_and_can_be_taken_back(version: ModelVersion) -> None:
    supervisor = make_user(role="supervisor")
    second = add(b"not a model", VersionState.SHADOW)
    services.promote(number=second.number, by=supervisor, now=MONDAY_TEN)
    assert queries.champion() == second
    services.promote(number=version.number, by=supervisor, now=MONDAY_TEN)
    runtime.forget()
    assert runtime.current()[0] == version


def test_an_agent_promotes_nothing(version: ModelVersion) -> None:
    from common.errors import NotAllowed

    with pytest.raises(NotAllowed):
        services.promote(number=1, by=make_user(), now=MONDAY_TEN)
    with pytest.raises(NoSuchVersion):
        services.promote(number=99, by=make_user(role="supervisor"), now=MONDAY_TEN)


@pytest.fixture
def agent() -> User:
    return make_user(teams="LQA")


@pytest.mark.django_db(transaction=True)
def test_a_correction_becomes_a_label_with_who_and_how_sure(trained_model_file: Path) -> None:
    version = add(trained_model_file.read_bytes(), VersionState.CHAMPION)
    agent = make_user(role="senior")
    ticket = read("水壶用了三天就不通电了")
    pool.correct_triage(
        ticket_id=ticket.pk, by=agent, now=MONDAY_TEN, category="quality.safety-hazard"
    )
    label = Label.objects.get(field="category")
    assert (label.kind, label.value, label.by) == ("changed", "quality.safety-hazard", agent)
    assert label.model == version
    assert label.shown_probability == pytest.approx(Prediction.objects.get().probability)


@pytest.mark.django_db(transaction=True)
def test_a_confirmation_becomes_a_label(trained_model_file: Path) -> None:
    add(trained_model_file.read_bytes(), VersionState.CHAMPION)
    ticket = read("订单三天没物流更新")
    pool.confirm_triage(ticket_id=ticket.pk, by=make_user(), now=MONDAY_TEN)
    assert Label.objects.get().kind == "confirmed"


def test_the_sweep_finds_what_a_lost_job_left() -> None:
    ticket = factories.ticket()
    later = MONDAY_TEN + timedelta(minutes=1)
    assert queries.unread_ids(later) == [ticket.pk]
    services.triage_ticket(ticket_id=ticket.pk, now=later)
    assert queries.unread_ids(later + timedelta(minutes=1)) == []

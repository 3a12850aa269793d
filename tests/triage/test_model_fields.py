"""Priority and emotion on the model page: what was read of the day's tickets, and people's word."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common import clock
from tests import factories
from tests.factories import make_user
from tests.triage.test_model_classes import MIXED, judge
from tests.triage.test_model_page import add
from triage import display, queries, services
from triage.ml.classes import JudgedTicket
from triage.models import Label, LabelKind, Prediction
from triage.views.classes import ANSWERED_WINDOW

pytestmark = pytest.mark.django_db

NOW = clock.now()
HEADERS = {"HX-Request": "true"}


@pytest.fixture
def person(client: Client) -> User:
    user = make_user(username="head", role="supervisor", display_name="Mei Tan")
    client.force_login(user)
    return user


def read(*, days: float = 2, emotion: int = 1, priority: int = 3, ticket: Any = None) -> Prediction:
    """Read a ticket that many days ago."""
    return Prediction.objects.create(
        ticket=ticket or factories.ticket(text="x"),
        message_id=Prediction.objects.count(),
        probability=0.5,
        confidence=0.5,
        abstained=True,
        priority=priority,
        emotion=emotion,
        decision={"language": "zh"},
        created_at=NOW - timedelta(days=days),
    )


def say(
    reading: Prediction, by: User, *, field: str = "category", value: Any = "x", **changes: Any
) -> Label:
    """Keep a person's word, an hour after the reading."""
    values: dict[str, Any] = {"at": reading.created_at + timedelta(hours=1), "was_asked": True}
    return Label.objects.create(
        ticket=reading.ticket,
        field=field,
        value=value,
        kind=LabelKind.CHANGED,
        by=by,
        **(values | changes),
    )


def answered(field: str = "emotion", since: datetime | None = None, **more: Any) -> list[str]:
    found = queries.answered(field, since=since or NOW - ANSWERED_WINDOW, until=NOW, **more)
    assert all(row.before == "" and row.language == "zh" for row in found)
    return [f"{row.truth}<{row.after}" for row in found]


# ---- What counts ----


def test_what_a_person_left_counts_as_right_and_what_was_changed_as_wrong(person: User) -> None:
    left, changed = read(days=3, emotion=1, priority=2), read(days=2, emotion=1, priority=2)
    say(left, person)
    say(changed, person)
    say(changed, person, field="emotion", value=3)
    assert answered("emotion") == ["3<1", "1<1"]
    assert answered("priority") == ["2<2", "2<2"]


def test_only_tickets_that_were_asked_about_or_drawn_count(person: User) -> None:
    say(read(emotion=0), person, was_asked=False, is_check=True)
    say(read(emotion=1), person, was_asked=False)
    emotion_alone = read(emotion=2)
    say(emotion_alone, person, field="emotion", value=0)
    assert answered() == ["0<0"]


def test_the_reading_is_the_one_that_the_person_saw(person: User) -> None:
    first = read(days=5, emotion=0)
    say(first, person)
    second = read(days=4, emotion=2, ticket=first.ticket)
    # Said of the customer's next message, not of the one that was answered.
    say(second, person, field="emotion", value=3)
    assert answered() == ["0<0"]


def test_the_last_answer_counts_and_once(person: User) -> None:
    reading = read(emotion=1)
    say(reading, person)
    say(reading, person, at=reading.created_at + timedelta(hours=3))
    say(reading, person, field="emotion", value=2)
    say(reading, person, field="emotion", value=0, at=reading.created_at + timedelta(hours=3))
    assert answered() == ["0<1"]


def test_old_answers_and_those_of_nobody_or_of_odd_people_do_not_count(person: User) -> None:
    odd = make_user(username="odd")
    say(read(days=95), person)
    say(read(), odd)
    gone = say(read(), make_user())
    Label.objects.filter(pk=gone.pk).update(by=None)
    assert answered(without={odd.pk}) == []
    assert answered(since=NOW - timedelta(days=100)) == ["1<1", "1<1"]


def test_whoever_is_vouched_for_is_not_doubted(person: User) -> None:
    odd = make_user(username="odd")
    assert queries.doubted_labellers() == set()
    add(set_aside=[{"person": odd.pk, "labels": 60, "changed": 60, "expected": 3.0}])
    assert queries.doubted_labellers() == {odd.pk}
    services.trust_labeller(user_id=odd.pk, by=person, now=NOW)
    assert queries.doubted_labellers() == set()


# ---- The page ----


def many(person: User, count: int) -> None:
    for number in range(count):
        reading = read(emotion=number % 2)
        say(reading, person)
        if number % 5 == 0:
            say(reading, person, field="emotion", value=3)


def test_too_few_answers_are_said_and_nothing_is_counted(client: Client, person: User) -> None:
    many(person, 29)
    page = client.get("/models/?field=emotion")
    assert "Not enough labels yet: 29 answers of people, 30 are needed." in page.text
    assert "Most frequent confusions" not in page.text


def test_each_level_of_emotion_has_its_figures(client: Client, person: User) -> None:
    many(person, 40)
    page = client.get("/models/classes/?field=emotion", headers=HEADERS)
    (group,) = page.context["classes"].groups
    assert [row.label for row in group.rows] == ["Calm", "Annoyed", "Threatening"]
    calm, _annoyed, threatening = group.rows
    assert calm.after.precision == pytest.approx(16 / 20)
    assert (threatening.tickets, threatening.after.recall) == (8, 0)
    assert "80% were left as they were read" in page.text
    assert "Threatening read as Calm" in page.text
    assert "Change" not in page.text
    assert sum(cell.count for cell in page.context["classes"].heat.chart.cells) == 40


def test_the_tickets_behind_a_figure_are_listed(client: Client, person: User) -> None:
    many(person, 40)
    page = client.get("/models/confusion/?field=emotion&truth=3&said=0")
    assert len(page.context["rows"]) == 4
    assert "Threatening read as Calm" in page.text
    assert page.context["rows"][0][0].reference in page.text


def test_every_tab_is_a_link_and_marks_itself(client: Client, person: User) -> None:
    judge(*MIXED)
    for key in display.FIELDS:
        page = client.get(f"/models/?field={key}")
        assert f'id="classes-{key}" aria-current="true"' in page.text
        assert page.text.count('id="classes-') == 4
    plain = client.get("/models/classes/?field=priority")
    assert plain.headers["Location"] == "/models/?field=priority#classes"


def test_categories_are_counted_whole_too(client: Client, person: User) -> None:
    judge(*MIXED)
    found = client.get("/models/?field=category").context["classes"]
    (group,) = found.groups
    assert [(row.label, row.tickets) for row in group.rows] == [
        ("Logistics", 13), ("Price", 0), ("Service", 1)
    ]  # fmt: skip
    assert group.rows[0].after.recall == 1
    page = client.get("/models/confusion/?field=category&truth=service&said=price")
    assert "Service read as Price" in page.text
    assert "Rude agent" in page.text


@pytest.mark.parametrize(
    "query",
    ["field=%00", "field=x&sort=-x", "field=emotion&sort=-change", "field=priority&top=price"],
)
def test_odd_addresses_show_something(client: Client, person: User, query: str) -> None:
    many(person, 30)
    judge(*MIXED)
    page = client.get(f"/models/classes/?{query}", headers=HEADERS)
    assert page.status_code == 200
    assert page.context["classes"].sort == "class"
    for said in ("truth=9&said=a", "truth=&said=*"):
        assert client.get(f"/models/confusion/?{query}&{said}").status_code == 200


def test_words_are_those_of_the_language() -> None:
    rows = [JudgedTicket(1, "zh", "1", "", "2")]
    field = display.field_of("priority")
    (group,) = display.answers(rows, "zh-hans", field=field).groups
    assert [row.label for row in group.rows] == ["P1 紧急", "P2 重要"]
    assert [field.label(odd, "en") for odd in ("7", "x", "")] == ["7", "x", ""]
    assert display.field_of("emotion").label("4", "en") == "4"

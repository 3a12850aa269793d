"""The pages of replays: begun by a form, watched, cancelled, read and downloaded."""

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from tests.factories import make_user
from tests.triage.test_replays import LATE, LOST, PARROTS, finish, read, said, start
from triage import runtime
from triage.models import Replay, ReplayState

pytestmark = pytest.mark.django_db

FORM = {"model": "rules", "since": "2026-11-15", "until": "2026-11-17"}


@pytest.fixture(autouse=True)
def no_model() -> Iterator[None]:
    runtime.forget()
    yield
    runtime.forget()


@pytest.fixture
def supervisor(client: Client) -> User:
    user = make_user(username="head", role="supervisor", display_name="Mei Tan")
    client.force_login(user)
    return user


def table(content: str = PARROTS) -> SimpleUploadedFile:
    return SimpleUploadedFile("birds.toml", content.encode())


@pytest.mark.parametrize("role", ["agent", "lead", "auditor"])
@pytest.mark.parametrize("path", ["", "1/", "1/csv/", "1/cancel/"])
def test_strangers_neither_see_nor_begin_nor_end(client: Client, role: str, path: str) -> None:
    client.force_login(make_user(role=role))
    method = client.post if path in ("", "1/cancel/") else client.get
    assert method(f"/models/replays/{path}", FORM).status_code == 403
    assert not Replay.objects.exists()


def test_a_replay_is_begun_watched_and_read(client: Client, supervisor: User) -> None:
    said(read("My parrot arrived", category=LOST), LATE, supervisor)
    page = client.post("/models/replays/", FORM | {"keywords_en": table()}, follow=True)
    replay = Replay.objects.get()
    assert page.redirect_chain == [(f"/models/replays/{replay.pk}/", 302)]
    assert 'hx-trigger="load delay:2s"' in page.text
    assert replay.keywords == {"en": PARROTS}
    assert replay.keywords_name == "birds.toml"
    finish(replay)
    done = client.get(f"/models/replays/{replay.pk}/", headers={"HX-Request": "true"})
    assert "<html" not in done.text
    assert "hx-trigger" not in done.text
    assert "1 of 1 tickets" in done.text
    assert "+ Safety" in done.text
    assert "Lost parcel →" in done.text


def test_the_list_names_what_was_read_with(client: Client, supervisor: User) -> None:
    assert "No replay yet" in client.get("/models/replays/").text
    finish(start())
    page = client.get("/models/replays/")
    assert "Rules alone" in page.text
    assert "Finished" in page.text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"until": "2026-11-14"}, "The time must begin before it ends."),
        ({"keywords_en": "[[group"}, "The keyword table cannot be used"),
        ({"keywords_zh": "\udcff"}, "no text in UTF-8"),
        ({"model": "99"}, "Select a valid choice"),
        ({"since": "soon"}, "Enter a valid date"),
        ({"most": "0"}, "greater than or equal to 1"),
    ],
    ids=["span", "table", "bytes", "model", "day", "most"],
)
def test_what_cannot_be_begun_is_said(
    client: Client, supervisor: User, changes: dict[str, str], words: str
) -> None:
    sent: dict[str, Any] = FORM | changes
    for name in ("keywords_en", "keywords_zh"):
        if name in changes:
            content = changes[name].encode("utf-8", "surrogateescape")
            sent[name] = SimpleUploadedFile("t.toml", content)
    page = client.post("/models/replays/", sent)
    assert page.status_code == 422
    assert words in page.text
    assert not Replay.objects.exists()


def test_a_second_one_waits_until_the_first_is_cancelled(client: Client, supervisor: User) -> None:
    client.post("/models/replays/", FORM)
    second = client.post("/models/replays/", FORM)
    assert second.status_code == 409
    assert "A replay is running already." in second.text
    replay = Replay.objects.get()
    page = client.post(f"/models/replays/{replay.pk}/cancel/", follow=True)
    assert "Cancelled" in page.text
    assert Replay.objects.get().state == ReplayState.CANCELLED
    assert client.get(f"/models/replays/{replay.pk}/cancel/").status_code == 405


def test_the_list_of_tickets_is_narrowed(client: Client, supervisor: User) -> None:
    said(read("Where is it", category=LOST), LOST, supervisor)
    read("The kettle caught fire", category="", asked=True)
    replay = finish(start())
    address = f"/models/replays/{replay.pk}/"

    def count(query: str) -> int:
        return int(client.get(f"{address}?{query}").context["page"].paginator.count)

    assert count("") == 2
    assert count("kind=worse") == 1
    assert count("kind=raised") == 1
    assert count("kind=gained") == 1
    assert count("kind=better") == 0
    assert count(f"old={LOST}") == 1
    assert count("kind=unheard-of&page=9") == 2


def test_a_move_to_no_category_leads_to_its_own_tickets(client: Client, supervisor: User) -> None:
    read("Where is it", category=LOST)
    read("The kettle caught fire", category="", asked=True)
    replay = finish(start())
    page = client.get(f"/models/replays/{replay.pk}/")
    (move,) = page.context["summary"].moves
    assert (move.old, move.new, move.count) == (LOST, "", 1)


def test_the_file_holds_every_difference_and_no_words_of_customers(
    client: Client, supervisor: User
) -> None:
    ticket = read("Where is my secret parcel", category=LOST)
    said(ticket, LOST, supervisor)
    replay = finish(start())
    response = client.get(f"/models/replays/{replay.pk}/csv/")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    _head, row = list(csv.reader(io.StringIO(text)))
    assert row[:3] == [ticket.reference, LOST, ""]
    assert row[-2:] == [LOST, "worse"]
    assert "secret" not in text


def test_whoever_reads_no_tickets_sees_no_subjects(client: Client) -> None:
    ticket = read("Where is it", category=LOST)
    replay = finish(start())
    client.force_login(make_user(role="admin"))
    page = client.get(f"/models/replays/{replay.pk}/")
    assert ticket.reference not in page.text
    assert "hidden or gone" in page.text


def test_a_failure_is_said_in_words(client: Client, supervisor: User) -> None:
    replay = start()
    Replay.objects.update(state=ReplayState.FAILED, problem="too_slow")
    page = client.get(f"/models/replays/{replay.pk}/")
    assert "takes too long on some text" in page.text
    assert client.get("/models/replays/999/").status_code == 404


def test_a_page_takes_few_statements_however_many_differ(
    client: Client, supervisor: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for number in range(15):
        read(f"Where is parcel {number}", category=LOST)
    replay = finish(start())
    with django_assert_max_num_queries(14):
        assert client.get(f"/models/replays/{replay.pk}/").status_code == 200

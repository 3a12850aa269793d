"""Messenger and Instagram: what becomes of events."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.channels import adapter_for
from tests.intake.channels.platforms import DATA, INSTAGRAM, MESSENGER


def recorded(name: str) -> Any:
    return json.loads((DATA / f"{name}.json").read_bytes())


def event(page: str = "P1", **parts: Any) -> dict[str, Any]:
    return {
        "object": "page",
        "entry": [{"id": page, "messaging": [{"sender": {"id": "6"}} | parts]}],
    }


def test_each_message_of_a_call_is_filed() -> None:
    first, second = MESSENGER.read(recorded("messenger_message"))
    assert first.text == "Wrong colour again\n[image]"
    assert first.meta["media"] == [{"kind": "image", "url": "https://scontent.example/1.jpg"}]
    assert (first.channel, first.external_id, first.thread) == ("messenger", "m_1", "66001")
    assert (second.external_id, second.meta["reply_to"]) == ("m_2", "66001")


def test_instagram_is_told_apart() -> None:
    message = INSTAGRAM.message(recorded("instagram_story"))
    assert (message.channel, message.text) == ("instagram", "[story mention]")


def test_a_withdrawal_is_a_note_with_an_id_of_its_own() -> None:
    body = recorded("instagram_deleted")
    note = INSTAGRAM.message(body)
    assert (note.is_auto, note.external_id) == (True, "ig_1:withdrawal")
    request = INSTAGRAM.request(json.dumps(body).encode())
    assert adapter_for("instagram").external_id(request, INSTAGRAM.door) == ""


def test_an_edit_is_a_note() -> None:
    note = MESSENGER.message(event(message_edit={"mid": "m_1", "text": "Blue", "num_edit": 2}))
    assert (note.text, note.external_id) == ("[changed an earlier message]\nBlue", "m_1:edit2")


def test_a_place_is_readable() -> None:
    where = {"type": "location", "payload": {"coordinates": {"lat": 1.5, "long": 2.5}}}
    message = MESSENGER.message(event(message={"mid": "m", "attachments": [where]}))
    assert message.text == "[location 1.50000,2.50000]"


def test_a_delivery_names_messages_and_a_time() -> None:
    receipts = MESSENGER.receipts(
        event(delivery={"mids": ["m1", "m2"], "watermark": 1_700_000_000_000})
    )
    named = [(one.state, one.external_id, one.address) for one in receipts]
    person = event()["entry"][0]["messaging"][0]["sender"]["id"]
    assert named == [
        ("delivered", "m1", ""),
        ("delivered", "m2", ""),
        ("delivered", "", person),
    ]
    assert {one.at for one in receipts} == {datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)}


@pytest.mark.parametrize("said", [{"watermark": 1_700_000_000_000}, {"mid": "m9"}])
def test_who_reads_has_read_all_that_came_before(said: dict[str, Any]) -> None:
    receipts = MESSENGER.receipts(event(read=said))
    assert {one.state for one in receipts} == {"read"}
    assert receipts[-1].address
    named = [one.external_id for one in receipts[:-1]]
    assert named == ([said["mid"]] if "mid" in said else [])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (recorded("messenger_echo"), "ourselves"),
        (event(postback={"title": "Get started"}), "postback, Get started"),
        (event(page="P2", message={"mid": "m", "text": "x"}), "another page"),
        ({"object": "page", "entry": [{"standby": [{"message": {"mid": "m"}}]}]}, "standby"),
    ],
)
def test_what_is_no_complaint_is_ignored_with_the_reason(body: Any, why: str) -> None:
    assert why in MESSENGER.ignored(body)

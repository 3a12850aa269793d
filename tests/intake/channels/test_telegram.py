"""Telegram: what becomes of updates."""

import json
from typing import Any

import pytest

from intake.channels import adapter_for
from tests.intake.channels.platforms import DATA, TELEGRAM


def recorded(name: str) -> Any:
    return json.loads((DATA / f"telegram_{name}.json").read_bytes())


def update(**parts: Any) -> dict[str, Any]:
    message = {"message_id": 1, "from": {"id": 5}, "chat": {"id": 5}, "date": 1795330740}
    return {"update_id": 1, "message": message | parts}


def test_a_message_names_its_writer_and_where_to_reply() -> None:
    message = TELEGRAM.message(recorded("message"))
    assert message.text == "The blender arrived with a cracked jug"
    assert (message.channel, message.external_id) == ("telegram", "9001:51")
    assert (message.from_name, message.language) == ("Lena Brandt", "de")
    assert (message.external_ids, message.identity_verified) == (("9001",), True)
    assert message.meta["reply_to"] == "9001"
    assert message.sent_at is not None
    assert message.sent_at.timestamp() == 1795330740


def test_a_photo_keeps_the_reference_of_its_largest_size() -> None:
    message = TELEGRAM.message(recorded("photo"))
    assert message.text == "[image]\nHere is the crack"
    assert message.meta["media"] == [{"kind": "image", "id": "large"}]
    assert message.thread == "-100200:9001"


def test_an_edit_is_a_note_that_opens_no_ticket() -> None:
    message = TELEGRAM.message(recorded("edit"))
    assert message.is_auto
    assert message.text == "[changed an earlier message]\nThe blender arrived with a broken jug"
    assert message.external_id == "9001:51:edit:1795330790"
    assert message.thread == TELEGRAM.message(recorded("message")).thread


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ({"voice": {"file_id": "v", "duration": 72}}, "[voice 1:12]"),
        ({"video_note": {"file_id": "v", "duration": 5}}, "[video note 0:05]"),
        ({"document": {"file_id": "d", "file_name": "bill.pdf"}}, "[document bill.pdf]"),
        ({"sticker": {"file_id": "s", "emoji": "😡"}}, "[sticker 😡]"),
        ({"location": {"latitude": 31.2, "longitude": 121.4}}, "[location 31.20000,121.40000]"),
        (
            {
                "venue": {
                    "location": {"latitude": 1, "longitude": 2},
                    "title": "Depot",
                    "address": "Lane 3",
                }
            },
            "[location Depot, Lane 3, 1.00000,2.00000]",
        ),
        ({"contact": {"first_name": "Bo", "phone_number": "4912"}}, "[contact Bo 4912]"),
        ({"poll": {"question": "Why?"}}, "[poll Why?]"),
    ],
)
def test_what_is_no_text_is_readable(parts: dict[str, Any], text: str) -> None:
    assert TELEGRAM.message(update(**parts)).text == text


def test_only_the_writers_own_number_is_theirs() -> None:
    own = {"phone_number": "8613800138000", "user_id": 5}
    assert TELEGRAM.message(update(contact=own)).phones == ("+8613800138000",)
    assert TELEGRAM.message(update(contact=own | {"user_id": 6})).phones == ()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (update(**{"from": {"id": 7, "is_bot": True}}), "bot"),
        (update(new_chat_members=[{"id": 8}]), "of the chat itself"),
        (update(text="/start"), "start button"),
        ({"update_id": 2, "my_chat_member": {"chat": {"id": 5}}}, "my_chat_member"),
        ({"update_id": 3, "callback_query": {"id": "1"}}, "callback_query"),
    ],
)
def test_what_is_no_complaint_is_ignored_with_the_reason(body: Any, why: str) -> None:
    assert why in TELEGRAM.ignored(body)


def test_the_update_id_is_the_deliverys_id() -> None:
    request = TELEGRAM.request(json.dumps(recorded("message")).encode())
    assert adapter_for("telegram").external_id(request, TELEGRAM.door) == "update:700000001"

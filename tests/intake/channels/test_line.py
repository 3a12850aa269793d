"""LINE: what becomes of events."""

import json
from typing import Any

import pytest

from intake.channels import adapter_for
from intake.channels.base import Ignored
from tests.intake.channels.platforms import DATA, LINE


def recorded(name: str) -> Any:
    return json.loads((DATA / f"line_{name}.json").read_bytes())


def event(**parts: Any) -> dict[str, Any]:
    base = {
        "type": "message",
        "webhookEventId": "01A",
        "timestamp": 1795330740000,
        "source": {"type": "user", "userId": "U1"},
        "message": {"type": "text", "id": "1", "text": "hello"},
    }
    return {"events": [base | parts]}


def test_each_event_of_a_call_is_a_message() -> None:
    first, second = LINE.read(recorded("two_events"))
    assert (first.text, first.external_id) == (
        "箱が壊れて届きました",
        "01HXAAAAAAAAAAAAAAAAAAAAA1",
    )
    assert (second.text, second.meta["reply_to"]) == ("[voice 0:12]", "C5")
    assert second.meta["media"] == [{"kind": "voice", "id": "14002"}]
    assert {first.external_ids, second.external_ids} == {("U77",)}
    assert first.thread != second.thread


def test_a_withdrawal_is_a_note_on_the_same_thread() -> None:
    note = LINE.message(recorded("unsend"))
    assert note.is_auto
    assert note.meta["note"] == "withdrawal of 14001"
    assert note.thread == LINE.read(recorded("two_events"))[0].thread


def test_a_redelivery_has_the_id_of_the_first() -> None:
    body = recorded("two_events")
    ids = set()
    for again in (False, True):
        for item in body["events"]:
            item["deliveryContext"]["isRedelivery"] = again
        request = LINE.request(json.dumps(body).encode())
        ids.add(adapter_for("line").external_id(request, LINE.door))
    assert len(ids) == 1
    assert ids != {""}


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"type": "image", "id": "1"}, "[image]"),
        ({"type": "file", "id": "1", "fileName": "bill.pdf"}, "[file bill.pdf]"),
        ({"type": "sticker", "id": "1", "keywords": ["angry", "no"]}, "[sticker angry]"),
        (
            {"type": "location", "title": "Home", "latitude": 35.6, "longitude": 139.7},
            "[location Home, 35.60000,139.70000]",
        ),
    ],
)
def test_what_is_no_text_is_readable(message: dict[str, Any], text: str) -> None:
    assert LINE.message(event(message=message)).text == text


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"mode": "standby"}, "standby"),
        ({"type": "follow"}, "follow"),
        ({"type": "join"}, "join"),
        ({"source": {}}, "without a sender"),
    ],
)
def test_what_is_no_complaint_is_ignored_with_the_reason(parts: dict[str, Any], why: str) -> None:
    assert why in LINE.ignored(event(**parts))


def test_a_call_without_events_tries_the_address() -> None:
    assert LINE.read({"destination": "U", "events": []}) == [
        Ignored("no events: the platform tries the address")
    ]

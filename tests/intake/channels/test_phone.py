"""Calls that a call centre pushes: one complaint each, whatever comes later."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from intake.channels import adapter_for
from intake.channels.base import Door, Ignored, RawRequest, sign
from intake.errors import BadBody, Refused, Unreadable
from tickets.records import IncomingMessage

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DOOR = Door("centre", "a secret", 300, {"region": "CN"})
CALL = {
    "call_id": "c-1",
    "caller": "138 0013 8000",
    "callee": "4001",
    "direction": "in",
    "status": "answered",
    "started_at": "2026-11-22T08:50:00Z",
    "ended_at": "2026-11-22T08:53:12Z",
    "agent": "Li Na",
    "recording_url": "https://rec.example/c-1.mp3",
}
ADAPTER = adapter_for("phone")


def read(door: Door = DOOR, **changes: Any) -> IncomingMessage | Ignored:
    (found,) = ADAPTER.parse(json.dumps(CALL | changes).encode(), NOW, door, {})
    assert isinstance(found, IncomingMessage | Ignored)
    return found


def message(door: Door = DOOR, **changes: Any) -> IncomingMessage:
    found = read(door, **changes)
    assert isinstance(found, IncomingMessage), found
    return found


def request(body: bytes, secret: str = "a secret", **headers: str) -> RawRequest:
    timestamp = str(int(NOW.timestamp()))
    signed = {
        "x-redress-timestamp": timestamp,
        "x-redress-signature": sign(secret, timestamp, body),
    }
    return RawRequest(body=body, headers=signed | headers, received_at=NOW)


def test_a_call_is_a_message_of_its_caller() -> None:
    found = message()
    assert found.phones == ("+8613800138000",)
    assert found.text == "[phone call 3:12]\n[recording https://rec.example/c-1.mp3]"
    assert found.sent_at == datetime(2026, 11, 22, 8, 50, tzinfo=UTC)
    assert found.identity_verified
    assert found.meta["call"]["agent"] == "Li Na"
    assert found.meta["call"]["seconds"] == 192


def test_the_transcript_joins_the_call_and_is_no_second_complaint() -> None:
    first, later = message(), message(transcript="The kettle leaks.")
    assert first.thread == later.thread
    assert first.external_id != later.external_id
    assert later.subject == "The kettle leaks."


@pytest.mark.parametrize("status", ["missed", "no-answer", "busy", "abandoned", "hangup"])
def test_a_call_that_nobody_took_wishes_a_callback(status: str) -> None:
    found = message(status=status, call_id="c-2", recording_url="")
    assert found.text == "[missed call, callback wanted +8613800138000]"
    assert found.meta["callback"] is True


def test_several_missed_calls_of_one_number_on_one_day_are_one_wish() -> None:
    first = message(status="missed")
    again = message(status="missed", call_id="c-2", started_at="2026-11-22T08:59:00Z")
    other_day = message(status="missed", call_id="c-3", started_at="2026-11-21T08:59:00Z")
    assert first.thread == again.thread != other_day.thread


def test_a_hidden_number_belongs_to_nobody() -> None:
    found = message(status="missed", caller="anonymous")
    assert found.phones == ()
    assert found.thread == "call:c-1"


def test_the_shops_country_is_that_of_short_numbers() -> None:
    assert message(Door("d", "s", 300, {"region": "DE"}), caller="030 901820").phones == (
        "+4930901820",
    )
    assert message(caller="+44 20 7946 0958").phones == ("+442079460958",)


def test_our_own_calls_are_of_whom_we_called() -> None:
    found = message(direction="outbound", caller="4001", callee="13800138000", summary="Asked")
    assert found.phones == ("+8613800138000",)
    assert isinstance(read(direction="out", status="no-answer"), Ignored)


@pytest.mark.parametrize("status", ["ringing", "in-progress", "queued"])
def test_a_call_that_goes_on_is_waited_for(status: str) -> None:
    assert isinstance(read(status=status), Ignored)


def test_a_recording_is_fetched_from_listed_hosts_only() -> None:
    door = Door("d", "s", 300, {"media_hosts": ["rec.example"]})
    assert message(door).meta["media"] == [{"kind": "recording", "url": CALL["recording_url"]}]
    assert "media" not in message().meta


def test_times_that_cannot_be_are_left_out() -> None:
    found = message(started_at="2099-01-01T00:00:00Z", ended_at="nonsense")
    assert found.sent_at == NOW
    assert found.meta["left_out"] == ["ended_at"]
    backwards = message(started_at="2026-11-22T08:00:00Z", ended_at="2026-11-22T07:00:00Z")
    assert backwards.meta["call"]["seconds"] == 0


def test_the_same_push_is_one_delivery_and_a_later_one_another() -> None:
    body = json.dumps(CALL).encode()
    first = ADAPTER.external_id(request(body), DOOR)
    assert first == ADAPTER.external_id(request(body), DOOR)
    later = json.dumps(CALL | {"transcript": "x"}).encode()
    assert ADAPTER.external_id(request(later), DOOR) != first


@pytest.mark.parametrize("call_id", [None, "", " ", True, [], "x" * 201])
def test_a_call_without_an_id_is_refused_with_the_reason(call_id: object) -> None:
    body = json.dumps(CALL | {"call_id": call_id}).encode()
    with pytest.raises(BadBody):
        ADAPTER.external_id(request(body), DOOR)
    with pytest.raises(Unreadable):
        ADAPTER.parse(body, NOW, DOOR, {})


def test_only_who_has_the_secret_may_push() -> None:
    body = json.dumps(CALL).encode()
    assert ADAPTER.verify(request(body), DOOR) == "signature"
    for bad in (
        request(body, "another"),
        RawRequest(body=body + b" ", headers=request(body).headers, received_at=NOW),
        request(body, **{"x-redress-signature": "sha256=ü"}),
        RawRequest(body=body, headers={}, received_at=NOW),
        request(body, **{"x-redress-timestamp": "1"}),
    ):
        with pytest.raises(Refused):
            ADAPTER.verify(bad, DOOR)


@pytest.mark.parametrize("value", [None, 7, [], {}, "x" * 300, "\x00", True, 1e400])
@pytest.mark.parametrize("name", [*CALL, "transcript", "customer", "order", "summary"])
def test_whatever_stands_in_a_field_is_read(name: str, value: object) -> None:
    if name == "call_id":
        return
    body = json.dumps(CALL | {name: value}).encode()
    for found in ADAPTER.parse(body, NOW, DOOR, {}):
        text = found.text if isinstance(found, IncomingMessage) else ""
        assert "\x00" not in text


def test_a_marketplace_takes_nothing_by_its_door() -> None:
    with pytest.raises(Refused):
        adapter_for("marketplace").verify(request(b"{}"), DOOR)

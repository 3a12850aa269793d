"""Twilio: messages, calls, and the addresses that a signature may cover."""

import hashlib

import pytest

from intake.channels import adapter_for
from intake.errors import Refused
from tests.intake.channels.platforms import (
    DATA,
    NOW,
    TWILIO_SMS,
    TWILIO_VOICE,
    Platform,
    b64_mac,
    request,
)


def recorded(name: str) -> bytes:
    return (DATA / f"twilio_{name}.form").read_bytes()


def test_a_picture_message_names_its_media() -> None:
    message = TWILIO_SMS.message(recorded("sms_mms"))
    assert (message.text, message.channel) == ("The jug is broken\n[image]", "sms")
    assert (message.external_id, message.phones) == ("SM01", ("+14155550123",))
    assert message.meta["media"][0]["url"] == "https://api.twilio.com/m/1"


def test_a_receipt_has_no_id_of_its_own() -> None:
    (receipt,) = TWILIO_SMS.receipts(recorded("sms_receipt"))
    assert (receipt.external_id, receipt.state) == ("SM02", "delivered")
    signed = TWILIO_SMS.request(recorded("sms_receipt"))
    assert adapter_for("twilio_sms").external_id(signed, TWILIO_SMS.door) == ""


@pytest.mark.parametrize("platform", [TWILIO_SMS, TWILIO_VOICE])
def test_a_message_that_did_not_arrive_says_why(platform: Platform) -> None:
    body = b"MessageSid=SM9&MessageStatus=undelivered&ErrorCode=30004&ErrorMessage=blocked"
    (receipt,) = platform.receipts(body)
    assert (receipt.state, receipt.code, receipt.why) == ("failed", "blocked", "30004 blocked")
    assert platform.ignored(b"MessageSid=SM9&MessageStatus=queued")


@pytest.mark.parametrize(
    ("url", "signed_url"),
    [
        ("https://a.example/in/", "https://a.example:443/in/"),
        ("https://a.example:8443/in/?x=1", "https://a.example/in/?x=1"),
        ("http://a.example/in/", "http://a.example:80/in/"),
    ],
)
def test_the_port_may_be_in_the_address_or_not(url: str, signed_url: str) -> None:
    signed = TWILIO_SMS.request(b"Body=x", url=signed_url)
    called = request(signed.body, headers=signed.headers, url=url)
    assert adapter_for("twilio_sms").verify(called, TWILIO_SMS.door)


def test_a_repeated_value_counts_once() -> None:
    signed = TWILIO_SMS.request(b"To=2&To=1&To=2")
    mac = b64_mac("twilio-token", f"{signed.url}To1To2".encode(), "sha1")
    assert signed.headers["x-twilio-signature"] == mac
    assert adapter_for("twilio_sms").verify(signed, TWILIO_SMS.door)


def test_a_json_body_is_verified_by_its_digest_in_the_address() -> None:
    body = b'{"a": 1}'
    url = f"https://a.example/in/?bodySHA256={hashlib.sha256(body).hexdigest()}"
    headers = {"x-twilio-signature": b64_mac("twilio-token", url.encode(), "sha1")}
    adapter = adapter_for("twilio_sms")
    assert adapter.verify(request(body, headers=headers, url=url), TWILIO_SMS.door)
    with pytest.raises(Refused):
        adapter.verify(request(body + b" ", headers=headers, url=url), TWILIO_SMS.door)


def test_a_caller_is_asked_to_speak_and_the_address_is_escaped() -> None:
    signed = TWILIO_VOICE.request(recorded("voice_call"), url="https://a.example/in/?a=1&b=2")
    answer = adapter_for("twilio_voice").answer(signed, TWILIO_VOICE.door)
    assert answer is not None
    assert 'action="https://a.example/in/?a=1&amp;b=2"' in answer.body
    assert "ringing" in TWILIO_VOICE.ignored(recorded("voice_call"))


def test_a_recording_and_its_transcript_share_a_thread() -> None:
    first = TWILIO_VOICE.message(recorded("voice_recording"))
    second = TWILIO_VOICE.message(recorded("voice_transcript"))
    assert (first.text, second.text) == ("[voice 0:32]", "my parcel is wet")
    assert first.thread == second.thread == "RE01"
    assert first.external_id != second.external_id
    assert first.received_at == NOW


def test_a_hidden_number_is_a_person_for_this_call_only() -> None:
    body = recorded("voice_recording").replace(b"%2B14155550123", b"anonymous")
    message = TWILIO_VOICE.message(body)
    assert (message.external_ids, message.phones) == (("call CA01",), ())


def test_a_transcript_that_failed_is_said() -> None:
    body = b"CallSid=CA1&RecordingSid=RE1&TranscriptionStatus=failed&From=%2B1415"
    assert "could not be transcribed" in TWILIO_VOICE.message(body).text

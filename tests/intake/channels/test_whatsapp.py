"""WhatsApp: what becomes of changes."""

import json
from typing import Any

import pytest

from intake.channels import adapter_for
from tests.intake.channels.platforms import DATA, WHATSAPP


def recorded(name: str) -> Any:
    return json.loads((DATA / f"whatsapp_{name}.json").read_bytes())


def change(field: str = "messages", number: str = "1066", **message: Any) -> dict[str, Any]:
    value = {
        "metadata": {"display_phone_number": "1555", "phone_number_id": number},
        "messages": [{"from": "491", "id": "w1", "timestamp": "1795330740"} | message],
    }
    return {"entry": [{"changes": [{"field": field, "value": value}]}]}


def test_each_message_of_a_call_is_filed_with_name_and_number() -> None:
    first, second = WHATSAPP.read(recorded("messages"))
    assert first.text == "My parcel shows delivered but is not here"
    assert (first.external_id, second.external_id) == ("wamid.A1", "wamid.A2")
    assert (first.from_name, first.phones) == ("Ravi", ("+919800000001",))
    assert first.thread == second.thread == first.meta["reply_to"] == "919800000001"
    assert second.text == "[image]\nthe door"
    assert second.meta["media"] == [{"kind": "image", "id": "m1", "type": "image/jpeg"}]


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"type": "audio", "audio": {"id": "a", "voice": True}}, "[voice]"),
        ({"type": "document", "document": {"id": "d", "filename": "a.pdf"}}, "[document a.pdf]"),
        (
            {"type": "location", "location": {"latitude": 1, "longitude": 2, "name": "Depot"}},
            "[location Depot, 1.00000,2.00000]",
        ),
        ({"type": "button", "button": {"text": "Yes"}}, "Yes"),
        (
            {"type": "interactive", "interactive": {"list_reply": {"title": "Refund"}}},
            "Refund",
        ),
        (
            {
                "type": "contacts",
                "contacts": [{"name": {"formatted_name": "Bo"}, "phones": [{"phone": "+1"}]}],
            },
            "[contact Bo +1]",
        ),
        (
            {
                "type": "order",
                "order": {"product_items": [{"quantity": 2, "product_retailer_id": "K1"}]},
            },
            "[order 2 × K1]",
        ),
        ({"type": "unsupported"}, "[message of the kind unsupported]"),
    ],
)
def test_what_is_no_text_is_readable(message: dict[str, Any], text: str) -> None:
    assert WHATSAPP.message(change(**message)).text == text


def test_edits_and_withdrawals_are_notes() -> None:
    revoke = WHATSAPP.message(change(type="revoke", revoke={"original_message_id": "w0"}))
    assert (revoke.is_auto, revoke.meta["note"]) == (True, "revoke of w0")
    inner = {"type": "text", "text": {"body": "now right"}}
    edit = {"original_message_id": "w0", "message": inner}
    assert WHATSAPP.message(change(type="edit", edit=edit)).text.endswith("now right")


def status(state: str, **more: Any) -> Any:
    body = recorded("statuses")
    body["entry"][0]["changes"][0]["value"]["statuses"][0] |= {"status": state} | more
    return body


@pytest.mark.parametrize("state", ["sent", "delivered", "read", "played"])
def test_a_receipt_names_the_message_and_its_state(state: str) -> None:
    (receipt,) = WHATSAPP.receipts(status(state, biz_opaque_callback_data="message 7"))
    assert (receipt.external_id, receipt.marker) == ("wamid.OUT", "message 7")
    assert receipt.state == {"played": "read"}.get(state, state)
    assert (receipt.code, receipt.why) == ("", "")


@pytest.mark.parametrize(
    ("code", "reason"), [(131047, "window_closed"), (131026, "unknown_recipient"), (1, "refused")]
)
def test_a_failure_says_why(code: int, reason: str) -> None:
    error = {"code": code, "title": "No", "error_data": {"details": "too late"}}
    (receipt,) = WHATSAPP.receipts(status("failed", errors=[error]))
    assert (receipt.state, receipt.why) == ("failed", "No: too late")
    assert receipt.code == {1: "rate_limited"}.get(code, reason)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (status("deleted"), "receipt: wamid.OUT is deleted"),
        (change(type="reaction", reaction={"emoji": "👍"}), "reaction"),
        (change(type="text", text={"body": "x"}, **{"from": "1555"}), "ourselves"),
        (change(number="other", type="text"), "another number"),
        (change(field="message_echoes"), "message_echoes"),
        ({"object": "whatsapp_business_account"}, "nothing"),
    ],
)
def test_what_is_no_complaint_is_ignored_with_the_reason(body: Any, why: str) -> None:
    assert why in WHATSAPP.ignored(body)


def test_a_receipt_has_no_id_of_its_own() -> None:
    request = WHATSAPP.request(json.dumps(recorded("statuses")).encode())
    assert adapter_for("whatsapp").external_id(request, WHATSAPP.door) == ""

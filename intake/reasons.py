"""Why a step decided as it did: a code with data where it is stored, a sentence where it is shown.

Adapters and services give their reasons as the English below. What is not in the table keeps its
own words under the code ``other``, so nothing is lost, only not translated. Rows of earlier
versions hold the English itself and are shown the same way.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_noop

OTHER = "other"

REASONS: dict[str, str] = {
    # how it was verified
    "signature": gettext_noop("signature"),
    "mailbox": gettext_noop("mailbox"),
    "encrypted_signature": gettext_noop("signature over the encrypted body"),
    "address_signature": gettext_noop("signature of the address"),
    "token_signature": gettext_noop("signature over timestamp and token"),
    "bearer": gettext_noop("bearer token"),
    "secret_token": gettext_noop("secret token"),
    "secret_address": gettext_noop("secret in the address"),
    "basic": gettext_noop("basic authentication"),
    "form_page": gettext_noop("form page"),
    "chat_widget": gettext_noop("chat widget"),
    # which ticket it went to
    "seen_before": gettext_noop("seen before"),
    "nothing_to_join": gettext_noop("nothing to join"),
    "forged": gettext_noop("the sender's address is forged"),
    "quotes_other": gettext_noop("quotes a ticket of another person"),
    "follow_up": gettext_noop("follow-up of a closed ticket"),
    "joined_thread": gettext_noop("joined by the source's thread"),
    "joined_key": gettext_noop("joined by our keyed address or id"),
    "joined_reference": gettext_noop("joined by an earlier message's id"),
    "joined_unread": gettext_noop("joined the ticket of what could not be read"),
    "unread_ticket": gettext_noop("a ticket with the raw copy, so that somebody looks at it"),
    # why it is no message
    "no_ticket_for_auto": gettext_noop("automatic mail of no ticket, or our own mail"),
    "foreign_bounce": gettext_noop("a bounce of something that we did not send"),
    "own_bounce": gettext_noop("a bounce of our reply"),
    "delay_notice": gettext_noop("a delay notice: the mail may still arrive"),
    "arrival_report": gettext_noop("a report that a mail has arrived"),
    "call_going_on": gettext_noop("the call has not ended: %(state)s"),
    "own_call": gettext_noop("we called and nobody answered"),
    "no_events": gettext_noop("no events: the platform tries the address"),
    "standby": gettext_noop("standby: another system has the chat"),
    "not_a_message": gettext_noop("an event that is no message: %(kind)s"),
    "no_sender": gettext_noop("a message without a sender"),
    "no_message": gettext_noop("no message in it"),
    "amazon_asks": gettext_noop("Amazon asks; to confirm, open %(address)s"),
    "other_page": gettext_noop("for another page of the same app"),
    "other_number": gettext_noop("for another number of the same app"),
    "no_sender_or_id": gettext_noop("a message without sender or id"),
    "no_sender_or": gettext_noop("a message without sender or %(name)s"),
    "by_ourselves": gettext_noop("written by ourselves"),
    "by_bot": gettext_noop("written by a bot"),
    "receipt": gettext_noop("receipt: %(id)s is %(state)s"),
    "sms_incomplete": gettext_noop("a form without MessageSid and From"),
    "opted_out": gettext_noop("the customer sent %(word)s to Twilio"),
    "update_no_message": gettext_noop("an update that is no message: %(kind)s"),
    "no_writer_chat": gettext_noop("a message without writer, chat or id"),
    "no_writer_channel": gettext_noop("a message without writer, channel or time"),
    "chat_itself": gettext_noop("a message of the chat itself, without words or files"),
    "start_button": gettext_noop("the start button was pressed"),
    "channel_itself": gettext_noop("a message of the channel itself: %(kind)s"),
    "preview": gettext_noop("a preview was added to an earlier message"),
    "empty": gettext_noop("nothing in it"),
    "change_no_message": gettext_noop("a change that is no message: %(kind)s"),
    "neither": gettext_noop("neither messages nor receipts in it"),
    "no_words": gettext_noop("no words: %(kind)s"),
    "call": gettext_noop("a call: %(state)s"),
    "no_recording": gettext_noop("no recording: %(state)s"),
    "privacy_request": gettext_noop("privacy request, to be carried out by hand: %(topic)s"),
    "topic_no_message": gettext_noop("a topic that is no message: %(topic)s"),
    "no_note": gettext_noop("%(topic)s without a note of the buyer"),
    "no_kind_or_sender": gettext_noop("neither kind nor sender in it"),
    "other_content": gettext_noop("Same id as delivery %(number)s, other content."),
    # why it could not be read
    "no_reader": gettext_noop("nothing reads this kind of delivery"),
    "no_mail_in_form": gettext_noop("there is no mail in the form"),
    "no_mail": gettext_noop("there is no mail in it"),
    "odd_provider_body": gettext_noop("it is not what %(provider)s sends: %(error)s"),
    "no_form": gettext_noop("it is no form"),
    "broken_form": gettext_noop("it is no form: %(error)s"),
    "no_boundary": gettext_noop("the form's boundary is missing"),
    "xml_too_long": gettext_noop("the XML is too long"),
    "xml_doctype": gettext_noop("XML with a document type is not read"),
    "not_xml": gettext_noop("it is not XML: %(error)s"),
    "not_base64": gettext_noop("the key or the encrypted text is not base64"),
    "wrong_length": gettext_noop("the key or the encrypted text has a wrong length"),
    "wrong_key": gettext_noop("it was not encrypted with this key"),
    "other_receiver": gettext_noop("it is encrypted for somebody else"),
    "bad_body": gettext_noop("The body cannot be used: %(why)s"),
    "killed": gettext_noop("reading it ended the worker %(tries)s times"),
    # why it was refused, or what is wrong with a body
    "wrong_provider_signature": gettext_noop("the signature is not that of %(provider)s"),
    "takes_none": gettext_noop("this source takes no deliveries"),
    "for_chat": gettext_noop("this source is a chat widget for people"),
    "from_mailbox": gettext_noop("this source takes its mails from a mailbox"),
    "for_people": gettext_noop("this source is a form for people"),
    "wrong_signature": gettext_noop("%(header)s is not that of this body"),
    "wrong_form_signature": gettext_noop("%(header)s is not that of this address and form"),
    "wrong_field_signature": gettext_noop("“%(name)s” is not that of timestamp and token"),
    "wrong_query_signature": gettext_noop("“%(name)s” is not that of token, timestamp and nonce"),
    "not_seconds": gettext_noop("%(header)s must be Unix seconds"),
    "headers_missing": gettext_noop("X-Redress-Timestamp and X-Redress-Signature are needed"),
    "not_sha256": gettext_noop("it must be sha256=<hex of HMAC-SHA256(secret, timestamp.body)>"),
    "wrong_verify_token": gettext_noop("hub.verify_token is not what was agreed on"),
    "wrong_echostr": gettext_noop("echostr is not signed and encrypted for us"),
    "not_encrypted": gettext_noop("the body is not encrypted"),
    "encrypted_only": gettext_noop("this source takes encrypted bodies only"),
    "not_of_token": gettext_noop("the signature is not that of the token"),
    "broken_fields": gettext_noop("the form cannot be read"),
    "wrong_password": gettext_noop(
        "neither user and password nor the key in the address are this source's"
    ),
    "wrong_webhook_secret": gettext_noop("%(header)s is not the webhook's secret"),
    "wrong_bearer": gettext_noop("the bearer token is not this source's secret"),
    "stale": gettext_noop("the timestamp is more than %(seconds)s seconds away from now"),
    "empty_body": gettext_noop("it is empty"),
    "not_utf8": gettext_noop("it is not UTF-8"),
    "not_json": gettext_noop("it is not JSON"),
    "not_object": gettext_noop("it must be one JSON object"),
    "id_missing": gettext_noop("“id” must be a text that is not empty"),
    "id_length": gettext_noop("“id” must have 1 to %(most)s characters"),
    "text_missing": gettext_noop("“text” must be a text"),
    "text_empty": gettext_noop("“text” must not be empty"),
}

_PLACE = re.compile(r"%\((\w+)\)s")
_PLAIN = {text: code for code, text in REASONS.items() if "%(" not in text}


def _pattern(text: str) -> re.Pattern[str]:
    # Odd parts are the names of the places.
    parts = _PLACE.split(text)
    found = "".join(
        f"(?P<{part}>.*)" if index % 2 else re.escape(part) for index, part in enumerate(parts)
    )
    return re.compile(found, re.DOTALL)


_PATTERNS = [(code, _pattern(text)) for code, text in REASONS.items() if "%(" in text]


def coded(why: str) -> tuple[str, dict[str, str]]:
    """Return the code and the data of a reason as it was given."""
    if why in _PLAIN:
        return _PLAIN[why], {}
    for code, pattern in _PATTERNS:
        found = pattern.fullmatch(why)
        if found:
            return code, found.groupdict()
    return OTHER, {"text": why}


def step(name: str, why: str, **more: Any) -> dict[str, Any]:
    """Return a step of a delivery's trail."""
    code, data = coded(why)
    return {"step": name, "code": code, "data": data, **more}


def with_code(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return a step whose reason was given as words as one with code and data."""
    if "why" not in found:
        return dict(found)
    code, data = coded(str(found["why"]))
    rest = {name: value for name, value in found.items() if name not in {"why", "step"}}
    return {"step": found["step"], "code": code, "data": data, **rest}


def say(code: str, data: Mapping[str, Any]) -> str:
    """Say a reason in the active language."""
    text = REASONS.get(code)
    if text is None:
        return str(data.get("text") or code)
    shown = dict(data)
    if "why" in shown:
        inner = say(*coded(str(shown["why"])))
        shown["why"] = inner[:1].lower() + inner[1:]
    try:
        return str(capfirst(gettext(text) % shown))
    except (KeyError, ValueError):
        return text


def say_text(why: str) -> str:
    """Say a reason that is stored as words."""
    return say(*coded(why))


def say_step(found: Mapping[str, Any]) -> str:
    """Say why a step of a trail decided as it did; also of rows from earlier versions."""
    if "code" in found:
        data = found.get("data")
        return say(str(found["code"]), data if isinstance(data, Mapping) else {})
    return say_text(str(found.get("why", "")))


_REFUSALS = {
    "bad_signature": gettext_noop("The signature does not match: %(why)s"),
    "bad_handshake": gettext_noop("The handshake does not match: %(why)s"),
    "origin_refused": gettext_noop("A page that is not on the list asked for the chat: %(why)s"),
    "stale_timestamp": gettext_noop("Too old or from the future: %(why)s"),
}
_OLD_START = "The signature does not match: "


def refusal_text(code: str, data: Mapping[str, Any]) -> str:
    """Return a refusal as it is stored: its code and the reason in English."""
    why = REASONS["stale"] % data if "seconds" in data else str(data.get("why", ""))
    return f"{code}: {why}"


def say_refusal(stored: str) -> str:
    """Say a stored refusal in the active language."""
    code, _sep, why = stored.partition(": ")
    if not why:
        return code
    said = say_text(why.removeprefix(_OLD_START))
    text = _REFUSALS.get(code)
    return gettext(text) % {"why": said} if text else said

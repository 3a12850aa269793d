"""A test delivery of each kind, signed by our side of the contract. No Django.

What is made here goes through the real door like anything else; that it is a test is written
beside it, not in it. Writers and numbers are from ranges that belong to nobody.
"""

import base64
import hashlib
import hmac
import json
import secrets
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from intake.channels.base import Door, sign
from intake.channels.weixin import signature

PERSON = "redress-test"
PHONE = "15555550100"
ADDRESS = "redress-test@example.invalid"
NAME = "Redress test"


@dataclass(frozen=True, slots=True)
class Probe:
    """A request to our own door: body, headers and what stands behind "?"."""

    body: bytes
    content_type: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wish:
    """What the test says, under which id, when, and at which public address."""

    door: Door
    text: str
    nonce: str
    at: datetime
    url: str

    @property
    def seconds(self) -> str:
        """Return the time in Unix seconds."""
        return str(int(self.at.timestamp()))


def can_probe(kind: str, door: Door) -> bool:
    """Tell whether we can sign for this source as its platform does."""
    if kind == "anymail":
        # Where the provider signs with a key of its own, we cannot.
        return door.setting("provider") in _ANYMAIL and not door.secret_named("signing_key")
    return kind in _PROBES and not (kind == "email" and door.settings.get("imap_host"))


def probe(kind: str, wish: Wish) -> Probe:
    """Return a signed test. KeyError where ``can_probe`` says no."""
    return _PROBES[kind](wish)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _hex(secret: str, signed: bytes) -> str:
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _base64(secret: str, signed: bytes, digest: str = "sha256") -> str:
    return base64.b64encode(hmac.new(secret.encode(), signed, digest).digest()).decode()


def _generic(wish: Wish) -> Probe:
    person = {"id": PERSON, "name": NAME}
    return _signed(wish, {"id": f"test-{wish.nonce}", "text": wish.text, "customer": person})


def _phone(wish: Wish) -> Probe:
    call = {"call_id": f"test-{wish.nonce}", "caller": f"+{PHONE}", "transcript": wish.text}
    return _signed(wish, call | {"status": "completed"})


def _signed(wish: Wish, value: Any) -> Probe:
    body = _json(value)
    headers = {
        "X-Redress-Timestamp": wish.seconds,
        "X-Redress-Signature": sign(wish.door.secret, wish.seconds, body),
    }
    return Probe(body, headers=headers)


def _mail(wish: Wish) -> bytes:
    lines = [
        f"From: {NAME} <{ADDRESS}>",
        "To: care@example.invalid",
        f"Subject: {NAME} {wish.nonce}",
        f"Message-ID: <{wish.nonce}@example.invalid>",
        f"Date: {wish.at:%a, %d %b %Y %H:%M:%S +0000}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        base64.b64encode(wish.text.encode()).decode(),
        "",
    ]
    return "\r\n".join(lines).encode()


def _email(wish: Wish) -> Probe:
    headers = {"Authorization": f"Bearer {wish.door.secret}"}
    return Probe(_mail(wish), "message/rfc822", headers)


def _telegram(wish: Wish) -> Probe:
    number = secrets.randbelow(10**9)
    sender = {"id": PERSON, "is_bot": False, "first_name": NAME}
    message = {
        "message_id": number,
        "from": sender,
        "chat": {"id": PERSON, "type": "private"},
        "date": int(wish.seconds),
        "text": wish.text,
    }
    secret = wish.door.secret_named("webhook_secret", alone=True)
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    return Probe(_json({"update_id": f"test-{wish.nonce}", "message": message}), headers=headers)


def _line(wish: Wish) -> Probe:
    event = {
        "type": "message",
        "mode": "active",
        "timestamp": int(wish.seconds) * 1000,
        "webhookEventId": f"test-{wish.nonce}",
        "source": {"type": "user", "userId": PERSON},
        "message": {"id": f"test-{wish.nonce}", "type": "text", "text": wish.text},
    }
    body = _json({"destination": "", "events": [event]})
    secret = wish.door.secret_named("channel_secret", alone=True)
    return Probe(body, headers={"X-Line-Signature": _base64(secret, body)})


def _slack(wish: Wish) -> Probe:
    event = {
        "type": "message",
        "channel_type": "im",
        "channel": PERSON,
        "user": PERSON,
        "text": wish.text,
        "ts": f"{wish.seconds}.{wish.nonce[:6]}",
    }
    body = _json({"type": "event_callback", "event_id": f"test-{wish.nonce}", "event": event})
    secret = wish.door.secret_named("signing_secret", alone=True)
    signed = _hex(secret, b"v0:" + wish.seconds.encode() + b":" + body)
    headers = {"X-Slack-Request-Timestamp": wish.seconds, "X-Slack-Signature": f"v0={signed}"}
    return Probe(body, headers=headers)


def _meta(wish: Wish, value: Any) -> Probe:
    body = _json(value)
    signed = _hex(wish.door.secret_named("app_secret", alone=True), body)
    return Probe(body, headers={"X-Hub-Signature-256": f"sha256={signed}"})


def _whatsapp(wish: Wish) -> Probe:
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"phone_number_id": wish.door.setting("phone_number_id")},
        "contacts": [{"wa_id": PHONE, "profile": {"name": NAME}}],
        "messages": [
            {
                "id": f"test-{wish.nonce}",
                "from": PHONE,
                "timestamp": wish.seconds,
                "type": "text",
                "text": {"body": wish.text},
            }
        ],
    }
    changes = [{"field": "messages", "value": value}]
    return _meta(wish, {"object": "whatsapp_business_account", "entry": [{"changes": changes}]})


def _page(wish: Wish, kind: str) -> Probe:
    page = wish.door.setting("page_id", "page")
    event = {
        "sender": {"id": PERSON},
        "recipient": {"id": page},
        "timestamp": int(wish.seconds) * 1000,
        "message": {"mid": f"test-{wish.nonce}", "text": wish.text},
    }
    return _meta(wish, {"object": kind, "entry": [{"id": page, "messaging": [event]}]})


def _twilio(wish: Wish, fields: Mapping[str, str]) -> Probe:
    signed = wish.url + "".join(name + value for name, value in sorted(fields.items()))
    secret = wish.door.secret_named("auth_token", alone=True)
    headers = {"X-Twilio-Signature": _base64(secret, signed.encode(), "sha1")}
    return Probe(urlencode(fields).encode(), "application/x-www-form-urlencoded", headers)


def _twilio_sms(wish: Wish) -> Probe:
    fields = {"MessageSid": f"test-{wish.nonce}", "From": f"+{PHONE}", "Body": wish.text}
    return _twilio(wish, fields)


def _twilio_voice(wish: Wish) -> Probe:
    fields = {
        "CallSid": f"test-{wish.nonce}",
        "RecordingSid": f"test-{wish.nonce}",
        "TranscriptionSid": f"test-{wish.nonce}",
        "TranscriptionStatus": "completed",
        "TranscriptionText": wish.text,
        "From": f"+{PHONE}",
    }
    return _twilio(wish, fields)


def _weixin_xml(wish: Wish, receiver: str) -> bytes:
    shown = wish.text.replace("]]>", "")
    number = str(secrets.randbelow(10**15))
    return (
        f"<xml><ToUserName><![CDATA[{receiver}]]></ToUserName>"
        f"<FromUserName><![CDATA[{PERSON}]]></FromUserName>"
        f"<CreateTime>{wish.seconds}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content><![CDATA[{shown}]]></Content><MsgId>{number}</MsgId>"
        f"<AgentID>{wish.door.setting('agent_id')}</AgentID></xml>"
    ).encode()


def _weixin(wish: Wish, receiver: str) -> Probe:
    plain = _weixin_xml(wish, receiver)
    token, aes_key = (
        wish.door.secret_named("token", alone=True),
        wish.door.secret_named("aes_key"),
    )
    query = {"timestamp": wish.seconds, "nonce": wish.nonce}
    query["signature"] = signature(token, wish.seconds, wish.nonce)
    if not aes_key:
        return Probe(plain, "text/xml", query=query)
    encrypted = _encrypt(plain, aes_key, receiver)
    query["msg_signature"] = signature(token, wish.seconds, wish.nonce, encrypted)
    outer = f"<xml><ToUserName>x</ToUserName><Encrypt>{encrypted}</Encrypt></xml>"
    return Probe(outer.encode(), "text/xml", query=query)


def _encrypt(plain: bytes, aes_key: str, receiver: str) -> str:
    key = base64.b64decode(aes_key + "=")
    data = secrets.token_bytes(16) + struct.pack(">I", len(plain)) + plain + receiver.encode()
    fill = 32 - len(data) % 32
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    done = encryptor.update(data + bytes([fill]) * fill) + encryptor.finalize()
    return base64.b64encode(done).decode()


def _douyin(wish: Wish) -> Probe:
    content = {
        "message_type": "text",
        "text": wish.text,
        "create_time": int(wish.seconds) * 1000,
        "server_message_id": f"test-{wish.nonce}",
        "conversation_short_id": PERSON,
    }
    body = _json({"event": "im_receive_msg", "from_user_id": PERSON, "content": content})
    secret = wish.door.secret_named("client_secret", alone=True)
    signed = hashlib.sha1(secret.encode() + body, usedforsecurity=False).hexdigest()
    return Probe(body, headers={"X-Douyin-Signature": signed, "Msg-Id": f"test-{wish.nonce}"})


def _shopify(wish: Wish) -> Probe:
    order = {"id": f"test-{wish.nonce}", "note": wish.text, "email": ADDRESS}
    body = _json(order | {"customer": {"id": PERSON, "first_name": NAME}})
    secret = wish.door.secret_named("client_secret", alone=True)
    headers = {
        "X-Shopify-Topic": "orders/create",
        "X-Shopify-Webhook-Id": f"test-{wish.nonce}",
        "X-Shopify-Hmac-Sha256": _base64(secret, body),
    }
    return Probe(body, headers=headers)


def _form(wish: Wish, fields: Mapping[str, bytes], query: Mapping[str, str]) -> Probe:
    boundary = f"redress{wish.nonce}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode() + value
        for name, value in fields.items()
    ]
    body = b"\r\n".join([*parts, f"--{boundary}--\r\n".encode()])
    return Probe(body, f"multipart/form-data; boundary={boundary}", query=query)


def _mailgun(wish: Wish) -> Probe:
    token = f"test{wish.nonce}"
    key = wish.door.secret_named("signing_key", alone=True)
    signed = _hex(key, (wish.seconds + token).encode())
    fields = {"timestamp": wish.seconds, "token": token, "signature": signed}
    encoded = {name: value.encode() for name, value in fields.items()}
    return _form(wish, encoded | {"body-mime": _mail(wish)}, {})


def _key(wish: Wish) -> dict[str, str]:
    return {"key": wish.door.secret_named("password", alone=True)}


def _postmark(wish: Wish) -> Probe:
    value = {"MessageID": f"test-{wish.nonce}", "RawEmail": _mail(wish).decode()}
    return Probe(_json(value), query=_key(wish))


def _anymail(wish: Wish) -> Probe:
    provider, raw = wish.door.setting("provider"), _mail(wish)
    value = _ANYMAIL[provider](raw.decode(), wish)
    if provider == "mandrill":
        body = urlencode({"mandrill_events": json.dumps(value)}).encode()
        return Probe(body, "application/x-www-form-urlencoded", query=_key(wish))
    return Probe(_json(value), query=_key(wish))


def _ses(raw: str, wish: Wish) -> Any:
    action = {"type": "SNS", "encoding": "UTF-8"}
    event = {"notificationType": "Received", "receipt": {"action": action}, "content": raw}
    outer = {"Type": "Notification", "MessageId": f"test-{wish.nonce}"}
    return outer | {"Message": json.dumps(event)}


def _parts(wish: Wish) -> dict[str, str]:
    return {
        "From": f"{NAME} <{ADDRESS}>",
        "Subject": f"{NAME} {wish.nonce}",
        "Message-ID": f"<{wish.nonce}@example.invalid>",
    }


_ANYMAIL: dict[str, Callable[[str, Wish], Any]] = {
    "amazon_ses": _ses,
    "brevo": lambda _raw, wish: {"items": [{"Headers": _parts(wish), "RawTextBody": wish.text}]},
    "mailersend": lambda raw, _wish: {"type": "inbound.message", "data": {"raw": raw}},
    "mailjet": lambda _raw, wish: {"Headers": _parts(wish), "Text-part": wish.text},
    "mandrill": lambda raw, _wish: [{"event": "inbound", "msg": {"raw_msg": raw}}],
    "postal": lambda raw, _wish: {"rcpt_to": ADDRESS, "message": raw, "base64": False},
    "sparkpost": lambda raw, _wish: [
        {"msys": {"relay_message": {"content": {"email_rfc822": raw}}}}
    ],
}

_PROBES: dict[str, Callable[[Wish], Probe]] = {
    "generic": _generic,
    "phone": _phone,
    "email": _email,
    "telegram": _telegram,
    "line": _line,
    "slack": _slack,
    "whatsapp": _whatsapp,
    "messenger": lambda wish: _page(wish, "page"),
    "instagram": lambda wish: _page(wish, "instagram"),
    "twilio_sms": _twilio_sms,
    "twilio_voice": _twilio_voice,
    "wechat": lambda wish: _weixin(wish, wish.door.setting("app_id")),
    "wecom": lambda wish: _weixin(wish, wish.door.setting("corp_id")),
    "douyin": _douyin,
    "shopify": _shopify,
    "mailgun": _mailgun,
    "postmark": _postmark,
    "anymail": _anymail,
    "sendgrid": lambda wish: _form(wish, {"email": _mail(wish)}, _key(wish)),
}

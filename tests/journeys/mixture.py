"""Deliveries of all kinds, and what must become of each: the expected side of the ledger.

Every message bears a mark of its own, ``[m12.1]``, so that it is found again whatever channel it
came by. Nothing depends on the order within a phase: what answers something earlier is sent in the
second phase.
"""

import hashlib
import itertools
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from intake.channels.base import sign
from tests.intake.channels import platforms
from tests.intake.channels.platforms import Platform

DONE, IGNORED, DEAD, REFUSED = "done", "ignored", "dead", "refused"
PASSWORD = "a secret of the shop"  # of every source that has but one
COMPLAINTS = (
    "My parcel has not moved for days, the tracking shows nothing new. Where is it?",
    "快递已经好几天没有更新物流了,麻烦帮我查一下到哪了。",
    "I was charged twice, please refund one of the payments.",
    "退款申请了一周还没到账,什么时候能退给我?",
    "The kettle leaks at the bottom since the first day.",
    "收到的杯子碎了,包装很差,要求补发。",
)


@dataclass(frozen=True)
class Wire:
    """A request as it goes out."""

    body: bytes
    headers: dict[str, str]
    query: dict[str, str] = field(default_factory=dict)
    path: str = ""


@dataclass(frozen=True)
class Delivery:
    """One delivery: how it is sent, and what the ledger must say of it.

    ``key`` is the id of its raw row; ``marks`` are the messages in it and ``ticket`` names the
    ticket that they must lie in; ``copies`` is how often it is sent at once. What ``expires`` has
    the time of its signature in its body: a late copy must be refused.
    """

    source: str
    key: str
    wire: Callable[[str], Wire]
    fate: str
    marks: tuple[str, ...] = ()
    ticket: str = ""
    copies: int = 1
    phase: int = 1
    expires: bool = False


@dataclass(frozen=True)
class SourceSpec:
    """A source to be made in the stack."""

    kind: str
    secret: str
    options: dict[str, Any] = field(default_factory=dict)


PLATFORMS: dict[str, Platform] = {
    "telegram": platforms.TELEGRAM,
    "whatsapp": platforms.WHATSAPP,
    "line": platforms.LINE,
    "slack": platforms.SLACK,
    "messenger": platforms.MESSENGER,
    "twilio-sms": platforms.TWILIO_SMS,
    "wechat": platforms.WECHAT,
    "douyin": platforms.DOUYIN,
}


def sources() -> dict[str, SourceSpec]:
    """Return what has to be made before anything is sent, by slug."""
    own = {
        slug: SourceSpec(kind, PASSWORD)
        for slug, kind in {
            "shop": "generic",
            "mail": "email",
            "mail-two": "email",
            "mailgun": "mailgun",
            "postmark": "postmark",
            "sendgrid": "sendgrid",
        }.items()
    }
    of_platforms = {
        slug: SourceSpec(platform.kind, json.dumps(platform.secrets), platform.settings)
        for slug, platform in PLATFORMS.items()
    }
    return own | of_platforms


def mixture(count: int, seed: int) -> list[Delivery]:
    """Return that many different deliveries or a few more, some to be sent more than once."""
    chance = random.Random(seed)
    makers = list(MAKERS)
    weights = [MAKERS[maker] for maker in makers]
    found: list[Delivery] = []
    for number in itertools.count(1):
        maker = chance.choices(makers, weights)[0]
        found += maker(number, chance)
        if len(found) >= count:
            break
    chance.shuffle(found)
    return [replace(one, copies=_copies(chance)) for one in found]


def _copies(chance: random.Random) -> int:
    return chance.choices([1, 2, 3, 8], [70, 22, 7, 1])[0]


def mark(number: int, part: int = 1) -> str:
    """Return the mark of a message."""
    return f"m{number}.{part}"


def words(number: int, part: int = 1) -> str:
    """Return a complaint with its mark."""
    return f"{COMPLAINTS[number % len(COMPLAINTS)]} [{mark(number, part)}]"


def digest(body: bytes) -> str:
    """Return the id of a delivery that has none of its own."""
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def several(*ids: str) -> str:
    """Return the id of a call with several messages."""
    return ids[0] if len(ids) == 1 else hashlib.sha256(" ".join(ids).encode()).hexdigest()


# ---- the shop's own webhook, and its form -------------------------------------------------------


def generic(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A complaint; sometimes a second one in its thread, or another body under its id."""
    value: dict[str, Any] = {
        "id": f"g-{number}",
        "text": words(number),
        "thread": f"t-{number}",
        "order": f"D{number}",
        "customer": {"name": f"Customer {number}", "email": f"g{number}@example.com"},
    }
    if chance.random() < 0.1:
        value["attachments"] = [{"name": "a.txt", "type": "text/plain", "content_base64": "QQ=="}]
    ticket = f"generic {number}"
    yield _generic(value, f"g-{number}", DONE, (mark(number),), ticket)
    kind = chance.random()
    if kind < 0.2:
        second = value | {"id": f"g-{number}-2", "text": words(number, 2)}
        yield _generic(
            second, f"g-{number}-2", DONE, (mark(number, 2),), ticket, chance.choice([1, 2])
        )
    elif kind < 0.3:
        other = value | {"text": "Something else under the same id."}
        key = f"g-{number}#{digest(_json(other))}"
        yield _generic(other, key, IGNORED, phase=2)
    elif kind < 0.35:
        forged = _generic(value | {"id": f"g-{number}-f"}, f"g-{number}-f", REFUSED)
        yield replace(forged, wire=lambda url: _forged(_json(value)))


def _generic(
    value: Any, key: str, fate: str, marks: tuple[str, ...] = (), ticket: str = "", phase: int = 1
) -> Delivery:
    body = _json(value)
    return Delivery("shop", key, lambda url: _signed(body), fate, marks, ticket, phase=phase)


def _json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _signed(body: bytes) -> Wire:
    seconds = str(int(datetime.now(UTC).timestamp()))
    signature = sign(PASSWORD, seconds, body)
    headers = {"X-Redress-Timestamp": seconds, "X-Redress-Signature": signature}
    return Wire(body, headers | {"Content-Type": "application/json"})


def _forged(body: bytes) -> Wire:
    wire = _signed(body)
    return replace(wire, headers=wire.headers | {"X-Redress-Signature": f"sha256={'0' * 64}"})


def form(number: int, chance: random.Random) -> Iterator[Delivery]:
    """The public form, sent by a browser that keeps its cookie."""
    form_id = f"00000000-0000-4000-8000-{number:012d}"
    fields = {
        "form_id": form_id,
        "text": words(number),
        "order_number": f"F{number}",
        "contact": f"f{number}@example.com",
        "consent": "on",
        "csrfmiddlewaretoken": "a" * 32,
    }
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Cookie": f"csrftoken={'a' * 32}",
    }
    wire = Wire(urlencode(fields).encode(), headers, path="/complain/")
    yield Delivery("form", form_id, lambda url: wire, DONE, (mark(number),), f"form {number}")


# ---- mail ---------------------------------------------------------------------------------------


def mail(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A mail; sometimes to two of our addresses, answered, forged, or an automatic one."""
    raw, ticket = _mail(number), f"mail {number}"
    yield _piped("mail", raw, DONE, (mark(number),), ticket)
    kind = chance.random()
    if kind < 0.2:
        # The same mail by way of another mailbox: another delivery, the same message.
        copy = b"Delivered-To: care@shop.example\r\n" + raw
        yield _piped("mail-two", copy, DONE, (mark(number),), ticket)
    elif kind < 0.4:
        answer = _mail(number, 2, more=f"In-Reply-To: <{number}.1@example.org>\r\n")
        yield _piped("mail", answer, DONE, (mark(number, 2),), ticket, phase=2)
    elif kind < 0.5:
        # Somebody else's mail under the same Message-ID must not hide the first one.
        other = _mail(number, 3, message_id=f"{number}.1@example.org", sender="stranger")
        yield _piped("mail", other, DONE, (mark(number, 3),), f"stranger {number}")
    elif kind < 0.6:
        auto = _mail(number, 4, more="Auto-Submitted: auto-replied\r\n", sender="machine")
        yield _piped("mail", auto, IGNORED)


def _mail(
    number: int, part: int = 1, *, more: str = "", message_id: str = "", sender: str = "customer"
) -> bytes:
    own_id = message_id or f"{number}.{part}@example.org"
    return (
        f"From: Customer {number} <{sender}{number}@example.org>\r\nTo: care@shop.example\r\n"
        f"Subject: Complaint {number}\r\nMessage-ID: <{own_id}>\r\n"
        f"{more}Content-Type: text/plain; charset=utf-8\r\n\r\n{words(number, part)}\r\n"
    ).encode()


def _piped(
    source: str,
    raw: bytes,
    fate: str,
    marks: tuple[str, ...] = (),
    ticket: str = "",
    phase: int = 1,
) -> Delivery:
    headers = {"Authorization": f"Bearer {PASSWORD}", "Content-Type": "message/rfc822"}
    wire = Wire(raw, headers)
    return Delivery(source, digest(raw), lambda url: wire, fate, marks, ticket, phase=phase)


def mailgun(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A mail that Mailgun posts; sometimes it comes to the postbox as well."""
    raw, ticket = _mail(number), f"mail {number}"
    token = hashlib.sha256(f"token {number}".encode()).hexdigest()[:50]

    def wire(url: str) -> Wire:
        seconds = str(int(datetime.now(UTC).timestamp()))
        fields = {
            "timestamp": seconds,
            "token": token,
            "signature": platforms.hex_mac(PASSWORD, f"{seconds}{token}".encode()),
            "body-mime": raw.decode(),
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return Wire(urlencode(fields).encode(), headers)

    sent: list[Wire] = []

    def once(url: str) -> Wire:
        # What is posted again is the same bytes, else it would be another body under one token.
        if not sent:
            sent.append(wire(url))
        return sent[0]

    yield Delivery("mailgun", f"token:{token}", once, DONE, (mark(number),), ticket, expires=True)
    if chance.random() < 0.2:
        yield _piped(
            "mail", b"Delivered-To: x@shop.example\r\n" + raw, DONE, (mark(number),), ticket
        )


def postmark(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A mail in Postmark's JSON."""
    value = {
        "MessageID": f"pm-{number}",
        "From": f"Customer {number} <p{number}@example.org>",
        "Subject": f"Complaint {number}",
        "TextBody": words(number),
        "Headers": [{"Name": "Message-ID", "Value": f"<pm{number}@example.org>"}],
    }
    wire = Wire(_json(value), {"Content-Type": "application/json"}, {"key": PASSWORD})
    key = f"message:pm-{number}"
    yield Delivery("postmark", key, lambda url: wire, DONE, (mark(number),), f"postmark {number}")


def sendgrid(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A mail in SendGrid's form."""
    body = urlencode({"email": _mail(number).decode(), "charsets": "{}"}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    wire = Wire(body, headers, {"key": PASSWORD})
    key, ticket = digest(body), f"sendgrid {number}"
    yield Delivery("sendgrid", key, lambda url: wire, DONE, (mark(number),), ticket)


# ---- platforms ----------------------------------------------------------------------------------


def _platform(
    slug: str,
    value: Any,
    key: str,
    fate: str,
    marks: Sequence[str] = (),
    ticket: str = "",
    *,
    phase: int = 1,
    headers: dict[str, str] | None = None,
) -> Delivery:
    body = value if isinstance(value, bytes) else _json(value)
    platform = PLATFORMS[slug]

    def wire(url: str) -> Wire:
        more = {"url": url} if platform.kind == "twilio_sms" else {}
        signed = platform.request(body, at=datetime.now(UTC), **more)
        given = {"content-type": "application/json"} | dict(signed.headers) | (headers or {})
        return Wire(signed.body, given, dict(signed.query))

    return Delivery(slug, key, wire, fate, tuple(marks), ticket, phase=phase)


def telegram(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A message, its later edit, a second message of the chat, or news of the bot."""
    ticket = f"telegram {number}"
    person = {"id": 10_000_000 + number, "is_bot": False, "first_name": f"Customer {number}"}

    def message(part: int, **more: Any) -> dict[str, Any]:
        said: dict[str, Any] = {
            "message_id": number * 10 + part,
            "from": person,
            "chat": {"id": person["id"]},
        }
        return said | {"date": 1795330740, "text": words(number, part)} | more

    def update(part: int, kind: str, value: Any) -> tuple[dict[str, Any], str]:
        update_id = number * 10 + part
        return {"update_id": update_id, kind: value}, f"update:{update_id}"

    yield _platform("telegram", *update(1, "message", message(1)), DONE, [mark(number)], ticket)
    kind = chance.random()
    if kind < 0.3:
        second = update(2, "message", message(2))
        yield _platform("telegram", *second, DONE, [mark(number, 2)], ticket)
    elif kind < 0.5:
        edited = message(3, message_id=number * 10 + 1, edit_date=1795330790)
        edit = update(3, "edited_message", edited)
        yield _platform("telegram", *edit, DONE, [mark(number, 3)], ticket, phase=2)
    elif kind < 0.7:
        yield _platform("telegram", *update(4, "my_chat_member", {"date": 1}), IGNORED)


def whatsapp(number: int, chance: random.Random) -> Iterator[Delivery]:
    """One to four messages in a call; receipts; a message of our own."""
    person, ticket = f"4915{number:09d}", f"whatsapp {number}"

    def call(**value: Any) -> dict[str, Any]:
        about = {"phone_number_id": "1066", "display_phone_number": "15550100100"}
        change = {"field": "messages", "value": {"metadata": about} | value}
        return {"entry": [{"id": "W1", "changes": [change]}]}

    def message(part: int) -> dict[str, Any]:
        said = {"from": person, "id": f"wamid.{number}.{part}", "timestamp": "1795330740"}
        return said | {"type": "text", "text": {"body": words(number, part)}}

    parts = range(1, chance.choices([2, 3, 5], [70, 20, 10])[0])
    key = f"message:{several(*(f'wamid.{number}.{part}' for part in parts))}"
    several_of_them = call(messages=[message(part) for part in parts])
    marks = [mark(number, part) for part in parts]
    yield _platform("whatsapp", several_of_them, key, DONE, marks, ticket)
    if chance.random() < 0.3:
        # Meta bundles anew when it repeats: the first message comes again beside a new one.
        again = call(messages=[message(1), message(9)])
        key = f"message:{several(f'wamid.{number}.1', f'wamid.{number}.9')}"
        marks = [mark(number), mark(number, 9)]
        yield _platform("whatsapp", again, key, DONE, marks, ticket)
    for status in ("sent", "read") if chance.random() < 0.5 else ():
        receipt = call(statuses=[{"id": f"wamid.out.{number}", "status": status}])
        yield _platform("whatsapp", receipt, digest(_json(receipt)), IGNORED)


def line(number: int, chance: random.Random) -> Iterator[Delivery]:
    """One or two events; sometimes the second comes alone once more; follows."""
    ticket = f"line {number}"

    def event(part: int, kind: str = "message") -> dict[str, Any]:
        found: dict[str, Any] = {
            "type": kind,
            "webhookEventId": f"01H{number}.{part}",
            "mode": "active",
        }
        found |= {"timestamp": 1795330740123, "source": {"type": "user", "userId": f"U{number}"}}
        said = {"type": "text", "id": f"{number}{part}", "text": words(number, part)}
        return found | ({"message": said} if kind == "message" else {})

    parts = [1, 2] if chance.random() < 0.4 else [1]
    key = f"event:{several(*(f'01H{number}.{part}' for part in parts))}"
    marks = [mark(number, part) for part in parts]
    call = {"events": [event(part) for part in parts]}
    yield _platform("line", call, key, DONE, marks, ticket)
    if len(parts) == 2:
        again = {"events": [event(2)]}
        yield _platform("line", again, f"event:01H{number}.2", DONE, [mark(number, 2)], ticket)
    elif chance.random() < 0.3:
        follow = {"events": [event(3, "follow")]}
        yield _platform("line", follow, f"event:01H{number}.3", IGNORED)


def slack(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A message; what a bot wrote; what nobody can read."""
    ticket = f"slack {number}"

    def call(part: int, **more: Any) -> dict[str, Any]:
        event = {"type": "message", "user": f"U{number}", "text": words(number, part)}
        event |= {"ts": f"1795330740.{number:06d}", "channel": f"D{number}", "channel_type": "im"}
        return {"type": "event_callback", "event_id": f"Ev{number}.{part}", "event": event | more}

    yield _platform("slack", call(1), f"event:Ev{number}.1", DONE, [mark(number)], ticket)
    kind = chance.random()
    if kind < 0.2:
        yield _platform("slack", call(2, bot_id="B1"), f"event:Ev{number}.2", IGNORED)
    elif kind < 0.5:
        broken = f"no JSON at all {number}".encode()
        yield _platform("slack", broken, digest(broken), DEAD)


def messenger(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A message; the echo of our own answer."""
    mid, person, ticket = f"m_{number}", f"66{number:08d}", f"messenger {number}"

    def call(message: dict[str, Any]) -> dict[str, Any]:
        event = {"sender": {"id": person}, "recipient": {"id": "P1"}, "timestamp": 1795330740500}
        return {
            "object": "page",
            "entry": [{"id": "P1", "messaging": [event | {"message": message}]}],
        }

    said = call({"mid": mid, "text": words(number)})
    yield _platform("messenger", said, f"message:{mid}", DONE, [mark(number)], ticket)
    if chance.random() < 0.2:
        echo = call({"mid": f"{mid}.out", "text": "Our answer", "is_echo": True})
        yield _platform("messenger", echo, f"message:{mid}.out", IGNORED)


def twilio(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A text message; what became of one of ours."""
    phone, ticket = f"+1415555{number % 10_000:04d}{number // 10_000 or ''}", f"sms {number}"
    said = {"MessageSid": f"SM{number}", "From": phone, "To": "+18005551212"}
    body = urlencode(said | {"Body": words(number)}).encode()
    yield _platform("twilio-sms", body, f"message:SM{number}", DONE, [mark(number)], ticket)
    if chance.random() < 0.3:
        status = urlencode({"MessageSid": f"SMout{number}", "MessageStatus": "sent"}).encode()
        yield _platform("twilio-sms", status, digest(status), IGNORED)


def wechat(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A message; somebody who follows the account."""
    person, ticket = f"o{number}", f"wechat {number}"
    head = f"<ToUserName>gh_shop</ToUserName><FromUserName>{person}</FromUserName>"
    head += "<CreateTime>1795330740</CreateTime>"
    said = f"<MsgType>text</MsgType><Content><![CDATA[{words(number)}]]></Content>"
    body = f"<xml>{head}{said}<MsgId>{number}</MsgId></xml>".encode()
    yield _platform("wechat", body, f"message:{number}", DONE, [mark(number)], ticket)
    if chance.random() < 0.3:
        news = f"<xml>{head}<MsgType>event</MsgType><Event>subscribe</Event></xml>".encode()
        yield _platform("wechat", news, f"message:{person}:1795330740:subscribe", IGNORED)


def douyin(number: int, chance: random.Random) -> Iterator[Delivery]:
    """A message, its content as a string in the JSON."""
    content: dict[str, Any] = {
        "conversation_short_id": f"c{number}",
        "server_message_id": f"s{number}",
    }
    content |= {"create_time": 1795330740000, "message_type": "text", "text": words(number)}
    value = {
        "event": "im_receive_msg",
        "from_user_id": f"u{number}",
        "content": json.dumps(content),
    }
    key, ticket = f"message:dy-{number}", f"douyin {number}"
    headers = {"msg-id": f"dy-{number}"}
    yield _platform("douyin", value, key, DONE, [mark(number)], ticket, headers=headers)


MAKERS: dict[Callable[[int, random.Random], Iterator[Delivery]], int] = {
    generic: 22,
    form: 3,
    mail: 20,
    mailgun: 6,
    postmark: 4,
    sendgrid: 4,
    telegram: 8,
    whatsapp: 8,
    line: 7,
    slack: 5,
    messenger: 4,
    twilio: 4,
    wechat: 3,
    douyin: 2,
}

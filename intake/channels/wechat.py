"""WeChat Official Accounts, in plain and in safe mode. No Django.

Secrets: ``token`` (a plain secret is this one), ``aes_key`` (EncodingAESKey, safe mode), and
``app_secret`` for replies. Settings: ``app_id``; ``mode`` "compatible" also takes plain bodies
where an ``aes_key`` is given. In plain mode WeChat does not sign the body: use safe mode. That
events are told apart by sender and time is taken from a third party's page.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from intake.channels import reading, weixin
from intake.channels.base import Adapter, Answer, Door, Ignored, Item, RawRequest, Receipt
from intake.channels.reading import bracket, medium, text
from intake.errors import Refused, Unreadable, WrongQuestion

# Follows general knowledge, as do the words of its state.
_TEMPLATE_SENT = "TEMPLATESENDJOBFINISH"


class WeChatAdapter(Adapter):
    """One message or event a call, in XML."""

    channel = "wechat"
    receiver_setting = "app_id"

    def shake_hands(self, request: RawRequest, door: Door) -> Answer | None:
        """Echo echostr to who knows the token."""
        if request.method != "GET":
            return None
        try:
            weixin.verify_query(request, door, "signature")
        except Refused as error:
            raise WrongQuestion(why="the signature is not that of the token") from error
        return Answer(request.query.get("echostr", "")[:1000])

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check the address's signature; in safe mode the one over the encrypted body too."""
        encrypted = weixin.xml_or_empty(request.body).get("Encrypt", "")
        if encrypted:
            weixin.verify_query(request, door, "msg_signature", encrypted)
            return "signature over the encrypted body"
        if door.secret_named("aes_key") and door.setting("mode") != "compatible":
            raise Refused(why="this source takes encrypted bodies only")
        weixin.verify_query(request, door, "signature")
        return "signature of the address"

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return MsgId; for events sender, time and event."""
        try:
            fields = self.open_body(request.body, door)
        except Unreadable:
            return ""
        named = text(fields, "MsgId", 64)
        parts = (text(fields, "FromUserName"), text(fields, "CreateTime"), text(fields, "Event"))
        return reading.one_id([named or (":".join(parts) if all(parts) else "")], prefix="message")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return the message, what became of one of ours, or why it is neither."""
        fields = self.open_body(body, door)
        kind, person = text(fields, "MsgType", 40), text(fields, "FromUserName")
        if kind == "event" and text(fields, "Event", 60) == _TEMPLATE_SENT:
            return [_receipt(fields, received_at)]
        if kind == "event":
            return [Ignored(f"an event that is no message: {text(fields, 'Event', 60)}")]
        if not kind or not person:
            return [Ignored("neither kind nor sender in it")]
        words, media = _words(fields, kind)
        number = text(fields, "MsgId", 64) or f"{person}:{text(fields, 'CreateTime')}"
        return [
            reading.chat_message(
                door,
                channel=self.channel,
                external_id=number,
                words=words,
                received_at=received_at,
                sent_at=reading.moment(fields, "CreateTime", received_at),
                thread=person,
                person=person,
                to=person,
                media=media,
            )
        ]

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say "success": anything else shows the customer that the service is down."""
        return Answer("success")

    def open_body(self, body: bytes, door: Door) -> dict[str, str]:
        """Return the fields, decrypted where they were encrypted. Raises Unreadable."""
        fields = weixin.read_xml(body)
        encrypted = fields.get("Encrypt", "")
        if not encrypted:
            return fields
        receiver = door.setting(self.receiver_setting)
        plain = weixin.decrypt(encrypted, door.secret_named("aes_key"), receiver)
        return weixin.read_xml(plain)


def _receipt(fields: Mapping[str, str], received_at: datetime) -> Receipt | Ignored:
    """Return what became of a template message; other messages have no receipts."""
    number, said = text(fields, "MsgID", 64), text(fields, "Status", 200)
    if not number or not said:
        return Ignored(f"an event that is no message: {_TEMPLATE_SENT}")
    arrived = said == "success"
    return Receipt(
        state="delivered" if arrived else "failed",
        external_id=number,
        at=reading.moment(fields, "CreateTime", received_at),
        code="" if arrived else "blocked" if "block" in said else "refused",
        why="" if arrived else said,
    )


def _words(fields: Mapping[str, str], kind: str) -> tuple[str, list[Any]]:
    if kind == "text":
        return text(fields, "Content", reading.LONGEST_TEXT) or "[empty message]", []
    if kind == "location":
        point = (reading.number(fields, "Location_X"), reading.number(fields, "Location_Y"))
        return reading.place(*point, text(fields, "Label")), []
    if kind == "link":
        parts = (text(fields, "Title"), text(fields, "Description", 2000))
        return reading.lines(bracket("link", text(fields, "Url", 2000)), *parts), []
    ref = medium(kind, text(fields, "MediaId"), url=text(fields, "PicUrl", 2000))
    shown = bracket({"shortvideo": "video"}.get(kind, kind), text(fields, "FileName"))
    return reading.lines(shown, text(fields, "Recognition", reading.LONGEST_TEXT)), [ref]

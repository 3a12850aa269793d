"""WeChat and WeCom: plain and encrypted messages."""

from dataclasses import replace

import pytest

from intake.channels import adapter_for
from intake.channels.base import Ignored
from intake.errors import Refused, Unreadable
from tests.intake.channels.platforms import (
    AES_KEY,
    DATA,
    WECHAT,
    WECHAT_SAFE,
    WECOM,
    encrypt,
)


def recorded(name: str) -> bytes:
    return (DATA / name).read_bytes()


def test_a_text_names_its_writer() -> None:
    message = WECHAT.message(recorded("wechat_text.xml"))
    assert message.text == "快递三天没动了,麻烦看下"
    assert (message.external_id, message.thread) == ("23456789012345678", "oUser1")
    assert message.meta["reply_to"] == "oUser1"


def test_a_voice_message_shows_what_was_recognised() -> None:
    message = WECHAT.message(recorded("wechat_voice.xml"))
    assert message.text == "[voice]\n杯子碎了"
    assert message.meta["media"] == [{"kind": "voice", "id": "media1"}]


def test_a_place_is_readable() -> None:
    signed = WECOM.request(recorded("wecom_location.xml"))
    message = WECOM.message(signed.body)
    assert (message.text, message.channel) == ("[location 仓库, 31.20000,121.40000]", "wecom")


def test_events_are_ignored_and_told_apart_by_sender_and_time() -> None:
    body = recorded("wechat_subscribe.xml")
    assert "subscribe" in WECHAT.ignored(body)
    found = adapter_for("wechat").external_id(WECHAT.request(body), WECHAT.door)
    assert found == "message:oUser1:1795330742:subscribe"


def test_safe_mode_reads_what_is_encrypted_for_us_alone() -> None:
    signed = WECHAT_SAFE.request(recorded("wechat_text.xml"))
    assert WECHAT_SAFE.message(signed.body).external_id == "23456789012345678"
    other = encrypt(b"<xml/>", AES_KEY, "another-app")
    with pytest.raises(Unreadable, match="somebody else"):
        WECHAT_SAFE.read(f"<xml><Encrypt>{other}</Encrypt></xml>".encode())


def test_safe_mode_refuses_plain_bodies() -> None:
    plain = WECHAT.request(recorded("wechat_text.xml"))
    for platform in (WECHAT_SAFE, WECOM):
        with pytest.raises(Refused):
            adapter_for(platform.kind).verify(plain, platform.door)


@pytest.mark.parametrize(
    "body",
    [
        b'<!DOCTYPE a [<!ENTITY x "y">]><xml><MsgType>&x;</MsgType></xml>',
        '<!DOCTYPE a SYSTEM "file:///etc/passwd"><xml/>'.encode("utf-16"),
        b"<xml><MsgType>",
        b"<xml><Encrypt>AAAA</Encrypt></xml>",
        b"<xml><Encrypt>" + b"A" * 64 + b"</Encrypt></xml>",
    ],
)
def test_entities_and_broken_xml_are_not_read(body: bytes) -> None:
    with pytest.raises(Unreadable):
        WECHAT_SAFE.read(body)


def test_xml_without_a_message_is_ignored() -> None:
    assert WECHAT.read(b"<xml/>") == [Ignored("neither kind nor sender in it")]


def test_another_encrypted_text_under_the_same_signature_is_refused() -> None:
    signed = WECOM.request(recorded("wecom_location.xml"))
    other = WECOM.request(recorded("wechat_text.xml"))
    with pytest.raises(Refused):
        adapter_for("wecom").verify(replace(signed, body=other.body), WECOM.door)


@pytest.mark.parametrize(
    ("status", "state", "code"),
    [
        ("success", "delivered", ""),
        ("failed:user block", "failed", "blocked"),
        ("failed: system failed", "failed", "refused"),
    ],
)
def test_a_template_message_is_followed(status: str, state: str, code: str) -> None:
    body = (
        "<xml><FromUserName>o1</FromUserName><CreateTime>1700000000</CreateTime>"
        "<MsgType>event</MsgType><Event>TEMPLATESENDJOBFINISH</Event><MsgID>77</MsgID>"
        f"<Status>{status}</Status></xml>"
    )
    (receipt,) = WECHAT.receipts(body.encode())
    assert (receipt.external_id, receipt.state, receipt.code) == ("77", state, code)

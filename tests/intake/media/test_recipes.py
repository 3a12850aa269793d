"""How each platform is asked for its files."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from common.file_types import sniff
from intake.channels.base import Door
from intake.media import (
    RECIPES,
    Limits,
    MediaError,
    MediaLater,
    MediaRef,
    Net,
    Problem,
    read_references,
    recipe_for,
)
from intake.media.types import name_for, suits
from tests.intake.media.stand_in import PNG, Page, StandIn, serving

SECRETS = {
    "bot_token": "bot:tok",
    "access_token": "acc",
    "account_sid": "AC1",
    "auth_token": "auth",
    "app_secret": "app",
    "corp_secret": "corp",
    "api_key": "key",
}


@pytest.fixture
def host() -> Iterator[StandIn]:
    with serving() as found:
        yield found


def fetch(kind: str, ref: MediaRef, host: StandIn, **changes: Any) -> bytes:
    settings = {"api_url": host.url, "app_id": "wx1", "corp_id": "ww1"} | changes
    door = Door("door", json.dumps(SECRETS), 300, settings)
    recipe = recipe_for(kind)
    net = Net(
        recipe.hosts_for(door),
        test_places=[host.place],
        limits=Limits(read_seconds=1, total_seconds=3),
    )
    return recipe.fetch(ref, door, net).content


def answer(value: Any) -> Page:
    return Page(json.dumps(value).encode())


def failure(kind: str, ref: MediaRef, host: StandIn, **changes: Any) -> MediaError:
    with pytest.raises(MediaError) as caught:
        fetch(kind, ref, host, **changes)
    return caught.value


def test_telegram_names_a_path_first(host: StandIn) -> None:
    host.pages["/botbot:tok/getFile"] = answer({"ok": True, "result": {"file_path": "p/a 1.jpg"}})
    host.pages["/file/botbot:tok/p/a%201.jpg"] = Page(PNG)
    assert fetch("telegram", MediaRef("image", "F/1"), host) == PNG
    assert host.paths()[0].endswith("?file_id=F%2F1")


def test_whatsapp_names_an_address_first_and_wants_the_token_there_too(host: StandIn) -> None:
    host.pages["/v21.0/M1"] = answer({"url": f"{host.url}/blob"})
    host.pages["/blob"] = Page(PNG)
    assert fetch("whatsapp", MediaRef("image", "M1"), host) == PNG
    assert {call[2]["Authorization"] for call in host.calls} == {"Bearer acc"}


def test_whatsapp_may_not_send_us_anywhere(host: StandIn) -> None:
    host.pages["/v21.0/M1"] = answer({"url": "http://169.254.169.254/"})
    assert failure("whatsapp", MediaRef("image", "M1"), host).problem == Problem.HOST


def test_line_hands_out_the_content_of_a_message(host: StandIn) -> None:
    host.pages["/v2/bot/message/461/content"] = Page(PNG)
    assert fetch("line", MediaRef("image", "461"), host) == PNG


def test_line_waits_while_the_file_is_prepared(host: StandIn) -> None:
    host.pages["/v2/bot/message/461/content"] = Page(status=202)
    assert isinstance(failure("line", MediaRef("video", "461"), host), MediaLater)


@pytest.mark.parametrize(
    ("kind", "key"), [("slack", "Bearer bot:tok"), ("twilio_sms", "Basic"), ("twilio_voice", "B")]
)
def test_addresses_are_asked_with_the_sources_key(host: StandIn, kind: str, key: str) -> None:
    host.pages["/f"] = Page(PNG)
    assert fetch(kind, MediaRef("image", url=f"{host.url}/f"), host) == PNG
    assert host.calls[0][2]["Authorization"].startswith(key)


@pytest.mark.parametrize("kind", ["messenger", "instagram", "douyin", "generic", "phone"])
def test_addresses_alone_are_asked_without_a_key(host: StandIn, kind: str) -> None:
    host.pages["/f"] = Page(PNG)
    assert fetch(kind, MediaRef("image", url=f"{host.url}/f"), host) == PNG
    assert "Authorization" not in host.calls[0][2]


@pytest.mark.parametrize("kind", sorted(RECIPES))
def test_no_platform_sends_us_to_a_strangers_host(host: StandIn, kind: str) -> None:
    error = failure(kind, MediaRef("image", url="https://evil.example/a.jpg"), host)
    assert error.problem in {Problem.HOST, Problem.GONE}
    assert not any("evil" in path for path in host.paths())


def test_a_source_without_a_list_is_asked_for_nothing(host: StandIn) -> None:
    error = failure("generic", MediaRef("file", url="https://shop.example/a.pdf"), host)
    assert (error.problem, error.detail) == (Problem.HOST, "shop.example")


def test_the_sources_own_list_takes_the_place_of_the_platforms() -> None:
    door = Door("door", "", 300, {"media_hosts": ["files.shop.example", 7, " "]})
    assert recipe_for("generic").hosts_for(door) == ("files.shop.example",)
    assert recipe_for("slack").hosts_for(door) == ("files.shop.example",)
    assert recipe_for("slack").hosts_for(replace(door, settings={})) == RECIPES["slack"].hosts
    as_text = replace(door, settings={"media_hosts": "a.example\n.b.example"})
    assert recipe_for("phone").hosts_for(as_text) == ("a.example", ".b.example")


@pytest.mark.parametrize(
    ("kind", "token"), [("wechat", "/cgi-bin/stable_token"), ("wecom", "/cgi-bin/gettoken")]
)
def test_wechat_and_wecom_want_a_token_first(host: StandIn, kind: str, token: str) -> None:
    host.pages[token] = answer({"access_token": "t/1"})
    host.pages["/cgi-bin/media/get"] = Page(PNG)
    assert fetch(kind, MediaRef("image", "M"), host) == PNG
    assert host.paths()[1] == "/cgi-bin/media/get?access_token=t%2F1&media_id=M"


@pytest.mark.parametrize(
    ("code", "problem"),
    [(40007, Problem.GONE), (42001, Problem.UNREACHABLE), (48001, Problem.REFUSED)],
)
def test_wechats_errors_come_with_status_200(host: StandIn, code: int, problem: Problem) -> None:
    host.pages["/cgi-bin/stable_token"] = answer({"access_token": "t"})
    host.pages["/cgi-bin/media/get"] = answer({"errcode": code, "errmsg": "no"})
    assert failure("wechat", MediaRef("image", "M"), host).problem == problem


def test_a_token_that_is_refused_is_told(host: StandIn) -> None:
    host.pages["/cgi-bin/stable_token"] = answer({"errcode": 40125, "errmsg": "invalid secret"})
    error = failure("wechat", MediaRef("image", "M"), host)
    assert error.detail == "40125 invalid secret"


def test_a_video_of_wechat_is_an_address(host: StandIn) -> None:
    host.pages["/cgi-bin/stable_token"] = answer({"access_token": "t"})
    host.pages["/cgi-bin/media/get"] = answer({"video_url": f"{host.url}/v"})
    host.pages["/v"] = Page(PNG)
    assert fetch("wechat", MediaRef("video", "M"), host) == PNG


def test_a_missing_key_is_named(host: StandIn) -> None:
    recipe, door = recipe_for("slack"), Door("door", "{}", 300)
    with pytest.raises(MediaError) as caught:
        recipe.fetch(MediaRef("image", url=f"{host.url}/f"), door, Net(()))
    assert (caught.value.problem, caught.value.detail) == (Problem.NO_KEY, "bot_token")


def test_references_are_read_from_what_adapters_write() -> None:
    meta = {"media": [{"kind": "image", "id": "1"}, {"kind": "x"}, 7, {"url": "u", "name": "n"}]}
    assert read_references(meta) == [MediaRef("image", "1"), MediaRef("file", url="u", name="n")]
    assert read_references({"media": "x"}) == read_references({}) == []
    assert len(read_references({"media": [{"id": "1"}] * 500})) == 50


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBP", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVE", "audio/wav"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"\x00\x00\x00\x18ftypM4A ", "audio/mp4"),
        (b"#!AMR\n", "audio/amr"),
        (b"%PDF-1.7", "application/pdf"),
        (b"BMW is broken", "text/plain"),
        ("坏了".encode(), "text/plain"),
        ("坏".encode() * 3000, "text/plain"),
        (b" <!DOCTYPE html><p>", "text/html"),
        (b"<svg onload=x>", "text/xml"),
        (b"\x00\x01\x02", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_a_file_is_what_its_bytes_say(content: bytes, kind: str) -> None:
    assert sniff(content) == kind


def test_a_page_in_place_of_a_picture_is_refused() -> None:
    assert not suits("image", "text/html")
    assert not suits("file", "text/html")
    assert not suits("voice", "text/plain")
    assert suits("file", "text/plain")
    assert suits("image", "application/octet-stream")


def test_a_file_without_a_name_gets_one() -> None:
    assert name_for("image", "", "image/jpeg") == "image.jpg"
    assert name_for("image", "shoe.heic", "image/heic") == "shoe.heic"
    assert name_for("voice", "", "application/octet-stream") == "voice"

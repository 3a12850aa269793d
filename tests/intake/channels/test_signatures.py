"""Every platform's signature: its own is taken, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from intake.channels import adapter_for
from intake.channels.base import Door, RawRequest
from intake.errors import Refused, StaleTimestamp
from tests.intake.channels.platforms import NOW, PLATFORMS, Platform

BODY = b'{"hello": "world"}'
IDS = [platform.kind for platform in PLATFORMS]
each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=IDS)


def verify(platform: Platform, request: RawRequest, door: Door | None = None) -> str:
    return adapter_for(platform.kind).verify(request, door or platform.door)


def with_signature(platform: Platform, request: RawRequest, value: str | None) -> RawRequest:
    name = platform.signature.removeprefix("?")
    place = "query" if platform.signature.startswith("?") else "headers"
    parts = {key: found for key, found in getattr(request, place).items() if key != name}
    if value is not None:
        parts[name] = value
    return replace(request, query=parts) if place == "query" else replace(request, headers=parts)


def signature_of(platform: Platform, request: RawRequest) -> str:
    name = platform.signature.removeprefix("?")
    return (request.query if platform.signature.startswith("?") else request.headers)[name]


@each_platform
def test_its_own_signature_is_taken(platform: Platform) -> None:
    assert verify(platform, platform.request(BODY))


@each_platform
def test_the_signature_of_another_key_is_refused(platform: Platform) -> None:
    others = {name: f"{value}x" for name, value in platform.secrets.items() if name != "aes_key"}
    forged = platform.sign(BODY, platform.secrets | others)
    with pytest.raises(Refused):
        verify(platform, forged)


@pytest.mark.parametrize(
    "platform", [p for p in PLATFORMS if p.covers_body], ids=lambda platform: platform.kind
)
def test_an_altered_body_is_refused(platform: Platform) -> None:
    genuine = platform.request(BODY)
    with pytest.raises(Refused):
        verify(platform, replace(genuine, body=genuine.body.replace(b"world", b"w0rld") + b" "))


@pytest.mark.parametrize(
    "platform", [p for p in PLATFORMS if p.timed], ids=lambda platform: platform.kind
)
@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_or_future_time_is_refused(platform: Platform, seconds: int) -> None:
    with pytest.raises(StaleTimestamp):
        verify(platform, platform.request(BODY, at=NOW + timedelta(seconds=seconds)))


@each_platform
@pytest.mark.parametrize("value", [None, "", "é", "签名", "\ud83d", "0", "sha256="])
def test_a_missing_or_strange_signature_is_refused(platform: Platform, value: str | None) -> None:
    with pytest.raises(Refused):
        verify(platform, with_signature(platform, platform.request(BODY), value))


@each_platform
def test_a_signature_given_twice_is_refused(platform: Platform) -> None:
    genuine = platform.request(BODY)
    signature = signature_of(platform, genuine)
    for joined in (f"{signature},{signature}", f"{signature}, x", f"x,{signature}"):
        with pytest.raises(Refused):
            verify(platform, with_signature(platform, genuine, joined))


@each_platform
@pytest.mark.parametrize("secret", ["", "{}", "{", '{"a": 1}'])
def test_a_source_without_its_secret_takes_nothing(platform: Platform, secret: str) -> None:
    nothing = dict.fromkeys(platform.secrets, "")
    nothing |= {"aes_key": platform.secrets["aes_key"]} if "aes_key" in platform.secrets else {}
    with pytest.raises(Refused):
        verify(platform, platform.sign(BODY, nothing), replace(platform.door, secret=secret))

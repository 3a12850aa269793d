"""Whatever is sent, nothing escapes from an adapter but what its contract names."""

import json
import random
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.text import storable
from intake.channels import adapter_for
from intake.channels.base import Ignored, RawRequest, Receipt
from intake.errors import Refused, Unreadable
from tests.intake.channels.platforms import NOW, PLATFORMS, URL, Platform, samples

LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20), st.just("x" * 5000)
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=20,
)
each_platform = pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.kind)
unhurried = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


def try_all(platform: Platform, body: bytes, headers: dict[str, str] | None = None) -> None:
    """Put a body through every method as the door and the worker do."""
    adapter, request = adapter_for(platform.kind), RawRequest(body, headers or {}, NOW, url=URL)
    for step in (adapter.shake_hands, adapter.verify):
        with suppress(Refused):
            step(request, platform.door)
    assert len(adapter.external_id(request, platform.door)) <= 320
    try:
        found = adapter.parse(body, NOW, platform.door, headers or {})
    except Unreadable:
        return
    for item in found:
        check(item)


def check(item: Any) -> None:
    """What is filed must fit into the database."""
    if isinstance(item, Ignored):
        assert storable(item.why) == item.why
        return
    if isinstance(item, Receipt):
        assert item.state in {"sent", "delivered", "read", "failed"}
        assert item.external_id or item.address
        assert storable(item.external_id + item.address + item.why) != "\x00"
        return
    assert item.text.strip() or item.attachments or item.html
    assert item.external_id
    assert len(item.external_id) <= 255
    assert len(item.thread) <= 255
    assert len(item.language) <= 8
    words = f"{item.text}{item.subject}{item.thread}{item.external_id}{item.from_name}"
    assert storable(words) == words
    meta = json.dumps(item.meta, allow_nan=False, ensure_ascii=False)
    assert storable(meta) == meta
    assert "\\u0000" not in meta


def headers_of(platform: Platform) -> dict[str, str]:
    return dict(platform.request(b"{}").headers)


def mutate(body: bytes, chance: random.Random) -> bytes:
    """Break a body at random: cut, doubled, bytes changed or strange values put in."""
    kind = chance.randrange(5)
    at = chance.randrange(len(body) + 1)
    if kind == 0:
        return body[:at]
    if kind == 1:
        return body + body[at:]
    if kind == 2:
        return body[:at] + bytes(chance.randrange(256) for _ in range(6)) + body[at + 6 :]
    if kind == 3:
        return body[:at] + chance.choice([b"\x00", b"\xff", b"null", b"[]", b"{}"]) + body[at:]
    return swap_value(body, chance)


def swap_value(body: bytes, chance: random.Random) -> bytes:
    """Replace one value of a JSON body by one of another type."""
    try:
        value = json.loads(body)
    except ValueError:
        return body[::-1]
    node: Any = value
    strange: list[Any] = [None, 0, -1, 1e300, 10**400, "", "\ud800\x00", [], {}, [[]], True, "x"]
    while isinstance(node, dict | list) and node:
        key = chance.choice(list(node) if isinstance(node, dict) else range(len(node)))
        if chance.random() < 0.3 or not isinstance(node[key], dict | list):
            node[key] = chance.choice(strange)
            break
        node = node[key]
    return json.dumps(value).encode()


@each_platform
@given(value=JSON)
@unhurried
def test_any_json_is_read_or_called_unreadable(platform: Platform, value: Any) -> None:
    try_all(platform, json.dumps(value).encode(), headers_of(platform))


@each_platform
@given(body=st.binary(max_size=400))
@unhurried
def test_any_bytes_are_read_or_called_unreadable(platform: Platform, body: bytes) -> None:
    try_all(platform, body, headers_of(platform))


@each_platform
@given(
    headers=st.dictionaries(
        st.sampled_from(sorted({n.removeprefix("?") for p in PLATFORMS for n in [p.signature]}))
        | st.sampled_from(["content-type", "authorization", "x-slack-request-timestamp"]),
        st.text(max_size=40),
    )
)
@unhurried
def test_any_headers_are_refused_or_taken(platform: Platform, headers: dict[str, str]) -> None:
    try_all(platform, b"{}", headers)
    strange = RawRequest(b"{}", headers, NOW, query=headers, method="GET", url=URL)
    for step in ("shake_hands", "verify"):
        with suppress(Refused):
            getattr(adapter_for(platform.kind), step)(strange, platform.door)


@each_platform
def test_three_hundred_mutants_of_each_recorded_body_are_survived(platform: Platform) -> None:
    bodies = samples(platform)
    assert bodies, "every platform has recorded bodies"
    for body in bodies:
        chance = random.Random(len(body))
        for _ in range(300):
            try_all(platform, mutate(body, chance), headers_of(platform))


@each_platform
def test_a_megabyte_of_nesting_is_no_fault(platform: Platform) -> None:
    for body in (
        b"[" * 1_000_000,
        b'{"a":' * 200_000,
        b"<a>" * 300_000,
        b"<a>" + b"&lt;" * 250_000,
    ):
        try_all(platform, body, headers_of(platform))

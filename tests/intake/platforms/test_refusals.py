"""Who is not the platform is turned away over real HTTP, and nothing of it is kept."""

from dataclasses import replace

import pytest

from tests.intake.platforms.raw_http import Header, status_of
from tests.intake.platforms.stage import Stage, platforms_with
from tests.intake.standins.base import Call, with_header, with_parameter

FOREIGN = [b"\xe9", "签名".encode(), b"\xff\xfe", b"v0=\xc3\x28"]


def call_of(stage: Stage, *, age: int = 0) -> Call:
    return stage.platform.call(stage.platform.letter("genuine"), age=age)


def assert_refused(stage: Stage, status: int) -> None:
    assert status in {401, 403}
    assert not stage.deliveries.exists()
    stage.source.refresh_from_db()
    assert stage.source.last_refused_at is not None


def parts(stage: Stage) -> tuple[str, bool]:
    """Return the name of what carries the proof, and whether it is part of the address."""
    name = stage.platform.signature
    return name.removeprefix("?"), name.startswith("?")


def without_proof(stage: Stage, call: Call) -> tuple[Call, str]:
    """Return the call without its proof, and the proof."""
    name, in_address = parts(stage)
    if in_address:
        return with_parameter(call, name, None), call.query[name]
    return with_header(call, name, None), call.headers[name]


@platforms_with("wrong key")
def test_who_has_another_key_is_refused(stage: Stage) -> None:
    impostor = stage.platform.impostor()
    call = impostor.call(impostor.letter("forged"))
    assert_refused(stage, stage.platform.visit(call).status)


@platforms_with("altered body")
def test_a_body_that_was_altered_on_the_way_is_refused(stage: Stage) -> None:
    call, middle = call_of(stage), 0
    middle = len(call.body) // 2
    other = b"A" if call.body[middle : middle + 1] != b"A" else b"B"
    altered = replace(call, body=call.body[:middle] + other + call.body[middle + 1 :])
    assert_refused(stage, stage.platform.visit(altered).status)


@platforms_with("old timestamp")
@pytest.mark.parametrize("age", [3600, -3600])
def test_what_was_signed_long_ago_or_in_the_future_is_refused(stage: Stage, age: int) -> None:
    assert_refused(stage, stage.platform.visit(call_of(stage, age=age)).status)


@platforms_with("header")
def test_a_delivery_without_its_proof_is_refused(stage: Stage) -> None:
    bare, _proof = without_proof(stage, call_of(stage))
    assert_refused(stage, stage.platform.visit(bare).status)


@platforms_with("header")
def test_a_proof_that_is_given_twice_is_refused(stage: Stage) -> None:
    bare, proof = without_proof(stage, call_of(stage))
    name, in_address = parts(stage)
    for given in ([proof, proof], [proof, "wrong"], ["wrong", proof]):
        if in_address:
            query = "&".join([*shown(bare), *(f"{name}={value}" for value in given)])
            status = status_of(stage.platform.door, bare, query=query.encode())
        else:
            headers: list[Header] = [(name.encode(), value.encode()) for value in given]
            status = status_of(stage.platform.door, bare, headers)
        assert_refused(stage, status)


@platforms_with("header")
def test_a_proof_in_foreign_letters_is_refused(stage: Stage) -> None:
    bare, _proof = without_proof(stage, call_of(stage))
    name, in_address = parts(stage)
    for value in FOREIGN:
        if in_address:
            escaped = "".join(f"%{byte:02X}" for byte in value)
            query = "&".join([*shown(bare), f"{name}={escaped}"])
            status = status_of(stage.platform.door, bare, query=query.encode())
        else:
            status = status_of(stage.platform.door, bare, [(name.encode(), value)])
        assert_refused(stage, status)


def shown(call: Call) -> list[str]:
    return [f"{name}={value}" for name, value in call.query.items()]

"""Bodies that no platform sends, signed or not: taken, refused or unreadable, never a fault."""

import gzip
from dataclasses import replace

from intake.models import DeliveryStatus
from tests.intake.platforms.stage import Stage, platforms_with
from tests.intake.standins.base import Call

BOMB = gzip.compress(b"\x00" * 20_000_000)
ODD = {
    "deep list": b"[" * 100_000,
    "deep object": b'{"a":' * 30_000,
    "deep xml": b"<xml>" * 20_000,
    "doctype": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><a>&e;</a></xml>',
    "laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><xml><a>&b;</a></xml>',
    "wide doctype": "<!DOCTYPE x []><xml><Encrypt>a</Encrypt></xml>".encode("utf-16"),
    "bomb": BOMB,
    "nothing": b"",
    "nul": b"\x00" * 1000,
    "not utf-8": b'{"id": "\xff\xfe"}',
    "huge number": b'{"update_id": ' + b"9" * 5000 + b"}",
    "nan": b'{"update_id": NaN, "events": [Infinity]}',
}


def like(call: Call, body: bytes) -> Call:
    """The call with what its headers would say of this body."""
    packed = {"Content-Encoding": "gzip"} if body == BOMB else {}
    return replace(call, headers=dict(call.headers) | packed)


@platforms_with("altered body")
def test_odd_bodies_that_are_not_signed_are_refused(stage: Stage) -> None:
    genuine = stage.platform.call(stage.platform.letter("x"))
    calls = {odd: replace(like(genuine, body), body=body) for odd, body in ODD.items()}
    statuses = {odd: stage.platform.visit(call).status for odd, call in calls.items()}
    assert set(statuses.values()) <= {400, 401, 403}, statuses
    assert not stage.deliveries.exists()


@platforms_with("odd body")
def test_odd_bodies_that_are_signed_are_taken_and_read_or_put_aside(stage: Stage) -> None:
    calls = {odd: like(stage.platform.signed(body), body) for odd, body in ODD.items()}
    statuses = {odd: stage.platform.visit(call).status for odd, call in calls.items()}
    assert set(statuses.values()) <= {200, 202, 400}, statuses
    stage.read()
    assert not stage.waiting()
    assert not stage.deliveries.filter(status=DeliveryStatus.DEAD, reason="").exists()

"""What only some platforms do, over real HTTP."""

import json
from dataclasses import replace
from typing import Any

import pytest

from intake.models import DeliveryStatus, Source
from tests.intake.platforms.stage import Stage, platforms_with
from tests.intake.standins import (
    Mailgun,
    Postmark,
    SendGrid,
    Shopify,
    StandIn,
    Telegram,
    TwilioVoice,
)
from tests.intake.standins.base import Said
from tickets.models import Ticket


def only(*kinds: type[StandIn]) -> Any:
    return pytest.mark.parametrize("stage", kinds, indirect=True, ids=lambda kind: kind.name)


@platforms_with("after a fault", "wrong key")
def test_what_was_refused_by_mistake_comes_again_or_raises_an_alert(stage: Stage) -> None:
    right = stage.source.secret
    Source.objects.filter(pk=stage.source.pk).update(secret='{"password": "mistyped"}')
    call = stage.platform.call(stage.platform.letter("not lost"))
    heard = stage.platform.visit(call)
    assert heard.status in {401, 403}
    if not stage.platform.comes_again(heard):
        stage.source.refresh_from_db()
        assert stage.source.alert_since is not None
        return
    Source.objects.filter(pk=stage.source.pk).update(secret=right)
    assert stage.platform.is_content(stage.platform.visit(stage.platform.again(call, 1)))
    stage.read()
    assert stage.texts == stage.shown("not lost")


@only(SendGrid)
def test_sendgrid_never_comes_again_after_a_refusal(stage: Stage) -> None:
    impostor = stage.platform.impostor()
    assert len(impostor.deliver(impostor.call(impostor.letter("x")))) == 1


@only(TwilioVoice)
@pytest.mark.parametrize("order", ["recording first", "transcript first"])
def test_a_call_its_recording_and_its_transcript_are_one_complaint(
    stage: Stage, order: str
) -> None:
    platform: Any = stage.platform
    greeting = platform.visit(platform.call(platform.ringing()))
    assert b"<Record" in greeting.body
    assert stage.platform.door.encode() in greeting.body
    recording = platform.recording()
    steps = [recording, platform.transcript(recording["RecordingSid"], "我的包裹湿了")]
    if order == "transcript first":
        steps.reverse()
    for step in steps:
        for _ in range(2):
            assert platform.is_content(platform.visit(platform.call(step)))
        stage.read()
    assert sorted(stage.texts) == ["[voice 0:32]", "我的包裹湿了"]
    assert Ticket.objects.filter(source=stage.source.slug).count() == 1


@only(TwilioVoice)
def test_a_recording_whose_transcript_failed_still_is_a_complaint(stage: Stage) -> None:
    platform: Any = stage.platform
    recording = platform.recording()
    failed = platform.transcript(recording["RecordingSid"], "", state="failed")
    for step in (recording, failed):
        assert platform.is_content(platform.visit(platform.call(step)))
    stage.read()
    assert len(stage.messages) == 2
    assert Ticket.objects.filter(source=stage.source.slug).count() == 1


@only(Mailgun)
def test_a_proof_that_was_seen_on_its_way_serves_no_other_mail(stage: Stage) -> None:
    call = stage.platform.call(stage.platform.letter("genuine"))
    stage.platform.visit(call)
    stage.platform.visit(replace(call, body=call.body.replace(b"genuine", b"forged!")))
    stage.read()
    assert stage.texts == stage.shown("genuine")
    # What came with it is kept, to be looked at.
    assert stage.deliveries.filter(status=DeliveryStatus.IGNORED).count() == 1


@only(Postmark)
def test_the_password_may_stand_in_the_address(stage: Stage) -> None:
    platform: Any = stage.platform
    call = platform.by_address(platform.call(platform.letter("by address")))
    assert platform.is_content(platform.visit(call))
    wrong = replace(call, query={"key": "guess"})
    assert platform.visit(wrong).status == 401
    stage.read()
    assert stage.texts == stage.shown("by address")


@only(Shopify)
@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact"])
def test_a_privacy_topic_is_answered_and_kept(stage: Stage, topic: str) -> None:
    platform: Any = stage.platform
    heard = platform.visit(platform.topic(topic, {"shop_id": 1, "customer": {"id": 2}}, topic))
    assert platform.is_content(heard)
    stage.read()
    assert stage.texts == []
    assert stage.deliveries.get().status == DeliveryStatus.IGNORED


@only(Shopify)
def test_a_reply_about_an_order_goes_to_its_buyer(stage: Stage) -> None:
    ticket = stage.hear("没有收到")
    order = json.loads(stage.deliveries.get().body)
    assert ticket.order_number == order["name"]


@only(Telegram)
def test_a_group_that_moved_is_said_readably(stage: Stage) -> None:
    outgoing = stage.answer("很抱歉,今天就补发。")
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    moved = {"ok": False, "error_code": 400, "description": words}
    stage.platform.faults.append(Said(400, moved | {"parameters": {"migrate_to_chat_id": -1001}}))
    assert words in stage.send(outgoing).last_error

"""What customers write on each platform, over real HTTP: joined, kept in order, never twice."""

from functools import partial
from typing import Any

import pytest
from django.db import OperationalError

from common import clock
from intake import services
from intake.models import DeliveryStatus
from tests.intake.platforms.stage import Stage, at_once, platforms_with
from tests.intake.standins.base import PICTURE, SOUND
from tickets.models import Ticket

each_platform = platforms_with()


@platforms_with("handshake")
def test_the_door_answers_who_knows_what_was_agreed_on(stage: Stage) -> None:
    question = stage.platform.question()
    assert question is not None
    heard = stage.platform.visit(question)
    assert stage.platform.is_answered(heard), heard
    stage.read()
    assert stage.messages == []


@platforms_with("handshake")
def test_the_door_does_not_answer_who_guesses(stage: Stage) -> None:
    question = stage.platform.question(wrong=True)
    assert question is not None
    heard = stage.platform.visit(question)
    assert heard.status in {401, 403}
    assert not stage.platform.is_answered(heard)
    assert not stage.deliveries.exists()


@each_platform
def test_a_delivery_becomes_a_ticket(stage: Stage) -> None:
    ticket = stage.hear("包裹湿了 😡 <b>&amp;")
    assert stage.texts == stage.shown("包裹湿了 😡 <b>&amp;")
    assert ticket.source == stage.source.slug
    assert stage.deliveries.get().status == DeliveryStatus.DONE


@each_platform
def test_a_delivery_whose_answer_was_lost_and_that_is_sent_again_is_one_message(
    stage: Stage,
) -> None:
    call = stage.platform.call(stage.platform.letter("once"))
    assert stage.platform.is_content(stage.platform.visit(call))
    stage.read()
    for count in (1, 2):
        assert stage.platform.is_content(stage.platform.visit(stage.platform.again(call, count)))
    stage.read()
    assert stage.texts == stage.shown("once")


@platforms_with("after a fault")
def test_a_platform_comes_again_after_a_fault_of_ours(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, tries = services.accept, []

    def fail_twice(**values: Any) -> Any:
        tries.append(1)
        if len(tries) <= 2:
            raise OperationalError("the disk is full")
        return store(**values)

    monkeypatch.setattr(services, "accept", fail_twice)
    heard = stage.platform.deliver(stage.platform.call(stage.platform.letter("in the end")))
    assert [one.status for one in heard[:2]] == [500, 500]
    assert stage.platform.is_content(heard[2])
    stage.read()
    assert stage.texts == stage.shown("in the end")


@platforms_with("order", "conversation")
def test_messages_that_come_in_the_wrong_order_are_told_in_the_right_one(stage: Stage) -> None:
    first, second = stage.platform.letter("first", age=60), stage.platform.letter("second", age=5)
    for letter in (second, first):
        assert stage.platform.is_content(stage.platform.visit(stage.platform.call(letter)))
        stage.read()
    assert stage.texts == stage.shown("first", "second")
    assert Ticket.objects.filter(source=stage.source.slug).count() == 1


@each_platform
def test_two_at_once_are_a_row_each_and_nothing_is_lost(stage: Stage) -> None:
    one, two = (stage.platform.call(stage.platform.letter(text)) for text in ("one", "two"))
    twice = stage.platform.again(one, 1)
    heard = at_once(partial(stage.platform.visit, call) for call in (one, twice, two, one))
    assert all(stage.platform.is_content(answer) for answer in heard), heard
    waiting = stage.waiting()
    # Two workers take the same deliveries at the same time.
    at_once([stage.read, stage.read])
    stage.read()
    assert sorted(stage.texts) == sorted(stage.shown("one", "two"))
    assert waiting
    assert not stage.waiting()
    assert not stage.deliveries.filter(status=DeliveryStatus.DEAD).exists()


@platforms_with("several")
def test_several_messages_in_one_call_are_all_filed(stage: Stage) -> None:
    letters = [stage.platform.letter(text) for text in ("one", "two", "three")]
    call = stage.platform.call(*letters)
    for again in (call, stage.platform.again(call, 1)):
        assert stage.platform.is_content(stage.platform.visit(again))
    # One of them comes once more, alone.
    stage.platform.visit(stage.platform.call(letters[1]))
    stage.read()
    assert stage.texts == stage.shown("one", "two", "three")


@platforms_with("picture")
def test_a_file_is_in_the_ticket_whether_it_came_along_or_is_fetched(stage: Stage) -> None:
    call = stage.platform.call(stage.platform.picture())
    assert stage.platform.is_content(stage.platform.visit(call))
    stage.read()
    (message,) = stage.messages
    assert message.text
    for media_id in services.waiting_media(now=clock.now(), message_id=message.pk):
        services.fetch_media(media_id=media_id, now=clock.now())
    attachment = message.attachments.get()
    with attachment.file.open() as content:
        assert content.read() in {PICTURE, SOUND}

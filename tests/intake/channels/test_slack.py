"""Slack: what becomes of events."""

import json
from typing import Any

import pytest

from tests.intake.channels.platforms import DATA, SLACK


def recorded(name: str) -> Any:
    return json.loads((DATA / f"slack_{name}.json").read_bytes())


def event(**parts: Any) -> dict[str, Any]:
    base = {"type": "message", "user": "U5", "text": "hi", "ts": "1795330740.1", "channel": "C1"}
    return {"type": "event_callback", "event_id": "Ev", "event": base | parts}


def test_a_message_is_plain_text_with_its_files() -> None:
    message = SLACK.message(recorded("message"))
    assert message.text == (
        "Order 4711 <late>, see the order (https://shop.example/o/4711)\n[image box.jpg]"
    )
    assert message.external_id == "D9:1795330740.000200"
    assert message.meta["reply_to"] == "D9"
    assert message.meta["media"][0]["url"] == "https://files.slack.com/F1"


def test_a_change_and_a_withdrawal_are_notes() -> None:
    changed, gone = SLACK.message(recorded("changed")), SLACK.message(recorded("deleted"))
    assert (changed.is_auto, gone.is_auto) == (True, True)
    assert changed.text == "[changed an earlier message]\nOrder 4712 is late"
    assert gone.text == "[withdrew an earlier message]"
    assert gone.thread == SLACK.message(recorded("message")).thread


def test_a_mention_that_comes_twice_has_one_id() -> None:
    plain, mention = SLACK.message(event()), SLACK.message(event(type="app_mention"))
    assert plain == mention


def test_answers_in_a_thread_stay_in_the_thread() -> None:
    root, answer = SLACK.message(event()), event(thread_ts="1795330740.1", ts="1795330741.2")
    assert SLACK.message(answer).thread == root.thread
    assert SLACK.message(answer).meta["reply_to"] == "C1:1795330740.1"


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ({"bot_id": "B1"}, "bot"),
        ({"subtype": "bot_message"}, "bot_message"),
        ({"user": "UBOT"}, "ourselves"),
        ({"subtype": "channel_join"}, "channel_join"),
        ({"type": "reaction_added"}, "reaction_added"),
        (
            {
                "subtype": "message_changed",
                "message": {"text": "a"},
                "previous_message": {"text": "a"},
            },
            "preview",
        ),
    ],
)
def test_what_is_no_complaint_is_ignored_with_the_reason(parts: dict[str, Any], why: str) -> None:
    assert why in SLACK.ignored(event(**parts))

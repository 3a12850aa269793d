"""Signatures that the platforms print in their own documentation."""

from datetime import UTC, datetime

from intake.channels.base import Door, RawRequest
from intake.channels.slack import SlackAdapter


def test_the_example_of_the_slack_documentation() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow"
        b"&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner"
        b"&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands"
        b"%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015"
        b".47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    headers = {
        "x-slack-request-timestamp": "1531420618",
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    }
    request = RawRequest(body, headers, datetime.fromtimestamp(1531420618, UTC))
    assert SlackAdapter().verify(request, Door("s", "8f742231b10e8888abcd99yyyzzz85a5"))

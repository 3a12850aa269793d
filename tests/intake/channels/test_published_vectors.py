"""Signatures that the platforms print in their own documentation."""

import json
from datetime import UTC, datetime

from intake.channels.base import Door, RawRequest
from intake.channels.slack import SlackAdapter
from intake.channels.twilio_voice import TwilioVoiceAdapter
from intake.channels.wecom import WeComAdapter


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


def test_the_example_of_the_twilio_documentation() -> None:
    body = (
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309"
        b"&To=%2B18005551212"
    )
    headers = {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="}
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    request = RawRequest(body, headers, datetime(2026, 11, 22, tzinfo=UTC), url=url)
    assert TwilioVoiceAdapter().verify(request, Door("s", "12345"))


def test_the_example_of_the_wecom_documentation() -> None:
    query = {
        "msg_signature": "5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3",
        "timestamp": "1409659589",
        "nonce": "263014780",
        "echostr": "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+"
        "FZXvnaqQ==",
    }
    at = datetime.fromtimestamp(1409659589, UTC)
    request = RawRequest(b"", {}, at, query=query, method="GET")
    secrets = {"token": "QDG6eK", "aes_key": "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C"}
    door = Door("s", json.dumps(secrets), settings={"corp_id": "wx5823bf96d3bd56c7"})
    answer = WeComAdapter().shake_hands(request, door)
    assert answer is not None
    assert answer.body == "1616140317555161061"

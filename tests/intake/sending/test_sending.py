"""Replies against a stand-in that speaks real HTTP: what is said, and what each answer means."""

import json
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from intake.sending import PLATFORMS
from intake.sending.tokens import TokenRefused
from intake.sending.wire import Reply
from outbox.errors import PermanentFailure, TemporaryFailure

SECRETS = json.dumps(
    {
        "bot_token": "bot:tok",
        "access_token": "acc",
        "account_sid": "AC1",
        "auth_token": "auth",
        "app_secret": "app",
        "corp_secret": "corp",
        "refresh_token": "rft",
    }
)
SETTINGS = {
    "phone_number_id": "1066",
    "page_id": "P1",
    "from_number": "+1800",
    "app_id": "wx1",
    "corp_id": "ww1",
    "agent_id": "1000002",
    "client_key": "ck",
    "open_id": "ours",
}
ABOUT = {"conversation_id": "@c", "message_id": "@m", "our_id": "ours"}
DOUYIN_TOKEN = {"access_token": "dy", "expires_in": 86400, "refresh_token": "rft2"}
GOOD: dict[str, dict[str, Any]] = {
    "telegram": {"ok": True, "result": {"message_id": 7, "chat": {"id": 5}}},
    "line": {"sentMessages": [{"id": "461"}]},
    "slack": {"ok": True, "channel": "C1", "ts": "1.2"},
    "whatsapp": {"messages": [{"id": "wamid.1"}]},
    "messenger": {"message_id": "m_1"},
    "instagram": {"message_id": "m_2"},
    "twilio_sms": {"sid": "SM1"},
    "twilio_voice": {"sid": "SM2"},
    "wechat": {"errcode": 0, "errmsg": "ok", "access_token": "tok/en"},
    "wecom": {"errcode": 0, "errmsg": "ok", "access_token": "tok/en", "msgid": "w1"},
    "douyin": {"data": DOUYIN_TOKEN | {"error_code": 0, "msg_id": "@d1"}},
}
IDS = {
    "telegram": "5:7",
    "line": "461",
    "slack": "C1:1.2",
    "whatsapp": "wamid.1",
    "messenger": "m_1",
    "instagram": "m_2",
    "twilio_sms": "SM1",
    "twilio_voice": "SM2",
    "wechat": "",
    "wecom": "w1",
    "douyin": "@d1",
}
each_platform = pytest.mark.parametrize("kind", sorted(PLATFORMS))


@dataclass
class StandIn:
    """A platform on loopback; answers every call alike and remembers what it was told."""

    url: str = ""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: Any = None
    calls: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def stand_in() -> Iterator[StandIn]:
    state = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.do_POST()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            state.calls.append((self.path, dict(self.headers.items()), body))
            said = state.answer if isinstance(state.answer, bytes) else json.dumps(state.answer)
            raw = said if isinstance(said, bytes) else said.encode()
            self.send_response(state.status)
            for name, value in state.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, *_args: Any) -> None:
            """Keep the tests' output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    state.url = f"http://127.0.0.1:{server.server_port}"
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


def reply(
    stand_in: StandIn, words: str = "很抱歉 <b>", to: str = "C1:9.9", **settings: Any
) -> Reply:
    options = SETTINGS | {"api_url": stand_in.url} | settings
    return Reply(to, words, SECRETS, options, "message 1", about=ABOUT)


@each_platform
def test_a_reply_is_sent_and_its_id_kept(kind: str, stand_in: StandIn) -> None:
    stand_in.answer = GOOD[kind]
    assert PLATFORMS[kind].send(reply(stand_in)) == IDS[kind]
    assert stand_in.calls


def said(kind: str, stand_in: StandIn) -> tuple[str, dict[str, str], bytes]:
    stand_in.answer = GOOD[kind]
    PLATFORMS[kind].send(reply(stand_in))
    return stand_in.calls[-1]


def test_telegram_is_told_chat_and_text(stand_in: StandIn) -> None:
    path, _headers, body = said("telegram", stand_in)
    assert path == "/botbot:tok/sendMessage"
    assert json.loads(body) == {"chat_id": "C1:9.9", "text": "很抱歉 <b>"}


def test_line_gets_the_same_retry_key_each_time(stand_in: StandIn) -> None:
    first, second = said("line", stand_in), said("line", stand_in)
    assert first[1]["X-Line-Retry-Key"] == second[1]["X-Line-Retry-Key"]
    assert first[1]["Authorization"] == "Bearer acc"


def test_line_says_that_it_had_it_before(stand_in: StandIn) -> None:
    stand_in.status, stand_in.answer = 409, {"message": "The retry key is already accepted"}
    assert PLATFORMS["line"].send(reply(stand_in)) == ""


def test_a_long_text_is_several_bubbles_of_one_push(stand_in: StandIn) -> None:
    stand_in.answer = GOOD["line"]
    words = "字" * 4999 + "😡" + "x" * 10
    PLATFORMS["line"].send(reply(stand_in, words))
    bubbles = [one["text"] for one in json.loads(stand_in.calls[-1][2])["messages"]]
    assert "".join(bubbles) == words
    assert [len(one) for one in bubbles] == [4999, 11]


def test_slack_answers_in_the_thread_and_calls_nobody(stand_in: StandIn) -> None:
    body = json.loads(said("slack", stand_in)[2])
    assert str(uuid.UUID(body.pop("client_msg_id")))
    assert body == {"channel": "C1", "thread_ts": "9.9", "text": "很抱歉 &lt;b&gt;"}


def test_whatsapp_and_messenger_name_the_sender_in_the_address(stand_in: StandIn) -> None:
    assert said("whatsapp", stand_in)[0].endswith("/1066/messages")
    assert said("messenger", stand_in)[0].endswith("/P1/messages")


def test_twilio_gets_a_form_and_its_credentials(stand_in: StandIn) -> None:
    path, headers, body = said("twilio_sms", stand_in)
    assert path == "/2010-04-01/Accounts/AC1/Messages.json"
    assert headers["Authorization"].startswith("Basic ")
    assert parse_qs(body.decode()) == {"To": ["C1:9.9"], "Body": ["很抱歉 <b>"], "From": ["+1800"]}


def test_wechat_asks_for_a_token_first(stand_in: StandIn) -> None:
    path, _headers, body = said("wechat", stand_in)
    assert stand_in.calls[0][0] == "/cgi-bin/stable_token"
    assert path == "/cgi-bin/message/custom/send?access_token=tok%2Fen"
    assert "很抱歉".encode() in body


@each_platform
def test_too_many_is_tried_again_when_the_platform_says(kind: str, stand_in: StandIn) -> None:
    stand_in.status, stand_in.headers, stand_in.answer = 429, {"Retry-After": "17"}, {}
    with pytest.raises(TemporaryFailure) as caught:
        PLATFORMS[kind].send(reply(stand_in))
    assert caught.value.retry_after_seconds == 17


def test_telegram_says_when_in_its_body(stand_in: StandIn) -> None:
    stand_in.status, stand_in.answer = 429, {"parameters": {"retry_after": 31}}
    with pytest.raises(TemporaryFailure) as caught:
        PLATFORMS["telegram"].send(reply(stand_in))
    assert caught.value.retry_after_seconds == 31


@each_platform
@pytest.mark.parametrize("answer", [{}, b"<html>", b"", b"[" * 5000])
def test_a_fault_of_theirs_is_tried_again(kind: str, stand_in: StandIn, answer: Any) -> None:
    stand_in.status, stand_in.answer = 503, answer
    with pytest.raises(TemporaryFailure):
        PLATFORMS[kind].send(reply(stand_in))


@each_platform
def test_no_connection_is_tried_again_and_shows_no_token(kind: str, stand_in: StandIn) -> None:
    with pytest.raises(TemporaryFailure) as caught:
        PLATFORMS[kind].send(reply(stand_in, api_url="http://127.0.0.1:1"))
    assert "tok" not in str(caught.value)


REFUSALS: dict[str, dict[str, Any]] = {
    "telegram": {"ok": False, "description": "Forbidden: blocked"},
    "line": {"message": "Forbidden: blocked"},
    "slack": {"ok": False, "error": "Forbidden: blocked"},
    "whatsapp": {"error": {"message": "Forbidden: blocked", "code": 131047}},
    "messenger": {"error": {"message": "Forbidden: blocked", "code": 10}},
    "instagram": {"error": {"message": "Forbidden: blocked", "code": 10}},
    "twilio_sms": {"message": "Forbidden: blocked", "code": 21610},
    "twilio_voice": {"message": "Forbidden: blocked", "code": 21610},
    "wechat": {"errcode": 45015, "errmsg": "Forbidden: blocked"},
    "wecom": {"errcode": 95018, "errmsg": "Forbidden: blocked"},
    "douyin": {"data": {"error_code": 28003017, "description": "Forbidden: blocked"}},
}
CODES = {
    "telegram": "blocked",
    "line": "credentials",
    "slack": "refused",
    "whatsapp": "window_closed",
    "messenger": "credentials",
    "instagram": "credentials",
    "twilio_sms": "blocked",
    "twilio_voice": "blocked",
    "wechat": "window_closed",
    "wecom": "window_closed",
    "douyin": "window_closed",
}


@each_platform
def test_a_refusal_is_final_and_says_why(kind: str, stand_in: StandIn) -> None:
    stand_in.status, stand_in.answer = 403, REFUSALS[kind]
    with pytest.raises(PermanentFailure, match="Forbidden: blocked") as caught:
        PLATFORMS[kind].send(reply(stand_in))
    assert caught.value.code == CODES[kind]


@pytest.mark.parametrize("kind", ["slack", "wechat", "wecom", "douyin"])
def test_a_refusal_with_status_200_is_one(kind: str, stand_in: StandIn) -> None:
    stand_in.answer = REFUSALS[kind]
    with pytest.raises(PermanentFailure, match="Forbidden: blocked"):
        PLATFORMS[kind].send(reply(stand_in))


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("slack", {"ok": False, "error": "ratelimited"}),
        ("slack", b"<html>"),
        ("wechat", {"errcode": 42001, "errmsg": "access_token expired"}),
        ("wechat", {"errcode": -1}),
        ("wechat", {}),
        ("wecom", {}),
        ("douyin", {}),
        ("douyin", {"data": {"error_code": 2100004}}),
    ],
)
def test_what_passes_is_tried_again(kind: str, stand_in: StandIn, answer: Any) -> None:
    stand_in.answer = answer
    with pytest.raises(TemporaryFailure):
        PLATFORMS[kind].send(reply(stand_in))


def test_too_many_to_one_number_passes(stand_in: StandIn) -> None:
    stand_in.status, stand_in.answer = 400, {"error": {"code": 131056, "message": "pair"}}
    with pytest.raises(TemporaryFailure):
        PLATFORMS["whatsapp"].send(reply(stand_in))


@each_platform
def test_a_text_that_is_too_long_is_refused_before_anything_is_said(
    kind: str, stand_in: StandIn
) -> None:
    platform = PLATFORMS[kind]
    with pytest.raises(PermanentFailure, match=f"{platform.name} takes {platform.longest_text}"):
        platform.send(reply(stand_in, "x" * (platform.longest_text + 1)))
    assert stand_in.calls == []
    with pytest.raises(PermanentFailure, match="takes 3"):
        platform.send(reply(stand_in, "long", longest_text=3))


@each_platform
def test_a_source_without_its_secrets_says_which_is_missing(kind: str, stand_in: StandIn) -> None:
    bare = Reply("1", "x", "{}", {"api_url": stand_in.url} | SETTINGS, "k", about=ABOUT)
    with pytest.raises(PermanentFailure, match="The source has no") as caught:
        PLATFORMS[kind].send(bare)
    assert caught.value.code == "not_set_up"
    assert stand_in.calls == []
    assert PLATFORMS[kind].missing("{}", SETTINGS)
    assert not PLATFORMS[kind].missing(SECRETS, SETTINGS)


UNAUTHORISED: dict[str, tuple[int, dict[str, Any]]] = {
    "telegram": (401, {"ok": False, "description": "Unauthorized"}),
    "line": (401, {"message": "Authentication failed"}),
    "slack": (200, {"ok": False, "error": "token_revoked"}),
    "whatsapp": (401, {"error": {"message": "expired", "code": 190}}),
    "messenger": (400, {"error": {"message": "expired", "code": 190}}),
    "instagram": (400, {"error": {"message": "expired", "code": 190}}),
    "twilio_sms": (401, {"code": 20003, "message": "Authenticate"}),
    "twilio_voice": (401, {"code": 20003, "message": "Authenticate"}),
    "wechat": (200, {"errcode": 40125, "errmsg": "invalid appsecret"}),
    "wecom": (200, {"errcode": 60011, "errmsg": "no privilege"}),
    "douyin": (200, {"data": {"error_code": 10010, "description": "refresh token expired"}}),
}


@each_platform
def test_access_that_is_not_accepted_any_more_is_final_and_said(
    kind: str, stand_in: StandIn
) -> None:
    stand_in.status, stand_in.answer = UNAUTHORISED[kind]
    with pytest.raises(PermanentFailure) as caught:
        PLATFORMS[kind].send(reply(stand_in))
    assert caught.value.code == "credentials"


def test_an_application_of_wecom_names_itself_and_checks_for_doubles(stand_in: StandIn) -> None:
    path, _headers, body = said("wecom", stand_in)
    assert stand_in.calls[0][0] == "/cgi-bin/gettoken?corpid=ww1&corpsecret=corp"
    assert path == "/cgi-bin/message/send?access_token=tok%2Fen"
    told = json.loads(body)
    assert (told["agentid"], told["touser"], told["enable_duplicate_check"]) == (
        1000002,
        "C1:9.9",
        1,
    )


def test_customers_of_wecom_are_answered_by_kf(stand_in: StandIn) -> None:
    stand_in.answer = GOOD["wecom"]
    PLATFORMS["wecom"].send(reply(stand_in, open_kfid="wk1"))
    path, _headers, body = stand_in.calls[-1]
    told = json.loads(body)
    assert path.startswith("/cgi-bin/kf/send_msg?")
    assert (told["open_kfid"], len(told["msgid"])) == ("wk1", 32)
    assert PLATFORMS["wecom"].window_for({"open_kfid": "wk1"}) == timedelta(hours=48)
    assert PLATFORMS["wecom"].window_for({"agent_id": "1"}) is None


def test_a_member_whom_wecom_does_not_know_is_a_failure(stand_in: StandIn) -> None:
    stand_in.answer = GOOD["wecom"] | {"invaliduser": "C1:9.9"}
    with pytest.raises(PermanentFailure) as caught:
        PLATFORMS["wecom"].send(reply(stand_in))
    assert caught.value.code == "unknown_recipient"


def test_douyin_names_what_it_answers(stand_in: StandIn) -> None:
    path, headers, body = said("douyin", stand_in)
    asked = parse_qs(stand_in.calls[0][2].decode())
    assert (asked["refresh_token"], asked["client_key"]) == (["rft"], ["ck"])
    assert path == "/im/send/msg/?open_id=ours"
    assert headers["access-token"] == "dy"
    told = json.loads(body)
    assert (told["msg_id"], told["conversation_id"]) == ("@m", "@c")
    assert told["content"] == {"msg_type": 1, "text": {"text": "很抱歉 <b>"}}


def test_a_comment_on_douyin_cannot_be_answered(stand_in: StandIn) -> None:
    comment = replace(reply(stand_in), about={})
    with pytest.raises(PermanentFailure) as caught:
        PLATFORMS["douyin"].send(comment)
    assert caught.value.code == "no_way"
    assert stand_in.calls == []


def test_a_late_reply_says_that_a_person_wrote_it(stand_in: StandIn) -> None:
    stand_in.answer = GOOD["messenger"]
    PLATFORMS["messenger"].send(replace(reply(stand_in), is_late=True))
    told = json.loads(stand_in.calls[-1][2])
    assert (told["messaging_type"], told["tag"]) == ("MESSAGE_TAG", "HUMAN_AGENT")


def test_a_text_message_names_where_its_receipts_go(stand_in: StandIn) -> None:
    stand_in.answer = GOOD["twilio_sms"]
    told = replace(reply(stand_in), receipts_url="https://care.example/intake/sms/")
    PLATFORMS["twilio_sms"].send(told)
    form = parse_qs(stand_in.calls[-1][2].decode())
    assert form["StatusCallback"] == ["https://care.example/intake/sms/"]


def test_a_template_goes_with_its_variables(stand_in: StandIn) -> None:
    stand_in.answer = GOOD["whatsapp"]
    template = {"name": "order_news", "language": "zh_CN", "values": ["R-1", "明天"]}
    long = "x" * 9000
    PLATFORMS["whatsapp"].send(replace(reply(stand_in, long), template=template))
    told = json.loads(stand_in.calls[-1][2])
    assert told["biz_opaque_callback_data"] == "message 1"
    assert told["template"] == {
        "name": "order_news",
        "language": {"code": "zh_CN"},
        "components": [
            {
                "type": "body",
                "parameters": [{"type": "text", "text": "R-1"}, {"type": "text", "text": "明天"}],
            }
        ],
    }


def test_a_window_can_be_set() -> None:
    whatsapp = PLATFORMS["whatsapp"]
    assert whatsapp.window_for({}) == timedelta(hours=24)
    assert whatsapp.window_for({"reply_window_hours": "12"}) == timedelta(hours=12)
    assert PLATFORMS["messenger"].late_window_for({}) is None
    assert PLATFORMS["messenger"].late_window_for({"human_agent": "true"}) == timedelta(days=7)


@pytest.mark.parametrize(("kind", "expired"), [("wechat", 40001), ("wecom", 42001)])
def test_a_token_that_is_refused_is_renewed_once(kind: str, expired: int) -> None:
    asked: list[str] = []

    class Counting:
        def get(self, fetch: Any) -> str:
            return "old"

        def renew(self, refused: str, fetch: Any) -> str:
            asked.append(refused)
            return "new"

    def exchange(wire: Any) -> Any:
        if wire.path.endswith("=old"):
            raise TokenRefused("run out", code="credentials")
        return {"errcode": 0, "msgid": "7"}

    wanted = Reply("1", "x", SECRETS, SETTINGS, "k", tokens=Counting())
    PLATFORMS[kind].converse(wanted, exchange)
    assert asked == ["old"]
    answer = {"errcode": expired}
    assert PLATFORMS[kind].is_token_refused(200, answer)

"""The doors of the chat widget: who may talk, what is taken, what comes back, when mail goes."""

import base64
import json
import threading
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from common import clock
from intake import services
from intake.channels.chat import ChatAdapter
from intake.channels.chat_identity import sign_identity
from intake.errors import Unreadable
from intake.models import ChatConversation, ChatLine, RawDelivery, Source
from intake.services import chat
from outbox import services as outbox
from outbox.models import Outgoing
from tests.factories import incoming, make_source, make_user
from tickets import services as tickets
from tickets.models import Identity, Message, Ticket

pytestmark = pytest.mark.django_db

SHOP = "https://shop.example"
TOKEN = "t" * 43
OTHER_TOKEN = "o" * 43
SECRET = "a secret for tests"


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


@pytest.fixture
def source():
    return make_source(kind="chat", slug="chat", settings={"origins": [SHOP]})


def headers(token=TOKEN, origin=SHOP, **more):
    found = {"origin": origin, "x-redress-visitor": token, **more}
    return {name: value for name, value in found.items() if value}


def say(client, text="Where is my parcel?", *, key="key-00000001", identity="", files=(), **more):
    body = {"key": key, "text": text, "language": "en", "page": f"{SHOP}/cart?session=secret"}
    if files:
        body["files"] = list(files)
    return client.post(
        "/widget/chat/talk/",
        json.dumps(body),
        content_type="application/json",
        headers=headers(**({"x-redress-identity": identity} | more)),
    )


def fetch(client, *, seen="0,0", version=None, token=TOKEN):
    more = {"x-redress-seen": seen}
    if version is not None:
        more["x-redress-version"] = str(version)
    return client.get("/widget/chat/talk/", headers=headers(token, **more))


def read_everything():
    for delivery_id in services.waiting_ids(now=clock.now()):
        services.process_delivery(delivery_id=delivery_id, now=clock.now())


def send_everything():
    while due := outbox.due_ids(now=clock.now()):
        for outgoing_id in due:
            outbox.send_one(outgoing_id=outgoing_id, now=clock.now())


def answer(text="It is on its way."):
    return tickets.reply(
        ticket_id=Ticket.objects.order_by("-id").first().pk,
        text=text,
        by=make_user(display_name="Mei"),
        now=clock.now(),
    )


def signed(**claims):
    now = int(clock.now().timestamp())
    return sign_identity({"sub": "c-17", "iat": now, "exp": now + 600} | claims, SECRET)


def file_of(name, content):
    return {"name": name, "content_base64": base64.b64encode(content).decode()}


# ---- who may talk --------------------------------------------------------------------------------


def test_a_page_of_the_shop_may_talk_and_read_the_answer(client, source):
    answer = say(client)
    assert answer.status_code == 202
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert not answer.cookies


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://shop.example"])
def test_another_page_is_refused_and_cannot_read_why(client, source, origin):
    answer = say(client, origin=origin)
    assert answer.status_code == 403
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert not RawDelivery.objects.exists()
    assert "origin_refused" in Source.objects.get().last_refusal


def test_nothing_is_taken_from_nowhere(client, source):
    assert say(client, origin="").status_code == 403


def test_a_preflight_names_what_may_be_sent(client, source):
    answer = client.options("/widget/chat/talk/", headers={"origin": SHOP})
    assert answer.status_code == 204
    assert "X-Redress-Visitor" in answer.headers["Access-Control-Allow-Headers"]
    refused = client.options("/widget/chat/talk/", headers={"origin": "https://evil.example"})
    assert refused.status_code == 403


def test_a_source_of_another_kind_or_switched_off_has_no_widget(client, source):
    make_source(slug="shop")
    assert client.get("/widget/shop.js").status_code == 404
    Source.objects.filter(slug="chat").update(is_enabled=False)
    assert client.get("/widget/chat.js").status_code == 404
    assert say(client).status_code == 404


def test_machines_cannot_deliver_to_it(client, source):
    answer = client.post("/intake/chat/", "{}", content_type="application/json")
    assert answer.status_code == 401


def test_the_script_is_small_kept_and_sealed(client, source):
    answer = client.get("/widget/chat.js", headers={"accept-encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.content) < 15_000
    assert "max-age" in answer.headers["Cache-Control"]
    plain = client.get("/widget/chat.js")
    assert "innerHTML" not in plain.content.decode()
    assert "document.cookie" not in plain.content.decode()
    again = client.get("/widget/chat.js", headers={"if-none-match": plain.headers["ETag"]})
    assert again.status_code == 304


# ---- what is taken -------------------------------------------------------------------------------


def test_a_line_is_stored_raw_and_becomes_a_ticket(client, source):
    say(client, "Where is my parcel?")
    delivery = RawDelivery.objects.get()
    assert delivery.trail[0]["step"] == "verified"
    read_everything()
    message = Message.objects.get()
    assert message.ticket.channel == "chat"
    assert message.text == "Where is my parcel?"
    assert message.meta["url"] == f"{SHOP}/cart"
    assert message.meta["visitor"] == "anonymous"


def test_the_same_line_sent_again_is_one(client, source):
    first, second = say(client), say(client)
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json()["n"] == second.json()["n"]
    read_everything()
    assert Message.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_line_twice_at_once_is_one(source):
    statuses = []

    def send():
        statuses.append(say(Client()).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200, 200, 200, 202]
    assert ChatLine.objects.count() == RawDelivery.objects.count() == 1


def test_lines_of_one_browser_go_to_one_ticket_in_order(client, source):
    for number in range(3):
        say(client, f"line {number}", key=f"key-{number:08}")
    read_everything()
    assert Ticket.objects.count() == 1
    texts = Message.objects.order_by("id").values_list("text", flat=True)
    assert list(texts) == ["line 0", "line 1", "line 2"]
    say(client, "somebody else", token=OTHER_TOKEN)
    read_everything()
    assert Ticket.objects.count() == 2


def test_a_later_line_waits_for_the_one_before(client, source):
    say(client, "first")
    say(client, "second", key="key-00000002")
    first, second = RawDelivery.objects.order_by("id")
    assert services.process_delivery(delivery_id=second.pk, now=clock.now()) is None
    services.process_delivery(delivery_id=first.pk, now=clock.now())
    assert services.process_delivery(delivery_id=second.pk, now=clock.now()) is not None
    assert Ticket.objects.get().subject == "first"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "bad_body"),
        (b"[]", 400, "bad_body"),
        (b"\xff", 400, "bad_body"),
        (b'{"key": "key-00000001", "text": 5}', 400, "bad_body"),
        (b'{"key": "../", "text": "x"}', 400, "bad_body"),
        (b'{"key": "key-00000001", "text": "  "}', 422, "empty"),
        (b'{"key": "key-00000001", "text": "' + b"x" * 5001 + b'"}', 413, "too_long"),
        (b'{"key": "key-00000001", "files": "x"}', 422, "bad_file"),
        (b'{"key": "key-00000001", "files": [{"name": "a.exe", "content_base64": "TVo="}]}', 422,
         "bad_type"),
        (b'{"key": "key-00000001", "files": [{"name": "a.png", "content_base64": "TVo="}]}', 422,
         "bad_type"),
        (b'{"key": "key-00000001", "files": [{"name": "a.txt", "content_base64": "?"}]}', 422,
         "bad_file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_used_is_said(client, source, body, status, code):
    answer = client.post(
        "/widget/chat/talk/", body, content_type="application/json", headers=headers()
    )
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.headers["Access-Control-Allow-Origin"] == SHOP
    assert not RawDelivery.objects.exists()


def test_a_line_without_a_token_is_refused(client, source):
    assert say(client, token="").json()["code"] == "bad_token"
    assert say(client, token="short").json()["code"] == "bad_token"


def test_odd_characters_are_stored(client, source):
    assert say(client, "a\x00b \ud800 <script>alert(1)</script>").status_code == 202
    read_everything()
    assert Message.objects.get().text == "ab ? <script>alert(1)</script>"


def test_files_come_along_under_safe_names_and_types_of_ours(client, source):
    png = b"\x89PNG\r\n\x1a\n" + b"0" * 20
    say(client, "", files=[file_of("../../\u202egnp.photo.png", png), file_of("a.txt", b"hello")])
    read_everything()
    photo, note = Message.objects.get().attachments.all()
    assert (photo.name, photo.content_type) == ("gnp.photo.png", "image/png")
    assert note.content_type == "text/plain"


def test_one_visitor_cannot_flood_and_is_told_when_to_come_back(client, source, monkeypatch):
    monkeypatch.setattr("intake.views.chat.MOST_LINES_A_MINUTE", 2)
    for number in range(2):
        assert say(client, key=f"key-{number:08}").status_code == 202
    answer = say(client, key="key-00000009")
    assert (answer.status_code, answer.json()["code"]) == (429, "slow_down")
    assert answer.headers["Retry-After"]
    assert say(client, token=OTHER_TOKEN).status_code == 202


def test_many_visitors_of_one_address_are_limited_too(client, source, monkeypatch):
    monkeypatch.setattr("intake.views.chat.MOST_LINES_OF_ADDRESS", 2)
    answers = [say(client, token=letter * 43).status_code for letter in "abc"]
    assert answers == [202, 202, 429]


# ---- what comes back -----------------------------------------------------------------------------


def test_what_was_said_is_there_after_a_reload_before_it_is_read_by_a_worker(client, source):
    say(client, "Where is my parcel?", files=[file_of("a.txt", b"hello")])
    (line,) = fetch(client).json()["lines"]
    assert (line["own"], line["text"], line["key"]) == (True, "Where is my parcel?", "key-00000001")
    assert line["files"][0]["name"] == "a.txt"
    read_everything()
    assert fetch(client).json()["lines"][0]["text"] == "Where is my parcel?"


def test_a_reply_reaches_the_browser_and_its_receipts_the_outbox(client, source):
    say(client)
    read_everything()
    reply = answer("It is on its way.")
    assert reply.outgoing.kind == "chat"
    assert len(fetch(client).json()["lines"]) == 1
    send_everything()
    line = fetch(client, seen="1,1").json()["lines"][1]
    assert (line["own"], line["name"], line["text"]) == (False, "Mei", "It is on its way.")
    assert Outgoing.objects.get().status == "sent"
    fetch(client, seen="2,1")
    assert Outgoing.objects.get().status == "delivered"
    fetch(client, seen="2,2")
    assert Outgoing.objects.get().status == "read"


def test_a_reply_is_put_once_however_often_it_is_sent(client, source):
    say(client)
    read_everything()
    reply = answer()
    key = ChatConversation.objects.get().key
    for _ in range(2):
        chat.put_reply(source=source, key=key, message_id=reply.pk, now=clock.now())
    assert ChatLine.objects.filter(message=reply).count() == 1


def test_nothing_new_costs_one_statement_and_no_body(client, source, django_assert_num_queries):
    say(client)
    version = fetch(client, seen="1,1").json()["version"]
    fetch(client, seen="1,1")
    with django_assert_num_queries(1):
        answer = fetch(client, seen="1,1", version=version)
    assert answer.status_code == 204
    assert not answer.content


def test_the_conversation_costs_the_same_however_long_it_is(
    client, source, django_assert_max_num_queries
):
    for number in range(12):
        say(client, f"line {number}", key=f"key-{number:08}")
    read_everything()
    with django_assert_max_num_queries(5):
        assert len(fetch(client).json()["lines"]) == 12


def test_notes_and_other_peoples_lines_are_never_shown(client, source):
    say(client)
    read_everything()
    say(client, "Mine", token=OTHER_TOKEN)
    read_everything()
    ticket = Ticket.objects.order_by("id").first()
    tickets.add_note(ticket_id=ticket.pk, text="he lies", by=make_user(), now=clock.now())
    send_everything()
    shown = fetch(client).content.decode()
    assert "Where is my parcel" in shown
    assert "he lies" not in shown
    assert "Mine" not in shown
    assert fetch(client, token="u" * 43).json()["lines"] == []


def test_a_token_of_one_source_opens_nothing_at_another(client, source):
    make_source(kind="chat", slug="second", settings={"origins": [SHOP]})
    say(client)
    found = client.get("/widget/second/talk/", headers=headers())
    assert found.json()["lines"] == []


def test_a_token_of_one_source_says_nothing_at_another(client, source):
    make_source(kind="chat", slug="second", settings={"origins": [SHOP]})
    say(client)
    body = json.dumps({"key": "key-00000002", "text": "Mine?"})
    found = client.post(
        "/widget/second/talk/", body, content_type="application/json", headers=headers()
    )
    assert (found.status_code, found.json()["code"]) == (409, "other_visitor")


def test_a_line_that_was_read_at_last_shows_its_own_words(client, source, monkeypatch):
    def fail(*_args, **_more):
        raise Unreadable("there is nothing in it")

    with monkeypatch.context() as patched:
        patched.setattr(ChatAdapter, "parse", fail)
        say(client)
        read_everything()
    delivery = RawDelivery.objects.get()
    assert delivery.status == "dead"
    services.retry_dead(delivery_id=delivery.pk, now=clock.now())
    read_everything()
    assert RawDelivery.objects.get().status == "done"
    (line,) = fetch(client).json()["lines"]
    assert (line["text"], line["files"]) == ("Where is my parcel?", [])


def test_a_file_is_handed_out_to_its_own_visitor_alone(client, source):
    say(client, "look", files=[file_of("page.txt", b"<script>alert(1)</script>")])
    read_everything()
    number = Message.objects.get().attachments.get().pk
    got = client.get(f"/widget/chat/file/{number}/", headers=headers())
    assert b"".join(got.streaming_content) == b"<script>alert(1)</script>"
    assert got.headers["Content-Type"] == "application/octet-stream"
    assert got.headers["Content-Disposition"].startswith("attachment")
    say(client, token=OTHER_TOKEN)
    stranger = client.get(f"/widget/chat/file/{number}/", headers=headers(OTHER_TOKEN))
    assert stranger.status_code == 404


def test_the_greeting_speaks_the_visitors_language_and_says_the_hours(client, source, monkeypatch):
    source.settings |= {"title_en": "Care", "title_zh": "客服", "calendar": "intl-service"}
    source.save()
    sunday = clock.now().replace(year=2026, month=11, day=22, hour=12)
    monkeypatch.setattr("common.clock.now", lambda: sunday)
    english = client.get("/widget/chat/hello/?lang=fr", headers={"origin": SHOP}).json()
    chinese = client.get("/widget/chat/hello/?lang=zh-CN", headers={"origin": SHOP}).json()
    assert (english["title"], english["words"]["send"]) == ("Care", "Send")
    assert (chinese["title"], chinese["words"]["send"]) == ("客服", "发送")
    assert not english["open"]
    assert english["opens_at"] == "2026-11-23T09:00:00+00:00"
    assert english["people"] == []


def test_who_is_there_is_said_while_open_unless_the_shop_does_not_want_it(client, source):
    source.settings |= {"calendar": "always"}
    source.save()
    make_user(display_name="Mei", last_login=clock.now())
    make_user(display_name="Away", last_login=clock.now(), is_away=True)
    make_user(display_name="Home", last_login=clock.now() - timedelta(days=2))
    assert client.get("/widget/chat/hello/", headers={"origin": SHOP}).json()["people"] == ["Mei"]
    source.settings |= {"show_people": "false"}
    source.save()
    assert client.get("/widget/chat/hello/", headers={"origin": SHOP}).json()["people"] == []


# ---- who the visitor is --------------------------------------------------------------------------


def test_the_shops_signature_makes_the_customer_known(client, source):
    token = signed(name="Li Na", email="li@mail.example", order="TW-1")
    said = say(client, identity=token).json()
    assert said["identity"] == {"state": "verified", "name": "Li Na"}
    read_everything()
    customer = Ticket.objects.get().customer
    assert customer.name == "Li Na"
    assert Ticket.objects.get().order_number == "TW-1"
    email = customer.identities.get(kind="email")
    assert (email.value, email.verified) == ("li@mail.example", True)


@pytest.mark.parametrize(
    ("token", "why"),
    [
        (lambda: sign_identity({"sub": "c-17", "exp": 9e9}, "another secret"), "forged"),
        (lambda: signed(exp=1), "stale"),
    ],
    ids=["forged", "stale"],
)
def test_a_bad_identity_is_refused_clearly_and_its_bearer_is_anonymous(client, source, token, why):
    said = say(client, identity=token())
    assert said.status_code == 202
    assert said.json()["identity"] == {"state": "refused", "why": why}
    read_everything()
    assert not Identity.objects.filter(value="c-17").exists()
    assert Message.objects.get().meta["visitor"] == "anonymous"


def test_a_line_with_a_stale_identity_is_anonymous_also_in_a_signed_conversation(client, source):
    say(client, identity=signed(email="li@mail.example"))
    say(client, "again", key="key-00000002", identity=signed(exp=1))
    read_everything()
    visitors = Message.objects.order_by("id").values_list("meta__visitor", flat=True)
    assert list(visitors) == ["signed", "anonymous"]
    assert Ticket.objects.count() == 1


def test_one_browser_does_not_mix_two_customers(client, source):
    say(client, identity=signed())
    refused = say(client, identity=signed(sub="c-18"), key="key-00000002")
    assert (refused.status_code, refused.json()["code"]) == (409, "other_visitor")


def test_who_logs_in_while_talking_stays_in_the_ticket(client, source):
    say(client)
    read_everything()
    say(client, "It is me", key="key-00000002", identity=signed(email="li@mail.example"))
    read_everything()
    assert Ticket.objects.count() == 1
    assert Ticket.objects.get().customer.identities.filter(value="c-17").exists()


# ---- over to e-mail ------------------------------------------------------------------------------


def give_email(client, email="li@mail.example", token=TOKEN):
    return client.post(
        "/widget/chat/email/",
        json.dumps({"email": email}),
        content_type="application/json",
        headers=headers(token),
    )


def leave(minutes):
    """Let the visitor be gone and the replies be unfetched for so long."""
    ago = clock.now() - timedelta(minutes=minutes)
    rows = ChatConversation.objects.all()
    rows.update(last_seen_at=ago)
    rows.exclude(unfetched_since=None).update(unfetched_since=ago)


def hand_over_everything():
    for conversation_id in chat.to_hand_over(now=clock.now()):
        chat.hand_over(conversation_id=conversation_id, now=clock.now())


def left_with_a_reply(client, minutes=6, texts=("It is on its way.",)):
    say(client)
    read_everything()
    give_email(client)
    for text in texts:
        answer(text)
    send_everything()
    leave(minutes)


def test_unfetched_replies_go_by_one_mail_when_the_visitor_has_left(client, source):
    left_with_a_reply(client, texts=["One moment.", "It is on its way."])
    hand_over_everything()
    hand_over_everything()
    mail = Outgoing.objects.get(kind="email")
    assert mail.address == "li@mail.example"
    assert mail.body == "One moment.\n\nIt is on its way."
    assert Ticket.objects.get().reference in mail.subject
    replies = Message.objects.filter(kind="reply")
    assert {reply.outgoing_id for reply in replies} == {mail.pk}
    lines = fetch(client).json()["lines"]
    assert [line["mailed"] for line in lines] == [False, True, True]


def test_a_mail_that_took_over_and_came_back_is_sent_again_as_a_mail(client, source):
    left_with_a_reply(client)
    hand_over_everything()
    mail = Outgoing.objects.get(kind="email")
    Outgoing.objects.filter(pk=mail.pk).update(status="failed")
    reply = Message.objects.get(kind="reply")
    tickets.retry_reply(message=reply, by=make_user(role="senior"), now=clock.now())
    mail.refresh_from_db()
    assert (mail.kind, mail.address, mail.status) == ("email", "li@mail.example", "queued")
    assert mail.headers["Message-ID"]


@pytest.mark.parametrize("minutes", [0, 4])
def test_nothing_is_mailed_too_early(client, source, minutes):
    left_with_a_reply(client, minutes=minutes)
    hand_over_everything()
    assert not Outgoing.objects.filter(kind="email").exists()


def test_a_reply_that_was_removed_is_waited_for_no_more(client, source):
    left_with_a_reply(client)
    ChatLine.objects.exclude(message=None).delete()
    hand_over_everything()
    assert chat.to_hand_over(now=clock.now()) == []
    assert not Outgoing.objects.filter(kind="email").exists()


def test_what_was_fetched_is_not_mailed(client, source):
    left_with_a_reply(client)
    fetch(client, seen="2,1")
    leave(10)
    hand_over_everything()
    assert not Outgoing.objects.filter(kind="email").exists()


def test_who_is_here_gets_no_mail_even_when_the_answer_was_lost_on_the_way(client, source):
    left_with_a_reply(client)
    ChatConversation.objects.update(last_seen_at=clock.now())
    hand_over_everything()
    assert not Outgoing.objects.filter(kind="email").exists()


def test_without_an_address_the_reply_waits_in_the_chat(client, source):
    left_with_a_reply(client)
    give_email(client, "")
    hand_over_everything()
    assert not Outgoing.objects.filter(kind="email").exists()
    assert fetch(client).json()["lines"][1]["text"] == "It is on its way."


@pytest.mark.parametrize(
    "typed", ["nobody", "a@b", "a b@c.example", "<a@b.example>", "a@b.example,c@d.example"]
)
def test_what_is_no_address_is_said(client, source, typed):
    say(client)
    assert give_email(client, typed).json()["code"] == "email_bad"


def mail_from(address, mail):
    return incoming(
        source="post",
        channel="email",
        external_id=f"mail-{address}",
        text="Thank you, and when?",
        emails=(address,),
        references=(mail.headers["Message-ID"].strip("<>"),),
        identity_verified=False,
        received_at=clock.now(),
    )


def test_the_answer_to_the_mail_joins_the_ticket_and_is_answered_by_mail(client, source):
    left_with_a_reply(client)
    hand_over_everything()
    mail = Outgoing.objects.get(kind="email")
    received = tickets.receive_message(incoming=mail_from("li@mail.example", mail), now=clock.now())
    assert received.ticket == Ticket.objects.get()
    reply = answer("Tomorrow.")
    assert (reply.outgoing.kind, reply.outgoing.address) == ("email", "li@mail.example")


def test_the_answer_joins_also_when_the_address_is_known_from_another_ticket(client, source):
    tickets.receive_message(incoming=incoming(emails=("li@mail.example",)), now=clock.now())
    left_with_a_reply(client)
    hand_over_everything()
    mail = Outgoing.objects.get(kind="email")
    received = tickets.receive_message(incoming=mail_from("li@mail.example", mail), now=clock.now())
    assert received.ticket.channel == "chat"


def test_a_stranger_who_has_the_mail_does_not_join(client, source):
    left_with_a_reply(client)
    hand_over_everything()
    mail = Outgoing.objects.get(kind="email")
    received = tickets.receive_message(
        incoming=mail_from("stranger@mail.example", mail), now=clock.now()
    )
    assert received.created_ticket


def test_an_address_that_was_only_typed_opens_nobodys_record(client, source):
    victim = tickets.receive_message(
        incoming=incoming(emails=("li@mail.example",), text="My secret order"), now=clock.now()
    ).ticket
    say(client)
    read_everything()
    give_email(client)
    say(client, "It is me", key="key-00000002")
    read_everything()
    assert Ticket.objects.exclude(pk=victim.pk).get().customer != victim.customer
    assert "secret" not in fetch(client).content.decode()


# ---- the page to try it --------------------------------------------------------------------------


def test_the_page_to_try_it_is_for_those_who_manage_channels(client, source):
    assert client.get("/widget/chat/try/").status_code == 302
    client.force_login(make_user())
    assert client.get("/widget/chat/try/").status_code == 403
    client.force_login(make_user(role="admin"))
    page = client.get("/widget/chat/try/").content.decode()
    assert '<script src="/widget/chat.js" async></script>' in page
    assert "&lt;script src=&quot;http://127.0.0.1:8000/widget/chat.js&quot; async&gt;" in page
    assert SHOP in page

"""Looks into a mailbox on a real IMAP server."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from common import clock
from intake import queries, services
from intake.channels.mailbox_account import BadAccount, account_of
from intake.mailbox import connection
from intake.mailbox.collecting import look_once
from intake.mailbox.connection import LoginRefused, Mailbox, MailboxError
from intake.models import MailboxState, RawDelivery, Source
from tests.factories import make_source
from tests.intake.mailbox.imap_server import PASSWORD, ImapServer
from tests.intake.mailbox.mails import mail
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db

SEEN = {b"\\Seen"}


@pytest.fixture(scope="module")
def _server() -> Iterator[ImapServer]:
    with ImapServer(*(f"user{number}" for number in range(40))) as server:
        yield server


@pytest.fixture
def server(_server: ImapServer) -> ImapServer:
    _server.user = f"user{next(_numbers)}"
    _server.line.is_silent, _server.line.is_cut_on = False, b""
    return _server


_numbers = iter(range(40))


def mailbox_source(server: ImapServer, user: str = "", **options: Any) -> Source:
    settings = {
        "imap_host": "127.0.0.1",
        "imap_port": server.port,
        "imap_tls": "none",
        "imap_user": user or server.user,
    }
    return make_source(kind="email", secret=PASSWORD, settings=settings | options)


def deliver(server: ImapServer, *numbers: int, **more: Any) -> None:
    for number in numbers:
        server.deliver(mail(number, **more), user=server.user)


def file_all() -> None:
    for pk in services.waiting_ids(now=clock.now()):
        services.process_delivery(delivery_id=pk, now=clock.now())


def test_what_is_unread_is_taken_marked_and_not_taken_again(server: ImapServer) -> None:
    deliver(server, 1, 2)
    source = mailbox_source(server)
    assert look_once(source) == 2
    assert server.flags(server.user) == [SEEN, SEEN]
    assert look_once(source) == 0
    file_all()
    assert sorted(Ticket.objects.values_list("subject", flat=True)) == [
        "Broken lamp 1",
        "Broken lamp 2",
    ]
    delivery = RawDelivery.objects.order_by("id").first()
    assert bytes(delivery.body) == mail(1)
    assert delivery.trail[0]["step"] == "verified"


def test_what_somebody_else_read_meanwhile_is_taken_too(server: ImapServer) -> None:
    source = mailbox_source(server)
    look_once(source)
    server.deliver(mail(3), user=server.user, flags=(b"\\Seen",))
    assert look_once(source) == 1


def test_old_mails_that_were_read_are_left_at_the_first_look(server: ImapServer) -> None:
    server.deliver(mail(1), user=server.user, flags=(b"\\Seen",))
    deliver(server, 2)
    assert look_once(mailbox_source(server)) == 1


@pytest.mark.parametrize(("start", "count"), [("all", 2), ("new", 0)])
def test_the_first_look_takes_what_it_is_told_to(
    server: ImapServer, start: str, count: int
) -> None:
    server.deliver(mail(1), user=server.user, flags=(b"\\Seen",))
    deliver(server, 2)
    source = mailbox_source(server, imap_start=start)
    assert look_once(source) == count
    deliver(server, 3)
    assert look_once(source) == 1


def test_a_process_that_dies_between_storing_and_marking_makes_one_ticket(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(server, 1)
    source = mailbox_source(server)

    def die(*_: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(Mailbox, "finish", die)
        with pytest.raises(SystemExit):
            look_once(source)
    assert RawDelivery.objects.count() == 1
    assert server.flags(server.user) == [set()]
    assert look_once(source) == 1
    file_all()
    delivery = RawDelivery.objects.get()
    assert (delivery.repeats, Message.objects.count()) == (1, 1)
    assert server.flags(server.user) == [SEEN]


def test_a_line_that_is_cut_while_marking_costs_nothing(server: ImapServer) -> None:
    deliver(server, 1, 2)
    source = mailbox_source(server)
    server.line.is_cut_on = b"STORE"
    with pytest.raises(MailboxError):
        look_once(source)
    assert look_once(source) == 2
    file_all()
    assert Message.objects.count() == 2


def test_two_mailboxes_that_got_the_same_mail_make_one_message(server: ImapServer) -> None:
    other = f"user{next(_numbers)}"
    server.deliver(mail(1, Received="by a.example; Mon, 16 Nov 2026 10:00:00 +0800"), server.user)
    server.deliver(mail(1, Received="by b.example; Mon, 16 Nov 2026 10:00:02 +0800"), other)
    assert look_once(mailbox_source(server)) == 1
    assert look_once(mailbox_source(server, other)) == 1
    file_all()
    assert RawDelivery.objects.count() == 2
    assert Message.objects.count() == 1


def test_a_taken_mail_can_be_moved_or_deleted(server: ImapServer) -> None:
    deliver(server, 1)
    source = mailbox_source(server, imap_after="move", imap_move_to="Taken")
    assert look_once(source) == 1
    assert (server.flags(server.user), len(server.flags(server.user, "Taken"))) == ([], 1)
    deliver(server, 2)
    source.settings["imap_after"] = "delete"
    assert look_once(source) == 1
    assert server.flags(server.user) == []
    assert RawDelivery.objects.count() == 2


def test_a_mail_that_cannot_be_moved_holds_up_no_other(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = mailbox_source(server)
    look_once(source)
    deliver(server, 1, 2)

    def decline(*_: object) -> None:
        raise connection.Declined("NO permission denied")

    monkeypatch.setattr(Mailbox, "finish", decline)
    assert look_once(source) == 2
    assert look_once(source) == 0


def test_a_mail_that_the_server_does_not_give_makes_a_ticket_that_says_so(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(server, 1)

    def decline(*_: object) -> None:
        raise connection.Declined("NO [SERVERBUG] internal error")

    monkeypatch.setattr(Mailbox, "_body", decline)
    assert look_once(mailbox_source(server)) == 1
    file_all()
    assert "could not be fetched" in Ticket.objects.get().subject
    assert "SERVERBUG" in Message.objects.get().text


def test_of_a_huge_mail_the_beginning_is_kept_and_the_ticket_says_so(
    server: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "LARGEST_BYTES", 2000)
    monkeypatch.setattr(Mailbox.__init__, "__kwdefaults__", {"largest_bytes": 2000})
    deliver(server, 1, text="It broke. " + "x" * 5000)
    assert look_once(mailbox_source(server, imap_after="delete")) == 1
    # What was cut is not deleted: it is the only whole copy.
    assert server.flags(server.user) == [SEEN]
    file_all()
    assert len(bytes(RawDelivery.objects.get().body)) == 2000
    message = Message.objects.get()
    assert message.text.startswith("It broke.")
    assert "still in the mailbox" in message.text


def test_mails_are_taken_anew_when_the_server_numbers_them_anew(server: ImapServer) -> None:
    deliver(server, 1)
    source = mailbox_source(server)
    look_once(source)
    MailboxState.objects.update(uid_validity=7, last_uid=900)
    deliver(server, 2)
    assert look_once(source) == 2
    file_all()
    assert Message.objects.count() == 2
    assert MailboxState.objects.get().last_uid < 900


def test_a_wrong_password_shows_at_the_source_until_it_is_right(server: ImapServer) -> None:
    source = mailbox_source(server)
    Source.objects.update(secret="")
    source.refresh_from_db()
    source.secret = "wrong"
    with pytest.raises(LoginRefused):
        look_once(source)
    source.save()
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("poll_mailboxes", "--once")
    state = MailboxState.objects.get()
    assert (state.failures, state.last_error != "") == (1, True)
    assert queries.source_health(now=clock.now())[0].state == "bad"
    source.secret = PASSWORD
    source.save()
    call_command("poll_mailboxes", "--once", "--source", source.slug)
    source.refresh_from_db()
    assert (source.last_refused_at, source.last_refusal) == (None, "")
    assert MailboxState.objects.get().failures == 0


def test_the_password_of_the_mailbox_opens_no_other_door(server: ImapServer, client: Any) -> None:
    source = mailbox_source(server)
    response = client.post(
        source.get_absolute_url(),
        mail(1),
        content_type="message/rfc822",
        headers={"Authorization": f"Bearer {PASSWORD}"},
    )
    assert response.status_code == 401
    assert not RawDelivery.objects.exists()


def test_clocks_run_from_when_the_mailbox_got_the_mail(server: ImapServer) -> None:
    deliver(server, 1, Date="Mon, 05 Jan 2015 10:00:00 +0000")
    look_once(mailbox_source(server))
    file_all()
    ticket, message = Ticket.objects.get(), Message.objects.get()
    assert clock.now() - ticket.opened_at < timedelta(minutes=5)
    assert not ticket.is_backfill
    assert message.sent_at.year == 2015


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"imap_user": ""}, "imap_user"),
        ({"imap_tls": "ssl3"}, "imap_tls"),
        ({"imap_after": "burn"}, "imap_after"),
        ({"imap_port": "99999"}, "imap_port"),
        ({"imap_poll_seconds": "²"}, "imap_poll_seconds"),
    ],
    ids=["no user", "odd tls", "odd after", "odd port", "odd digits"],
)
def test_settings_that_cannot_be_right_are_refused_by_name(
    options: dict[str, str], why: str
) -> None:
    with pytest.raises(BadAccount, match=why):
        account_of({"imap_host": "mail.example", "imap_user": "care"} | options, "x")


def test_an_account_never_shows_its_secret() -> None:
    account = account_of({"imap_host": "mail.example", "imap_user": "care"}, "opensesame")
    assert "opensesame" not in repr(account)
    assert account.secret_named("password") == "opensesame"
    assert (account.port, account.tls, account.folder) == (993, "tls", "INBOX")

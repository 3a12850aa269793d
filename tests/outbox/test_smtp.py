"""Mails as a real SMTP server takes, refuses or drops them."""

import email
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from django.conf import settings

from outbox import services
from outbox.models import Outgoing
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import mail_threading
from tickets import services as tickets
from tickets.models import FailingAddress

pytestmark = pytest.mark.django_db


class Server:
    """Answers as it is told to, and keeps what it took."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.rcpt = self.data = ""
        self.hangs_up = False

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        if self.hangs_up:
            server.transport.abort()
            return ""
        if not self.data:
            self.taken.append(email.message_from_bytes(envelope.content))
        return self.data or "250 taken"


@pytest.fixture
def smtp(settings: Any, free_port: Callable[[], int]) -> Iterator[Server]:
    found = Server()
    controller = Controller(found, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    yield found
    controller.stop()


def queued(address: str = "ann@example.com", **values: Any) -> Outgoing:
    return services.queue(
        kind="email", address=address, dedupe_key="1", body="x", now=MONDAY_TEN, **values
    )


def send(outgoing: Outgoing) -> Outgoing:
    sent = services.send_one(outgoing_id=outgoing.pk, now=MONDAY_TEN + timedelta(hours=1))
    assert sent is not None
    return sent


def test_a_reply_bears_our_keyed_id_and_the_way_back(smtp: Server) -> None:
    filed = factories.ticket(
        emails=("ann@example.com",), channel="email", external_id="1@a.example"
    )
    reply = tickets.reply(ticket_id=filed.pk, text="Hello", by=make_user(), now=MONDAY_TEN)
    assert send(reply.outgoing).status == "sent"
    (mail,) = smtp.taken
    key = settings.SECRET_KEY
    assert mail_threading.part_of(mail["Message-ID"], key) == reply.pk
    assert mail_threading.ticket_of(mail_threading.key_in_address(mail["Reply-To"]), key)
    assert mail_threading.part_of(mail["X-Redress-Loop"], key) == reply.pk
    assert mail["In-Reply-To"] == "<1@a.example>"
    assert mail["Auto-Submitted"] is None


@pytest.mark.parametrize(
    ("rcpt", "data", "status", "code"),
    [
        ("550 5.1.1 no such user here", "", "failed", "unknown_recipient"),
        ("550 mailbox unknown", "", "failed", "unknown_recipient"),
        ("554 5.7.1 relaying denied", "", "failed", "refused"),
        ("450 4.2.0 greylisted", "", "queued", "unreachable"),
        ("", "552 too large", "failed", "refused"),
        ("", "451 try again", "queued", "unreachable"),
    ],
    ids=["no user", "old words", "relaying", "greylisted", "too large", "busy"],
)
def test_what_the_server_answers_decides(
    smtp: Server, rcpt: str, data: str, status: str, code: str
) -> None:
    smtp.rcpt, smtp.data = rcpt, data
    found = send(queued())
    assert (found.status, found.error_code) == (status, code)
    assert (rcpt or data)[:3] in found.last_error


def test_a_mailbox_that_does_not_exist_gets_nothing_automatic(
    smtp: Server, django_capture_on_commit_callbacks: Any
) -> None:
    smtp.rcpt = "550 5.1.1 no such user here"
    outgoing = queued()
    with django_capture_on_commit_callbacks(execute=True):
        send(outgoing)
    assert FailingAddress.objects.get().address == "ann@example.com"


def test_a_line_that_breaks_is_tried_again_on_a_new_one(smtp: Server) -> None:
    smtp.hangs_up = True
    outgoing = queued()
    assert send(outgoing).status == "queued"
    smtp.hangs_up = False
    later = MONDAY_TEN + timedelta(hours=5)
    assert services.send_one(outgoing_id=outgoing.pk, now=later).status == "sent"
    assert len(smtp.taken) == 1


def test_a_server_that_is_away_is_tried_again(smtp: Server, settings: Any, free_port: Any) -> None:
    settings.EMAIL_PORT = free_port()
    assert send(queued()).status == "queued"


def test_a_wrong_password_keeps_the_mail_and_calls_for_an_administrator(
    settings: Any, free_port: Any
) -> None:
    controller = Controller(
        Server(),
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
    )
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "care", "wrong"
    try:
        found = send(queued())
    finally:
        controller.stop()
    assert (found.status, found.error_code) == ("queued", "credentials")


def test_an_address_that_no_mail_can_bear_fails_at_once(smtp: Server) -> None:
    found = send(queued(address="ann\n@example.com"))
    assert (found.status, found.error_code) == ("failed", "content")

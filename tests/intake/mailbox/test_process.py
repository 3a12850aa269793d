"""The process that watches mailboxes, and a talk by mail from end to end."""

import os
import signal
import subprocess
import sys
from datetime import timedelta
from email import message_from_bytes
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.conf import settings
from django.db import connection

from common import clock
from intake import services
from intake.mailbox.collecting import look_once
from intake.models import RawDelivery
from outbox import services as outbox
from tests.factories import make_source, make_user
from tests.intake.mailbox.imap_server import PASSWORD, ImapServer
from tests.intake.mailbox.mails import mail
from tests.stack import PROJECT_DIR, wait_for
from tickets import services as tickets
from tickets.models import Message, Ticket


def mailbox_settings(server: ImapServer) -> dict[str, Any]:
    return {
        "imap_host": "127.0.0.1",
        "imap_port": server.port,
        "imap_tls": "none",
        "imap_user": "care",
    }


def environment() -> dict[str, str]:
    """The database of this test, which listens on a socket in a folder."""
    found = connection.settings_dict
    place = {"PGHOST": found["HOST"], "PGPORT": str(found["PORT"]), "PGUSER": found["USER"]}
    given = {name: value for name, value in place.items() if value}
    if found["PASSWORD"]:
        given["PGPASSWORD"] = found["PASSWORD"]
    # Whatever key this process uses: the password in the row was encrypted with it.
    own = {"BROKER_URL": "redis://127.0.0.1:1", "REDRESS_SECRET_KEY": settings.SECRET_KEY}
    return {**os.environ, **given, **own, "DATABASE_URL": f"postgresql:///{found['NAME']}"}


@pytest.mark.stack
@pytest.mark.xdist_group("stack")
@pytest.mark.django_db(transaction=True)
def test_the_process_takes_mail_and_ends_when_it_is_asked_to() -> None:
    with ImapServer("care") as server:
        make_source(kind="email", secret=PASSWORD, settings=mailbox_settings(server))
        process = subprocess.Popen(
            [sys.executable, str(PROJECT_DIR / "manage.py"), "poll_mailboxes", "--while-needed"],
            env=environment(),
        )
        try:
            server.deliver(mail(1))
            wait_for(RawDelivery.objects.exists, "the mail", 180)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
        finally:
            process.kill()
            process.wait()


class Postbox:
    """Keeps what our SMTP sender hands over."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.mails.append(envelope.content)
        return "250 taken"


@pytest.mark.django_db
def test_the_answer_to_our_reply_joins_its_ticket(settings: Any, free_port: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    postbox = Postbox()
    smtp = Controller(postbox, hostname="127.0.0.1", port=free_port())
    smtp.start()
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", smtp.port
    with ImapServer("care") as server:
        options = mailbox_settings(server)
        source = make_source(kind="email", secret=PASSWORD, settings=options)

        def take(raw: bytes) -> None:
            server.deliver(raw)
            look_once(source)
            for pk in services.waiting_ids(now=clock.now()):
                services.process_delivery(delivery_id=pk, now=clock.now())

        take(mail(1))
        filed = Ticket.objects.get()
        now = clock.now()
        reply = tickets.reply(ticket_id=filed.pk, text="Which lamp?", by=make_user(), now=now)
        outbox.send_one(outgoing_id=reply.outgoing_id, now=now + timedelta(seconds=1))
        smtp.stop()
        sent = message_from_bytes(postbox.mails[0])
        # A provider may have rewritten the id; the address to answer to is enough.
        take(mail(2, To=sent["Reply-To"], text="The green one."))
        assert Ticket.objects.count() == 1
        assert Message.objects.filter(direction="in").count() == 2
        # Our own mail that comes back makes nothing.
        take(postbox.mails[0])
        assert (Ticket.objects.count(), Message.objects.count()) == (1, 3)

"""Watchers stay connected, wake up, come back, and end when they are told to."""

import datetime as dt
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from intake.channels.mailbox_account import account_of
from intake.mailbox import connection, watching
from intake.mailbox.connection import Mailbox, MailboxError
from intake.mailbox.watching import Watchers, pause_seconds
from intake.models import MailboxState, RawDelivery, Source
from tests.factories import make_source
from tests.intake.mailbox.imap_server import PASSWORD, ImapServer
from tests.intake.mailbox.mails import mail

LONG = 30.0


def wait_until(is_so: Callable[[], Any], what: str) -> None:
    until = time.monotonic() + LONG
    while not is_so():
        assert time.monotonic() < until, f"waited in vain: {what}"
        time.sleep(0.02)


@pytest.fixture
def server() -> Iterator[ImapServer]:
    with ImapServer("care", "sales") as found:
        yield found


def watched(server: ImapServer, user: str = "care", **options: Any) -> Source:
    # Nothing but IDLE can wake it in time.
    settings = {
        "imap_host": "127.0.0.1",
        "imap_port": server.port,
        "imap_tls": "none",
        "imap_user": user,
        "imap_poll_seconds": 1000,
    }
    return make_source(kind="email", secret=PASSWORD, settings=settings | options)


@pytest.fixture
def watchers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Watchers]:
    monkeypatch.setattr(watching, "FIRST_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(watching, "REFUSED_PAUSE_SECONDS", 0.05)
    monkeypatch.setattr(connection, "SLICE_SECONDS", 0.2)
    monkeypatch.setattr(connection, "FIRST_IDLE_SECONDS", 0.3)
    found = Watchers()
    yield found
    found.stop()


def taken() -> int:
    return RawDelivery.objects.count()


def is_waiting(count: int = 1) -> bool:
    return MailboxState.objects.filter(checked_at__isnull=False, failures=0).count() == count


@pytest.mark.django_db(transaction=True)
class TestOnARealServer:
    def test_a_new_mail_wakes_the_watcher(self, server: ImapServer, watchers: Watchers) -> None:
        watched(server)
        watchers.look_around()
        wait_until(is_waiting, "the first look")
        server.deliver(mail(1))
        wait_until(lambda: taken() == 1, "the mail after IDLE")
        server.deliver(mail(2))
        wait_until(lambda: taken() == 2, "the next one")
        assert server.line.connections == 1

    def test_it_comes_back_when_the_server_hangs_up(
        self, server: ImapServer, watchers: Watchers
    ) -> None:
        watched(server)
        watchers.look_around()
        wait_until(is_waiting, "the first look")
        server.line.cut()
        server.deliver(mail(1))
        wait_until(lambda: taken() == 1, "the mail after the cut")
        wait_until(is_waiting, "the light to go out")
        assert server.line.connections >= 2

    def test_a_line_that_falls_silent_is_found_out(
        self, server: ImapServer, watchers: Watchers, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(connection, "READ_SECONDS", 0.5)
        watched(server, imap_poll_seconds=5)
        watchers.look_around()
        wait_until(is_waiting, "the first look")
        server.line.is_silent = True
        server.deliver(mail(1))
        wait_until(lambda: MailboxState.objects.get().failures, "the failure to be noted")
        server.line.is_silent = False
        wait_until(lambda: taken() == 1, "the mail")

    def test_each_of_many_mailboxes_has_its_own_watcher(
        self, server: ImapServer, watchers: Watchers
    ) -> None:
        good, bad = watched(server), watched(server, "sales")
        Source.objects.filter(pk=bad.pk).update(settings=bad.settings | {"imap_user": "stranger"})
        watchers.look_around()
        assert len(watchers) == 2
        server.deliver(mail(1))
        wait_until(lambda: taken() == 1, "the mail of the good one")
        wait_until(lambda: Source.objects.get(pk=bad.pk).last_refusal, "the refusal of the other")
        assert not Source.objects.get(pk=good.pk).last_refusal
        assert Source.objects.get(pk=bad.pk).last_refusal.startswith("mailbox: ")

    def test_sources_come_change_and_go_while_it_runs(
        self, server: ImapServer, watchers: Watchers
    ) -> None:
        watchers.look_around()
        assert len(watchers) == 0
        source = watched(server)
        Source.objects.update(settings=source.settings | {"imap_folder": "Nowhere"})
        watchers.look_around()
        wait_until(lambda: MailboxState.objects.filter(failures__gt=0), "the folder to be missed")
        source.save()
        watchers.look_around()
        wait_until(is_waiting, "the changed source")
        Source.objects.update(is_enabled=False)
        watchers.look_around()
        assert len(watchers) == 0
        name = f"mailbox-{source.slug}"
        wait_until(lambda: name not in [t.name for t in threading.enumerate()], "its end")


def test_pauses_grow_and_are_longer_where_a_password_is_wrong() -> None:
    assert [pause_seconds(n, refused=False) for n in (1, 2, 3, 50)] == [1, 2, 4, 300]
    assert [pause_seconds(n, refused=True) for n in (1, 2, 50)] == [60, 120, 1800]


def account(port: int, tls: str) -> Any:
    options = {"imap_host": "localhost", "imap_port": port, "imap_tls": tls, "imap_user": "care"}
    return account_of(options, PASSWORD)


def self_signed(folder: Path) -> tuple[str, str]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    cert = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / "cert.pem", folder / "key.pem"
    files[0].write_bytes(cert.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return str(files[0]), str(files[1])


def test_starttls_is_spoken_and_a_server_that_nobody_vouches_for_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cert, key = self_signed(tmp_path)
    with ImapServer("care", cert=cert, key=key) as server:
        with pytest.raises(MailboxError, match="CERTIFICATE_VERIFY_FAILED"):
            Mailbox(account(server.port, "starttls")).__enter__()
        monkeypatch.setenv("SSL_CERT_FILE", cert)
        with Mailbox(account(server.port, "starttls")) as mailbox:
            assert mailbox.uid_validity > 0


def test_a_server_that_does_not_answer_is_no_crash(free_port: Callable[[], int]) -> None:
    with pytest.raises(MailboxError, match="refused"):
        Mailbox(account(free_port(), "none")).__enter__()

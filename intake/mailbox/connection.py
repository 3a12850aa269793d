"""One connection to one mailbox. No Django, nothing is stored here.

Whatever goes wrong on the way is one of two errors, so that whoever waits knows how long.
"""

import contextlib
import ssl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from types import TracebackType
from typing import Any, Self

from imapclient import DELETED, SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError, LoginError

from intake.channels.mailbox_account import Account
from intake.mailbox.idling import idle
from intake.mailbox.tokens import NoToken, access_token

CONNECT_SECONDS = 15
READ_SECONDS = 60
# How long it may take until somebody who wants us to stop is heard.
SLICE_SECONDS = 1.0
FIRST_IDLE_SECONDS = 2.0
# Servers that cannot call are asked this often.
WITHOUT_IDLE_SECONDS = 60
# What is larger is not loaded whole: the first part is kept, the rest stays in the mailbox.
LARGEST_BYTES = 50 * 1024 * 1024


class MailboxError(Exception):
    """The server cannot be reached or does not do what it should; it may later."""


class LoginRefused(MailboxError):
    """The server does not let us in; trying often would lock the account."""


class Declined(MailboxError):
    """The server said no to this one thing; the connection is as good as before."""


@dataclass(frozen=True, slots=True)
class FetchedMail:
    """A mail as the server has it. ``size`` is larger than the bytes where the rest was left."""

    uid: int
    raw: bytes
    size: int
    arrived_at: datetime | None

    @property
    def is_whole(self) -> bool:
        """Tell whether all of it was loaded."""
        return len(self.raw) >= self.size


class Mailbox:
    """An open folder; use it with ``with``. Every method raises MailboxError."""

    def __init__(self, account: Account, *, largest_bytes: int = LARGEST_BYTES) -> None:
        self._account = account
        self._largest_bytes = largest_bytes
        self._client: Any = None
        self._idle_seconds = FIRST_IDLE_SECONDS
        self.uid_validity = 0
        self.uid_next = 1

    def __enter__(self) -> Self:
        """Connect, log in and open the folder. Raises LoginRefused, MailboxError."""
        try:
            with _as_mailbox_errors():
                self._connect()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Log out; a server that is gone is no problem."""
        self.close()

    def close(self) -> None:
        """Log out, or just hang up."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            client.logout()
        except (IMAPClientError, OSError, ValueError):
            with contextlib.suppress(IMAPClientError, OSError, ValueError):
                client.shutdown()

    def _connect(self) -> None:
        account = self._account
        context = ssl.create_default_context()
        client: Any = IMAPClient(
            account.host,
            port=account.port,
            ssl=account.tls == "tls",
            ssl_context=context if account.tls == "tls" else None,
            timeout=SocketTimeout(CONNECT_SECONDS, READ_SECONDS),
        )
        self._client = client
        if account.tls == "starttls":
            client.starttls(context)
        self._log_in(client)
        if client.has_capability("ID"):
            # NetEase (163, 126, yeah) opens no folder for a client that does not say its name.
            with contextlib.suppress(IMAPClientError):
                client.id_({"name": "Redress", "version": "1"})
        if account.after == "move" and not client.folder_exists(account.move_to):
            client.create_folder(account.move_to)
        opened = client.select_folder(account.folder)
        self.uid_validity = int(opened.get(b"UIDVALIDITY", 0))
        self.uid_next = int(opened.get(b"UIDNEXT", 1))

    def _log_in(self, client: Any) -> None:
        account = self._account
        try:
            if account.login == "xoauth2":
                client.oauth2_login(account.user, access_token(account))
            else:
                client.login(account.user, account.secret_named("password"))
        except (LoginError, NoToken) as error:
            raise LoginRefused(_reason(error)) from error
        except UnicodeEncodeError as error:
            raise LoginRefused("name and password must be plain ASCII for this server") from error

    def uids_after(self, uid: int) -> list[int]:
        """Return what came after a mail, oldest first."""
        # "n:*" always holds the newest mail, also when its number is lower than n.
        with _as_mailbox_errors():
            found = self._client.search(["UID", f"{uid + 1}:*"])
        return sorted(one for one in found if one > uid)

    def uids_to_begin_with(self, start: str, since: date | None = None) -> list[int]:
        """Return what to take at the first look, or after the server numbered anew."""
        if start == "new":
            return []
        criteria: list[Any] = ["ALL"] if start == "all" else ["UNSEEN"]
        if since is not None and start != "all":
            criteria = ["OR", "UNSEEN", "SINCE", since]
        with _as_mailbox_errors():
            return sorted(self._client.search(criteria))

    def fetch(self, uid: int) -> FetchedMail | None:
        """Load a mail without marking it; None when it is gone meanwhile."""
        with _as_mailbox_errors():
            known = self._client.fetch([uid], ["RFC822.SIZE", "INTERNALDATE"]).get(uid)
        if not known:
            return None
        size = int(known.get(b"RFC822.SIZE", 0))
        part = f"<0.{self._largest_bytes}>" if size > self._largest_bytes else ""
        raw = self._body(uid, f"[]{part}")
        if raw is None:
            return None
        # Some servers count line ends differently; only what we cut off counts as missing.
        size = size if part else len(raw)
        return FetchedMail(uid, raw, size, _aware(known.get(b"INTERNALDATE")))

    def fetch_head(self, uid: int) -> FetchedMail | None:
        """Load the headers alone, where the server does not give the whole."""
        raw = self._body(uid, "[HEADER]")
        return None if raw is None else FetchedMail(uid, raw, len(raw) + 1, None)

    def _body(self, uid: int, section: str) -> bytes | None:
        with _as_mailbox_errors():
            found = self._client.fetch([uid], [f"BODY.PEEK{section}"]).get(uid) or {}
        raw = next((value for key, value in found.items() if key.startswith(b"BODY[")), None)
        return bytes(raw) if raw is not None else None

    def finish(self, mail: FetchedMail) -> None:
        """Do with a mail that is stored what the account says; what was cut stays where it is."""
        after = self._account.after if mail.is_whole else "seen"
        with _as_mailbox_errors():
            if after == "seen":
                self._client.add_flags([mail.uid], [SEEN], silent=True)
            elif after == "delete":
                self._remove(mail.uid)
            elif self._client.has_capability("MOVE"):
                self._client.move([mail.uid], self._account.move_to)
            else:
                self._client.copy([mail.uid], self._account.move_to)
                self._remove(mail.uid)

    def _remove(self, uid: int) -> None:
        self._client.add_flags([uid], [DELETED], silent=True)
        if self._client.has_capability("UIDPLUS"):
            self._client.uid_expunge([uid])
        else:
            self._client.expunge()

    def wait(self, stop: Callable[[], bool]) -> None:
        """Return when the server says that something came, when it is time to look, or on stop."""
        with _as_mailbox_errors():
            if self._client.has_capability("IDLE"):
                self._idle(stop)
            else:
                seconds = min(self._account.poll_seconds, WITHOUT_IDLE_SECONDS)
                _sleep(seconds, stop)
                self._client.noop()

    def _idle(self, stop: Callable[[], bool]) -> None:
        """Wait to be called, for longer and longer.

        Some servers tell what came just before IDLE only when it ends, so the first ones are
        short: a mail that slips in between is found soon all the same.
        """
        called = idle(
            self._client, seconds=self._idle_seconds, slice_seconds=SLICE_SECONDS, stop=stop
        )
        longer = FIRST_IDLE_SECONDS if called else self._idle_seconds * 2
        self._idle_seconds = min(longer, float(self._account.poll_seconds))


def _sleep(seconds: float, stop: Callable[[], bool]) -> None:
    until = time.monotonic() + seconds
    while not stop() and time.monotonic() < until:
        time.sleep(min(SLICE_SECONDS, max(until - time.monotonic(), 0)))


@contextmanager
def _as_mailbox_errors() -> Iterator[None]:
    try:
        yield
    except MailboxError:
        raise
    except (IMAPClientAbortError, OSError, AttributeError) as error:
        # AttributeError: imaplib's socket is None once the server has hung up.
        raise MailboxError(_reason(error)) from error
    except (IMAPClientError, ValueError) as error:
        raise Declined(_reason(error)) from error


def _reason(error: BaseException) -> str:
    said = error.args[0] if error.args else ""
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(error)
    return f"{type(error).__name__}: {text}"[:180]


def _aware(moment: Any) -> datetime | None:
    if not isinstance(moment, datetime):
        return None
    # imapclient gives the machine's local time without a zone.
    return moment.astimezone(UTC)

"""Watches mailboxes: a thread each, which waits with IDLE and comes back after every fault."""

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

import structlog
from django.db import DatabaseError, InterfaceError, connections

from common import clock
from intake import services
from intake.channels.mailbox_account import Account, BadAccount, account_of
from intake.mailbox.collecting import collect
from intake.mailbox.connection import LoginRefused, Mailbox, MailboxError
from intake.models import Source
from intake.queries import list_mailbox_sources

log = structlog.get_logger(__name__)

FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 300.0
# Servers lock accounts that are tried with a wrong password too often.
REFUSED_PAUSE_SECONDS = 60.0
LONGEST_REFUSED_PAUSE_SECONDS = 1800.0
# How soon a source that is added, changed or switched off is noticed.
RESCAN_SECONDS = 15.0
STOP_SECONDS = 8.0


def pause_seconds(failures: int, *, refused: bool) -> float:
    """Return how long to wait after so many failures in a row."""
    first = REFUSED_PAUSE_SECONDS if refused else FIRST_PAUSE_SECONDS
    longest = LONGEST_REFUSED_PAUSE_SECONDS if refused else LONGEST_PAUSE_SECONDS
    return min(first * 2.0 ** min(max(failures - 1, 0), 20), longest)


class Watcher(threading.Thread):
    """Looks after one mailbox until it is told to stop."""

    def __init__(self, source: Source) -> None:
        super().__init__(name=f"mailbox-{source.slug}", daemon=True)
        self._source = source
        self._stopping = threading.Event()

    def ask_to_stop(self) -> None:
        """Make the thread end within about a second, after the mail that it is at."""
        self._stopping.set()

    def run(self) -> None:
        """Stay connected; after a fault wait, longer each time, and connect again."""
        while not self._stopping.is_set():
            try:
                account = account_of(self._source.settings, self._source.secret)
                self._stay(account)
            except (BadAccount, LoginRefused) as error:
                self._pause(error, refused=True)
            except (MailboxError, DatabaseError, InterfaceError) as error:
                self._pause(error, refused=False)
            except Exception as error:
                log.exception("mailbox_failed", source=self._source.slug)
                self._pause(error, refused=False)
        connections.close_all()

    def _stay(self, account: Account) -> None:
        with Mailbox(account) as mailbox:
            while not self._stopping.is_set():
                taken = collect(self._source, mailbox, stop=self._stopping.is_set)
                if taken:
                    log.info("mailbox_read", source=self._source.slug, mails=taken)
                # While it waits it holds no connection to the database.
                connections.close_all()
                mailbox.wait(self._stopping.is_set)

    def _pause(self, error: Exception, *, refused: bool) -> None:
        log.warning("mailbox_unreachable", source=self._source.slug, why=str(error))
        failures = 1
        try:
            failures = services.note_failure(
                source_id=self._source.pk, why=str(error), now=clock.now()
            )
        except (DatabaseError, InterfaceError):
            # The database is away too; it will be told after the next failure.
            log.warning("mailbox_failure_not_noted", source=self._source.slug)
        finally:
            connections.close_all()
        self._stopping.wait(pause_seconds(failures, refused=refused))


class Watchers:
    """A watcher for every mailbox there is: new sources get one, changed ones a new one."""

    def __init__(self, find_sources: Callable[[], list[Source]] = list_mailbox_sources) -> None:
        self._find_sources = find_sources
        self._running: dict[int, tuple[Any, Watcher]] = {}

    def __len__(self) -> int:
        return len(self._running)

    def look_around(self) -> None:
        """Start and stop watchers until they match the sources."""
        wanted = {source.pk: source for source in self._find_sources()}
        for pk, (known, watcher) in list(self._running.items()):
            source = wanted.get(pk)
            if source is None or _mark(source) != known or not watcher.is_alive():
                watcher.ask_to_stop()
                del self._running[pk]
        for pk, source in wanted.items():
            if pk not in self._running:
                watcher = Watcher(source)
                self._running[pk] = (_mark(source), watcher)
                watcher.start()

    def stop(self) -> None:
        """End all watchers; those that hang in a slow server are left to the process's end."""
        watchers = [watcher for _, watcher in self._running.values()]
        self._running = {}
        for watcher in watchers:
            watcher.ask_to_stop()
        until = time.monotonic() + STOP_SECONDS
        for watcher in watchers:
            watcher.join(max(until - time.monotonic(), 0))


def _mark(source: Source) -> tuple[str, Mapping[str, Any], str]:
    return source.slug, source.settings, source.secret

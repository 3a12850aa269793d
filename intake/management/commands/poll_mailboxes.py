"""``manage.py poll_mailboxes [--once]``: take the mails out of the sources' mailboxes."""

import signal
import threading
from argparse import ArgumentParser
from typing import Any

import structlog
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, InterfaceError, connections

from common import clock
from intake import services
from intake.channels.mailbox_account import BadAccount
from intake.mailbox.collecting import look_once
from intake.mailbox.connection import MailboxError
from intake.mailbox.watching import RESCAN_SECONDS, Watchers
from intake.queries import list_mailbox_sources

log = structlog.get_logger(__name__)


class Command(BaseCommand):
    """Watches every mailbox, or looks into each of them once."""

    help = "Take mails out of the sources' mailboxes; stays and waits for more without --once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("--once", action="store_true", help="look once, then end (for cron)")
        parser.add_argument("--source", default="", help="with --once: the slug of one source")
        parser.add_argument(
            "--while-needed", action="store_true", help="end when no source has a mailbox any more"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Look once, or stay until SIGTERM or Ctrl-C."""
        if options["once"]:
            self._look_once(options["source"])
            return
        stopping = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopping.set())
        _stay(stopping, while_needed=options["while_needed"])

    def _look_once(self, slug: str) -> None:
        sources = [one for one in list_mailbox_sources() if slug in ("", one.slug)]
        if not sources:
            raise CommandError("No source has a mailbox." if not slug else f"No mailbox: {slug}.")
        failed = 0
        for source in sources:
            try:
                count = look_once(source)
            except (BadAccount, MailboxError) as error:
                failed += 1
                services.note_failure(source_id=source.pk, why=str(error), now=clock.now())
                self.stderr.write(f"{source.slug}: {error}")
            else:
                self.stdout.write(f"{source.slug}: {count} taken")
        if failed:
            raise CommandError(f"{failed} of {len(sources)} mailboxes could not be read.")


def _stay(stopping: threading.Event, *, while_needed: bool) -> None:
    watchers = Watchers()
    try:
        while not stopping.is_set():
            try:
                # One process at a time: others wait for their turn. Two would do no harm, as
                # mails that are taken twice are recognised, but would cost twice the work.
                if services.hold_mailboxes():
                    watchers.look_around()
                    if while_needed and not len(watchers):
                        break
                else:
                    watchers.stop()
            except (DatabaseError, InterfaceError) as error:
                log.warning("mailboxes_not_listed", why=str(error))
                connections.close_all()
            stopping.wait(RESCAN_SECONDS)
    finally:
        watchers.stop()
        connections.close_all()

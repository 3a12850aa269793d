"""``manage.py receive_mail [FILE|DIR|-]``: hand mails to Redress from files, a folder or a pipe."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from intake.models import Source, SourceKind
from intake.services import create_source, store


class Command(BaseCommand):
    """Stores mails as raw deliveries; a worker reads them."""

    help = "Receive mails: a file, every file of a folder, or standard input with '-'."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("path", nargs="?", default="-", help="file, folder or - (default)")
        parser.add_argument("--source", default="", help="slug of the e-mail source")

    def handle(self, *args: Any, **options: Any) -> None:
        """Store each mail and say what became of it."""
        source = _source(options["source"])
        count = 0
        for name, raw in _mails(options["path"]):
            if not raw.strip():
                self.stderr.write(f"{name}: empty, left out")
                continue
            accepted = store(
                source=source, body=raw, external_id="", verified="command", now=clock.now()
            )
            count += 1
            seen = " (was here before)" if accepted.duplicate else ""
            self.stdout.write(f"{name}: delivery {accepted.delivery_id}{seen}")
        if not count:
            raise CommandError("There was no mail to receive.")


def _source(slug: str) -> Source:
    sources = Source.objects.filter(kind=SourceKind.EMAIL)
    if slug:
        source = sources.filter(slug=slug).first()
        if source is None:
            raise CommandError(f"There is no e-mail source “{slug}”.")
        return source
    return sources.order_by("pk").first() or create_source(kind=SourceKind.EMAIL, name="Mail")


def _mails(path: str) -> Iterator[tuple[str, bytes]]:
    if path == "-":
        yield "-", sys.stdin.buffer.read()
        return
    place = Path(path)
    if not place.exists():
        raise CommandError(f"{path} does not exist.")
    files = sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]
    for file in files:
        yield file.name, file.read_bytes()

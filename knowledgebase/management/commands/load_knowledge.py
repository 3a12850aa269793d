"""``python manage.py load_knowledge``: bring the shipped replies in."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from common import clock
from knowledgebase import content, services


class Command(BaseCommand):
    """Loads the shipped replies; may be run again at any time."""

    help = "Load the shipped reply templates. Never overwrites what was edited here."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", nargs="?", type=Path, default=content.ROOT)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            articles = content.read_all(options["path"])
        except content.ContentError as error:
            raise CommandError(f"A reply file cannot be read: {error}") from error
        report = services.load_knowledge(articles=articles, now=clock.now())
        self.stdout.write(
            f"{report.scenarios} scenarios: {report.created} bodies new, {report.updated} updated, "
            f"{report.unchanged} unchanged, {report.kept} edited here and kept."
        )

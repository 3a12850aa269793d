"""Bring database, files, knowledge and model up to date. Safe to repeat; quick when nothing is new.

`up` calls it before it starts the processes; grown installations call it at every release.
"""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

# What is said, the command, its arguments.
STEPS: list[tuple[str, str, list[str]]] = [
    ("database tables", "migrate", ["--no-input", "--verbosity=0"]),
    ("static files", "collectstatic", ["--no-input", "--verbosity=0"]),
    ("knowledge base", "load_knowledge", []),
    ("triage model", "train_triage", ["--if-missing"]),
]
DEMO_STEPS: list[tuple[str, str, list[str]]] = [("demo data", "seed_demo", [])]


class Command(BaseCommand):
    """Runs every step in turn and says how long each took."""

    help = "Migrate, collect static files, load the knowledge base, train the first model."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the options."""
        parser.add_argument("--no-demo", action="store_true", help="Leave the demo data out.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the steps."""
        for title, command, arguments in STEPS + ([] if options["no_demo"] else DEMO_STEPS):
            started = time.monotonic()
            self.stdout.write(f"{title} …")
            self._run(command, arguments)
            self.stdout.write(f"{title} done in {time.monotonic() - started:.1f} s")

    def _run(self, command: str, arguments: list[str]) -> None:
        try:
            call_command(command, *arguments, stdout=self.stdout, stderr=self.stderr)
        except OperationalError as error:
            reason = str(error).strip().splitlines()[0]
            raise CommandError(
                f"The database cannot be used ({reason}); check DATABASE_URL and the server."
            ) from error

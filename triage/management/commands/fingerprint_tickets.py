"""``manage.py fingerprint_tickets``: make solved tickets found that were solved before."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from triage.management.progress import Progress
from triage.models import Fingerprint
from triage.queries.similar import without_fingerprint
from triage.services.similar import count_terms, keep_missing


class Command(BaseCommand):
    """Goes on where it was stopped; tickets that are solved from now on need no command."""

    help = "Keep what solved tickets are known by, so that similar ones are found."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument(
            "--again",
            action="store_true",
            help="forget what is kept and begin anew, as after a change of the keyword tables",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Write what is missing, with progress after each part."""
        if options["again"]:
            Fingerprint.objects.filter(is_solved=True).update(is_solved=False)
        total = without_fingerprint().count()
        progress = Progress(self.stdout.write, every_seconds=0.0)
        done = keep_missing(said=lambda written: progress.at(written, total))
        count_terms()
        self.stdout.write(f"{done:,} tickets are found from now on.")

"""``manage.py fingerprint_tickets``: make solved tickets found that were solved before."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

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
        started = time.monotonic()

        def say(done: int) -> None:
            seconds = max(time.monotonic() - started, 0.001)
            left = (total - done) * seconds / max(done, 1) / 60
            self.stdout.write(
                f"{done:,} of {total:,} tickets, {done / seconds:.0f} a second, "
                f"{max(left, 0):.0f} min left"
            )

        done = keep_missing(said=say)
        count_terms()
        self.stdout.write(f"{done:,} tickets are found from now on.")

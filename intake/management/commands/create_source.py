"""``manage.py create_source KIND NAME [--json]``: a new place that complaints come from."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from intake.models import SourceKind
from intake.services import create_source


class Command(BaseCommand):
    """Creates a source and prints where and with which secret it delivers."""

    help = "Create a source of complaints. The secret is shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("kind", choices=SourceKind.values)
        parser.add_argument("name")
        parser.add_argument("--callback-url", default="", help="where replies are posted to")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create and print."""
        callback = options["callback_url"]
        source = create_source(
            kind=options["kind"],
            name=options["name"],
            options={"callback_url": callback} if callback else {},
        )
        url = settings.REDRESS_PUBLIC_URL.rstrip("/") + source.get_absolute_url()
        result = {"slug": source.slug, "url": url, "secret": source.secret}
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        for name, value in result.items():
            self.stdout.write(f"{name:7}{value}")

"""``manage.py create_source KIND NAME [--json]``: a new place that complaints come from."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

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
        parser.add_argument(
            "--secret",
            default="",
            help="the platform's own secret; several as one JSON object, see docs/channels.md",
        )
        parser.add_argument(
            "--set",
            dest="options",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="a setting of the channel; may be given several times",
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create and print."""
        chosen = dict(_setting(text) for text in options["options"])
        if options["callback_url"]:
            chosen["callback_url"] = options["callback_url"]
        source = create_source(
            kind=options["kind"],
            name=options["name"],
            options=chosen,
            secret=options["secret"],
        )
        url = settings.REDRESS_PUBLIC_URL.rstrip("/") + source.get_absolute_url()
        result = {"slug": source.slug, "url": url, "secret": source.secret}
        if options["json"]:
            self.stdout.write(json.dumps(result))
            return
        for name, value in result.items():
            self.stdout.write(f"{name:7}{value}")


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise CommandError(f"--set {text}: write NAME=VALUE.")
    return name, value

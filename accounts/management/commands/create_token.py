"""``manage.py create_token NAME --scopes A,B [--user LOGIN] [--json]``: a key for a machine."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.errors import UnknownScope
from accounts.models import User
from accounts.services import SCOPES, create_token


class Command(BaseCommand):
    """Creates an API token and prints it once."""

    help = "Create an API token. It is shown once and cannot be read again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument("name")
        parser.add_argument("--scopes", required=True, help=f"comma list of: {', '.join(SCOPES)}")
        parser.add_argument("--user", help="log-in of the person whose role the token has")
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the token and print it."""
        scopes = [scope.strip() for scope in options["scopes"].split(",") if scope.strip()]
        by = User.objects.filter(username=options["user"]).first() if options["user"] else None
        if options["user"] and by is None:
            raise CommandError(f"There is nobody with the log-in {options['user']}.")
        try:
            _token, plain = create_token(name=options["name"], scopes=scopes, by=by)
        except UnknownScope as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps({"token": plain}) if options["json"] else plain)

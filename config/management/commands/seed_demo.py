"""``manage.py seed_demo``: people, sources and a month of complaints to try Redress out."""

import secrets
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from common import clock
from common.queueing import without_waking
from config.demo.month import Month
from config.demo.people import PASSWORD_BYTES, add_people, add_sources, write_logins
from tickets.models import Ticket


class Command(BaseCommand):
    """Fills an empty Redress with the demo; does nothing once there are tickets."""

    help = "Add demo people, sources and complaints, unless there are tickets already."

    def handle(self, *args: Any, **options: Any) -> None:
        """Play the month."""
        if Ticket.objects.exists():
            self.stdout.write("There are tickets already; the demo data is left as it is.")
            return
        password = f"demo-{secrets.token_hex(PASSWORD_BYTES // 2)}"
        people, sources = add_people(password), add_sources()
        write_logins(password)
        now = clock.now()
        # All or nothing, so that a demo that was cut off begins anew.
        with without_waking(), transaction.atomic():
            count = Month(sources, people, now).play()
        self.stdout.write(f"{count} demo tickets")

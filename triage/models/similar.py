"""What tickets are known by when others like them are looked for."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from tickets.models import Ticket


class Fingerprint(models.Model):
    """The words of a ticket's problem and its category as numbers (triage.ml.similar).

    ``is_solved`` tells whether it is found: only what ended can show how it ended.
    """

    ticket = models.OneToOneField(
        Ticket, primary_key=True, on_delete=models.CASCADE, related_name="fingerprint"
    )
    terms = ArrayField(models.IntegerField())
    is_solved = models.BooleanField(default=False)

    class Meta:
        indexes = (
            # Without a pending list, which every look-up would have to read through.
            GinIndex(
                fields=["terms"],
                name="fingerprint_terms",
                condition=Q(is_solved=True),
                fastupdate=False,
            ),
        )

    def __str__(self) -> str:
        return f"{len(self.terms)} terms of {self.ticket_id}"

"""Addresses at which our mail does not arrive."""

from django.db import models


class FailingAddress(models.Model):
    """An e-mail address from which mail of ours came back.

    Automatic mail to it stops for a while after ``last_at``; people may still write. The row goes
    when a later mail arrives there after all.
    """

    address = models.CharField(max_length=320, unique=True)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    count = models.PositiveIntegerField(default=1)
    why = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.address

"""How far a mailbox has been read."""

from django.db import models

from intake.models.sources import Source


class MailboxState(models.Model):
    """Where the next look into a source's mailbox begins, and how the last ones went.

    ``uid_validity`` is the server's numbering; a number below ``last_uid`` means nothing once it
    has changed. ``failures`` counts looks without success since the last good one.
    """

    source = models.OneToOneField(Source, on_delete=models.CASCADE, related_name="mailbox_state")
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    checked_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    failures = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"mailbox of {self.source_id}"

"""What was said: messages, their files, and drafts."""

import re

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from outbox.models import Outgoing
from tickets.models.customers import Customer
from tickets.models.ticket import Ticket


class Direction(models.TextChoices):
    """Which way a message went."""

    IN = "in", _("in")
    OUT = "out", _("out")


class MessageKind(models.TextChoices):
    """What a message is."""

    CUSTOMER = "customer", _("Customer")
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Internal note")
    AUTO = "auto", _("Automatic message")


class Message(models.Model):
    """One message of a ticket.

    ``text`` is all that can be read, quotes included; ``reply_text`` what is new in it; ``html``
    is kept as it came and sanitised whenever it is shown. ``digest`` is the SHA-256 of the
    canonical content: the same external id with other content is another message.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    direction = models.CharField(max_length=3, choices=Direction.choices)
    kind = models.CharField(max_length=8, choices=MessageKind.choices)
    round = models.PositiveSmallIntegerField(default=1)
    author = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    customer = models.ForeignKey(Customer, null=True, blank=True, on_delete=models.SET_NULL)
    source = models.CharField(max_length=60, blank=True)
    channel = models.CharField(max_length=20, blank=True)
    external_id = models.CharField(max_length=255, blank=True)
    digest = models.CharField(max_length=64, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    reply_text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    rating = models.PositiveSmallIntegerField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField()
    created_at = models.DateTimeField()
    outgoing = models.ForeignKey(
        Outgoing, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    template_slug = models.CharField(max_length=80, blank=True)
    idempotency_key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    meta = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["source", "external_id", "digest"],
                name="message_arrives_once",
                condition=Q(direction="in"),
            ),
        )
        indexes = (
            models.Index(
                fields=["external_id"], name="message_by_external", condition=~Q(external_id="")
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def shown_text(self) -> str:
        """What to show first: the new part, or everything where nothing was trimmed."""
        return self.reply_text or self.text

    @property
    def has_remote_pictures(self) -> bool:
        """Tell whether the page names pictures on other people's servers."""
        return bool(_REMOTE_PICTURE.search(self.html))


_REMOTE_PICTURE = re.compile(r"<img\b[^>]{0,1000}?\bsrc\s*=\s*[\"']?\s*https?:", re.IGNORECASE)


def attachment_path(attachment: "Attachment", _name: str) -> str:
    """Store under the digest, never under the sender's name."""
    return f"attachments/{attachment.sha256[:2]}/{attachment.sha256}"


class Attachment(models.Model):
    """A file of a message. ``name`` is for showing only; it never names a path."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to=attachment_path, max_length=200)
    content_id = models.CharField(max_length=255, blank=True)
    inline = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What a person has begun to write, saved as they type."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts")
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    kind = models.CharField(max_length=8, default=MessageKind.REPLY)
    text = models.TextField(blank=True)
    template_slug = models.CharField(max_length=80, blank=True)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ticket", "user", "kind"], name="one_draft_each"),
        )

    def __str__(self) -> str:
        return f"draft of {self.user_id} for {self.ticket_id}"

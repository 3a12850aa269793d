"""Live chat: one conversation for each visitor's browser, and its lines in order."""

from django.db import models
from django.db.models import Q

from intake.models.deliveries import RawDelivery
from intake.models.sources import Source


class ChatConversation(models.Model):
    """What one browser talks about with us.

    The browser holds a token that nobody can guess; we keep its digest. ``key`` names the
    conversation inside. ``version`` grows with everything that the visitor can see change, so
    that one small read answers "nothing new". ``fetched_number`` and ``read_number`` are the
    last lines that the browser has and that a person had before their eyes;
    ``unfetched_since`` is when the oldest reply was put that the browser does not have yet.
    ``subject`` is the shop's own id of the customer, where the shop signed for it.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="conversations")
    key = models.CharField(max_length=32, unique=True)
    token_digest = models.CharField(max_length=64, unique=True)
    subject = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=320, blank=True)
    email_is_verified = models.BooleanField(default=False)
    order_number = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8, blank=True)
    version = models.PositiveIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    fetched_number = models.PositiveIntegerField(default=0)
    read_number = models.PositiveIntegerField(default=0)
    unfetched_since = models.DateTimeField(null=True, blank=True)
    last_seen_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(
                fields=["unfetched_since"],
                name="chat_reply_not_fetched",
                condition=Q(unfetched_since__isnull=False) & ~Q(email=""),
            ),
        )

    def __str__(self) -> str:
        return f"chat {self.key}"


class ChatLine(models.Model):
    """One line of a conversation; the words themselves are in the delivery or the message.

    A visitor's line has a delivery and the key that the browser gave it; a line of ours has a
    message. ``mailed_at``: went by e-mail instead, because the visitor had left.
    """

    conversation = models.ForeignKey(
        ChatConversation, on_delete=models.CASCADE, related_name="lines"
    )
    number = models.PositiveIntegerField()
    client_key = models.CharField(max_length=64, blank=True)
    delivery = models.OneToOneField(
        RawDelivery, null=True, blank=True, on_delete=models.CASCADE, related_name="chat_line"
    )
    message = models.OneToOneField(
        "tickets.Message", null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    mailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["conversation", "number"], name="chat_line_number"),
            models.UniqueConstraint(
                fields=["conversation", "client_key"],
                name="chat_line_is_taken_once",
                condition=~Q(client_key=""),
            ),
        )

    def __str__(self) -> str:
        return f"line {self.number} of {self.conversation_id}"

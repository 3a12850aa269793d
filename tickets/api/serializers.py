"""The shapes of the API: what goes out, and what may come in."""

from typing import Any

from rest_framework import serializers

from tickets import states
from tickets.models import Attachment, Customer, Identity, Message, Ticket
from tickets.taxonomy import EMOTIONS

EMOTION_NAMES = [slug for slug, _zh, _en in EMOTIONS]


class IdentitySerializer(serializers.ModelSerializer[Identity]):
    """One key of a customer."""

    class Meta:
        model = Identity
        fields = ("kind", "namespace", "value", "verified")


class CustomerSerializer(serializers.ModelSerializer[Customer]):
    """A person with their identities."""

    identities = IdentitySerializer(many=True, read_only=True)

    class Meta:
        model = Customer
        fields = ("id", "name", "vip", "language", "created_at", "identities")


class CustomerBriefSerializer(serializers.ModelSerializer[Customer]):
    """A person in one line."""

    class Meta:
        model = Customer
        fields = ("id", "name", "vip")


class TicketSerializer(serializers.ModelSerializer[Ticket]):
    """A ticket as lists show it. ``emotion`` is calm, annoyed, angry or threatening."""

    emotion = serializers.SerializerMethodField()
    customer = CustomerBriefSerializer(read_only=True, allow_null=True)
    owner = serializers.CharField(source="owner.label", default=None, read_only=True)
    team = serializers.CharField(source="team.code", default=None, read_only=True)
    order = serializers.CharField(source="order_number", read_only=True)

    class Meta:
        model = Ticket
        fields = (
            "reference",
            "subject",
            "status",
            "round",
            "priority",
            "category",
            "also",
            "emotion",
            "distressed",
            "flags",
            "language",
            "confidence",
            "abstained",
            "triage_state",
            "source",
            "channel",
            "external_id",
            "order",
            "customer",
            "created_at",
            "opened_at",
            "due_at",
            "due_metric",
            "first_replied_at",
            "resolved_at",
            "owner",
            "team",
            "repeat_count",
        )

    def get_emotion(self, ticket: Ticket) -> str:
        """Return the degree by name."""
        return EMOTION_NAMES[ticket.emotion]


class AttachmentSerializer(serializers.ModelSerializer[Attachment]):
    """A file, without its content."""

    class Meta:
        model = Attachment
        fields = ("id", "name", "content_type", "size", "sha256", "inline")


class MessageSerializer(serializers.ModelSerializer[Message]):
    """A message; ``delivery`` is what became of it on its way out."""

    ticket = serializers.CharField(source="ticket.reference", read_only=True)
    author = serializers.CharField(source="author.label", default=None, read_only=True)
    attachments = AttachmentSerializer(many=True, read_only=True)
    delivery = serializers.SerializerMethodField()

    class Meta:
        model = Message
        fields = (
            "id",
            "ticket",
            "direction",
            "kind",
            "round",
            "author",
            "source",
            "channel",
            "external_id",
            "subject",
            "text",
            "reply_text",
            "language",
            "rating",
            "sent_at",
            "received_at",
            "attachments",
            "delivery",
        )

    def get_delivery(self, message: Message) -> str | None:
        """Return queued, sent, failed and so on; "fetch" when the source must fetch it."""
        if message.outgoing is not None:
            return message.outgoing.status
        return "fetch" if message.meta.get("delivery") == "fetch" else None


class NewCustomerSerializer(serializers.Serializer[Any]):
    """Who complains; an e-mail, a phone number or a platform id makes them known again."""

    id = serializers.CharField(max_length=255, required=False)
    name = serializers.CharField(max_length=200, required=False, allow_blank=True)
    email = serializers.EmailField(max_length=320, required=False)
    phone = serializers.CharField(max_length=40, required=False)
    vip = serializers.BooleanField(required=False, allow_null=True, default=None)


class NewTicketSerializer(serializers.Serializer[Any]):
    """A complaint that another system files. ``external_id`` makes a retry harmless."""

    external_id = serializers.CharField(max_length=255)
    text = serializers.CharField(max_length=1_000_000, trim_whitespace=False)
    subject = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    channel = serializers.ChoiceField(
        choices=["chat", "wechat", "whatsapp", "phone", "review", "form", "email", "generic"],
        default="generic",
    )
    language = serializers.CharField(max_length=8, required=False, allow_blank=True, default="")
    thread = serializers.CharField(max_length=255, required=False, allow_blank=True, default="")
    order = serializers.CharField(max_length=64, required=False, allow_blank=True, default="")
    rating = serializers.IntegerField(min_value=1, max_value=5, required=False, allow_null=True)
    customer = NewCustomerSerializer(required=False)


class NewReplySerializer(serializers.Serializer[Any]):
    """A reply to the customer. Send an Idempotency-Key header to make a retry harmless."""

    text = serializers.CharField(max_length=100_000)
    then_status = serializers.ChoiceField(
        choices=sorted(states.OPEN_STATES - {states.NEW}), required=False
    )
    template = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class NewNoteSerializer(serializers.Serializer[Any]):
    """An internal note."""

    text = serializers.CharField(max_length=100_000)

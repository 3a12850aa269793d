"""What became of a raw delivery, over HTTP."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework import mixins, serializers, viewsets

from accounts.api_auth import HasScope, TokenAuthentication
from intake.models import RawDelivery
from tickets.models import Message


class DeliverySerializer(serializers.ModelSerializer[RawDelivery]):
    """A delivery's fate. ``trail`` lists each step that decided, with its reason."""

    # A field of this name shadows an attribute of the base class; DRF allows it, its types do not.
    source = serializers.CharField(source="source.slug", read_only=True)  # type: ignore[assignment]
    tickets = serializers.SerializerMethodField()

    class Meta:
        model = RawDelivery
        fields = (
            "id",
            "source",
            "external_id",
            "digest",
            "status",
            "reason",
            "attempts",
            "repeats",
            "received_at",
            "processed_at",
            "trail",
            "message_ids",
            "tickets",
        )

    def get_tickets(self, delivery: RawDelivery) -> list[str]:
        """Return the references of the tickets that its messages are in."""
        rows = Message.objects.filter(pk__in=delivery.message_ids).order_by("ticket_id")
        return list(rows.values_list("ticket__reference", flat=True).distinct())


class DeliveryViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, viewsets.GenericViewSet[Any]
):
    """Raw deliveries, newest first; bodies are never part of the answer."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (HasScope,)
    required_scopes: ClassVar[dict[str, str]] = {"GET": "deliveries:read"}
    serializer_class = DeliverySerializer
    filterset_fields = ("status", "source__slug", "external_id")
    queryset = RawDelivery.objects.none()

    def get_queryset(self) -> QuerySet[RawDelivery]:
        """Return deliveries without their bodies."""
        return RawDelivery.objects.select_related("source").defer("body")

"""Tickets, messages and customers over HTTP."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_auth import HasScope, TokenAuthentication
from accounts.models import User
from common import clock
from common.parsers import BoundedJSONParser
from common.text import storable
from tickets import queries, services
from tickets.api.filters import MessageFilter, TicketFilter
from tickets.api.serializers import (
    CustomerSerializer,
    MessageSerializer,
    NewCustomerSerializer,
    NewNoteSerializer,
    NewReplySerializer,
    NewTicketSerializer,
    TicketSerializer,
)
from tickets.identity import normal_email, normal_phone
from tickets.models import Customer, Message, Ticket
from tickets.records import IncomingMessage, IncomingOrder

API_SOURCE = "api"
IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key writes once; a retry returns the first answer.",
)


class ScopedViewSet(viewsets.GenericViewSet[Any]):
    """Tokens only; what a call needs is in ``required_scopes`` by method."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (HasScope,)
    parser_classes = (BoundedJSONParser,)
    required_scopes: ClassVar[dict[str, str]] = {}


class TicketViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin, ScopedViewSet
):
    """The ticket pool, newest first."""

    required_scopes: ClassVar[dict[str, str]] = {
        "GET": "tickets:read",
        "POST": "tickets:write",
    }
    serializer_class = TicketSerializer
    filterset_class = TicketFilter
    lookup_field = "reference"
    lookup_value_regex = r"[Rr]-[0-9]+"
    queryset = Ticket.objects.none()

    def get_queryset(self) -> QuerySet[Ticket]:
        """Return what the token's owner may see."""
        rows = queries.visible_tickets(self.request.user)
        return rows.select_related("customer", "owner", "team")

    @extend_schema(request=NewTicketSerializer, responses={201: TicketSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """File a complaint: 201 with the ticket, 200 when this ``external_id`` was here before."""
        form = NewTicketSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        received = services.receive_message(
            incoming=_incoming(form.validated_data), now=clock.now()
        )
        assert received is not None  # only automatic mail is left unfiled
        body = TicketSerializer(self.get_queryset().get(pk=received.ticket.pk)).data
        return Response(body, status=200 if received.duplicate else 201)

    @extend_schema(responses=MessageSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def messages(self, request: Request, **_kwargs: Any) -> Response:
        """Return the whole conversation, oldest first."""
        rows = _messages().filter(ticket=self.get_object()).order_by("id")
        return Response(MessageSerializer(rows, many=True).data)

    @extend_schema(
        request=NewReplySerializer,
        responses={201: MessageSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"])
    def reply(self, request: Request, **_kwargs: Any) -> Response:
        """Answer the customer on the channel that they wrote on."""
        form = NewReplySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        message = services.reply(
            ticket_id=self.get_object().pk,
            text=storable(form.validated_data["text"]),
            by=_machine(request),
            now=clock.now(),
            then_status=form.validated_data.get("then_status", ""),
            template_slug=form.validated_data["template"],
            idempotency_key=_key(request),
        )
        return Response(MessageSerializer(message).data, status=201)

    @extend_schema(
        request=NewNoteSerializer,
        responses={201: MessageSerializer},
        parameters=[IDEMPOTENCY_KEY],
    )
    @action(detail=True, methods=["post"])
    def notes(self, request: Request, **_kwargs: Any) -> Response:
        """Write an internal note."""
        form = NewNoteSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        message = services.add_note(
            ticket_id=self.get_object().pk,
            text=storable(form.validated_data["text"]),
            by=_machine(request),
            now=clock.now(),
            idempotency_key=_key(request),
        )
        return Response(MessageSerializer(message).data, status=201)


def _machine(request: Request) -> User:
    """Return the user that the token belongs to."""
    assert isinstance(request.user, User)
    return request.user


def _key(request: Request) -> str:
    """Tie the caller's key to its token, so that two machines never share one."""
    key = request.headers.get("Idempotency-Key", "").strip()
    return f"{request.auth.pk}:{key}" if key else ""


def _incoming(data: dict[str, Any]) -> IncomingMessage:
    customer = data.get("customer") or {}
    text = storable(data["text"])
    first_line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    return IncomingMessage(
        source=API_SOURCE,
        channel=data["channel"],
        external_id=storable(data["external_id"]),
        text=text,
        received_at=clock.now(),
        subject=storable(data["subject"]) or first_line[:80],
        language=data["language"],
        thread=storable(data["thread"]),
        from_name=storable(customer.get("name", "")),
        emails=tuple(filter(None, [customer.get("email", "")])),
        phones=tuple(filter(None, [customer.get("phone", "")])),
        external_ids=tuple(filter(None, [storable(customer.get("id", ""))])),
        identity_verified=True,
        vip=customer.get("vip"),
        order=IncomingOrder(number=storable(data["order"])) if data["order"] else None,
        rating=data.get("rating"),
    )


def _messages() -> QuerySet[Message]:
    rows = Message.objects.select_related("ticket", "author", "outgoing")
    return rows.prefetch_related("attachments")


class MessageViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, ScopedViewSet):
    """Messages over all tickets, newest first."""

    required_scopes: ClassVar[dict[str, str]] = {"GET": "messages:read"}
    serializer_class = MessageSerializer
    filterset_class = MessageFilter
    queryset = Message.objects.none()

    def get_queryset(self) -> QuerySet[Message]:
        """Return the messages of the tickets that the token's owner may see."""
        return _messages().filter(ticket__in=queries.visible_tickets(self.request.user))


class CustomerViewSet(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.CreateModelMixin, ScopedViewSet
):
    """Customers with their identities, newest first."""

    required_scopes: ClassVar[dict[str, str]] = {
        "GET": "customers:read",
        "POST": "customers:write",
    }
    serializer_class = CustomerSerializer
    queryset = Customer.objects.none()

    @extend_schema(
        parameters=[
            OpenApiParameter("email", str, description="exact e-mail address"),
            OpenApiParameter("phone", str, description="phone number in any form"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """List customers."""
        return super().list(request, *args, **kwargs)

    def get_queryset(self) -> QuerySet[Customer]:
        """Return customers, narrowed by an exact key."""
        rows = Customer.objects.prefetch_related("identities")
        wanted = Q()
        if email := self.request.query_params.get("email"):
            wanted |= Q(identities__kind="email", identities__value=normal_email(storable(email)))
        if phone := self.request.query_params.get("phone"):
            wanted |= Q(identities__kind="phone", identities__value=normal_phone(phone))
        return rows.filter(wanted).distinct() if wanted else rows

    @extend_schema(request=NewCustomerSerializer, responses={201: CustomerSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Make a customer known, or return the one whom these keys name (200)."""
        form = NewCustomerSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        customer, created = services.know_customer(
            incoming=_incoming({**_EMPTY, "customer": data}), now=clock.now()
        )
        rows = Customer.objects.prefetch_related("identities")
        body = CustomerSerializer(get_object_or_404(rows, pk=customer.pk)).data
        return Response(body, status=201 if created else 200)


_EMPTY: dict[str, Any] = {
    "text": "",
    "channel": "generic",
    "external_id": "",
    "subject": "",
    "language": "",
    "thread": "",
    "order": "",
}

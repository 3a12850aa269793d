"""What lists can be narrowed by."""

import django_filters
from django.db.models import Q, QuerySet

from tickets.api.serializers import EMOTION_NAMES
from tickets.models import Direction, Message, MessageKind, Status, Ticket

# A number like 1e999999999 would take minutes to become a whole one.
LARGEST = 2**31 - 1


class TicketFilter(django_filters.FilterSet):
    """Every field of a ticket in a list; ``category`` also takes a top category."""

    reference = django_filters.CharFilter(lookup_expr="iexact")
    subject = django_filters.CharFilter(lookup_expr="icontains")
    status = django_filters.MultipleChoiceFilter(choices=Status.choices)
    round = django_filters.NumberFilter(min_value=0, max_value=LARGEST)
    priority = django_filters.MultipleChoiceFilter(choices=[(n, n) for n in (1, 2, 3)])
    category = django_filters.CharFilter(method="filter_category")
    emotion = django_filters.ChoiceFilter(
        choices=[(name, name) for name in EMOTION_NAMES], method="filter_emotion"
    )
    flags = django_filters.CharFilter(method="filter_flags", label="a risk flag")
    language = django_filters.CharFilter()
    confidence_min = django_filters.NumberFilter(field_name="confidence", lookup_expr="gte")
    confidence_max = django_filters.NumberFilter(field_name="confidence", lookup_expr="lte")
    abstained = django_filters.BooleanFilter()
    triage_state = django_filters.CharFilter()
    source = django_filters.CharFilter()
    channel = django_filters.CharFilter()
    external_id = django_filters.CharFilter()
    order = django_filters.CharFilter(field_name="order_number")
    customer = django_filters.NumberFilter(field_name="customer_id", min_value=0, max_value=LARGEST)
    created_at = django_filters.IsoDateTimeFromToRangeFilter()
    due_at = django_filters.IsoDateTimeFromToRangeFilter()
    owner = django_filters.CharFilter(field_name="owner__username")
    team = django_filters.CharFilter(field_name="team__code")

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = ()

    def filter_category(
        self, tickets: QuerySet[Ticket], _name: str, value: str
    ) -> QuerySet[Ticket]:
        """Match the leaf, or every leaf of a top category."""
        return tickets.filter(Q(category=value) | Q(category__startswith=f"{value}."))

    def filter_emotion(self, tickets: QuerySet[Ticket], _name: str, value: str) -> QuerySet[Ticket]:
        """Match the degree by name."""
        return tickets.filter(emotion=EMOTION_NAMES.index(value))

    def filter_flags(self, tickets: QuerySet[Ticket], _name: str, value: str) -> QuerySet[Ticket]:
        """Match tickets that carry the flag."""
        return tickets.filter(flags__contains=[value])


class MessageFilter(django_filters.FilterSet):
    """Messages by ticket, way and time."""

    ticket = django_filters.CharFilter(field_name="ticket__reference", lookup_expr="iexact")
    direction = django_filters.ChoiceFilter(choices=Direction.choices)
    kind = django_filters.ChoiceFilter(choices=MessageKind.choices)
    source = django_filters.CharFilter()
    external_id = django_filters.CharFilter()
    received_at = django_filters.IsoDateTimeFromToRangeFilter()

    class Meta:
        model = Message
        fields: tuple[str, ...] = ()

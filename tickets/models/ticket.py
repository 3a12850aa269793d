"""The ticket, its history, its clocks and its links."""

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from tickets import states
from tickets.models.customers import Customer, Order

OPEN = Q(status__in=sorted(states.OPEN_STATES))


class Status(models.TextChoices):
    """The states of tickets.states with their shown words."""

    NEW = states.NEW, _("New")
    OPEN = states.OPEN, _("Waiting on us")
    WAITING_CUSTOMER = states.WAITING_CUSTOMER, _("Waiting for customer")
    WAITING_THIRD_PARTY = states.WAITING_THIRD_PARTY, _("Waiting for third party")
    SCHEDULED = states.SCHEDULED, _("Scheduled")
    RESOLVED = states.RESOLVED, _("Resolved")
    CLOSED = states.CLOSED, _("Closed")
    MERGED = states.MERGED, _("Merged")
    REJECTED = states.REJECTED, _("Rejected")


class TriageState(models.TextChoices):
    """How far triage is."""

    PENDING = "pending", _("Not read yet")
    PREDICTED = "predicted", _("Predicted")
    CONFIRMED = "confirmed", _("Confirmed")


class TicketQuerySet(models.QuerySet["Ticket"]):
    """Named filters."""

    def open(self) -> "TicketQuerySet":
        """Keep tickets that somebody still has to do something about."""
        return self.filter(OPEN)

    def real(self) -> "TicketQuerySet":
        """Leave out spam, tests, backfill and merged ones, as every metric does."""
        return self.exclude(status__in=[states.REJECTED, states.MERGED]).filter(
            is_test=False, is_backfill=False
        )


class Ticket(models.Model):
    """One problem of one customer, from the first message to the last score.

    ``opened_at`` starts the clocks (the provider's receipt time); ``created_at`` is when the row
    was written. ``touched`` names the fields that a person set: jobs leave them alone.
    """

    reference = models.CharField(max_length=16, unique=True)
    subject = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=20, choices=Status.choices, default=states.NEW)
    round = models.PositiveSmallIntegerField(default=1)
    priority = models.PositiveSmallIntegerField(default=3)
    category = models.CharField(max_length=60, blank=True)
    also = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    emotion = models.PositiveSmallIntegerField(default=0)
    emotion_peak = models.PositiveSmallIntegerField(default=0)
    distressed = models.BooleanField(default=False)
    flags = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    language = models.CharField(max_length=8, blank=True)
    confidence = models.FloatField(null=True, blank=True)
    abstained = models.BooleanField(default=False)
    triage_state = models.CharField(
        max_length=10, choices=TriageState.choices, default=TriageState.PENDING
    )
    touched = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    source = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    external_id = models.CharField(max_length=255, blank=True)
    thread_key = models.CharField(max_length=255, blank=True)
    is_public = models.BooleanField(default=False)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="tickets"
    )
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    order_number = models.CharField(max_length=64, blank=True)
    owner = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="tickets"
    )
    calendar = models.CharField(max_length=20, default="cn-service")
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    due_metric = models.CharField(max_length=8, blank=True)
    first_replied_at = models.DateTimeField(null=True, blank=True)
    resolved_at = models.DateTimeField(null=True, blank=True)
    first_resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="resolved_tickets"
    )
    closed_at = models.DateTimeField(null=True, blank=True)
    gross_seconds = models.PositiveIntegerField(null=True, blank=True)
    net_seconds = models.PositiveIntegerField(null=True, blank=True)
    resolution_reason = models.CharField(max_length=24, blank=True)
    remedy = models.CharField(max_length=8, blank=True)
    remedy_amount = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)
    responsible_party = models.CharField(max_length=12, blank=True)
    root_cause = models.CharField(max_length=300, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="merged_tickets"
    )
    repeat_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="repeats"
    )
    repeat_count = models.PositiveSmallIntegerField(default=0)
    last_message_preview = models.CharField(max_length=200, blank=True)
    message_count = models.PositiveIntegerField(default=0)
    last_customer_message_id = models.BigIntegerField(null=True, blank=True)
    last_customer_at = models.DateTimeField(null=True, blank=True)
    unanswered_since = models.DateTimeField(null=True, blank=True)
    unread = models.BooleanField(default=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    is_backfill = models.BooleanField(default=False)
    is_test = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField()

    objects = TicketQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(priority__in=[1, 2, 3]), name="ticket_priority_is_1_to_3"
            ),
            models.CheckConstraint(
                condition=Q(emotion__lte=3) & Q(emotion_peak__lte=3),
                name="ticket_emotion_is_0_to_3",
            ),
        )
        indexes = (
            models.Index(fields=["due_at", "id"], name="ticket_open_due", condition=OPEN),
            models.Index(
                fields=["owner", "due_at", "id"], name="ticket_open_owner", condition=OPEN
            ),
            models.Index(fields=["team", "due_at", "id"], name="ticket_open_team", condition=OPEN),
            models.Index(
                fields=["due_at", "id"],
                name="ticket_triage_queue",
                condition=OPEN & Q(abstained=True),
            ),
            models.Index(
                fields=["last_customer_at"],
                name="ticket_untriaged",
                condition=OPEN & Q(triage_state="pending"),
            ),
            models.Index(fields=["customer", "-opened_at"], name="ticket_by_customer"),
            models.Index(fields=["order_number"], name="ticket_by_order"),
            models.Index(fields=["source", "thread_key"], name="ticket_by_thread"),
            models.Index(fields=["opened_at"], name="ticket_by_opening"),
            models.Index(fields=["resolved_at"], name="ticket_by_resolution"),
        )

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Return the address of the ticket's page."""
        return reverse("tickets:detail", args=[self.reference])

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to do something."""
        return states.is_open(self.status)

    @property
    def is_confirmed(self) -> bool:
        """Whether a person has confirmed or set the triage."""
        return self.triage_state == TriageState.CONFIRMED

    def is_overdue(self, now: datetime) -> bool:
        """Whether the next target is already missed."""
        return self.due_at is not None and self.due_at < now


class LinkKind(models.TextChoices):
    """Why two tickets are linked."""

    FOLLOW_UP = "follow_up", _("Follow-up of a closed ticket")
    QUOTED = "quoted", _("Quotes it, from another sender")
    SPLIT = "split", _("Split off")


class TicketLink(models.Model):
    """A link from a newer ticket to an older one."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="links")
    other = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="linked_from")
    kind = models.CharField(max_length=10, choices=LinkKind.choices)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["ticket", "other"], name="link_joins_a_pair_once"),
        )

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind} {self.other_id}"


class EventKind(models.TextChoices):
    """What happened to a ticket."""

    OPENED = "opened", _("Opened")
    CUSTOMER_MESSAGE = "customer_message", _("Customer wrote")
    AUTO_MESSAGE = "auto_message", _("Automatic message")
    REPLY = "reply", _("Replied")
    REPLY_FAILED = "reply_failed", _("Reply was not delivered")
    REPLY_DELAYED = "reply_delayed", _("Reply is late")
    NOTE = "note", _("Note")
    STATUS = "status", _("Status")
    OWNER = "owner", _("Owner")
    TEAM = "team", _("Team")
    TRIAGED = "triaged", _("Read by triage")
    TRIAGE_CONFIRMED = "triage_confirmed", _("Triage confirmed")
    CATEGORY = "category", _("Category")
    PRIORITY = "priority", _("Priority")
    EMOTION = "emotion", _("Emotion")
    FLAGS = "flags", _("Risk flags")
    RESOLVED = "resolved", _("Resolved")
    APPROVAL = "approval", _("Approval of a remedy")
    ROUND = "round", _("New handling round")
    MERGED = "merged", _("Merged")
    UNMERGED = "unmerged", _("Merge taken back")
    MOVED = "moved", _("Message moved")
    SNOOZED = "snoozed", _("Snoozed")
    ESCALATED = "escalated", _("Escalated")
    SURVEY = "survey", _("Survey")
    SLA_WARNING = "sla_warning", _("Time is running out")
    SLA_MISSED = "sla_missed", _("Target missed")


class ActorKind(models.TextChoices):
    """Who did it."""

    PERSON = "person", _("person")
    RULE = "rule", _("rule")
    MODEL = "model", _("model")
    SYSTEM = "system", _("system")
    CUSTOMER = "customer", _("customer")


class TicketEvent(models.Model):
    """One change of a ticket. Never changed, never deleted: clocks are rebuilt from these."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=20, choices=EventKind.choices)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL)
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    message = models.ForeignKey(
        "tickets.Message", null=True, blank=True, on_delete=models.SET_NULL, related_name="events"
    )
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["kind", "at"], name="event_by_kind_and_time"),)

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class ClockMetric(models.TextChoices):
    """What a clock measures."""

    FIRST = "first", _("first reply")
    NEXT = "next", _("next reply")
    RESOLVE = "resolve", _("resolve")


class ClockState(models.TextChoices):
    """Where a clock stands."""

    RUNNING = "running", _("Running")
    PAUSED = "paused", _("Paused")
    MET = "met", _("Met")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Cancelled")


class SlaClock(models.Model):
    """One promise of time, as computed from the ticket's events (tickets.sla).

    A running clock whose ``due_at`` has passed counts as missed from that moment on. ``noted`` is
    the last thing about it that the history tells ("", "sla_warning" or "sla_missed").
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    metric = models.CharField(max_length=8, choices=ClockMetric.choices)
    round = models.PositiveSmallIntegerField()
    sequence = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField()
    target_seconds = models.PositiveIntegerField()
    due_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ClockState.choices)
    priority = models.PositiveSmallIntegerField()
    noted = models.CharField(max_length=12, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["ticket", "metric", "round", "sequence"], name="clock_is_unique"
            ),
        )
        indexes = (
            models.Index(
                fields=["due_at"],
                name="clock_running_due",
                condition=Q(state="running") & ~Q(noted="sla_missed"),
            ),
            models.Index(fields=["stopped_at"], name="clock_by_stop"),
        )

    def __str__(self) -> str:
        return f"{self.metric} {self.state}"


class TicketSearch(models.Model):
    """The words of a ticket, tokenised by tickets.search."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="search"
    )
    document = SearchVectorField()

    class Meta:
        indexes = (GinIndex(fields=["document"], name="ticket_search_words"),)

    def __str__(self) -> str:
        return f"words of {self.ticket_id}"

"""Reads for replays: past readings with their texts, and what replays found."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from common.errors import NotFound
from tickets.models import Message
from triage.models import Label, Outcome, Prediction, Replay, ReplayDifference, ReplayState
from triage.queries.readings import LONGEST_TEXT

SHOWN_REPLAYS = 20
_DISORDER = 1_000
# What differs, by the word that addresses use.
KINDS = {
    "moved": ~Q(old_category=F("new_category")),
    "better": Q(outcome=Outcome.BETTER),
    "worse": Q(outcome=Outcome.WORSE),
    "raised": Q(new_priority__lt=F("old_priority")),
    "lowered": Q(new_priority__gt=F("old_priority")),
    "gained": ~Q(gained_flags=[]),
    "lost": ~Q(lost_flags=[]),
    "filed": Q(old_asked=True, new_asked=False),
    "asked": Q(old_asked=False, new_asked=True),
}


@dataclass(frozen=True, slots=True)
class PastReading:
    """The first reading of a ticket, the text that was read, and a person's last category."""

    prediction: Prediction
    text: str
    subject: str
    said: str


def first_readings(since: datetime, until: datetime) -> QuerySet[Prediction]:
    """Return the first reading of each ticket that was made in this span, tests left out."""
    earlier = Prediction.objects.filter(ticket_id=OuterRef("ticket_id"), pk__lt=OuterRef("pk"))
    return Prediction.objects.filter(
        ~Exists(earlier), created_at__gte=since, created_at__lt=until, ticket__is_test=False
    )


def count_first_readings(since: datetime, until: datetime, most: int | None) -> int:
    """Return how many tickets a replay of this span would read."""
    found = first_readings(since, until)
    return found[:most].count() if most else found.count()


def position_before(since: datetime) -> int:
    """Return a place from which a walk by key begins shortly before this time."""
    later = Prediction.objects.filter(created_at__gte=since).order_by("created_at")
    first = later.values_list("pk", flat=True).first()
    # Keys and times do not rise quite together where several workers read.
    return max(0, first - _DISORDER) if first else 0


def past_readings(since: datetime, until: datetime, *, after: int, limit: int) -> list[PastReading]:
    """Return the next readings after a place, in the order in which they were made."""
    found = first_readings(since, until).filter(pk__gt=after)
    rows = list(found.select_related("ticket").defer("reasons").order_by("pk")[:limit])
    messages = Message.objects.defer("html").in_bulk([row.message_id for row in rows])
    said = _last_words([row.ticket_id for row in rows])
    return [_past(row, messages.get(row.message_id), said.get(row.ticket_id, "")) for row in rows]


def _past(row: Prediction, message: Message | None, said: str) -> PastReading:
    # The message may be gone by a person's wish; then there is nothing to read.
    text = message.shown_text[-LONGEST_TEXT:] if message else ""
    subject = row.ticket.subject if row.ticket.subject not in text else ""
    return PastReading(row, text, subject if message else "", said)


def _last_words(ticket_ids: Sequence[int]) -> dict[int, str]:
    labels = Label.objects.filter(ticket_id__in=ticket_ids, field="category", by__isnull=False)
    last = labels.order_by("ticket_id", "-id").distinct("ticket_id")
    return {label.ticket_id: str(label.value or "") for label in last}


def get_replay(replay_id: int) -> Replay:
    """Return a replay. Raises NotFound."""
    found = Replay.objects.select_related("model", "created_by").filter(pk=replay_id).first()
    if found is None:
        raise NotFound
    return found


def running_replay() -> Replay | None:
    """Return the replay that runs now."""
    return Replay.objects.filter(state=ReplayState.RUNNING).first()


def list_replays() -> QuerySet[Replay]:
    """Return the newest replays."""
    return Replay.objects.select_related("model", "created_by")[:SHOWN_REPLAYS]


def due_replays(now: datetime) -> list[int]:
    """Return the replays that run and that no worker holds."""
    free = Q(lease_until=None) | Q(lease_until__lte=now)
    return list(Replay.objects.filter(free, state=ReplayState.RUNNING).values_list("pk", flat=True))


def differences(
    replay: Replay, *, kind: str = "", old: str = "", new: str = ""
) -> QuerySet[ReplayDifference]:
    """Return the tickets that differ, of one kind or of one move of category."""
    found = ReplayDifference.objects.filter(replay=replay).order_by("id")
    if kind in KINDS:
        found = found.filter(KINDS[kind])
    if old:
        found = found.filter(old_category=old)
    if new:
        found = found.filter(new_category=new)
    return found


def differences_of_all(replay: Replay) -> Iterator[ReplayDifference]:
    """Yield every listed difference for a file, a few at a time."""
    rows = ReplayDifference.objects.filter(replay=replay).select_related("ticket")
    return rows.order_by("id").iterator(chunk_size=500)

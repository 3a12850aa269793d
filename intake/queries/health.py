"""How each source does, in one light and in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from intake.models import DeliveryStatus, RawDelivery, Source
from outbox.models import Outgoing, OutgoingStatus
from outbox.words import FOR_ADMINISTRATORS

# A delivery that waits longer than this means that no worker reads.
STUCK_AFTER = timedelta(minutes=5)
RECENT = timedelta(days=1)
# Silence is judged by the last deliveries: this many, this much longer than usual.
SAMPLE = 20
UNUSUAL = 10
BAD, WARN, GOOD, IDLE, OFF = "bad", "warn", "good", "idle", "off"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing to know about a source: ``code`` names the sentence, ``tone`` is bad or warn."""

    code: str
    tone: str
    number: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """One source and how it does; ``state`` is good, warn, bad, idle or off."""

    source: Source
    state: str
    last_success: datetime | None
    waiting: int
    dead: int
    failing: int = 0
    reasons: Sequence[Reason] = field(default_factory=tuple)


def source_health(*, now: datetime) -> Sequence[SourceHealth]:
    """Return every source with its last success, its backlog and its light."""
    return _healths(Source.objects.order_by("name", "pk"), now)


def health_of(source: Source, *, now: datetime) -> SourceHealth:
    """Return the health of one source."""
    (found,) = _healths(Source.objects.filter(pk=source.pk), now)
    return found


def _healths(sources: QuerySet[Source], now: datetime) -> Sequence[SourceHealth]:
    deliveries = RawDelivery.objects.filter(source=OuterRef("pk")).order_by("-id")
    # What was read and left out proves as much as what was filed.
    latest = deliveries.filter(status__in=[DeliveryStatus.DONE, DeliveryStatus.IGNORED])
    rows = list(
        sources.annotate(
            last_success=Subquery(latest.values("received_at")[:1]),
            last_came=Subquery(deliveries.values("received_at")[:1]),
            sample_began=Subquery(deliveries.values("received_at")[SAMPLE - 1 : SAMPLE]),
        )
    )
    ids = [row.pk for row in rows]
    backlog, failing = _backlog(ids, now), _failing([row.slug for row in rows], now)
    nothing: dict[str, Any] = {}
    return [
        _health(row, backlog.get(row.pk, nothing), failing.get(row.slug, nothing), now)
        for row in rows
    ]


def _backlog(ids: Sequence[int], now: datetime) -> dict[int, dict[str, Any]]:
    waiting, dead = Q(status=DeliveryStatus.RECEIVED), Q(status=DeliveryStatus.DEAD)
    rows = (
        RawDelivery.objects.filter(waiting | dead, source__in=ids)
        .order_by()
        .values("source_id")
        .annotate(
            waiting=Count("id", filter=waiting),
            stuck=Count("id", filter=waiting & Q(received_at__lt=now - STUCK_AFTER)),
            dead=Count("id", filter=dead),
        )
    )
    return {row["source_id"]: dict(row) for row in rows}


def _failing(slugs: Sequence[str], now: datetime) -> dict[str, dict[str, Any]]:
    """Return what failed within a day, and whether the access is refused since the last success."""
    failed, no_access = Q(status=OutgoingStatus.FAILED), Q(error_code__in=FOR_ADMINISTRATORS)
    rows = (
        Outgoing.objects.filter(scope__in=slugs, status_at__gte=now - RECENT)
        .order_by()
        .values("scope")
        .annotate(
            count=Count("id", filter=failed),
            no_access_at=Max("status_at", filter=failed & no_access),
            sent_at=Max("sent_at", filter=~failed),
        )
    )
    return {row["scope"]: dict(row) for row in rows}


def _health(
    row: Any, backlog: Mapping[str, int], failing: Mapping[str, Any], now: datetime
) -> SourceHealth:
    reasons = _reasons(row, backlog, failing, now)
    tones = {reason.tone for reason in reasons}
    if not row.is_enabled:
        state = OFF
    elif tones & {BAD, WARN}:
        state = BAD if BAD in tones else WARN
    else:
        state = GOOD if row.last_success is not None else IDLE
    return SourceHealth(
        source=row,
        state=state,
        last_success=row.last_success,
        waiting=backlog.get("waiting", 0),
        dead=backlog.get("dead", 0),
        failing=failing.get("count", 0),
        reasons=reasons,
    )


def _reasons(
    row: Any, backlog: Mapping[str, int], failing: Mapping[str, Any], now: datetime
) -> tuple[Reason, ...]:
    found = []
    if row.alert_since is not None:
        found.append(Reason("alert", BAD, row.alert_count, row.alert_since))
    if not row.is_enabled:
        found.append(Reason("held", WARN, backlog.get("waiting", 0)))
    elif backlog.get("stuck"):
        found.append(Reason("stuck", BAD, backlog["stuck"]))
    refused, succeeded = row.last_refused_at, row.last_success
    if refused is not None and now - refused < RECENT:
        is_last = succeeded is None or refused > succeeded
        found.append(Reason("refused", BAD if is_last else WARN, at=refused))
    if backlog.get("dead"):
        found.append(Reason("dead", WARN, backlog["dead"]))
    no_access_at, sent_at = failing.get("no_access_at"), failing.get("sent_at")
    if no_access_at is not None and (sent_at is None or sent_at < no_access_at):
        found.append(Reason("no_access", BAD, at=no_access_at))
    if failing.get("count"):
        found.append(Reason("failing", WARN, failing["count"]))
    if row.is_enabled and _is_silent(row, now):
        found.append(Reason("silent", WARN, at=row.last_came))
    return tuple(found)


def _is_silent(row: Any, now: datetime) -> bool:
    """Tell whether nothing came for much longer than this source is used to."""
    if row.sample_began is None or row.last_came is None:
        return False
    usual = (row.last_came - row.sample_began) / (SAMPLE - 1)
    return bool(now - row.last_came > max(RECENT, usual * UNUSUAL))

"""What became of a message, as its platform says: late, early, twice or in any order."""

import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Greatest

from common.text import storable
from outbox.models import HeldReceipt, Outgoing, OutgoingStatus
from outbox.services.queueing import announce

# Who came further stays there. A delivery proves more than a failure that somebody assumed, so it
# ranks above; the order in which receipts arrive then makes no difference.
_RANK = {
    OutgoingStatus.QUEUED: 0,
    OutgoingStatus.SENDING: 0,
    OutgoingStatus.SENT: 1,
    OutgoingStatus.FAILED: 2,
    OutgoingStatus.DELIVERED: 3,
    OutgoingStatus.READ: 4,
}
STATES = frozenset({"sent", "delivered", "read", "failed"})
# A watermark is a time of the platform's clock; sent_at is one of ours.
CLOCK_TOLERANCE = timedelta(seconds=5)
HELD_FOR = timedelta(days=7)


@transaction.atomic
def record_receipt(
    *,
    scope: str,
    state: str,
    now: datetime,
    external_id: str = "",
    marker: str = "",
    address: str = "",
    at: datetime | None = None,
    code: str = "",
    why: str = "",
) -> bool:
    """Note what became of a message of ours; return whether that was news of a message we know.

    ``scope`` is the slug of the source whose platform says so ("" for mail), ``state`` one of
    sent, delivered, read and failed. The message is the one with this ``external_id``; else the
    one with this ``marker`` (its dedupe_key, where the platform gives it back); without either,
    all that went to ``address`` by the time ``at``. A receipt of a message that is not known is
    held: it may have been quicker than our own note of the id.
    """
    if state not in STATES:
        raise ValueError(state)
    external_id, address = storable(external_id)[:255], storable(address)[:320]
    receipt = HeldReceipt(
        scope=scope,
        external_id=external_id,
        address="" if external_id or marker else address,
        state=state,
        at=min(at or now, now),
        code=storable(code)[:40],
        why=storable(why)[:2000],
        received_at=now,
    )
    lock_receipts(scope, external_id or address)
    rows = _rows_of(receipt, storable(marker)[:120])
    changed = [row for row in rows if _apply(receipt, row)]
    if receipt.external_id and not rows:
        _hold(receipt)
    elif receipt.address:
        # What is being sent right now has no time yet that could be compared.
        _hold_watermark(receipt)
    return bool(changed)


def lock_receipts(scope: str, key: str) -> None:
    """Let receipts of a message and the note of its id follow each other, never cross.

    Held until the transaction ends. Without it a receipt that does not see the id yet, and a
    note of the id that does not see the receipt yet, would miss each other for good.
    """
    digest = hashlib.blake2b(f"receipt {scope} {key}".encode(), digest_size=8).digest()
    with connection.cursor() as cursor:
        number = int.from_bytes(digest, "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def apply_held(outgoing: Outgoing) -> None:
    """Apply what came before this message's id was written down; call in that transaction."""
    watermarks = Q(external_id="", address=outgoing.address)
    by_id = Q(external_id=outgoing.external_id) if outgoing.external_id else Q(pk=None)
    if outgoing.scope:
        by_id |= watermarks
    held = HeldReceipt.objects.filter(by_id, scope=outgoing.scope).order_by("id")
    for receipt in held:
        is_watermark = not receipt.external_id
        if is_watermark and not _is_covered(outgoing, receipt):
            continue
        _apply(receipt, outgoing)
        if not is_watermark:
            receipt.delete()


def forget_held(*, now: datetime) -> int:
    """Drop receipts of messages that never turned out to be ours; return how many."""
    return HeldReceipt.objects.filter(received_at__lt=now - HELD_FOR).delete()[0]


def _rows_of(receipt: HeldReceipt, marker: str) -> list[Outgoing]:
    rows = Outgoing.objects.select_for_update().filter(scope=receipt.scope).order_by("-id")
    if receipt.external_id:
        found = rows.filter(external_id=receipt.external_id).first()
        if found is None and marker and receipt.state != OutgoingStatus.FAILED:
            # The worker died, or gave up waiting, between sending and writing the id down.
            found = rows.filter(dedupe_key=marker, external_id="").first()
        return [found] if found else []
    return list(_covered(rows, receipt)) if receipt.address else []


def _covered(rows: QuerySet[Outgoing], receipt: HeldReceipt) -> Iterable[Outgoing]:
    behind = [OutgoingStatus.SENT]
    if receipt.state == OutgoingStatus.READ:
        behind.append(OutgoingStatus.DELIVERED)
    latest = receipt.at + CLOCK_TOLERANCE
    return rows.filter(address=receipt.address, status__in=behind, sent_at__lte=latest)[:200]


def _is_covered(outgoing: Outgoing, receipt: HeldReceipt) -> bool:
    return outgoing.sent_at is not None and outgoing.sent_at <= receipt.at + CLOCK_TOLERANCE


def _apply(receipt: HeldReceipt, outgoing: Outgoing) -> bool:
    state, status = OutgoingStatus(receipt.state), OutgoingStatus(outgoing.status)
    if status not in _RANK or _RANK[state] <= _RANK[status]:
        return False
    failed = state == OutgoingStatus.FAILED
    outgoing.status, outgoing.status_at = state, receipt.at
    outgoing.external_id = outgoing.external_id or receipt.external_id
    outgoing.sent_at = outgoing.sent_at or receipt.at
    outgoing.error_code = receipt.code if failed else ""
    outgoing.last_error = receipt.why if failed else ""
    fields = ["status", "status_at", "external_id", "sent_at", "error_code", "last_error"]
    outgoing.save(update_fields=fields)
    announce(outgoing.pk)
    return True


def _hold(receipt: HeldReceipt) -> None:
    HeldReceipt.objects.bulk_create([receipt], ignore_conflicts=True)


def _hold_watermark(receipt: HeldReceipt) -> None:
    """Keep the latest watermark of an address alone."""
    same = HeldReceipt.objects.filter(
        scope=receipt.scope, external_id="", address=receipt.address, state=receipt.state
    )
    latest = {"at": Greatest(F("at"), receipt.at), "received_at": receipt.received_at}
    if not same.update(**latest):
        receipt.save()

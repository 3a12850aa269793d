"""What a look into a mailbox leaves behind: stored mails, where to go on, and how it went."""

from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from common.text import storable
from intake.channels.email_trace import ARRIVED_HEADER, SIZE_HEADER
from intake.models import MailboxState, Source
from intake.services.accepting import Accepted, store

REFUSAL_PREFIX = "mailbox: "
# Who watches the mailboxes holds this lock of the database; any number that nobody else uses.
_TURN = 7_244_120_143


def hold_mailboxes() -> bool:
    """Tell whether it is this process that watches; the turn ends with its connection."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND pid = pg_backend_pid() AND (classid::bigint << 32) | objid::bigint = %s)"
            " OR pg_try_advisory_lock(%s)",
            [_TURN, _TURN],
        )
        return bool(cursor.fetchone()[0])


def open_state(*, source_id: int) -> MailboxState:
    """Return how far the source's mailbox has been read; all at zero at the first look."""
    state, _created = MailboxState.objects.get_or_create(source_id=source_id)
    return state


def take_mail(
    *, source: Source, raw: bytes, size: int, arrived_at: datetime | None, now: datetime
) -> Accepted:
    """Store a mail as it lay in the mailbox; committed when this returns.

    Taken again (the process died before it could be marked), it is the same delivery.
    """
    headers = {ARRIVED_HEADER: min(arrived_at, now).isoformat()} if arrived_at else {}
    if size > len(raw):
        headers[SIZE_HEADER] = str(size)
    return store(
        source=source, body=raw, external_id="", verified="mailbox", headers=headers, now=now
    )


def note_progress(*, source_id: int, uid_validity: int, last_uid: int) -> None:
    """Remember where the next look begins; never goes back within one numbering."""
    rows = MailboxState.objects.filter(source_id=source_id)
    same = rows.filter(uid_validity=uid_validity)
    if same.filter(last_uid__gte=last_uid).exists():
        return
    rows.update(uid_validity=uid_validity, last_uid=last_uid)


@transaction.atomic
def note_success(*, source_id: int, now: datetime) -> None:
    """Remember a good look, and put out the light that a bad one lit."""
    MailboxState.objects.filter(source_id=source_id).update(
        checked_at=now, failures=0, last_error="", last_error_at=None
    )
    Source.objects.filter(pk=source_id, last_refusal__startswith=REFUSAL_PREFIX).update(
        last_refused_at=None, last_refusal=""
    )


@transaction.atomic
def note_failure(*, source_id: int, why: str, now: datetime) -> int:
    """Remember a look that failed, and show it at the source; return how many in a row."""
    why = storable(why)
    open_state(source_id=source_id)
    rows = MailboxState.objects.filter(source_id=source_id)
    rows.update(failures=F("failures") + 1, last_error=why[:200], last_error_at=now)
    Source.objects.filter(pk=source_id).update(
        last_refused_at=now, last_refusal=f"{REFUSAL_PREFIX}{why}"[:200]
    )
    return rows.values_list("failures", flat=True).get()

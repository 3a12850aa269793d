"""One look into one mailbox: store first, then mark, then remember how far it went."""

from collections.abc import Callable, Iterable
from datetime import timedelta

import structlog

from common import clock
from intake import services
from intake.channels.mailbox_account import account_of
from intake.mailbox.connection import Declined, FetchedMail, Mailbox
from intake.models import MailboxState, Source

log = structlog.get_logger(__name__)

# After the server numbered anew, what came this long before the last look is looked at again.
OVERLAP = timedelta(days=2)


def never() -> bool:
    """Go on until all is done."""
    return False


def look_once(source: Source, *, stop: Callable[[], bool] = never) -> int:
    """Open the mailbox, take what is new, and close it. Raises BadAccount, MailboxError."""
    account = account_of(source.settings, source.secret)
    with Mailbox(account) as mailbox:
        return collect(source, mailbox, stop=stop)


def collect(source: Source, mailbox: Mailbox, *, stop: Callable[[], bool] = never) -> int:
    """Take what is new; return how many mails. Raises MailboxError.

    A mail is marked, moved or deleted only once its bytes are committed. If the process dies in
    between, it is taken again and recognised.
    """
    state = services.open_state(source_id=source.pk)
    if state.uid_validity == mailbox.uid_validity:
        # Numbers grow, so how far it went can be noted mail by mail.
        taken = _take(source, mailbox, mailbox.uids_after(state.last_uid), stop, note=True)
    else:
        taken = _begin(source, mailbox, state, stop)
    services.note_success(source_id=source.pk, now=clock.now())
    return taken


def _begin(source: Source, mailbox: Mailbox, state: MailboxState, stop: Callable[[], bool]) -> int:
    """Take what is there at the first look, or when the server numbers its mails anew."""
    # Read before the search: what comes while we search has a higher number.
    newest = mailbox.uid_next - 1
    if state.uid_validity:
        log.warning("mailbox_numbered_anew", source=source.slug)
        since = (state.checked_at - OVERLAP).date() if state.checked_at else None
        uids = mailbox.uids_to_begin_with("unseen", since)
    else:
        uids = mailbox.uids_to_begin_with(account_of(source.settings, source.secret).start)
    taken = _take(source, mailbox, uids, stop, note=False)
    if not stop():
        services.note_progress(
            source_id=source.pk,
            uid_validity=mailbox.uid_validity,
            last_uid=max([newest, *uids]),
        )
    return taken


def _take(
    source: Source,
    mailbox: Mailbox,
    uids: Iterable[int],
    stop: Callable[[], bool],
    *,
    note: bool,
) -> int:
    taken = 0
    for uid in uids:
        if stop():
            break
        taken += _take_one(source, mailbox, uid)
        if note:
            services.note_progress(
                source_id=source.pk, uid_validity=mailbox.uid_validity, last_uid=uid
            )
    return taken


def _take_one(source: Source, mailbox: Mailbox, uid: int) -> bool:
    mail = _fetch(source, mailbox, uid)
    if mail is None:
        return False
    services.take_mail(
        source=source,
        raw=mail.raw,
        size=mail.size,
        arrived_at=mail.arrived_at,
        now=clock.now(),
    )
    try:
        mailbox.finish(mail)
    except Declined:
        # It is ours already; that it could not be marked must not hold up those behind it.
        log.warning("mail_not_marked", source=source.slug, uid=uid, exc_info=True)
    return True


def _fetch(source: Source, mailbox: Mailbox, uid: int) -> FetchedMail | None:
    """Load a mail; of one that the server does not give, the headers, or a word that it is there.

    None when it is gone meanwhile. A mail is never passed over, and never holds up the others.
    """
    try:
        return mailbox.fetch(uid)
    except Declined as error:
        log.warning("mail_not_given", source=source.slug, uid=uid, why=str(error))
    try:
        return mailbox.fetch_head(uid)
    except Declined as error:
        words = _STAND_IN.format(slug=source.slug, uid=uid, numbering=mailbox.uid_validity)
        return FetchedMail(uid, f"{words}\r\n{error}\r\n".encode(), 0, None)


_STAND_IN = (
    "Subject: A mail could not be fetched from the mailbox {slug}\r\n\r\n"
    "The mail server does not give this mail (number {uid}, numbering {numbering}).\r\n"
    "Please look into the mailbox. The server said:\r\n"
)

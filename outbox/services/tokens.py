"""Access tokens that all workers share: fetched once, by one of them, and before they run out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from common import clock
from outbox.errors import TemporaryFailure
from outbox.models import AccessToken

# A worker that dies while it asks holds up the others no longer than this.
FETCH_LEASE = timedelta(seconds=30)
# Renewed when this much is left, or a tenth of its life where it is a short one.
EARLY = timedelta(minutes=5)
# A token that is refused soon after it was renewed is not the fault of the token.
LEAST_BETWEEN_RENEWALS = timedelta(minutes=5)
WAIT_SECONDS = 12.0
POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a platform gave; ``refresh`` fetches the next one, where there is such a thing."""

    value: str
    seconds: float
    refresh: str = ""


# Asks the platform, outside any transaction: (refresh secret of the last one, was it refused).
Fetch = Callable[[str, bool], Fetched]


def get_token(*, name: str, fetch: Fetch, now: Callable[[], datetime] = clock.now) -> str:
    """Return a good token; ask for one when there is none, or when it will soon run out.

    One worker asks, decided by the database; the others go on with the old one as long as it is
    good, else they wait for the new one. Raises TemporaryFailure.
    """
    return _good_token(name, fetch, now, refused="")


def renew_token(
    *, name: str, refused: str, fetch: Fetch, now: Callable[[], datetime] = clock.now
) -> str:
    """Return another token than the one that was refused. Raises TemporaryFailure."""
    return _good_token(name, fetch, now, refused=refused)


def _good_token(name: str, fetch: Fetch, now: Callable[[], datetime], *, refused: str) -> str:
    patience = time.monotonic() + WAIT_SECONDS
    while True:
        row, at = _row(name), now()
        was_refused = bool(refused) and row.value == refused
        is_good = bool(row.value) and row.good_until > at and not was_refused
        if is_good and row.renew_at > at:
            return row.value
        _refuse_endless_renewals(row, at, was_refused)
        if _claim(row, at):
            return _fetch(row, fetch, now, was_refused)
        if is_good:
            return row.value
        if time.monotonic() > patience:
            raise TemporaryFailure("Another worker is asking for the access token.", 5)
        time.sleep(POLL_SECONDS)


def _row(name: str) -> AccessToken:
    found = AccessToken.objects.filter(name=name).first()
    return found or AccessToken.objects.get_or_create(name=name)[0]


def _refuse_endless_renewals(row: AccessToken, now: datetime, was_refused: bool) -> None:
    if not was_refused or row.renewed_at is None:
        return
    left = row.renewed_at + LEAST_BETWEEN_RENEWALS - now
    if left > timedelta():
        why = "The platform refuses an access token that it has just given."
        raise TemporaryFailure(why, left.total_seconds(), code="credentials")


def _claim(row: AccessToken, now: datetime) -> bool:
    is_free = Q(fetching_until=None) | Q(fetching_until__lt=now)
    same = AccessToken.objects.filter(is_free, pk=row.pk, version=row.version)
    return bool(same.update(fetching_until=now + FETCH_LEASE))


def _fetch(row: AccessToken, fetch: Fetch, now: Callable[[], datetime], was_refused: bool) -> str:
    mine = AccessToken.objects.filter(pk=row.pk, version=row.version)
    try:
        token = fetch(row.refresh, was_refused)
    except BaseException:
        mine.update(fetching_until=None)
        raise
    at = now()
    life = timedelta(seconds=max(0.0, min(token.seconds, 366 * 86400.0)))
    mine.update(
        value=token.value,
        refresh=token.refresh or row.refresh,
        good_until=at + life,
        renew_at=at + life - min(EARLY, life / 10),
        renewed_at=at if was_refused else row.renewed_at,
        fetching_until=None,
        version=F("version") + 1,
    )
    return token.value

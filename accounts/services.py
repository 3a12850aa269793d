"""Verbs about people and tokens."""

import hashlib
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.errors import UnknownScope
from accounts.models import ApiToken, User
from accounts.permissions import Role

SCOPES = (
    "tickets:read",
    "tickets:write",
    "messages:read",
    "messages:write",
    "customers:read",
    "customers:write",
    "deliveries:read",
    "knowledge:read",
    "knowledge:write",
    "reports:read",
)


def digest_of(token: str) -> str:
    """Return what is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


@transaction.atomic
def create_token(
    *, name: str, scopes: Sequence[str], by: User | None = None
) -> tuple[ApiToken, str]:
    """Make a token; the plain text is returned once and never kept. Raises UnknownScope."""
    unknown = sorted(set(scopes) - set(SCOPES))
    if unknown:
        raise UnknownScope(scopes=", ".join(unknown), known=", ".join(SCOPES))
    plain = f"rdr_{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        name=name, digest=digest_of(plain), scopes=sorted(set(scopes)), user=by or _machine(name)
    )
    return token, plain


def _machine(name: str) -> User:
    """Return a user that stands for the machine in histories; it can never log in."""
    username = f"api-{secrets.token_hex(6)}"
    machine = User(username=username, display_name=name, role=Role.API)
    machine.set_unusable_password()
    machine.save()
    return machine


def revoke_token(*, token_id: int, now: datetime) -> None:
    """Make a token useless from now on; doing it twice changes nothing."""
    ApiToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=now)


PREFERENCES = ("display_name", "language", "theme", "density", "single_keys", "is_away")


@transaction.atomic
def save_preferences(*, user: User, changes: Mapping[str, Any]) -> None:
    """Store what a person set for themselves; anything else in ``changes`` is ignored."""
    wanted = {name: changes[name] for name in PREFERENCES if name in changes}
    User.objects.filter(pk=user.pk).update(**wanted)

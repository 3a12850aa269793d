"""Whose tickets a person's reports are about (domain guide, section 9)."""

from dataclasses import dataclass

from accounts.models import User
from accounts.permissions import Permission, can
from common.errors import NotAllowed


@dataclass(frozen=True, slots=True)
class Scope:
    """``reach`` is own, team or all."""

    reach: str
    user_id: int
    team_ids: tuple[int, ...] = ()


def scope_of(user: User) -> Scope:
    """Return how far this person's reports reach. Raises NotAllowed where there are none."""
    if can(user, Permission.READ_REPORTS_ALL):
        return Scope("all", user.pk)
    if can(user, Permission.READ_REPORTS_TEAM):
        return Scope("team", user.pk, tuple(user.team_ids))
    if can(user, Permission.READ_REPORTS_OWN):
        return Scope("own", user.pk)
    raise NotAllowed

"""Who may do what: the roles table of the domain guide as data."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.db.models import TextChoices
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from common.errors import NotAllowed

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User


class Role(TextChoices):
    """What a person is at the desk."""

    AGENT = "agent", _("Agent")
    SENIOR = "senior", _("Senior agent")
    LEAD = "lead", _("Team lead")
    SUPERVISOR = "supervisor", _("Supervisor")
    EDITOR = "editor", _("Knowledge editor")
    ADMIN = "admin", _("Administrator")
    API = "api", _("Integrator (API)")
    AUDITOR = "auditor", _("Auditor")


class Permission(StrEnum):
    """A right; its reach (own team or all) is decided by queries."""

    READ_TICKETS = "read_tickets"
    READ_ALL_TICKETS = "read_all_tickets"
    READ_MASKED = "read_masked"
    REPLY = "reply"
    RESOLVE = "resolve"
    MERGE = "merge"
    UNDO_MERGE = "undo_merge"
    DROP_FLAG = "drop_flag"
    RAISE_PRIORITY = "raise_priority"
    CHANGE_PRIORITY = "change_priority"
    APPROVE_REMEDY = "approve_remedy"
    MASS_REPLY = "mass_reply"
    DECLARE_INCIDENT = "declare_incident"
    TEMPLATE_SUGGEST = "template_suggest"
    TEMPLATE_APPROVE = "template_approve"
    TEMPLATE_WRITE = "template_write"
    PROMOTE_MODEL = "promote_model"
    MANAGE_RULES = "manage_rules"
    MANAGE_USERS = "manage_users"
    MANAGE_CHANNELS = "manage_channels"
    IMPORT_FILES = "import_files"
    READ_REPORTS_OWN = "read_reports_own"
    READ_REPORTS_TEAM = "read_reports_team"
    READ_REPORTS_ALL = "read_reports_all"
    READ_AUDIT = "read_audit"
    EXPORT_UNMASKED = "export_unmasked"
    REOPEN_CLOSED = "reopen_closed"


View = Callable[..., HttpResponseBase]

P = Permission
_AGENT = {
    P.READ_TICKETS,
    P.REPLY,
    P.RESOLVE,
    P.MERGE,
    P.RAISE_PRIORITY,
    P.TEMPLATE_SUGGEST,
    P.READ_REPORTS_OWN,
}
_SENIOR = _AGENT | {P.UNDO_MERGE, P.DROP_FLAG, P.CHANGE_PRIORITY, P.APPROVE_REMEDY}
_LEAD = _SENIOR | {
    P.MASS_REPLY,
    P.DECLARE_INCIDENT,
    P.TEMPLATE_APPROVE,
    P.READ_REPORTS_TEAM,
    P.READ_AUDIT,
}
_SUPERVISOR = _LEAD | {
    P.READ_ALL_TICKETS,
    P.PROMOTE_MODEL,
    P.MANAGE_RULES,
    P.READ_REPORTS_ALL,
    P.EXPORT_UNMASKED,
    P.REOPEN_CLOSED,
    P.IMPORT_FILES,
}

RIGHTS: dict[str, frozenset[Permission]] = {
    Role.AGENT: frozenset(_AGENT),
    Role.SENIOR: frozenset(_SENIOR),
    Role.LEAD: frozenset(_LEAD),
    Role.SUPERVISOR: frozenset(_SUPERVISOR),
    Role.EDITOR: frozenset({P.READ_MASKED, P.TEMPLATE_WRITE, P.TEMPLATE_SUGGEST}),
    Role.ADMIN: frozenset(
        {
            P.MANAGE_USERS,
            P.MANAGE_CHANNELS,
            P.IMPORT_FILES,
            P.PROMOTE_MODEL,
            P.MANAGE_RULES,
            P.READ_AUDIT,
        }
    ),
    # What a machine may do is narrowed by the scopes of its token.
    Role.API: frozenset({P.READ_TICKETS, P.READ_ALL_TICKETS, P.REPLY}),
    Role.AUDITOR: frozenset({P.READ_MASKED, P.READ_REPORTS_ALL, P.READ_AUDIT}),
}


def can(user: "User | AnonymousUser", permission: Permission) -> bool:
    """Tell whether the person's role holds the right."""
    if not user.is_authenticated or not user.is_active:
        return False
    return permission in RIGHTS.get(user.role, frozenset())


def require(user: "User | AnonymousUser", permission: Permission) -> None:
    """Raise NotAllowed unless the person's role holds the right."""
    if not can(user, permission):
        raise NotAllowed


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Guard a view: log-in first, then any one of the rights, else the 403 page."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not any(can(request.user, permission) for permission in permissions):
                raise NotAllowed
            return view(request, *args, **kwargs)

        return guarded

    return decorate

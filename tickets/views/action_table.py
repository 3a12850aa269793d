"""What can be done to one ticket or to many: form, verb and words of each action."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import Permission
from tickets import display, services, taxonomy
from tickets.forms.actions import (
    AssignForm,
    CategoryForm,
    EmotionForm,
    FlagsForm,
    PriorityForm,
    SnoozeForm,
    StatusForm,
)
from tickets.forms.filters import is_chinese
from tickets.models import Status, Ticket


@dataclass(frozen=True, slots=True)
class Action:
    """One action. ``undo`` names the verb of views.undo and the field to put back, if any."""

    title: str | Promise
    submit: str | Promise
    form: Callable[..., forms.Form]
    initial: Callable[[Ticket, User], dict[str, Any]]
    apply: Callable[[int, forms.Form, User, datetime], object]
    said: Callable[[forms.Form], str]
    permission: Permission = Permission.REPLY
    undo: tuple[str, str] | None = None
    in_bulk: bool = True


@transaction.atomic
def _assign(ticket_id: int, form: forms.Form, by: User, now: datetime) -> None:
    data = form.cleaned_data
    if data["team"] is not None:
        services.set_team(ticket_id=ticket_id, team=data["team"], by=by, now=now, note=data["note"])
    if data["to"] is not None or data["team"] is None:
        services.assign(ticket_id=ticket_id, to=data["to"], by=by, now=now, note=data["note"])


def _assigned(form: forms.Form) -> str:
    to, team = form.cleaned_data["to"], form.cleaned_data["team"]
    if to is None and team is None:
        return _("Put back into the pool")
    return _("Given to %(name)s") % {"name": (to or team).label}


def _status(ticket_id: int, form: forms.Form, by: User, now: datetime) -> None:
    data = form.cleaned_data
    services.change_status(
        ticket_id=ticket_id, status=data["status"], by=by, now=now, note=data["note"]
    )


def _correct(**fields: Any) -> Callable[[int, forms.Form, User, datetime], object]:
    """Build a verb that hands the named fields of the form to correct_triage."""

    def apply(ticket_id: int, form: forms.Form, by: User, now: datetime) -> object:
        data: Mapping[str, Any] = form.cleaned_data
        chosen = {name: data[name] for name in fields}
        reason = data.get("reason", "")
        return services.correct_triage(ticket_id=ticket_id, by=by, now=now, reason=reason, **chosen)

    return apply


def _snooze(ticket_id: int, form: forms.Form, by: User, now: datetime) -> None:
    assert isinstance(form, SnoozeForm)
    services.snooze(ticket_id=ticket_id, until=form.moment(now), by=by, now=now)


def _filed(form: forms.Form) -> str:
    language = "zh" if is_chinese() else "en"
    label = taxonomy.sub_label(form.cleaned_data["category"], language)
    return _("Filed under “%(category)s”") % {"category": label}


ACTIONS: dict[str, Action] = {
    "assign": Action(
        gettext_lazy("Assign"),
        gettext_lazy("Assign"),
        AssignForm,
        lambda ticket, user: {"to": ticket.owner_id or user.pk},
        _assign,
        _assigned,
        undo=("assign", "owner_id"),
    ),
    "status": Action(
        gettext_lazy("Status"),
        gettext_lazy("Set"),
        StatusForm,
        lambda ticket, _user: {"status": ticket.status},
        _status,
        lambda form: (
            _("Set to “%(status)s”") % {"status": Status(form.cleaned_data["status"]).label}
        ),
        undo=("status", "status"),
    ),
    "category": Action(
        gettext_lazy("Category"),
        gettext_lazy("File"),
        CategoryForm,
        lambda ticket, _user: {"category": ticket.category},
        _correct(category=True),
        _filed,
        Permission.RAISE_PRIORITY,
        undo=("category", "category"),
    ),
    "priority": Action(
        gettext_lazy("Priority"),
        gettext_lazy("Set"),
        PriorityForm,
        lambda ticket, _user: {"priority": ticket.priority},
        _correct(priority=True),
        lambda form: _("Priority is now P%(priority)s") % form.cleaned_data,
        Permission.RAISE_PRIORITY,
    ),
    "emotion": Action(
        gettext_lazy("Emotion"),
        gettext_lazy("Set"),
        EmotionForm,
        lambda ticket, _user: {"emotion": ticket.emotion},
        _correct(emotion=True),
        lambda form: (
            _("Emotion is now “%(emotion)s”")
            % {"emotion": display.EMOTION_WORDS[form.cleaned_data["emotion"]]}
        ),
        Permission.RAISE_PRIORITY,
        undo=("emotion", "emotion"),
    ),
    "flags": Action(
        gettext_lazy("Risk flags"),
        gettext_lazy("Set"),
        FlagsForm,
        lambda ticket, _user: {"flags": ticket.flags},
        _correct(flags=True),
        lambda _form: _("Risk flags are set"),
        Permission.RAISE_PRIORITY,
        in_bulk=False,
    ),
    "snooze": Action(
        gettext_lazy("Snooze"),
        gettext_lazy("Snooze"),
        SnoozeForm,
        lambda _ticket, _user: {"until": "1h"},
        _snooze,
        lambda _form: _("Put aside"),
        undo=("snooze", "snoozed_until"),
    ),
}

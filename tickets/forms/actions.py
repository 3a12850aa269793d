"""Forms of what people do to a ticket. They check the shape; the services decide."""

from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Team, User
from accounts.permissions import Permission, Role, can
from tickets import display, limits, states, taxonomy
from tickets.forms.filters import is_chinese, words_of
from tickets.models import Status

OPENING_HOUR = time(9, 0)
MONDAY = 0
_DESK_ROLES = (Role.AGENT, Role.SENIOR, Role.LEAD, Role.SUPERVISOR)


def desk_people() -> Any:
    """People a ticket can be given to; those who are away come last."""
    return User.objects.filter(is_active=True, role__in=_DESK_ROLES).order_by(
        "is_away", "display_name", "username"
    )


class AssignForm(forms.Form):
    """To whom, or back to the pool; a team, too."""

    to = forms.ModelChoiceField(
        label=_("Person"), queryset=User.objects.none(), required=False, empty_label=_("Nobody")
    )
    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.none(), required=False, empty_label=_("As it is")
    )
    note = forms.CharField(
        label=_("Note for them"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when it is handed from a colleague, or from one team to another."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("to", desk_people()), ("team", Team.objects.all())):
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)
            field.queryset = rows


class StatusForm(forms.Form):
    """Between the waits of an open ticket."""

    status = forms.ChoiceField(label=_("Status"))
    note = forms.CharField(label=_("Note"), required=False, max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["status"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (status, Status(status).label)
            for status in states.ALL
            if status in states.OPEN_STATES and status != states.NEW
        ]


class CategoryForm(forms.Form):
    """The leaf a ticket is filed under."""

    category = forms.ChoiceField(label=_("Category"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["category"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = leaf_choices()


def leaf_choices() -> list[Any]:
    """Sub-categories under the heading of their category."""
    return [
        (
            top.zh if is_chinese() else top.en,
            [
                (slug, sub.zh if is_chinese() else sub.en)
                for slug, sub in taxonomy.SUBS.items()
                if sub.top == top.slug
            ],
        )
        for top in taxonomy.TOPS
    ]


class PriorityForm(forms.Form):
    """A priority and why."""

    priority = forms.TypedChoiceField(
        label=_("Priority"),
        coerce=int,
        choices=[(p, f"P{p}") for p in display.PRIORITY_WORDS],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["priority"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(p, f"P{p} {word}") for p, word in display.PRIORITY_WORDS.items()]


class EmotionForm(forms.Form):
    """How the customer sounds."""

    emotion = forms.TypedChoiceField(label=_("Emotion"), coerce=int, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["emotion"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(enumerate(display.EMOTION_WORDS))


class FlagsForm(forms.Form):
    """Risk flags; taking one off needs a reason."""

    flags = forms.MultipleChoiceField(
        label=_("Risk flags"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["flags"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(flag, words_of(pair)) for flag, pair in taxonomy.FLAGS.items()]


class SnoozeForm(forms.Form):
    """Until when the ticket is out of sight."""

    WAKE = "wake"

    until = forms.ChoiceField(
        label=_("Show again"),
        choices=[
            ("1h", _("In 1 hour")),
            ("3h", _("In 3 hours")),
            ("tomorrow", _("Tomorrow 09:00")),
            ("monday", _("Monday 09:00")),
            (WAKE, _("Now")),
        ],
        widget=forms.RadioSelect,
    )

    def moment(self, now: datetime) -> datetime | None:
        """Return the chosen time, None for now."""
        choice = self.cleaned_data["until"]
        if choice == self.WAKE:
            return None
        if choice in ("1h", "3h"):
            return now + timedelta(hours=int(choice[0]))
        today = timezone.localdate(now)
        days = 1 if choice == "tomorrow" else (MONDAY - today.weekday() - 1) % 7 + 1
        opening = datetime.combine(today + timedelta(days=days), OPENING_HOUR)
        return timezone.make_aware(opening)


class MergeForm(forms.Form):
    """The other ticket of the same customer."""

    other = forms.ChoiceField(label=_("Merge with"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["other"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = others


class ApprovalForm(forms.Form):
    """What somebody else is asked to approve."""

    remedy = forms.ChoiceField(label=_("Remedy"))
    amount = forms.DecimalField(
        label=_("Amount, ¥"), min_value=Decimal("0.01"), max_digits=10, decimal_places=2
    )
    reason = forms.CharField(
        label=_("Why it is right here"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["remedy"]
        assert isinstance(field, forms.ChoiceField)
        limited = limits.GOODWILL | limits.MONEY_BACK
        field.choices = [
            (code, words_of(pair)) for code, pair in taxonomy.REMEDIES.items() if code in limited
        ]


class ResolveForm(forms.Form):
    """What resolving needs (domain guide, section 8)."""

    reason = forms.ChoiceField(label=_("Reason"))
    category = forms.ChoiceField(label=_("Category, confirmed by you"))
    remedy = forms.ChoiceField(label=_("Remedy"))
    remedy_amount = forms.DecimalField(
        label=_("Amount of the remedy, ¥"),
        required=False,
        min_value=Decimal(0),
        max_digits=10,
        decimal_places=2,
    )
    responsible_party = forms.ChoiceField(label=_("Who was responsible"))
    root_cause = forms.CharField(label=_("Root cause"), required=False, max_length=300)
    message = forms.CharField(
        label=_("Closing message to the customer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, by: User, root_cause_needed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        reasons = dict(taxonomy.RESOLUTION_REASONS)
        if not can(by, Permission.MASS_REPLY):
            # Refusing a complaint as abuse is for leads and above.
            reasons.pop("abuse-refused", None)
        none = (taxonomy.NO_REMEDY, _("None"))
        remedies = [(code, words_of(pair)) for code, pair in taxonomy.REMEDIES.items()]
        parties = taxonomy.RESPONSIBLE_PARTIES.items()
        self._fill("reason", [(slug, words_of(pair)) for slug, pair in reasons.items()])
        self._fill("category", leaf_choices())
        self._fill("remedy", [none, *remedies])
        self._fill("responsible_party", [(slug, words_of(pair)) for slug, pair in parties])
        self.fields["root_cause"].required = root_cause_needed

    def _fill(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

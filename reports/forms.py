"""The filters of a report; they live in the address bar."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from reports import periods
from tickets import display, taxonomy

Choice = tuple[str, str | Promise]
CUSTOM = "custom"
LONGEST_CHANNEL = 20
HEATS: tuple[Choice, ...] = (
    ("weekday", _("Weekday")),
    ("priority", _("Priority")),
    ("channel", _("Channel")),
)
_ANY: Choice = ("", _("All"))


def _words(zh: str, en: str) -> str:
    return zh if (get_language() or "").startswith("zh") else en


def _priorities() -> list[Choice]:
    return [_ANY, *((str(p), f"P{p} {word}") for p, word in display.PRIORITY_WORDS.items())]


def _categories() -> list[Choice]:
    choices: list[Choice] = [_ANY]
    for top in taxonomy.TOPS:
        choices.append((top.slug, _words(top.zh, top.en)))
        choices += [
            (slug, f"\u2003{_words(sub.zh, sub.en)}")
            for slug, sub in taxonomy.SUBS.items()
            if sub.top == top.slug and slug != taxonomy.SPAM
        ]
    return choices


def _teams() -> list[Choice]:
    return [_ANY, *((code, _words(zh, en)) for code, (en, zh) in taxonomy.TEAMS.items())]


def _channels() -> list[Choice]:
    return [_ANY, *((kind, label) for kind, (_icon, label) in display.CHANNELS.items())]


def _periods() -> list[Choice]:
    return [
        ("7", _("7 days")),
        ("28", _("28 days")),
        ("90", _("90 days")),
        (CUSTOM, _("From – to")),
    ]


class _DateInput(forms.DateInput):
    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        """Write dates as browsers want them in every language."""
        return value if isinstance(value, str) else super().format_value(value)


class _ChannelField(forms.ChoiceField):
    def valid_value(self, value: Any) -> bool:
        """Take any channel: tickets may have come by one that has no name here."""
        return len(str(value)) <= LONGEST_CHANNEL


class ReportForm(forms.Form):
    """Period and filters. What cannot be read is told and otherwise ignored."""

    days = forms.ChoiceField(choices=_periods, required=False, label=_("Period"))
    first = forms.DateField(
        widget=_DateInput(format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        required=False,
        label=_("From"),
    )
    last = forms.DateField(
        widget=_DateInput(format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
        required=False,
        label=_("To"),
    )
    priority = forms.ChoiceField(choices=_priorities, required=False, label=_("Priority"))
    category = forms.ChoiceField(choices=_categories, required=False, label=_("Category"))
    team = forms.ChoiceField(choices=_teams, required=False, label=_("Team"))
    channel = _ChannelField(choices=_channels, required=False, label=_("Channel"))
    heat = forms.ChoiceField(choices=HEATS, required=False, widget=forms.HiddenInput)

    def __init__(self, query: QueryDict | dict[str, str]) -> None:
        filled = {name: query.get(name, "") for name in self.base_fields}
        if (filled["first"] or filled["last"]) and not filled["days"]:
            filled["days"] = CUSTOM
        filled["days"] = filled["days"] or str(periods.DEFAULT_DAYS)
        super().__init__(filled)
        self.is_valid()

    def value(self, name: str) -> Any:
        """Return the cleaned value of a field, "" where it is empty or cannot be read."""
        return self.cleaned_data.get(name) or ""

    @property
    def is_custom(self) -> bool:
        """Whether the period is told by dates."""
        return bool(self.value("days") == CUSTOM)

    def query(self, **changes: object) -> str:
        """Return the query string of this report with some values changed; "" takes one off."""
        kept: dict[str, object] = {
            name: self.value(name)
            for name in self.base_fields
            if self.is_custom or name not in {"first", "last"}
        }
        values = {name: value for name, value in (kept | changes).items() if value not in ("", 0)}
        return f"?{urlencode({name: str(value) for name, value in values.items()})}"

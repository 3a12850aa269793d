"""The filters of the queue; they live in the address bar."""

from dataclasses import dataclass

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tickets import display, states, taxonomy
from tickets.models import Status

Choice = tuple[str, str | Promise]
_ANY: Choice = ("", _("Any"))
_LANGUAGES: list[Choice] = [("zh", _("Chinese")), ("en", _("English"))]


def is_chinese() -> bool:
    """Tell whether the page is read in Chinese."""
    return (get_language() or "").startswith("zh")


def words_of(pair: tuple[str, str]) -> str:
    """Pick the words of a (zh, en) pair of the taxonomy."""
    return pair[0] if is_chinese() else pair[1]


def category_choices() -> list[Choice]:
    """All categories, whole ones and sub-categories under them."""
    choices: list[Choice] = []
    for top in taxonomy.TOPS:
        choices.append((top.slug, top.zh if is_chinese() else top.en))
        choices += [
            (slug, f"\u2003{sub.zh if is_chinese() else sub.en}")
            for slug, sub in taxonomy.SUBS.items()
            if sub.top == top.slug
        ]
    return choices


def _channel_choices() -> list[Choice]:
    return [(kind, label) for kind, (_icon, label) in display.CHANNELS.items()]


def _emotion_choices() -> list[Choice]:
    return [(str(level), word) for level, word in enumerate(display.EMOTION_WORDS)]


def _priority_choices() -> list[Choice]:
    return [(str(p), f"P{p} {word}") for p, word in display.PRIORITY_WORDS.items()]


def _status_choices() -> list[Choice]:
    return [(s, Status(s).label) for s in states.ALL if states.is_open(s)]


def _flag_choices() -> list[Choice]:
    return [(flag, words_of(pair)) for flag, pair in taxonomy.FLAGS.items()]


class FilterForm(forms.Form):
    """One value for each filter; the address bar may hold more."""

    status = forms.ChoiceField(label=_("Status"), required=False)
    priority = forms.ChoiceField(label=_("Priority"), required=False)
    category = forms.ChoiceField(label=_("Category"), required=False)
    emotion = forms.ChoiceField(label=_("Emotion"), required=False)
    channel = forms.ChoiceField(label=_("Channel"), required=False)
    language = forms.ChoiceField(label=_("Language"), required=False)
    flag = forms.ChoiceField(label=_("Risk flag"), required=False)
    team = forms.ChoiceField(label=_("Team"), required=False)

    def __init__(self, query: QueryDict) -> None:
        super().__init__(query)
        for name, choices in _choices().items():
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [_ANY, *choices]


def _choices() -> dict[str, list[Choice]]:
    # From the taxonomy, not from the database: the queue stays within its statements.
    return {
        "status": _status_choices(),
        "priority": _priority_choices(),
        "category": category_choices(),
        "emotion": _emotion_choices(),
        "channel": _channel_choices(),
        "language": _LANGUAGES,
        "flag": _flag_choices(),
        "team": [(code, words_of((zh, en))) for code, (en, zh) in taxonomy.TEAMS.items()],
    }


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """A filter that is on; ``without`` is the address that takes it off."""

    label: str | Promise
    value: str
    without: str


def active_filters(form: FilterForm, query: QueryDict) -> list[ActiveFilter]:
    """List what the address bar narrows the queue by, as people call it."""
    active = []
    choices = _choices()
    for name, field in form.fields.items():
        labels = {str(key): str(label).strip() for key, label in choices.get(name, [])}
        active += [
            ActiveFilter(field.label or name, labels.get(value, value), without(query, name, value))
            for value in query.getlist(name)
            if value
        ]
    if owner := str(query.get("owner", "")):
        active.append(ActiveFilter(_("Owner"), owner, without(query, "owner", "")))
    return active


def without(query: QueryDict, name: str, value: str) -> str:
    """Return the query string less one value of one filter ("" takes off all of it)."""
    rest = query.copy()
    rest.setlist(name, [each for each in query.getlist(name) if value and each != value])
    rest.pop("after", None)
    return f"?{rest.urlencode()}"


def chosen_values(query: QueryDict) -> dict[str, list[str]]:
    """Return every filter of the address bar that says something."""
    names = [*FilterForm.base_fields, "owner"]
    return {name: query.getlist(name) for name in names if any(query.getlist(name))}

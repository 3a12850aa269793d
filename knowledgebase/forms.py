"""The form of a scenario's head."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledgebase import labels
from knowledgebase.models import Scenario
from knowledgebase.services import Head
from tickets.records import ORDER_STATES, ORDER_TRAITS
from tickets.taxonomy import REMEDIES, SUBS, TOPS, sub_label, top_label


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _text_area(rows: int, language: str = "") -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "input", "lang": language or None})


class ScenarioForm(forms.Form):
    """Everything of a scenario but its bodies."""

    category = forms.ChoiceField(label=_("Category"), required=False)
    title_en = forms.CharField(label=_("Title in English"), max_length=160)
    title_zh = forms.CharField(label=_("Title in Chinese"), max_length=160)
    offer = forms.ChoiceField(
        label=_("What it may offer"), choices=tuple(labels.OFFERS.items()), initial="O1"
    )
    remedy = forms.ChoiceField(label=_("Remedy"), required=False)
    limit = forms.ChoiceField(
        label=_("Limit that it needs"),
        required=False,
        choices=(("", _("None")), *labels.LIMITS.items()),
    )
    order_state = forms.MultipleChoiceField(
        label=_("State of the order"),
        required=False,
        choices=tuple((one, labels.ORDER_STATES[one]) for one in ORDER_STATES),
        widget=forms.CheckboxSelectMultiple,
    )
    days_since_delivery = forms.CharField(
        label=_("Days since delivery"),
        required=False,
        max_length=12,
        help_text=_("Such as <=7 or >30; empty: any."),
    )
    exclude = forms.MultipleChoiceField(
        label=_("Not for"),
        required=False,
        choices=tuple((one, labels.TRAITS[one]) for one in ORDER_TRAITS),
        widget=forms.CheckboxSelectMultiple,
    )
    note_en = forms.CharField(
        label=_("When to use it, in English"), required=False, widget=_text_area(2, "en")
    )
    note_zh = forms.CharField(
        label=_("When to use it, in Chinese"), required=False, widget=_text_area(2, "zh")
    )
    legal = forms.CharField(
        label=_("Legal basis"),
        required=False,
        widget=_text_area(2),
        help_text=_("One a line."),
    )
    jurisdiction = forms.CharField(
        label=_("Countries"),
        required=False,
        max_length=60,
        help_text=_("Short codes with commas, such as CN, EU."),
    )
    examples_en = forms.CharField(
        label=_("How customers put it, in English"),
        required=False,
        widget=_text_area(6, "en"),
        help_text=_("One a line; 5 to 8 are best. They are what finds this reply."),
    )
    examples_zh = forms.CharField(
        label=_("How customers put it, in Chinese"), required=False, widget=_text_area(6, "zh")
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"),
        help_text=_("Until the end of this day, by the shop's clock, it is suggested."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = labels.interface_language()
        self._choices("category", _categories(language))
        remedies = [(code, zh if language == "zh" else en) for code, (zh, en) in REMEDIES.items()]
        self._choices("remedy", [("", _("None")), *remedies])
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxSelectMultiple):
                field.widget.attrs.setdefault("class", "input")

    def _choices(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def head(self) -> Head:
        """Return what was filled in."""
        data = self.cleaned_data
        conditions = {
            "order_state": data["order_state"],
            "days_since_delivery": data["days_since_delivery"].replace(" ", ""),
            "exclude": data["exclude"],
            "note_en": data["note_en"].strip(),
            "note_zh": data["note_zh"].strip(),
        }
        return Head(
            category=data["category"],
            title_en=data["title_en"],
            title_zh=data["title_zh"],
            remedy=data["remedy"],
            offer=data["offer"],
            limit=data["limit"],
            legal=_lines(data["legal"]),
            jurisdiction=tuple(
                code.strip().upper() for code in data["jurisdiction"].split(",") if code.strip()
            ),
            conditions={name: value for name, value in conditions.items() if value},
            examples_en=_lines(data["examples_en"]),
            examples_zh=_lines(data["examples_zh"]),
            expires_on=data["expires_on"],
        )


def _categories(language: str) -> list[Any]:
    groups: list[Any] = [("", _("General"))]
    for top in TOPS:
        subs = [
            (slug, sub_label(slug, language)) for slug in SUBS if slug.startswith(f"{top.slug}.")
        ]
        groups.append((top_label(top.slug, language), subs))
    return groups


def initial_of(scenario: Scenario) -> dict[str, Any]:
    """Return what the form shows of a scenario."""
    conditions = scenario.conditions
    return {
        "category": scenario.category,
        "title_en": scenario.title_en,
        "title_zh": scenario.title_zh,
        "offer": scenario.offer,
        "remedy": scenario.remedy,
        "limit": scenario.limit,
        "order_state": conditions.get("order_state", []),
        "days_since_delivery": conditions.get("days_since_delivery", ""),
        "exclude": conditions.get("exclude", []),
        "note_en": conditions.get("note_en", ""),
        "note_zh": conditions.get("note_zh", ""),
        "legal": "\n".join(scenario.legal),
        "jurisdiction": ", ".join(scenario.jurisdiction),
        "examples_en": "\n".join(scenario.examples_en),
        "examples_zh": "\n".join(scenario.examples_zh),
        "expires_on": scenario.expires_on,
    }

"""The form of a source: only the fields that its kind needs. Secrets are never written back."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.text import storable
from intake.channels.fields import Field, Setup, hint

LONGEST = 4000


class SourceForm(forms.Form):
    """A name, and what ``setup`` lists.

    ``stored`` holds the secrets that are set: their fields stay empty and say so; what is typed
    replaces them. ``settings`` holds what is set otherwise.
    """

    name = forms.CharField(
        label=_("Name"),
        help_text=_("How colleagues tell it apart, such as “Shop on Tmall”."),
        max_length=120,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        setup: Setup,
        name: str = "",
        settings: Mapping[str, Any] | None = None,
        stored: Mapping[str, str] | None = None,
    ) -> None:
        known = {key: _shown(value) for key, value in (settings or {}).items()}
        super().__init__(data, initial={"name": name, **known})
        self.setup = setup
        self.stored = dict(stored or {})
        for field in setup.fields:
            self.fields[field.name] = self._control(field)

    def _control(self, field: Field) -> forms.Field:
        # Lazy, so that each reader gets them in their language.
        label: Any = field.label
        if field.shape == "choice":
            return forms.ChoiceField(
                label=label, help_text=self._help(field), choices=field.choices, required=False
            )
        is_set = field.name in self.stored
        return forms.CharField(
            label=label,
            help_text=self._help(field),
            required=field.required and not is_set,
            max_length=LONGEST,
            widget=self._widget(field),
            error_messages={"required": _("The channel does not work without this.")},
        )

    def _widget(self, field: Field) -> forms.Widget:
        attrs = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}
        if field.example:
            attrs["placeholder"] = field.example
        if field.shape in {"lines", "json"}:
            return forms.Textarea(attrs=attrs | {"rows": "3"})
        if field.secret:
            # Never written back; "new-password" keeps browsers from filling in another one.
            return forms.PasswordInput(
                attrs=attrs | {"autocomplete": "new-password"}, render_value=False
            )
        if field.shape == "number":
            attrs["inputmode"] = "numeric"
        return forms.TextInput(attrs=attrs)

    def _help(self, field: Field) -> Any:
        if not field.secret:
            return field.help
        found = self.stored.get(field.name, "")
        if not found:
            return field.help
        ends = hint(found)
        said = gettext("Set; ends in …%(ends)s.") % {"ends": ends} if ends else gettext("Set.")
        return " ".join([said, gettext("Leave this empty to keep it."), str(field.help)]).strip()

    def clean(self) -> dict[str, Any]:
        """Check each value as the platform would."""
        cleaned = super().clean() or self.cleaned_data
        for field in self.setup.fields:
            value = storable(str(cleaned.get(field.name) or "")).strip()
            cleaned[field.name] = value
            fault = field.check(value) if value else ""
            if fault:
                self.add_error(field.name, ValidationError(str(fault)))
        return cleaned

    def options(self) -> dict[str, Any]:
        """Return the settings; only after the form was found valid."""
        return {
            field.name: _typed(field, self.cleaned_data[field.name])
            for field in self.setup.fields
            if not field.secret
        }

    def given(self) -> dict[str, str]:
        """Return the secrets that were typed; only after the form was found valid."""
        return {
            field.name: self.cleaned_data[field.name]
            for field in self.setup.fields
            if field.secret and self.cleaned_data[field.name]
        }


def _typed(field: Field, value: str) -> str | int:
    return int(value) if field.shape == "number" and value else value


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return value if isinstance(value, str) else str(value)

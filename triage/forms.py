"""The form that begins a replay."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from triage.ml.keywords import LANGUAGES
from triage.models import ModelVersion

RULES_ALONE = "rules"
LARGEST_FILE = 1_000_000
MOST_TICKETS = 1_000_000
_USUAL_DAYS = 28


class ReplayForm(forms.Form):
    """Which version reads which days, and with whose keywords."""

    model = forms.ChoiceField(label=_("Read with"))
    since = forms.DateField(
        label=_("From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=_("To"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    most = forms.IntegerField(
        label=_("At most tickets"), required=False, min_value=1, max_value=MOST_TICKETS
    )
    keywords_zh = forms.FileField(
        label=_("Other Chinese keyword table (TOML)"), required=False, max_length=200
    )
    keywords_en = forms.FileField(
        label=_("Other English keyword table (TOML)"), required=False, max_length=200
    )

    def __init__(self, *args: Any, versions: Sequence[ModelVersion], **kwargs: Any) -> None:
        """Offer the versions that can still be read, the newest first, and rules alone."""
        super().__init__(*args, **kwargs)
        field = self.fields["model"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *(
                (str(one.number), f"{one.number} · {one.get_state_display()}")
                for one in versions
                if one.file_removed_at is None
            ),
            (RULES_ALONE, _t("Rules alone, no model")),
        ]
        today = timezone.localdate()
        self.fields["since"].initial = today - timedelta(days=_USUAL_DAYS)
        self.fields["until"].initial = today

    def clean_keywords_zh(self) -> str:
        """Read the Chinese table."""
        return _text(self.cleaned_data["keywords_zh"])

    def clean_keywords_en(self) -> str:
        """Read the English table."""
        return _text(self.cleaned_data["keywords_en"])

    def wanted(self) -> dict[str, Any]:
        """Return what the service takes; both days are read whole."""
        data = self.cleaned_data
        tables = {name: data[f"keywords_{name}"] for name in LANGUAGES}
        names = [
            str(file.name)
            for name in LANGUAGES
            if (file := self.files.get(f"keywords_{name}")) is not None
        ]
        return {
            "number": None if data["model"] == RULES_ALONE else int(data["model"]),
            "since": _midnight(data["since"]),
            "until": _midnight(data["until"] + timedelta(days=1)),
            "most": data["most"],
            "keywords": {name: text for name, text in tables.items() if text},
            "keywords_name": ", ".join(names),
        }


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _text(file: Any) -> str:
    if file is None:
        return ""
    if file.size is None or file.size > LARGEST_FILE:
        raise forms.ValidationError(_t("The file is larger than 1 MB."))
    try:
        return str(file.read().decode("utf-8-sig")).replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise forms.ValidationError(_t("The file is no text in UTF-8.")) from error

"""The customer's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from surveys.models import SCORES, Reason

LONGEST_COMMENT = 5000


class AnswerForm(forms.Form):
    """Score, solved or not, reasons, and words; only the score is needed."""

    score = forms.TypedChoiceField(
        label=_("Rating"),
        choices=SCORES,
        coerce=int,
        error_messages={
            "required": _("Please choose a face first."),
            "invalid_choice": _("Please choose a face first."),
        },
    )
    solved = forms.TypedChoiceField(
        label=_("Is your problem solved?"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
    )
    reasons = forms.MultipleChoiceField(
        label=_("What went wrong?"), choices=Reason.choices, required=False
    )
    comment = forms.CharField(
        label=_("Anything else?"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": _("In your own words")}),
    )

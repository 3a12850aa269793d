"""Every component in every state on one page, for those who build pages."""

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from tickets.display import ClockSign

SWATCHES = (
    ("sunken", "canvas", "surface", "raised", "selected"),
    ("ink", "ink-2", "ink-3", "line", "line-ctl"),
    ("accent", "accent-fill", "danger", "warn", "good"),
    ("note-bg", "ev-3", "viz-1", "viz-2", "heat-5"),
)


class SampleForm(forms.Form):
    """One field in order and one with an error."""

    order = forms.CharField(required=False, widget=forms.TextInput({"placeholder": "D-2411"}))
    refund = forms.CharField()

    def clean_refund(self) -> str:
        """Refuse always, to show how a refusal looks."""
        raise forms.ValidationError(_("Over your limit of ¥500. Ask a team lead."))


@login_required
def show_styles(request: HttpRequest) -> HttpResponse:
    """Show the design system."""
    form = SampleForm({"refund": "¥620"})
    form.fields["order"].label = _("Order number")
    form.fields["refund"].label = _("Refund")
    first, resolve = _("first reply"), _("resolve")
    signs = [
        ClockSign("run", "3:05", resolve, 38),
        ClockSign("risk", "0:14", first, 86),
        ClockSign("late", "\u22120:18", resolve, 100),
        ClockSign("pause", _("Paused"), _("by customer"), 0),
        ClockSign("off", _("opens %(time)s") % {"time": "09:00"}, first, 0),
        ClockSign("met", _("Resolved"), "", 100),
    ]
    context = {
        "swatches": SWATCHES,
        "signs": signs,
        "form": form,
        "sample_text": "The third time. It says signed, but I did not receive it.",
        "sample_spans": [(4, 14, 1), (24, 30, 2), (38, 56, 3)],
    }
    return render(request, "tickets/styles.html", context)

"""Forms about oneself."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SettingsForm(forms.ModelForm[User]):
    """What a person may set for themselves."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields = ("display_name", "language", "theme", "density", "single_keys", "is_away")
        labels = {
            "display_name": _("Name that colleagues and customers see"),
            "theme": _("Theme"),
            "density": _("Density"),
            "single_keys": _("Single-key shortcuts"),
            "is_away": _("Away: new tickets go to others"),
        }
        help_texts = {
            "single_keys": _("Off: only shortcuts with Ctrl, ⌘ or Alt work."),
        }

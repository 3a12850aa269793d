"""Forms for text that people write."""

from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tickets import states
from tickets.models import MessageKind, Status
from tickets.records import IncomingAttachment
from tickets.routes import EMAIL
from tickets.services import Chosen

LONGEST_TEXT = 20000
MOST_FILES = 10
_TEMPLATE = "template:"


class ManyFilesInput(forms.ClearableFileInput):
    """A file control for several files."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files; cleans to a list."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Check every file; an empty choice is an empty list."""
        files = [each for each in (data or []) if each]
        if len(files) > MOST_FILES:
            text = ngettext("At most %(n)s file.", "At most %(n)s files.", MOST_FILES)
            raise forms.ValidationError(text % {"n": MOST_FILES})
        if sum(file.size or 0 for file in files) > settings.REDRESS_MAX_BODY_BYTES:
            raise forms.ValidationError(_("These files are too large together."))
        return [super(ManyFilesField, self).clean(each, initial) for each in files]


class WriteForm(forms.Form):
    """A reply or a note."""

    kind = forms.ChoiceField(choices=[(MessageKind.REPLY, ""), (MessageKind.NOTE, "")])
    text = forms.CharField(
        label=_("Text"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    # "", "email", or "template:" and which one; its values are fields of the template's name.
    send_as = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    then_status = forms.ChoiceField(label=_("then set"), required=False)
    template_slug = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    idempotency_key = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    upload = ManyFilesField(label=_("Files"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["then_status"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("as it is")), *after_reply_choices()]

    def clean(self) -> dict[str, Any]:
        """Ask for a text, unless a message goes that the platform has approved."""
        data = super().clean() or {}
        is_template = str(data.get("send_as", "")).startswith(_TEMPLATE)
        is_note = data.get("kind") == MessageKind.NOTE
        if not data.get("text") and "text" not in self.errors and (is_note or not is_template):
            self.add_error("text", _("This field is required."))
        return data

    def chosen(self) -> Chosen:
        """Return by which way the reply is to leave."""
        send_as = self.cleaned_data["send_as"]
        if send_as == EMAIL:
            return Chosen(via=EMAIL)
        if not send_as.startswith(_TEMPLATE):
            return Chosen()
        key = send_as.removeprefix(_TEMPLATE)
        data = self.data
        values = data.getlist(f"value:{key}") if isinstance(data, QueryDict) else []
        return Chosen(template=key, values=tuple(str(value) for value in values[:50]))

    def attachments(self) -> tuple[IncomingAttachment, ...]:
        """Return the files as records, read whole (the body limit bounds them)."""
        return tuple(
            IncomingAttachment(
                name=file.name or "",
                content_type=file.content_type or "application/octet-stream",
                content=file.read(),
            )
            for file in self.cleaned_data["upload"]
        )


def after_reply_choices() -> list[tuple[str, str]]:
    """States that may follow a reply; resolving has its own form, because it needs more."""
    return [
        (status, str(Status(status).label))
        for status in states.AFTER_REPLY
        if status != states.RESOLVED
    ]


class DraftForm(forms.Form):
    """What is saved while somebody types."""

    kind = forms.ChoiceField(choices=[(MessageKind.REPLY, ""), (MessageKind.NOTE, "")])
    text = forms.CharField(required=False, max_length=LONGEST_TEXT, strip=False)
    template_slug = forms.CharField(required=False, max_length=80)


class NewTicketForm(forms.Form):
    """A complaint that came by phone or over the counter."""

    customer_name = forms.CharField(label=_("Customer"), max_length=200)
    email = forms.EmailField(label=_("E-mail"), required=False)
    phone = forms.CharField(label=_("Phone"), required=False, max_length=30)
    order_number = forms.CharField(label=_("Order number"), required=False, max_length=64)
    channel = forms.ChoiceField(
        label=_("Came by"),
        choices=[("phone", _("Phone")), ("manual", _("Other"))],
    )
    subject = forms.CharField(label=_("Subject"), required=False, max_length=300)
    text = forms.CharField(
        label=_("What the customer says"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean(self) -> dict[str, Any]:
        """Ask for at least one way to reach the person."""
        data = super().clean() or {}
        if not data.get("email") and not data.get("phone"):
            raise forms.ValidationError(_("Give an e-mail address or a phone number."))
        return data

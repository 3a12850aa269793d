"""The public complaint form."""

import re
import unicodedata
import uuid
from collections.abc import Sequence
from typing import Any

import phonenumbers
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import validate_email
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from intake.complaints import AttachedFile, Complaint
from intake.imports import Options
from intake.imports.words import FIELD_NAMES

MOST_FILES = 5
LARGEST_FILE = 10 * 1024 * 1024
LONGEST_TEXT = 20_000
NEW_COMPLAINT = "new"
HOME_REGION = "CN"
HOME_MOBILE_DIGITS = 11
ORDER_PATTERN = r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9\-]{1,39}"
WISHES = (
    ("resend", _("Send it again")),
    ("refund", _("Refund")),
    ("repair", _("Repair")),
    ("report", _("Only report it")),
)


class ComplaintForm(forms.Form):
    """Words and a way to answer are needed; everything else may be left out.

    ``website`` is a trap that people do not see. Files are read from ``request.FILES``, because
    several inputs of one name work without a script.
    """

    form_id = forms.UUIDField(widget=forms.HiddenInput)
    website = forms.CharField(required=False)
    order_number = forms.CharField(label=_("Order number"), required=False, max_length=60)
    text = forms.CharField(
        label=_("What happened?"),
        max_length=LONGEST_TEXT,
        error_messages={"required": _("Please tell us what happened. A few words are enough.")},
    )
    wish = forms.ChoiceField(label=_("What would put it right?"), choices=WISHES, required=False)
    contact = forms.CharField(
        label=_("Mobile number or e-mail"),
        max_length=320,
        error_messages={
            "required": _("We need a mobile number or an e-mail address to answer you.")
        },
    )
    consent = forms.BooleanField(
        error_messages={"required": _("We may only handle the complaint if you agree.")}
    )

    def __init__(
        self, data: Any = None, *, files: "Sequence[UploadedFile[Any]]" = (), **more: Any
    ) -> None:
        super().__init__(data, **more)
        self.chosen_files = files

    def clean_website(self) -> str:
        """Stop machines that fill in everything; a person finds it emptied and sends once more."""
        if self.cleaned_data["website"]:
            raise ValidationError(
                _("A field that people do not see was filled in. Please send it once more.")
            )
        return ""

    def clean_order_number(self) -> str:
        """Check the form of the number only; whether it exists is nobody's business here."""
        number = unicodedata.normalize("NFKC", self.cleaned_data["order_number"]).strip()
        number = re.sub(r"[‐-―−]", "-", number.removeprefix("#"))
        if number and not re.fullmatch(ORDER_PATTERN, number):
            raise ValidationError(
                _("An order number has letters, digits and hyphens only. You can leave it out.")
            )
        return number

    def clean_contact(self) -> str:
        """Accept an e-mail address or a phone number; say what is wrong with either."""
        contact = unicodedata.normalize("NFKC", self.cleaned_data["contact"]).strip()
        if "@" in contact or not any(letter.isdigit() for letter in contact):
            try:
                validate_email(contact)
            except ValidationError as error:
                raise ValidationError(
                    _("This is no complete e-mail address. It looks like name@example.com.")
                ) from error
            return contact
        return checked_phone(contact)

    def clean(self) -> dict[str, Any]:
        """Check the files that came along."""
        if len(self.chosen_files) > MOST_FILES:
            text = _t("You chose %(n)s files. Up to %(most)s can be sent.")
            self.add_error(None, text % {"n": len(self.chosen_files), "most": MOST_FILES})
        for file in self.chosen_files:
            self._check_file(file)
        return super().clean() or self.cleaned_data

    def _check_file(self, file: "UploadedFile[Any]") -> None:
        if (file.size or 0) > LARGEST_FILE:
            text = _t("“%(name)s” is larger than 10 MB. Please choose a smaller one.")
        elif not file.size:
            text = _t("“%(name)s” is empty. Please choose it again.")
        else:
            return
        self.add_error(None, text % {"name": file.name})

    def complaint(self) -> Complaint:
        """Return what was filled in; only after the form was found valid."""
        contact = self.cleaned_data["contact"]
        is_mail = "@" in contact
        form_id = self.cleaned_data["form_id"]
        assert isinstance(form_id, uuid.UUID)
        return Complaint(
            form_id=form_id,
            text=self.cleaned_data["text"],
            order_number=self.cleaned_data["order_number"],
            wish=self.cleaned_data["wish"],
            email=contact if is_mail else "",
            phone="" if is_mail else contact,
            files=[_attached(file) for file in self.chosen_files],
        )


def checked_phone(text: str) -> str:
    """Return the number in E.164. Raises ValidationError that says what is wrong with it."""
    digits = re.sub(r"\D", "", text)
    is_foreign = text.startswith(("+", "00"))
    if not is_foreign and len(digits) != HOME_MOBILE_DIGITS:
        raise ValidationError(
            ngettext(
                "This mobile number has %(n)s digit. It needs 11.",
                "This mobile number has %(n)s digits. It needs 11.",
                len(digits),
            )
            % {"n": len(digits)}
        )
    try:
        number = phonenumbers.parse(text, HOME_REGION)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise ValidationError(
            _("This number does not exist. From abroad, begin with + and the country code.")
        )
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _attached(file: "UploadedFile[Any]") -> AttachedFile:
    file.seek(0)
    return AttachedFile(
        name=file.name or "",
        content_type=file.content_type or "application/octet-stream",
        content=file.read(),
    )


class CallForm(forms.Form):
    """A phone call, as the agent writes it down; times are in the desk's zone.

    ``person`` is whom the number belongs to, ``tickets`` their open tickets that this agent may
    open; the form asks which of them the call is about.
    """

    number = forms.CharField(
        label=_("Phone number"),
        required=False,
        max_length=40,
        help_text=_("Leave it empty when the caller hides it."),
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Customer"), required=False, max_length=200)
    direction = forms.ChoiceField(
        label=_("Direction"), choices=[("in", _("They called us")), ("out", _("We called them"))]
    )
    started_at = forms.DateTimeField(
        label=_("Began"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    minutes = forms.IntegerField(
        label=_("Minutes"), required=False, min_value=0, max_value=24 * 60, initial=0
    )
    order_number = forms.CharField(label=_("Order number"), required=False, max_length=64)
    summary = forms.CharField(
        label=_("What was said"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Write at least one sentence about the call.")},
    )
    transcript = forms.CharField(
        label=_("Transcript"),
        required=False,
        max_length=100_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    recording_url = forms.URLField(
        label=_("Link to the recording"), required=False, max_length=2000, assume_scheme="https"
    )
    about = forms.ChoiceField(label=_("About"), required=False, widget=forms.RadioSelect)

    def __init__(
        self, data: Any = None, *, choices: Sequence[tuple[str, str]] = (), **more: Any
    ) -> None:
        super().__init__(data, **more)
        about = self.fields["about"]
        assert isinstance(about, forms.ChoiceField)
        about.choices = list(choices)
        if choices:
            # A complaint too many can be merged; one that was joined by mistake is overlooked.
            self.initial.setdefault("about", NEW_COMPLAINT)

    def clean(self) -> dict[str, Any]:
        """Ask for a number or a name: somebody must be found again."""
        data = super().clean() or {}
        if not data.get("number") and not data.get("name"):
            raise ValidationError(_("Give the number or the name."))
        return data


class UploadForm(forms.Form):
    """A marketplace's file, and for which source it is."""

    source = forms.ChoiceField(label=_("Source"), required=False)
    new_name = forms.CharField(
        label=_("Name of a new source"),
        required=False,
        max_length=120,
        help_text=_("The marketplace and the shop, such as “JD flagship store”."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or XLSX, up to 50 MB and 200,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        sources: Sequence[tuple[str, str]] = (),
        **more: Any,
    ) -> None:
        super().__init__(data, files, **more)
        field = self.fields["source"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [*sources, ("", _("A new one"))]

    def clean(self) -> dict[str, Any]:
        """Ask for a name where a new source is wanted."""
        data = super().clean() or {}
        if not data.get("source") and not data.get("new_name") and not self.errors:
            self.add_error("new_name", _("Give the new source a name."))
        return data


class MappingForm(forms.Form):
    """Which column is what, and what is done with the rows."""

    zone = forms.ChoiceField(label=_("Times without a zone are in"))
    day_first = forms.ChoiceField(
        label=_("A date such as 03/04/2026 is"),
        choices=[("", _("4 March")), ("1", _("3 April"))],
        required=False,
    )
    old = forms.ChoiceField(
        label=_("Rows older than a day"),
        choices=[
            ("history", _("keep them for the record: no clock, in no figure")),
            ("work", _("are work for today: their clocks start now")),
        ],
    )
    is_public = forms.ChoiceField(
        label=_("What these rows are"),
        choices=[("1", _("reviews that others can read")), ("", _("complaints to us alone"))],
        required=False,
    )
    skip_praise = forms.BooleanField(label=_("Leave out five stars without words"), required=False)
    skip_unwanted = forms.BooleanField(label=_("Leave out rows that want no reply"), required=False)

    def __init__(
        self, data: Any = None, *, columns: Sequence[str], zones: Sequence[str], **more: Any
    ) -> None:
        super().__init__(data, **more)
        zone = self.fields["zone"]
        assert isinstance(zone, forms.ChoiceField)
        zone.choices = [(name, name) for name in zones]
        shown = [
            (str(i), name or str(_("Column %(n)s")) % {"n": i + 1})
            for i, name in enumerate(columns)
        ]
        for name, label in FIELD_NAMES.items():
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=str(label), choices=[("", "–"), *shown], required=False
            )

    def column_fields(self) -> list[Any]:
        """Return the fields that ask for a column."""
        return [self[name] for name in self.fields if name.startswith("column_")]

    def mapping(self) -> dict[str, int]:
        """Return the column of each field that has one."""
        return {
            name.removeprefix("column_"): int(value)
            for name, value in self.cleaned_data.items()
            if name.startswith("column_") and value
        }

    def options(self) -> Options:
        """Return what was chosen for the whole file."""
        data = self.cleaned_data
        return Options(
            zone=data["zone"],
            day_first=bool(data["day_first"]),
            skip_praise=data["skip_praise"],
            skip_unwanted=data["skip_unwanted"],
            old_is_history=data["old"] == "history",
            is_public=bool(data["is_public"]),
        )

    def clean(self) -> dict[str, Any]:
        """Ask for words or stars: without both there is no message."""
        data = super().clean() or {}
        if not data.get("column_text") and not data.get("column_rating"):
            raise ValidationError(_("Choose the column with the text, or the one with the stars."))
        return data

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

MOST_FILES = 5
LARGEST_FILE = 10 * 1024 * 1024
LONGEST_TEXT = 20_000
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

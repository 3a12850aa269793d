"""Where a message goes that was filed in the wrong ticket."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tickets.models import Ticket

NEW = "new"
LONGEST_WORDS = 80


class MoveForm(forms.Form):
    """A new ticket, or one of those that were found."""

    to = forms.ChoiceField(label=_("Move it to"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, others: Sequence[Ticket], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (NEW, _("A new ticket")),
            *((one.reference, _named(one)) for one in others),
        ]


def _named(ticket: Ticket) -> str:
    words = ticket.subject or ticket.last_message_preview
    who = ticket.customer.name if ticket.customer else ""
    return " · ".join(part for part in (ticket.reference, who, words[:LONGEST_WORDS]) if part)

"""Why an automatic mail was held back: codes as they are stored, and words for the agent."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OWN_ADDRESS = "own_address"
MACHINE = "machine"
ADDRESS_FAILS = "address_fails"
TICKET_CAP = "ticket_cap"
ADDRESS_CAP = "address_cap"
TOTAL_CAP = "total_cap"

_WORDS: dict[str, str | Promise] = {
    OWN_ADDRESS: _("The address is our own."),
    MACHINE: _("The last mail came from a machine that wants no automatic answer."),
    ADDRESS_FAILS: _("Mail to this address comes back."),
    TICKET_CAP: _("This ticket has had its most automatic mails for a day."),
    ADDRESS_CAP: _("The address has had its most automatic mails for an hour."),
    TOTAL_CAP: _("The most automatic mails for an hour have been sent."),
}


def words_for(code: str) -> str:
    """Say why; nothing for a code that is not known."""
    return str(_WORDS.get(code, ""))

"""What can go wrong on the way in. Texts are for the machine or person that delivered."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class UnknownSource(DomainError):
    """No such source, or it is switched off."""

    code = "unknown_source"
    status = 404
    message = _("There is no source at this address.")


class Refused(DomainError):
    """The delivery is not from whom it says, or too old."""

    code = "bad_signature"
    status = 401
    message = _("The signature does not match: %(why)s")


class StaleTimestamp(Refused):
    """Signed too long ago, or in the future."""

    code: ClassVar[str] = "stale_timestamp"
    message = _("The timestamp is more than %(seconds)s seconds away from now.")


class WrongQuestion(Refused):
    """Somebody asks whether the door is ours, but does not know what we agreed on."""

    code: ClassVar[str] = "bad_handshake"
    status: ClassVar[int] = 403


class BadBody(DomainError):
    """The body is not what this source sends; ``why`` says what to mend."""

    code = "bad_body"
    status = 400
    message = _("The body cannot be used: %(why)s")


class UnknownReceipt(DomainError):
    """No complaint has this receipt code."""

    code = "unknown_receipt"
    status = 404
    message = _("There is no complaint with this receipt number. Please check it.")


class NotDead(DomainError):
    """Only a dead letter can be retried."""

    code = "not_dead"
    message = _("Only a delivery that could not be read can be tried again.")


class SourceInUse(DomainError):
    """Something came from the source: its deliveries and tickets name it."""

    code = "source_in_use"
    message = _("Something came from this source already. Switch it off instead.")


class ImportRunning(DomainError):
    """This needs an import that is in another state."""

    code = "import_running"
    message = _("The import is not in a state that allows this. Look at it again.")


class StillFiling(DomainError):
    """Rows of the import are stored and not filed yet."""

    code = "still_filing"
    message = _("Some rows are still being filed. Try again in a minute.")


class Unreadable(Exception):
    """The stored delivery cannot be turned into messages; the text says why."""


class OtherVisitor(DomainError):
    """The conversation is another customer's: two people share a browser."""

    code = "other_visitor"
    message = _("This conversation belongs to somebody else.")

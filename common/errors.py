"""What can go wrong and is expected: errors whose text may be shown to the caller."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal with a stable code and a sentence for the person who caused it.

    Subclasses set ``code``, ``status`` (HTTP) and ``message``, a lazy gettext template whose
    ``%(name)s`` places are filled from the keyword arguments.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: ClassVar[str | Promise] = _("This is not possible right now.")

    def __init__(self, **data: Any) -> None:
        super().__init__()
        self.data = data

    def __str__(self) -> str:
        """Return the sentence in the active language."""
        return str(self.message) % self.data if self.data else str(self.message)


class NotAllowed(DomainError):
    """The caller's role does not have the right."""

    code = "not_allowed"
    status = 403
    message = _("Your role does not allow this.")


class NotFound(DomainError):
    """The thing does not exist, or is hidden from the caller."""

    code = "not_found"
    status = 404
    message = _("This does not exist or is not yours to see.")


class Invalid(DomainError):
    """The input cannot be used; ``why`` says what to mend."""

    code = "invalid"
    status = 422
    message = _("This cannot be used: %(why)s")


class NotText(DomainError):
    """The input holds a NUL, which no text has and no column takes."""

    code = "not_text"
    status = 400
    message = _("What was sent holds characters that are no text.")

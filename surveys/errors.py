"""What can be wrong with a survey's link."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class UnknownLink(DomainError):
    """The link is forged, cut off, or of a survey that was deleted."""

    code: ClassVar[str] = "unknown_link"
    status = 404
    message = _("This link does not lead to a survey. Please copy it whole from our message.")


class LinkExpired(DomainError):
    """The survey is over."""

    code: ClassVar[str] = "link_expired"
    status = 410
    message = _("This survey has ended. To tell us more, answer our last message.")

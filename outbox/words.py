"""Why a message did not arrive, in words for the person who wrote it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# The codes are kept in the database; their words may change.
REASONS: dict[str, str | Promise] = {
    "refused": _("The platform refused the message."),
    "unreachable": _("The platform does not answer."),
    "rate_limited": _("The platform takes no more messages at the moment."),
    "window_closed": _("The customer wrote too long ago: the platform takes no more replies."),
    "quota": _("The platform takes no more replies until the customer writes again."),
    "too_long": _("The text is longer than the platform takes."),
    "files": _("Files cannot be sent on this channel."),
    "unknown_recipient": _("The platform does not know this customer any more."),
    "blocked": _("The customer does not want messages from us on this channel."),
    "credentials": _(
        "The platform does not accept our access any more. An administrator must"
        " renew the access token of the channel."
    ),
    "not_set_up": _(
        "The channel is not set up for sending. An administrator must add what is missing."
    ),
    "no_way": _("Redress has no way to send on this channel."),
    "bounced": _("The mail came back."),
    "content": _("The platform does not take this content."),
    "died": _("The server stopped each time that it tried to send this."),
    "unknown": _("Sending failed for a reason that is not known."),
}
# Somebody who looks after the channel has to do something; trying again will not help.
FOR_ADMINISTRATORS = frozenset({"credentials", "not_set_up", "no_way"})


def reason(code: str) -> str:
    """Return the words for a code, general ones for a code that is not known."""
    return str(REASONS.get(code, REASONS["unknown"]))

"""What can go wrong in the knowledge base and is expected."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class ToneBlocked(DomainError):
    """A reply breaks a rule that nobody may override."""

    code = "tone_blocked"
    status = 422
    message = _("This reply cannot be sent (%(rule)s): %(why)s")


class EmptyBody(DomainError):
    """A template without text answers nobody."""

    code = "empty_body"
    status = 422
    message = _("A reply template needs text.")


class UnknownVariables(DomainError):
    """A template names slots that nothing can fill."""

    code = "unknown_variables"
    status = 422
    message = _("There are no variables of these names: %(names)s")

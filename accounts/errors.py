"""What can go wrong with people and tokens."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class UnknownScope(DomainError):
    """A token was asked for with a scope that does not exist."""

    code = "unknown_scope"
    status = 422
    message = _("Unknown scopes: %(scopes)s. Known: %(known)s.")

"""What can go wrong with models."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NoSuchVersion(DomainError):
    """There is no model of this number."""

    code = "no_such_version"
    status = 404
    message = _("There is no model %(number)s.")


class ArtefactBroken(Exception):
    """The stored bytes of a model are missing or not what they were."""

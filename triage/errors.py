"""What can go wrong with models."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NoSuchVersion(DomainError):
    """There is no model of this number."""

    code = "no_such_version"
    status = 404
    message = _("There is no model %(number)s.")


class FileRemoved(DomainError):
    """The file of a model was removed because it was old; only its figures are left."""

    code = "file_removed"
    message = _("The file of model %(number)s was removed; only its figures are kept.")


class ErrorOutOfRange(DomainError):
    """The allowed error is not one that can be kept."""

    code = "error_out_of_range"
    status = 422
    message = _("The allowed error must lie between 0.5% and 30%.")


class OwnLabels(DomainError):
    """Nobody vouches for their own labels."""

    code = "own_labels"
    status = 403
    message = _("Somebody else must vouch for your labels.")


class CannotTakeBack(DomainError):
    """An answer at the desk is too old, not one's own, or not the last word."""

    code = "cannot_take_back"
    message = _("This answer can no longer be taken back. Change the ticket itself.")


class BeingTrained(DomainError):
    """Another process trains a model at the moment."""

    code = "being_trained"
    message = _("A model is being trained already.")


class BadKeywords(DomainError):
    """A keyword table cannot be read."""

    code = "bad_keywords"
    status = 422
    message = _("The keyword table cannot be used: %(why)s")


class SpanEmpty(DomainError):
    """A span of time ends before it begins."""

    code = "span_empty"
    status = 422
    message = _("The time must begin before it ends.")


class ReplayRunning(DomainError):
    """Only one replay runs at a time."""

    code = "replay_running"
    message = _("A replay is running already. Wait for its end, or cancel it.")


class ArtefactBroken(Exception):
    """The stored bytes of a model are missing or not what they were."""

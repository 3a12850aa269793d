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


class BodyTooLong(DomainError):
    """Nobody reads such a reply."""

    code = "body_too_long"
    status = 422
    message = _("A reply may have at most %(most)s characters.")


class EditedMeanwhile(DomainError):
    """Somebody else saved a newer version; writing over it needs a decision."""

    code = "edited_meanwhile"
    message = _("Somebody else has saved a newer version meanwhile: %(places)s")


class NotHandedIn(DomainError):
    """What is published as it stands needs no review."""

    code = "not_handed_in"
    message = _("This is published as it stands; there is nothing to review.")


class SlugTaken(DomainError):
    """Two scenarios cannot share a name in addresses and files."""

    code = "slug_taken"
    message = _("There is a scenario %(slug)s already.")


class BadScenario(DomainError):
    """A field of a scenario holds what it cannot hold."""

    code = "bad_scenario"
    status = 422
    message = _("This scenario cannot be saved: %(why)s")


class NotForCustomers(DomainError):
    """A public page names what only one customer may read, or nothing can fill."""

    code = "not_for_customers"
    status = 422
    message = _("A page for customers cannot have variables: %(names)s")


class BadBundle(DomainError):
    """A file of replies cannot be read."""

    code = "bad_bundle"
    status = 422
    message = _("This file cannot be used: %(why)s")


class BundleChanged(DomainError):
    """The library moved on between looking and taking over."""

    code = "bundle_changed"
    message = _("The library has changed since you looked. Please look at the list again.")


class ReportMismatch(DomainError):
    """A use names a reply that the suggestion did not hold."""

    code = "not_suggested"
    status = 422
    message = _("This reply was not among those suggested: %(slug)s")


class KeyReused(DomainError):
    """An idempotency key was sent again with another request."""

    code = "key_reused"
    status = 422
    message = _("This Idempotency-Key was used for another request.")


class AlreadyDecided(DomainError):
    """Somebody was quicker."""

    code = "already_decided"
    message = _("Somebody has decided on this proposal already.")


class NoReason(DomainError):
    """Those who come after want to know why."""

    code = "no_reason"
    status = 422
    message = _("Say why, so that it need not be looked at again.")

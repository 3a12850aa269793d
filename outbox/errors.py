"""What can go wrong while sending."""

from django.utils.translation import gettext_lazy as _

from common.errors import DomainError


class NothingToRetry(DomainError):
    """The message has not failed."""

    code = "nothing_to_retry"
    message = _("Only a message that failed can be sent again.")


class TemporaryFailure(Exception):
    """The other side may take it later; ``retry_after_seconds`` if it said when.

    ``code`` is one of ``outbox.words.REASONS``, which pages show in the reader's language.
    """

    def __init__(
        self, why: str, retry_after_seconds: float | None = None, *, code: str = "unreachable"
    ) -> None:
        super().__init__(why)
        self.retry_after_seconds = retry_after_seconds
        self.code = code


class PermanentFailure(Exception):
    """The other side will never take it; ``code`` as of TemporaryFailure."""

    def __init__(self, why: str, *, code: str = "refused") -> None:
        super().__init__(why)
        self.code = code

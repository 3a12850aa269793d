"""Why a file could not be fetched. No Django."""

from enum import StrEnum


class Problem(StrEnum):
    """What went wrong, as a code; the words for people are with the model."""

    HOST = "host"
    PRIVATE = "private"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    GONE = "gone"
    NO_KEY = "no_key"
    REFUSED = "refused"
    WRONG_TYPE = "wrong_type"
    UNREACHABLE = "unreachable"
    ODD_ANSWER = "odd_answer"


class MediaError(Exception):
    """A file that was not fetched; ``detail`` never holds an address, which may hold a key."""

    def __init__(self, problem: Problem, detail: str = "") -> None:
        super().__init__(f"{problem}: {detail}" if detail else str(problem))
        self.problem = problem
        self.detail = detail


class MediaRefused(MediaError):
    """It will not go better another time."""


class MediaLater(MediaError):
    """It may go better later; ``after`` is how many seconds the platform asks us to wait."""

    def __init__(self, problem: Problem, detail: str = "", after: float | None = None) -> None:
        super().__init__(problem, detail)
        self.after = after

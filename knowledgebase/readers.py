"""Who reads a text for its category and mood, where the caller did not say. Pure.

This room may not know triage. What combines the rooms registers a reader here; without one the
caller's values are used, and else the neutral row of the policy.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TextReading:
    """What a reader makes of a text."""

    category: str = ""
    is_sure: bool = False
    emotion: int = 0
    distressed: bool = False
    language: str = ""


# text, subject, language ("" when it is not known)
Reader = Callable[[str, str, str], TextReading]

_readers: list[Reader] = []


def register(reader: Reader) -> None:
    """Let ``reader`` read from now on; the last one counts."""
    _readers[:] = [reader]


def read(text: str, subject: str, language: str) -> TextReading | None:
    """Read a text; None where nobody can."""
    return _readers[0](text, subject, language) if _readers else None

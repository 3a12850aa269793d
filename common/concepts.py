"""Words and phrases that customers use for the same thing, written by hand. No Django.

`concepts_en.txt` and `concepts_zh.txt` hold one group a line: a name, a colon, and the phrases.
"""

from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent


def read_concepts(language: str) -> Iterator[tuple[str, list[str]]]:
    """The groups of 'en' or 'zh' as (name, phrases)."""
    for line in (_HERE / f"concepts_{language}.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, phrases = line.partition(":")
            yield name, [phrase.strip() for phrase in phrases.split(",")]

"""Words and phrases that customers use for the same thing, written by hand. No Django.

`concepts_en.txt` and `concepts_zh.txt` hold one group a line: a name, a colon, and the phrases.
`feelings_en.txt` and `feelings_zh.txt` hold words of feelings, taste and praise in the same way.
"""

from collections.abc import Iterator
from pathlib import Path

_HERE = Path(__file__).parent


def read_concepts(language: str, table: str = "concepts") -> Iterator[tuple[str, list[str]]]:
    """The groups of 'en' or 'zh' as (name, phrases); `table` is 'concepts' or 'feelings'."""
    for line in (_HERE / f"{table}_{language}.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, _, phrases = line.partition(":")
            yield name, [phrase.strip() for phrase in phrases.split(",")]

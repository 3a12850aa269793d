"""Material written for this project that triage learns from before any ticket is solved.

`handwritten` and `generate` are for training; `held_out` and `traps` are for judging only.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from triage.seed.grammar import BARE, compose
from triage.seed.reader import load_book, load_held_out, load_traps
from triage.seed.records import FLAGS, Book, HeldOut, Phrase, SeedRow, Topic, Trap
from triage.seed.slots import Filler

__all__ = [
    "HeldOut",
    "SeedRow",
    "Trap",
    "generate",
    "handwritten",
    "held_out",
    "normalise",
    "traps",
]

_TRIES_PER_ROW = 50
_NOISE = re.compile(r"[\W\d_]+")


def generate(language: str, seed: int, size: int) -> Iterator[SeedRow]:
    """Yield `size` invented complaints, spread evenly over the sub-categories.

    The same seed gives the same rows; no row is given twice, nor one that differs from an
    earlier or a held-out one in digits and punctuation only.
    """
    book = load_book(language)
    rng = Random(f"{language}:{seed}")
    seen = {normalise(row.text) for row in handwritten(language)} | _kept_apart(language)
    topics = list(book.topics)
    for number in range(size):
        if number % len(topics) == 0:
            rng.shuffle(topics)
        yield _fresh(book, topics[number % len(topics)], rng, seen)


def handwritten(language: str) -> list[SeedRow]:
    """Every whole case and every problem core as written; cores stand as one-line messages."""
    book = load_book(language)
    rng = Random(f"{language}:handwritten")
    rows: dict[str, SeedRow] = {}
    for topic in book.topics:
        for phrase in (*topic.cases, *topic.cores):
            row = _as_row(book, topic, phrase, rng)
            rows.setdefault(normalise(row.text), row)
    apart = _kept_apart(language)
    return [row for key, row in rows.items() if key not in apart]


def held_out(language: str) -> list[HeldOut]:
    """Texts per scenario of the knowledge base, written apart; never train on them."""
    return load_held_out(language)


def traps(language: str, *, apart: bool = False) -> list[Trap]:
    """Misleading sentences with the expected reading; never train on them.

    Cues are written with the usual ones in view; those set apart are for judging alone.
    """
    return load_traps(language, apart=apart)


def normalise(text: str) -> str:
    """`text` without case, digits, punctuation and emoji, to find near copies."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = _NOISE.sub("", folded)
    # Texts of nothing but digits and emoji must not all count as the same one.
    return bare or folded.strip()


def _kept_apart(language: str) -> set[str]:
    texts = [row.text for row in held_out(language)]
    texts += [trap.text for apart in (False, True) for trap in traps(language, apart=apart)]
    return {normalise(text) for text in texts}


def _fresh(book: Book, topic: Topic, rng: Random, seen: set[str]) -> SeedRow:
    row = compose(book, topic, rng)
    for _ in range(_TRIES_PER_ROW):
        if normalise(row.text) not in seen:
            break
        other = compose(book, topic, rng)
        # Short messages ("ok") run out; only these stand alone, so two of them make a new one.
        row = _joined(row, other) if topic.category in BARE else other
    seen.add(normalise(row.text))
    return row


def _joined(first: SeedRow, second: SeedRow) -> SeedRow:
    return replace(
        first,
        text=f"{first.text} {second.text}",
        emotion=max(first.emotion, second.emotion),
        distressed=first.distressed or second.distressed,
        flags=tuple(flag for flag in FLAGS if flag in first.flags + second.flags),
    )


def _as_row(book: Book, topic: Topic, phrase: Phrase, rng: Random) -> SeedRow:
    filler = Filler(book, topic.products, rng)
    return SeedRow(
        text=filler.fill(phrase.text),
        subject=filler.fill(phrase.subject),
        language=book.language,
        category=topic.category,
        also=phrase.also,
        emotion=phrase.emotion,
        distressed=phrase.distressed,
        flags=phrase.flags,
        channel=phrase.channel or "chat",
        origin=phrase.text,
        voice=phrase.voice,
    )

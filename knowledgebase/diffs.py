"""Two texts side by side, what was taken out and what was put in marked by words. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# A variable, a Latin word or number, one Han character, blanks, or any other sign.
_TOKEN = re.compile(r"\{[^{}\n]*\}|[A-Za-z0-9_'’]+|[ \t]+|.")
# Beyond this, lines are compared as wholes: nobody reads word marks over pages.
_MOST_TOKENS = 2_000
_ALIKE = 0.35

SAME, GONE, NEW = "same", "gone", "new"


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text that is the same on both sides, gone, or new."""

    text: str
    kind: str = SAME


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the old text beside its line of the new one; () where there is none."""

    old: tuple[Part, ...]
    new: tuple[Part, ...]

    @property
    def is_changed(self) -> bool:
        """Whether the two sides differ."""
        return any(part.kind != SAME for part in (*self.old, *self.new)) or self.old != self.new


def side_by_side(old: str, new: str) -> list[Row]:
    """Return the rows of a comparison; equal texts give rows without marks."""
    before, after = old.splitlines(), new.splitlines()
    rows: list[Row] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            rows += [Row((Part(line),), (Part(line),)) for line in before[i1:i2]]
        else:
            rows += _changed(before[i1:i2], after[j1:j2])
    return rows


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[Row]:
    for left, right in _pairs(old, new):
        if left is None:
            yield Row((), (Part(right or "", NEW),))
        elif right is None:
            yield Row((Part(left, GONE),), ())
        else:
            yield _words(left, right)


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str | None, str | None]]:
    """Put lines beside each other that say much the same; blank ones only beside blank ones."""
    start = 0
    for left in old:
        place = next(
            (at for at in range(start, len(new)) if _alike(left, new[at]) or len(old) == len(new)),
            None,
        )
        if place is None:
            yield left, None
            continue
        for right in new[start:place]:
            yield None, right
        yield left, new[place]
        start = place + 1
    for right in new[start:]:
        yield None, right


def _alike(left: str, right: str) -> bool:
    if not left.strip() or not right.strip():
        return left.strip() == right.strip()
    return SequenceMatcher(None, left, right, autojunk=False).quick_ratio() >= _ALIKE


def _words(left: str, right: str) -> Row:
    a, b = _TOKEN.findall(left), _TOKEN.findall(right)
    if len(a) + len(b) > _MOST_TOKENS:
        return Row((Part(left, GONE),), (Part(right, NEW),))
    old: list[Part] = []
    new: list[Part] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        gone, come = "".join(a[i1:i2]), "".join(b[j1:j2])
        if gone:
            old.append(Part(gone, SAME if tag == "equal" else GONE))
        if come:
            new.append(Part(come, SAME if tag == "equal" else NEW))
    return Row(tuple(old), tuple(new))

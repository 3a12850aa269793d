"""What a replay found, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tickets import taxonomy
from triage.display.fields import label_of
from triage.ml.differences import Tally
from triage.models import Outcome, Replay, ReplayDifference

MOST_MOVES = 20
KIND_WORDS = {
    "": gettext_lazy("All"),
    "moved": gettext_lazy("Category changed"),
    "better": Outcome.BETTER.label,
    "worse": Outcome.WORSE.label,
    "raised": gettext_lazy("Priority raised"),
    "lowered": gettext_lazy("Priority lowered"),
    "gained": gettext_lazy("Flags gained"),
    "lost": gettext_lazy("Flags lost"),
    "filed": gettext_lazy("Now filed alone"),
    "asked": gettext_lazy("Now asked"),
}
_PROBLEMS = {
    "too_slow": gettext_lazy("A cue of the keyword table takes too long on some text."),
}


@dataclass(frozen=True, slots=True)
class Move:
    """A changed category and how often it would happen."""

    old: str
    new: str
    old_label: str
    new_label: str
    count: int


@dataclass(frozen=True, slots=True)
class Summary:
    """The counts of a replay; ``flags`` are (label, gained, lost)."""

    tally: Tally
    reader: str
    percent: int
    moves: tuple[Move, ...]
    flags: tuple[tuple[str, int, int], ...]
    problem: str

    @property
    def old_alone(self) -> int:
        """Tickets that were filed without asking."""
        return self.tally.tickets - self.tally.old_asked

    @property
    def new_alone(self) -> int:
        """Tickets that would have been."""
        return self.tally.tickets - self.tally.new_asked

    @property
    def right(self) -> tuple[int, int] | None:
        """Of those with a person's word, the percentages right before and then."""
        if not self.tally.said:
            return None
        said = self.tally.said
        return round(self.tally.old_right / said * 100), round(self.tally.new_right / said * 100)


def summary(replay: Replay, language: str) -> Summary:
    """Return the counts in the reader's language."""
    tally = Tally.of(replay.figures)
    done = tally.tickets / replay.total * 100 if replay.total else 0.0
    moves = [
        Move(old, new, _name(old, language), _name(new, language), count)
        for old, row in tally.moves.items()
        for new, count in row.items()
    ]
    moves.sort(key=lambda one: (-one.count, one.old, one.new))
    flags = [flag for flag in taxonomy.FLAGS if flag in tally.gained or flag in tally.lost]
    return Summary(
        tally,
        reader_of(replay),
        min(100, int(done)),
        tuple(moves[:MOST_MOVES]),
        tuple(
            (flag_label(flag, language), tally.gained.get(flag, 0), tally.lost.get(flag, 0))
            for flag in flags
        ),
        str(_PROBLEMS.get(replay.problem, replay.problem)),
    )


def reader_of(replay: Replay) -> str:
    """Say what read the tickets."""
    if replay.model is None:
        return _("Rules alone")
    return _("Model %(number)s") % {"number": replay.model.number}


def row(difference: ReplayDifference, language: str) -> Mapping[str, Any]:
    """Return a difference in words."""
    return {
        "old": _name(difference.old_category, language),
        "new": _name(difference.new_category, language),
        "is_moved": difference.old_category != difference.new_category,
        "said": label_of(difference.said, language) if difference.said else "",
        "gained": [flag_label(flag, language) for flag in difference.gained_flags],
        "lost": [flag_label(flag, language) for flag in difference.lost_flags],
        "difference": difference,
    }


def flag_label(flag: str, language: str) -> str:
    """Return a flag's word."""
    zh, en = taxonomy.FLAGS.get(flag, (flag, flag))
    return zh if language.startswith("zh") else en


def _name(slug: str, language: str) -> str:
    return label_of(slug, language) if slug else _("none")

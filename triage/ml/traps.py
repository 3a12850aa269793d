"""How a model fares on sentences that mislead: judged, counted per kind, told as Markdown.

Trap sentences carry what a careful reader would say; what they leave open is not judged.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from triage import seed as material
from triage.ml.keywords import LANGUAGES
from triage.ml.model import TriageModel
from triage.ml.records import Prediction

NAMES = {"zh": "Chinese", "en": "English"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A sentence with what came out wrong: (what, expected, given); none of it means right."""

    text: str
    kind: str
    wrong: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True)
class TrapList:
    """A list of sentences in one language, judged; of one set apart nobody sees the failures."""

    language: str
    title: str
    outcomes: tuple[Outcome, ...]
    is_apart: bool = False

    @property
    def right(self) -> int:
        """How many came out right in everything that they decide."""
        return sum(not outcome.wrong for outcome in self.outcomes)

    def per_kind(self) -> dict[str, tuple[int, int]]:
        """Kind to (right, all), in the order of the list."""
        kinds = dict.fromkeys(outcome.kind for outcome in self.outcomes)
        return {
            kind: (sum(not one.wrong for one in part), len(part))
            for kind in kinds
            for part in ([one for one in self.outcomes if one.kind == kind],)
        }


def try_traps(
    model: TriageModel, language: str, title: str, traps: Sequence[material.Trap]
) -> TrapList:
    """Read every sentence with the model and compare."""
    answers = model.predict(
        [trap.text for trap in traps], [language] * len(traps), with_reasons=False
    )
    outcomes = tuple(
        Outcome(trap.text, trap.kind, tuple(_wrong(trap, answer)))
        for trap, answer in zip(traps, answers, strict=True)
    )
    return TrapList(language, title, outcomes)


def try_all(model: TriageModel) -> list[TrapList]:
    """Both lists of both languages: those with cues in view, and those set apart."""
    return [
        replace(
            try_traps(model, language, title, material.traps(language, apart=apart)),
            is_apart=apart,
        )
        for title, apart in (("known", False), ("set apart", True))
        for language in LANGUAGES
    ]


def _wrong(trap: material.Trap, answer: Prediction) -> Iterable[tuple[str, str, str]]:
    raised = {flag.flag for flag in answer.flags}
    if trap.category and trap.category != answer.category:
        yield "category", trap.category, answer.category
    if trap.emotion is not None and not trap.emotion[0] <= answer.emotion <= trap.emotion[1]:
        low, high = trap.emotion
        yield "emotion", str(low) if low == high else f"{low}-{high}", str(answer.emotion)
    if trap.distressed is not None and trap.distressed != answer.distressed:
        yield "distressed", str(trap.distressed), str(answer.distressed)
    if trap.priority and trap.priority != answer.priority.level:
        yield "priority", f"P{trap.priority}", f"P{answer.priority.level}"
    for flag in trap.present:
        if flag not in raised:
            yield "flag", flag, "none"
    for flag in trap.absent:
        if flag in raised:
            yield "flag", f"no {flag}", flag


def as_markdown(tested: Sequence[TrapList]) -> str:
    """Shares per kind and language, then every sentence that came out wrong.

    Failures of a list set apart stay hidden, so that it can go on to tell how strangers fare.
    """
    failures = [
        _failures(part) for part in tested if part.right < len(part.outcomes) and not part.is_apart
    ]
    return "\n\n".join([_summary(tested), *failures]) + "\n"


def _summary(tested: Sequence[TrapList]) -> str:
    head = [f"{NAMES[part.language]}, {part.title}" for part in tested]
    kinds = dict.fromkeys(kind for part in tested for kind in part.per_kind())
    rows = [f"| kind | {' | '.join(head)} |", f"| --- |{' --- |' * len(head)}"]
    for kind in kinds:
        counts = (part.per_kind().get(kind) for part in tested)
        cells = (f"{one[0]} of {one[1]}" if one else "" for one in counts)
        rows.append(f"| {kind} | {' | '.join(cells)} |")
    totals = (
        f"**{part.right} of {len(part.outcomes)} ({share(part):.1%})**" if part.outcomes else ""
        for part in tested
    )
    rows.append(f"| **all** | {' | '.join(totals)} |")
    return "\n".join(rows)


def share(part: TrapList) -> float:
    """Share of the sentences that came out right; 1 for an empty list."""
    return part.right / len(part.outcomes) if part.outcomes else 1.0


def _failures(part: TrapList) -> str:
    rows = [
        f"### {NAMES[part.language]}, {part.title}: what comes out wrong",
        "",
        "| kind | sentence | expected | comes out |",
        "| --- | --- | --- | --- |",
    ]
    for outcome in part.outcomes:
        if outcome.wrong:
            text = outcome.text.replace("|", "\\|").replace("\n", " ")
            wanted = "; ".join(f"{what} {expected}" for what, expected, _ in outcome.wrong)
            given = "; ".join(f"{what} {got}" for what, _, got in outcome.wrong)
            rows.append(f"| {outcome.kind} | {text} | {wanted} | {given} |")
    return "\n".join(rows)

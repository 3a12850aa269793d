"""The figures of one version and of two beside each other: curves, verdicts, people."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from tickets import taxonomy
from triage import charts
from triage.display import promises
from triage.ml.compare import LEAST_TICKETS, LEVEL
from triage.ml.intervals import wilson
from triage.models import ModelVersion, VersionState

# With fewer checks the interval is wider than anything it could tell.
LEAST_CHECKS = 20
LEAST_IN_BIN = 5
LANGUAGE_WORDS = {"en": gettext_lazy("English"), "zh": gettext_lazy("Chinese")}
VERDICTS = {
    "better": gettext_lazy("Better, nowhere worse"),
    "no_better": gettext_lazy("No better than chance"),
    "worse": gettext_lazy("Worse somewhere"),
    "too_few": gettext_lazy("Too few labels to say"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """What an allowed error does: what it needs, what it files, and how often that was wrong."""

    allowed: float
    needs: float
    share: float
    precision: float

    @property
    def value(self) -> str:
        """The allowed error in percent, as forms send it."""
        return f"{self.allowed * 100:.1f}"

    @property
    def alone(self) -> int:
        """The share filed alone, in percent."""
        return round(self.share * 100)

    @property
    def person(self) -> int:
        """The share that waits for a person, in percent."""
        return 100 - self.alone

    @property
    def wrong(self) -> float:
        """Mistakes among what is filed alone, in percent, as measured."""
        return (1 - self.precision) * 100

    @property
    def files_any(self) -> bool:
        """Tell whether any confidence is enough."""
        return self.share > 0


@dataclass(frozen=True, slots=True)
class Risk:
    """The curve of one language with the place of the slider."""

    language: str
    steps: tuple[Step, ...]
    at: Step
    saved: float
    chart: charts.RiskChart
    rows: int
    is_recent: bool
    most_wrong: int | None

    @property
    def saved_percent(self) -> float:
        """The allowed error in force."""
        return self.saved * 100

    @property
    def is_saved(self) -> bool:
        """Tell whether the slider stands at what is in force."""
        return abs(self.at.allowed - self.saved) < 1e-6


@dataclass(frozen=True, slots=True)
class Reliability:
    """Said confidence against the share that was right."""

    chart: charts.ReliabilityChart
    bins: tuple[tuple[float, float, int], ...]

    @property
    def nearest(self) -> tuple[int, int] | None:
        """Said and right, in percent, of the bin with the most tickets."""
        if not self.bins:
            return None
        said, right, _rows = max(self.bins, key=lambda one: one[2])
        return round(said * 100), round(right * 100)

    @property
    def table(self) -> list[tuple[int, int, int]]:
        """The bins in percent."""
        return [(round(said * 100), round(right * 100), rows) for said, right, rows in self.bins]


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part of a comparison in words; ``kind`` is good, danger or muted."""

    name: str
    tickets: int
    before: float
    after: float
    kind: str
    said: str

    @property
    def change(self) -> str:
        """The difference in percentage points, with its sign."""
        points = self.after - self.before
        return "0.0" if abs(points) < 0.05 else f"{points:+.1f}".replace("-", "−")


@dataclass(frozen=True, slots=True)
class Versus:
    """A challenger against what was in use when it was judged."""

    version: ModelVersion
    before: int | None
    verdict: str
    kind: str
    rows: tuple[PartRow, ...]


@dataclass(frozen=True, slots=True)
class Labeller:
    """Somebody whose labels look odd; ``labels`` is 0 where they count and are not doubted now."""

    user: User
    labels: int
    changed: int
    expected: float
    is_trusted: bool
    is_reader: bool


@dataclass(frozen=True, slots=True)
class Checks:
    """What the checks of tickets filed alone found."""

    checked: int
    wrong: int
    allowed: float

    @property
    def is_enough(self) -> bool:
        """Tell whether a share can be named."""
        return self.checked >= LEAST_CHECKS

    @property
    def share(self) -> float:
        """Mistakes in percent."""
        return self.wrong / self.checked * 100 if self.checked else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Between which percentages the true share lies, 95 times in 100."""
        low, high = wilson(self.wrong, self.checked)
        return low * 100, high * 100

    @property
    def kind(self) -> str:
        """Whether the allowed error is surely kept, surely broken, or neither."""
        low, high = self.interval
        if low > self.allowed * 100:
            return "broken"
        return "kept" if high <= self.allowed * 100 else "open"


# ---- Curve and reliability ----


def measured_languages(*versions: ModelVersion | None) -> list[str]:
    """Return the languages with a curve, the reader's words for them in LANGUAGE_WORDS."""
    names = {name for version in versions if version for name in _measured(version)}
    return [name for name in LANGUAGE_WORDS if name in names]


def _measured(version: ModelVersion) -> Mapping[str, Any]:
    found = version.figures.get("measured")
    return found if isinstance(found, dict) else {}


def _steps(version: ModelVersion | None, language: str) -> tuple[Step, ...]:
    part = _measured(version).get(language, {}) if version else {}
    return tuple(Step(*row) for row in part.get("steps", ()))


def risk(
    version: ModelVersion,
    other: ModelVersion | None,
    language: str,
    *,
    saved: float,
    allowed: float | None = None,
) -> Risk | None:
    """Return the curve of a language; None where the version has none."""
    steps = _steps(version, language)
    if not steps:
        return None
    at = _step_at(steps, saved if allowed is None else allowed)
    chart = charts.risk(
        [(step.allowed, step.share) for step in steps],
        [(step.allowed, step.share) for step in _steps(other, language)],
        at=(at.allowed, at.share),
        saved=saved,
    )
    is_recent = language in version.figures.get("recent", ())
    sets = promises.sets_of(version, language)
    # The curve of recent labels leans on rows of the material too, which are not counted here.
    rows = sets.rows if is_recent and sets else int(_measured(version)[language].get("rows", 0))
    wrong = promises.most_wrong(version, language, steps.index(at)) if at.files_any else None
    return Risk(language, steps, at, saved, chart, rows, is_recent, wrong)


def _step_at(steps: Sequence[Step], allowed: float) -> Step:
    """Return the last step that allows no more: between two steps the careful one holds."""
    reached = [step for step in steps if step.allowed <= allowed + 1e-9]
    return reached[-1] if reached else steps[0]


def needed_confidence(version: ModelVersion, language: str, allowed: float) -> float | None:
    """Return from which confidence a version files alone at this allowed error; None: never.

    Versions from before the curve was kept know the line of their training alone.
    """
    steps = _steps(version, language)
    if steps:
        at = _step_at(steps, allowed)
        return at.needs if at.files_any else None
    bands = version.figures.get("thresholds", {}).get(language)
    return float(bands[0]) if bands and bands[0] <= 1 else None


def lines_of(version: ModelVersion, allowed: float) -> list[tuple[str, float | None]]:
    """Return for each language from which confidence a version would file alone."""
    names = _measured(version) or version.figures.get("thresholds", {})
    return [
        (str(words), needed_confidence(version, name, allowed))
        for name, words in LANGUAGE_WORDS.items()
        if name in names
    ]


def reliability(
    version: ModelVersion, other: ModelVersion | None, language: str
) -> Reliability | None:
    """Return the reliability of a language; None where the version has none."""
    bins = _bins(version, language)
    if not bins:
        return None
    drawn, beside = _drawn(bins), _drawn(_bins(other, language))
    return Reliability(charts.reliability(drawn, beside), bins)


def _drawn(bins: Sequence[tuple[float, float, int]]) -> list[tuple[float, float, int]]:
    # One ticket would draw a peak; the table holds it.
    return [one for one in bins if one[2] >= LEAST_IN_BIN]


def _bins(version: ModelVersion | None, language: str) -> tuple[tuple[float, float, int], ...]:
    part = _measured(version).get(language, {}) if version else {}
    return tuple((said, right, rows) for said, right, rows in part.get("reliability", ()))


# ---- Champion and challenger ----


def shadow_of(versions: Iterable[ModelVersion], champion: ModelVersion) -> ModelVersion | None:
    """Return the newest version that waits beside the one in use."""
    waiting = (VersionState.SHADOW, VersionState.CHALLENGER)
    newer = (one for one in versions if one.number > champion.number and one.state in waiting)
    return next(newer, None)


def versus(versions: Iterable[ModelVersion], language: str) -> Versus | None:
    """Return the newest comparison, in the reader's language."""
    judged = next((one for one in versions if one.figures.get("comparison")), None)
    if judged is None:
        return None
    comparison = judged.figures["comparison"]
    worse = set(comparison.get("worse_parts", ()))
    parts = comparison.get("parts", ())
    rows = tuple(_row(part, part["name"] in worse, language) for part in parts)
    kind = {"better": "good", "worse": "danger"}.get(comparison["why"], "info")
    verdict = _verdict(comparison, judged, language)
    return Versus(judged, judged.figures.get("compared_with"), verdict, kind, rows)


def _row(part: Mapping[str, Any], is_worse: bool, language: str) -> PartRow:
    tickets = part["tickets"] or 1
    kind, said = _judgement(part, is_worse)
    return PartRow(
        part_name(part["name"], language),
        part["tickets"],
        part["champion_right"] / tickets * 100,
        part["challenger_right"] / tickets * 100,
        kind,
        said,
    )


def _judgement(part: Mapping[str, Any], is_worse: bool) -> tuple[str, str]:
    if is_worse or (part["name"] == "all" and part["p_worse"] <= LEVEL):
        return "danger", pgettext("of a model", "worse")
    if part["p_better"] <= LEVEL:
        return "good", pgettext("of a model", "better")
    if part["only_champion"] == part["only_challenger"] == 0:
        return "muted", pgettext("of a model", "the same")
    return "muted", pgettext("of a model", "could be chance")


def part_name(name: str, language: str) -> str:
    """Say which tickets a part of a comparison holds."""
    kind, _space, what = name.partition(" ")
    if kind == "class":
        return taxonomy.sub_label(what, language) or what
    words = str(LANGUAGE_WORDS.get(what, what))
    if kind == "anchor":
        return _("Phrasings written apart, %(language)s") % {"language": words}
    return words if kind == "language" else _("All tickets")


def _verdict(comparison: Mapping[str, Any], version: ModelVersion, language: str) -> str:
    values: dict[str, Any] = {"number": version.number, "needed": LEAST_TICKETS}
    why = comparison["why"]
    if why == "better":
        return _("Version %(number)s is better by more than chance, and nowhere worse.") % values
    if why == "worse":
        names = [part_name(name, language) for name in comparison.get("worse_parts", ())]
        values["where"] = _(", ").join(names) or _("All tickets")
        return _("Version %(number)s is worse by more than chance: %(where)s.") % values
    if why == "too_few":
        return _("Too few labels were kept apart to say: %(needed)s are needed.") % values
    return _("Version %(number)s is no better than chance explains.") % values


def verdict_word(version: ModelVersion) -> str:
    """Say a version's verdict in a few words, "" where it was not compared."""
    comparison = version.figures.get("comparison") or {}
    return str(VERDICTS.get(comparison.get("why", ""), ""))


# ---- Labels set aside ----


def labellers(
    doubts: Iterable[Mapping[str, Any]],
    trusted: Iterable[int],
    users: Mapping[int, User],
    reader: User,
) -> list[Labeller]:
    """Return whose labels were doubted at the last training, and who is vouched for."""
    known = {doubt["person"]: doubt for doubt in doubts}
    vouched = set(trusted)
    nothing = {"labels": 0, "changed": 0, "expected": 0.0}
    rows = []
    for person in (*known, *sorted(vouched - known.keys())):
        user = users.get(person)
        if user is None:
            continue
        doubt = known.get(person, nothing)
        rows.append(
            Labeller(
                user,
                doubt["labels"],
                doubt["changed"],
                doubt["expected"],
                person in vouched,
                person == reader.pk,
            )
        )
    return rows

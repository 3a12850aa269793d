"""A shop that lives through days: customers who change, a desk that labels, nights of learning.

Only for benchmarks.triage_learning. Nothing here touches the database: tickets and labels are kept
in memory, and every step of learning is the product's own.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from random import Random

from triage import seed as material
from triage.ml.compare import Judged, compare
from triage.ml.model import TriageModel, train
from triage.ml.records import Example, Prediction
from triage.ml.training import anchors, seed_examples
from triage.queries import CHECK_ONE_IN, LabelledTicket
from triage.seed.records import SeedRow
from triage.services import promises
from triage.services.learning import as_example, set_apart

LANGUAGES = ("zh", "en")
NEW_FROM_DAY = {"logistics.customs": 6, "authenticity.livestream-claim": 11}
WRONG_LABELS = 0.05
SEED_ROWS = 300
# Writers of whom the first model has never read a word.
STRANGERS = frozenset({"letters", "porch"})
# How many times the least frequent sub-category the most frequent one is written about.
_SPREAD = 8.0
_NEW_SHARE = 0.05


@dataclass(slots=True)
class Day:
    """What happened on one day: `filed` is what was filed without asking, `wrong` of these."""

    number: int
    tickets: int = 0
    filed: int = 0
    wrong: int = 0
    right: int = 0
    labelled: int = 0
    version: str = ""


@dataclass(slots=True)
class Shop:
    """The customers: mixes of sub-categories at both ends of the drift, and texts to draw from."""

    rng: Random
    start: dict[str, float] = field(default_factory=dict)
    end: dict[str, float] = field(default_factory=dict)
    texts: dict[tuple[str, str], list[SeedRow]] = field(default_factory=lambda: defaultdict(list))

    def write(self, day: int, days: int, tickets: int) -> list[SeedRow]:
        """The tickets of one day, in both languages."""
        share = (day - 1) / max(days - 1, 1)
        mix = {sub: (1 - share) * self.start[sub] + share * self.end[sub] for sub in self.start}
        total = sum(mix.values())
        for sub, first in NEW_FROM_DAY.items():
            mix[sub] = total * _NEW_SHARE if day >= first else 0.0
        subs = list(mix)
        rows = []
        for number, sub in enumerate(self.rng.choices(subs, [mix[s] for s in subs], k=tickets)):
            pool = self.texts[LANGUAGES[number % len(LANGUAGES)], sub]
            rows.append(pool[self.rng.randrange(len(pool))])
        return rows


def open_shop(seed: int, rows: int) -> Shop:
    """A shop whose customers write like the voices that the first model does not know."""
    shop = Shop(Random(seed))
    for language in LANGUAGES:
        for row in (*material.handwritten(language), *material.generate(language, seed + 1, rows)):
            if row.voice in STRANGERS:
                shop.texts[language, row.category].append(row)
    known = sorted({category for _, category in shop.texts} - set(NEW_FROM_DAY))
    for mix in (shop.start, shop.end):
        mix.update({category: shop.rng.uniform(1.0, _SPREAD) for category in known})
    return shop


def first_material(seed: int) -> list[Example]:
    """What the first model learns: the other voices, nothing of the sub-categories to come."""
    return [
        row
        for row in seed_examples(seed, SEED_ROWS)
        if row.voice not in STRANGERS and row.category not in NEW_FROM_DAY
    ]


@dataclass(slots=True)
class Desk:
    """The people: they label what the model asks about, and one in fifty of what it files."""

    rng: Random
    classes: list[str]
    labels: list[LabelledTicket] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def work(self, day: Day, rows: Sequence[SeedRow], answers: Sequence[Prediction]) -> None:
        """Go through a day's tickets."""
        for row, answer in zip(rows, answers, strict=True):
            number = next(self.numbers)
            is_right = answer.category == row.category
            day.tickets += 1
            day.right += is_right
            if answer.band == "file":
                day.filed += 1
                day.wrong += not is_right
            weight = 1 if answer.abstained else self._checked()
            # Who answers a ticket sees the category, and puts right what is wrong before replying.
            if weight or (answer.band == "suggest" and not is_right):
                day.labelled += 1
                self.labels.insert(0, self._label(number, row, answer, weight))

    def _checked(self) -> int:
        return CHECK_ONE_IN if self.rng.random() < 1 / CHECK_ONE_IN else 0

    def _label(self, number: int, row: SeedRow, answer: Prediction, weight: int) -> LabelledTicket:
        is_slip = self.rng.random() < WRONG_LABELS
        category = self.rng.choice(self.classes) if is_slip else row.category
        return LabelledTicket(
            ticket_id=number,
            text=row.text,
            subject=row.subject,
            language=row.language,
            category=category,
            emotion=row.emotion,
            distressed=row.distressed,
            flags=row.flags,
            also=row.also,
            by_id=1 + number % 5,
            at=datetime.now(UTC),
            changed=category != answer.category,
            shown_probability=answer.category_probability,
            weight=weight,
        )


def learn(
    champion: TriageModel, basis: Sequence[Example], labels: Sequence[LabelledTicket], seed: int
) -> TriageModel:
    """One night: the newest labels apart, a challenger, the paired test, bands from what is apart.

    The steps of triage.services.learning, with the labels in memory instead of the database.
    """
    apart, rest = set_apart(labels)
    challenger = train([*basis, *map(as_example, rest)], seed=seed)
    rows = [as_example(row) for row in apart]
    verdict = compare(
        _pairs(champion, challenger, rows), _pairs(champion, challenger, list(anchors()))
    )
    if not verdict.is_better:
        return champion
    challenger.set_allowed_error(champion.file_error)
    promises.take_recent(challenger, apart)
    return challenger


def _pairs(before: TriageModel, after: TriageModel, rows: Sequence[Example]) -> list[Judged]:
    answers = zip(rows, promises.read(before, rows), promises.read(after, rows), strict=True)
    return [
        Judged(row.language, row.category, first.category, second.category)
        for row, first, second in answers
    ]


def play(
    days: int, tickets: int, seed: int, allowed_error: float, say: Callable[[Day], None]
) -> list[Day]:
    """Live through the days; each is said when it is over."""
    shop = open_shop(seed, tickets * days)
    basis = first_material(seed)
    model = train(basis, seed=seed)
    model.set_allowed_error(allowed_error)
    desk = Desk(Random(seed + 2), sorted({sub for _, sub in shop.texts}))
    lived: list[Day] = []
    for number in range(1, days + 1):
        day = Day(number, version=model.version)
        rows = shop.write(number, days, tickets)
        desk.work(day, rows, promises.read(model, rows))
        lived.append(day)
        say(day)
        model = learn(model, basis, desk.labels, seed)
    return lived

"""Training from the material that ships, and the model file that a command line finds or makes."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from triage.ml import artefact
from triage.ml.keywords import LANGUAGES
from triage.ml.model import TriageModel, load, train
from triage.ml.records import Example

SEED_ROWS = 1_000
"""Generated rows per language beside the hand-written ones."""
DEFAULT_CACHE = Path("var/triage")


def seed_examples(seed: int = 0, size: int = SEED_ROWS) -> Iterator[Example]:
    """The project's own material: hand-written rows and `size` generated ones per language."""
    # Imported late: the material is another part of triage and not needed to run a model.
    from triage import seed as material

    for language in LANGUAGES:
        for row in material.handwritten(language):
            yield example(row)
        for row in material.generate(language, seed, size):
            yield example(row)


def anchors() -> Iterator[Example]:
    """Phrasings written apart that no model learns from, to judge by beside the labels."""
    from triage import seed as material

    for language in LANGUAGES:
        for row in material.held_out(language):
            if row.category:
                yield Example(row.text, language, row.category)


def example(row: Any) -> Example:
    """A row of the material as an example."""
    return Example(
        text=row.text,
        language=row.language,
        category=row.category,
        subject=row.subject,
        also=tuple(row.also),
        emotion=int(row.emotion),
        distressed=bool(row.distressed),
        flags=tuple(row.flags),
        origin=str(getattr(row, "origin", "")),
        voice=str(getattr(row, "voice", "")),
    )


def train_from_seed(seed: int = 0, size: int = SEED_ROWS) -> TriageModel:
    """The model of the first start."""
    return train(seed_examples(seed, size), seed=seed)


def model_at_hand(path: Path | None = None, *, cache: Path = DEFAULT_CACHE) -> TriageModel:
    """The model file named, else the cached one, else one trained now and cached.

    A damaged cache is trained anew; a damaged file that was named is an error.
    """
    if path is not None:
        return load(path.read_bytes())
    cached = cache / "seed-model.zip"
    if cached.exists():
        try:
            return load(cached.read_bytes())
        except artefact.BadArtefact as error:
            _say(f"{cached} is unusable ({error}), training anew")
    else:
        _say("no model file yet, training from the seed material")
    model = train_from_seed()
    write_model(model, cached)
    return model


def write_model(model: TriageModel, path: Path) -> str:
    """Write a model so that readers see the old file or the whole new one; gives the digest."""
    data = model.save()
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_suffix(".part")
    half.write_bytes(data)
    half.replace(path)
    return artefact.digest(data)


def _say(sentence: str) -> None:
    sys.stderr.write(f"triage.ml: {sentence}\n")

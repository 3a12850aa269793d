"""Quality of triage.ml on public sets and on the project's own held-out material.

Run from the project's folder: `python -m benchmarks.triage_quality --data DIR`. DIR holds
en_bank77, en_clinc, en_emotion and zh_asap, each with train.jsonl.gz and dev.jsonl.gz. Only dev
parts are read for measuring.
"""

import argparse
import random
from pathlib import Path
from typing import Any

from benchmarks.triage_report import write_report
from triage.ml.evaluate import Labelled, evaluate, read_labelled
from triage.ml.model import TriageModel
from triage.ml.training import train_from_seed
from triage.ml.traps import share, try_traps
from triage.seed import held_out, traps

SETS = (
    ("BANKING77", "en_bank77", "label"),
    ("CLINC150", "en_clinc", "label"),
    ("GoEmotions, Ekman", "en_emotion", "labels"),
    ("ASAP sample, groups", "zh_asap", "groups"),
)
PER_INTENT = 10
FIGURES = (
    "accuracy",
    "macro_f1",
    "expected_calibration_error",
    "coverage_at_95_precision",
    "precision_reached",
    "train_seconds",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []
    for name, folder, target in SETS:
        train = read_labelled(options.data / folder / "train.jsonl.gz", target)
        test = read_labelled(options.data / folder / "dev.jsonl.gz", target)
        rows.append(_row(name, evaluate(train, test, target, seed=options.seed).to_dict()))
    train, test = few_examples(options.data, options.seed)
    rows.append(_row("10 per intent", evaluate(train, test, "label").to_dict()))
    own = own_material(options.seed)
    write_report(
        "triage_quality",
        "Quality of triage",
        options.seed,
        {"public sets, dev parts": rows, "own material, never trained on": own},
    )


def _row(name: str, figures: dict[str, Any]) -> dict[str, Any]:
    extra = {key: value for key, value in figures["extra"].items() if isinstance(value, float)}
    return {"set": name, **{key: figures[key] for key in FIGURES}, **extra}


def few_examples(data: Path, seed: int) -> tuple[Labelled, Labelled]:
    """Ten training rows of each intent of BANKING77 and CLINC150 together, and both dev parts."""
    rng = random.Random(seed)
    texts: dict[str, list[str]] = {}
    test = Labelled([], [], [])
    for folder in ("en_bank77", "en_clinc"):
        whole = read_labelled(data / folder / "train.jsonl.gz", "label")
        for text, label, out in zip(whole.texts, whole.labels, whole.foreign, strict=True):
            if not out:
                texts.setdefault(f"{folder}.{label}", []).append(text)
        part = read_labelled(data / folder / "dev.jsonl.gz", "label")
        for text, label, out in zip(part.texts, part.labels, part.foreign, strict=True):
            if not out:
                test.texts.append(text)
                test.labels.append(f"{folder}.{label}")
                test.foreign.append(False)
    train = Labelled([], [], [])
    for name in sorted(texts):
        for text in rng.sample(texts[name], PER_INTENT):
            train.texts.append(text)
            train.labels.append(name)
            train.foreign.append(False)
    return train, test


def own_material(seed: int) -> list[dict[str, Any]]:
    """The shipping model on phrasings written apart and on trap sentences."""
    model = train_from_seed(seed)
    rows: list[dict[str, Any]] = []
    for language in ("zh", "en"):
        material = [row for row in held_out(language) if row.category]
        answers = model.predict([row.text for row in material], [language] * len(material))
        pairs = list(zip(material, answers, strict=True))
        filed = [row.category == a.category for row, a in pairs if a.band == "file"]
        rows.append(
            {
                "language": language,
                "held_out": len(pairs),
                "right": sum(row.category == a.category for row, a in pairs) / len(pairs),
                "right_in_top_3": sum(
                    row.category in sorted(a.probabilities, key=lambda c: -a.probabilities[c])[:3]
                    for row, a in pairs
                )
                / len(pairs),
                "filed_alone": len(filed) / len(pairs),
                "filed_right": sum(filed) / len(filed) if filed else 1.0,
                **_traps(model, language),
            }
        )
    return rows


def _traps(model: TriageModel, language: str) -> dict[str, Any]:
    """Share right of the trap sentences, and of those that nothing was tuned on."""
    known = try_traps(model, language, "known", traps(language))
    apart = try_traps(model, language, "set apart", traps(language, apart=True))
    return {
        "traps": len(known.outcomes),
        "traps_right": share(known),
        "traps_apart": len(apart.outcomes),
        "traps_apart_right": share(apart),
    }


if __name__ == "__main__":
    main()

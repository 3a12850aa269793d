"""`python -m triage.ml evaluate|train|predict|traps`: the classifier without Django."""

import argparse
import json
import sys
import time
from dataclasses import asdict
from itertools import islice
from pathlib import Path
from typing import Any

from triage.ml.evaluate import Report, evaluate, read_labelled, read_rows
from triage.ml.records import Prediction
from triage.ml.training import SEED_ROWS, model_at_hand, train_from_seed, write_model
from triage.ml.traps import as_markdown, share, try_all

_BATCH = 512


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it worked, 2 when the input could not be read."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"triage.ml: {error}\n")
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m triage.ml", description=__doc__)
    commands = parser.add_subparsers(required=True)
    command = commands.add_parser("evaluate", help="train on one labelled file, measure on another")
    command.add_argument("--train", type=Path, required=True)
    command.add_argument("--test", type=Path, required=True)
    command.add_argument("--target", default="label")
    command.add_argument("--seed", type=int, default=0)
    command.add_argument("--json", action="store_true", help="print one JSON object")
    command.set_defaults(run=_evaluate)
    command = commands.add_parser("train", help="train the model that ships from the seed material")
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--seed", type=int, default=0)
    command.add_argument(
        "--rows", type=int, default=SEED_ROWS, help="generated rows beside the hand-written ones"
    )
    command.set_defaults(run=_train)
    command = commands.add_parser("predict", help="triage the rows of a file")
    command.add_argument("--in", dest="source", type=Path, required=True)
    command.add_argument("--out", type=Path, required=True)
    command.add_argument("--model", type=Path, help="a model file; default: the one that ships")
    command.set_defaults(run=_predict)
    command = commands.add_parser("traps", help="try the sentences that mislead")
    command.add_argument("--model", type=Path, help="a model file; default: the one that ships")
    command.add_argument("--markdown", action="store_true", help="kinds and failures as tables")
    command.set_defaults(run=_traps)
    return parser


def _train(options: argparse.Namespace) -> None:
    started = time.process_time()
    digest = write_model(train_from_seed(options.seed, options.rows), options.out)
    seconds = time.process_time() - started
    size = options.out.stat().st_size / 2**20
    sys.stdout.write(f"{options.out}: {size:.1f} MB, {seconds:.0f} CPU seconds, sha256 {digest}\n")


def _predict(options: argparse.Namespace) -> None:
    model = model_at_hand(options.model)
    rows = iter(read_rows(options.source))
    with options.out.open("w", encoding="utf-8") as out:
        while batch := list(islice(rows, _BATCH)):
            texts = [str(row.get("text") or "") for row in batch]
            languages = [str(row.get("language") or "") for row in batch]
            subjects = [str(row.get("subject") or "") for row in batch]
            for row, answer in zip(batch, model.predict(texts, languages, subjects), strict=True):
                out.write(json.dumps(_answer(row, answer), ensure_ascii=False) + "\n")


def _traps(options: argparse.Namespace) -> None:
    tested = try_all(model_at_hand(options.model))
    if options.markdown:
        sys.stdout.write(as_markdown(tested))
        return
    for part in tested:
        sys.stdout.write(
            f"{part.language}, {part.title}: {part.right} of {len(part.outcomes)} right, "
            f"{share(part):.1%}\n"
        )


def _answer(row: dict[str, Any], answer: Prediction) -> dict[str, Any]:
    """One line of output; `sub_category` is the whole slug, `category` its first level."""
    shown = answer.to_dict()
    kept = {"id": row["id"]} if "id" in row else {}
    return {
        **kept,
        **shown,
        "category": answer.top,
        "sub_category": answer.category,
        "priority": answer.priority.level,
        "priority_points": [asdict(point) for point in answer.priority.points],
        "priority_forced": list(answer.priority.forced),
        "risk_flags": [flag.flag for flag in answer.flags],
    }


def _evaluate(options: argparse.Namespace) -> None:
    train = read_labelled(options.train, options.target)
    test = read_labelled(options.test, options.target)
    report = evaluate(train, test, options.target, seed=options.seed)
    sys.stdout.write((json.dumps(report.to_dict()) if options.json else _lines(report)) + "\n")


def _lines(report: Report) -> str:
    figures = report.to_dict()
    extra = figures.pop("extra")
    rows = {**figures, **{k: v for k, v in extra.items() if not isinstance(v, dict)}}
    width = max(len(name) for name in rows)
    shown = (f"{v:.4f}" if isinstance(v, float) else str(v) for v in rows.values())
    lines = [f"{name:<{width}}  {value}" for name, value in zip(rows, shown, strict=True)]
    for name, value in extra.get("f1_per_label", {}).items():
        lines.append(f"{'F1 ' + name:<{width}}  {value:.4f}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())

"""Quality and speed of the ranking: ``python -m benchmarks.knowledge [--data FOLDER]``.

Own material: two phrasings of each scenario that were written apart, and the last shipped one
held back. With ``--data`` also BANKING77 and CLINC150 (folders ``en_bank77`` and ``en_clinc``
with ``train.jsonl.gz`` and ``dev.jsonl.gz``), taken together as 227 scenarios with 1, 5, 10 and
all examples each. Every part that is done is written to ``results/knowledge.json`` and ``.md``;
``--only`` runs some parts and keeps the others of an earlier run.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from benchmarks.knowledge_material import (
    CHAT_ZH,
    intent_rows,
    intents,
    many,
    shipped,
    shipped_phrasings,
    written_apart,
)
from benchmarks.main_job import circumstances
from knowledgebase import policy
from knowledgebase.ranking.evaluate import evaluate
from knowledgebase.ranking.index import LanguageIndex
from knowledgebase.ranking.records import Article, Query
from knowledgebase.ranking.suggest import Need, suggest

RESULTS = Path(__file__).parent / "results" / "knowledge"
SEED = 0
_QUALITY = ("queries", "recall@1", "recall@3", "recall@5", "mrr")
_ALL = 10_000
_INTENT_QUERIES = 1500


def quality(articles: Sequence[Article], queries: Sequence[Query]) -> dict[str, float]:
    """Return recall and MRR."""
    told = evaluate(articles, queries).as_json()
    return {key: told[key] for key in _QUALITY}


def own(language: str) -> dict[str, Any]:
    """Ask in words written apart, with the last shipped phrasing, and without any phrasing."""
    articles = shipped(language)
    bare = [replace(article, examples=()) for article in articles]
    apart = written_apart(language)
    return {
        f"{language}, written apart": quality(articles, apart),
        f"{language}, written apart, title and body only": quality(bare, apart),
        f"{language}, last shipped phrasing held back": quality(
            shipped(language, held_back=1), shipped_phrasings(language, last=True)
        ),
        f"{language}, shipped phrasings, title and body only": quality(
            bare, shipped_phrasings(language)
        ),
    }


def in_context(language: str) -> dict[str, Any]:
    """Ask as the desk does, category and emotion known, and count what the policy allows."""
    articles = shipped(language)
    index = LanguageIndex(articles, language)
    first = three = allowed = total = 0
    asked = written_apart(language)
    for number, query in enumerate(asked):
        wanted = index.by_id[query.relevant[0]]
        emotion = number % 4
        need = Need(query.text, language, wanted.category, True, emotion)
        found = [one.id for one in suggest(index, need)]
        first += found[:1] == [wanted.id]
        three += wanted.id in found
        most = policy.cell(emotion, policy.group_of(wanted.category)).offer
        total += len(found)
        allowed += sum(policy.offer_allowed(index.by_id[one].offer, most) for one in found)
    return {
        f"{language}, category known": {
            "queries": len(asked),
            "recall@1": round(first / len(asked), 4),
            "recall@3": round(three / len(asked), 4),
            "policy kept in top 3": round(allowed / max(total, 1), 4),
        }
    }


def nothing_fits(folder: Path | None) -> dict[str, Any]:
    """Return how often nothing is suggested to what no reply answers, and to true questions."""
    strange: dict[str, list[str]] = {"zh": list(CHAT_ZH)}
    if folder is not None:
        strange["en"] = [text for text, label in intent_rows(folder, "dev") if label == "oos"]
    figures = {}
    for language, texts in strange.items():
        index = LanguageIndex(shipped(language), language)
        true = [query.text for query in written_apart(language)]
        figures[language] = {
            "out of scope": len(texts),
            "out of scope, nothing suggested": _silent(index, texts),
            "true questions": len(true),
            "true questions, nothing suggested": _silent(index, true),
        }
    return figures


def _silent(index: LanguageIndex, texts: Sequence[str]) -> float:
    silent = [not suggest(index, Need(text, index.language)) for text in texts]
    return round(statistics.mean(silent), 4)


def speed(count: int, language: str) -> dict[str, float]:
    """Return milliseconds of processor time a suggestion and seconds of an index update."""
    articles = many(count, language)
    memory = psutil.Process().memory_info().rss
    before = time.process_time()
    index = LanguageIndex(articles, language, linear=False)
    built = time.process_time() - before
    grown = psutil.Process().memory_info().rss - memory
    spent = []
    for query in shipped_phrasings(language, last=True):
        before = time.process_time()
        suggest(index, Need(query.text, language))
        spent.append((time.process_time() - before) * 1000)
    updates = []
    for turn in range(5):
        one = replace(articles[turn], title=f"Something else {turn}", body="Quite another text.")
        before = time.process_time()
        index = index.updated([one])
        updates.append(time.process_time() - before)
    return {
        "suggestion, CPU ms p50": round(float(np.percentile(spent, 50)), 1),
        "suggestion, CPU ms p95": round(float(np.percentile(spent, 95)), 1),
        "update of one, CPU s median": round(statistics.median(updates), 3),
        "built whole, CPU s": round(built, 1),
        "memory, MiB": round(grown / 2**20),
    }


def public(folder: Path, size: int, name: str) -> dict[str, Any]:
    """Ask the public sets with so many examples to a scenario; no titles, no bodies."""
    articles, queries = intents(folder, size, seed=SEED, queries=_INTENT_QUERIES)
    return {f"en, BANKING77 + CLINC150, examples: {name}": quality(articles, queries)}


def parts(folder: Path | None) -> dict[str, Callable[[], dict[str, Any]]]:
    """Return what there is to run, quick parts first."""
    found: dict[str, Callable[[], dict[str, Any]]] = {
        "own": lambda: own("zh") | own("en"),
        "context": lambda: in_context("zh") | in_context("en"),
        "nothing fits": lambda: nothing_fits(folder),
        "speed 300": lambda: {f"{one}, 300 templates": speed(300, one) for one in ("zh", "en")},
    }
    if folder is not None:
        for size in (1, 5, 10, _ALL):
            name = "all" if size == _ALL else str(size)
            found[f"public {name}"] = partial(public, folder, size, name)
    found["speed 20000"] = lambda: {"en, 20000 templates": speed(20_000, "en")}
    return found


def as_markdown(told: dict[str, Any]) -> str:
    """Return the figures as tables."""
    made = "Made by `python -m benchmarks.knowledge --data DIR`"
    lines = ["# Ranking of suggested replies", ""]
    lines.append(f"Seed {SEED}. {made}. Versions and load of each part stand in the JSON file.")
    for name, part in told.items():
        lines += ["", f"## {name}", ""]
        columns = list(next(iter(part["figures"].values())))
        lines += ["| |" + "|".join(columns) + "|", "|---|" + "---|" * len(columns)]
        for row, figures in part["figures"].items():
            lines.append(f"| {row} |" + "|".join(str(figures[one]) for one in columns) + "|")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the parts and write each one's figures as soon as they are known."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knowledge")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--only", nargs="*", default=[])
    options = parser.parse_args()
    there = parts(options.data)
    file = RESULTS.with_suffix(".json")
    told: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.exists() else {}
    for name, run in there.items():
        if options.only and name not in options.only:
            continue
        told[name] = {"figures": run(), "circumstances": circumstances() | {"seed": SEED}}
        told = {one: told[one] for one in there if one in told} | told
        file.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", "utf-8")
        RESULTS.with_suffix(".md").write_text(as_markdown(told), "utf-8")
        print(name, json.dumps(told[name]["figures"], ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()

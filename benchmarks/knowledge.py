"""Quality and speed of the ranking: ``python -m benchmarks.knowledge [--data FOLDER] [--json]``.

Own material: shipped phrasings, one of each scenario held back. With ``--data`` also BANKING77
and CLINC150 (folders ``en_bank77`` and ``en_clinc`` with ``train.jsonl.gz`` and
``dev.jsonl.gz``), taken together as 227 scenarios with 1, 5, 10 and all examples each.
"""

import argparse
import gzip
import json
import random
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from knowledgebase import content, policy
from knowledgebase.ranking.evaluate import evaluate
from knowledgebase.ranking.index import LanguageIndex
from knowledgebase.ranking.records import Article, Query
from knowledgebase.ranking.suggest import Need, suggest

_SETS = ("en_bank77", "en_clinc")
_SIZES = (1, 5, 10, 10_000)


def shipped(language: str, *, held_back: int = 0) -> list[Article]:
    """Return the shipped scenarios as articles, the last phrasings left out."""
    return [
        Article(
            id=one.slug,
            title=one.title[language],
            body="\n".join(one.body[language].values()),
            examples=one.examples[language][: len(one.examples[language]) - held_back],
            lang=language,
            category=one.category,
            offer=one.offer,
        )
        for one in content.read_all()
    ]


def own_figures(language: str) -> dict[str, Any]:
    """Ask with the held-back phrasings, and with all of them where articles have no examples."""
    articles = content.read_all()
    last = [Query(a.examples[language][-1], (a.slug,), language) for a in articles]
    every = [Query(text, (a.slug,), language) for a in articles for text in a.examples[language]]
    bare = [Article(a.id, a.title, a.body, lang=language) for a in shipped(language)]
    return {
        "held back": evaluate(shipped(language, held_back=1), last).as_json(),
        "title and body only": evaluate(bare, every).as_json(),
        "policy kept": policy_share(language),
    }


def policy_share(language: str) -> float:
    """Return the share of top-three suggestions that the policy allows, over all moods."""
    articles = shipped(language)
    index = LanguageIndex(articles, language, linear=False)
    known = {a.id: a for a in articles}
    allowed = total = 0
    for article in articles:
        for emotion in range(4):
            need = Need(article.examples[0], language, article.category, True, emotion)
            most = policy.cell(emotion, policy.group_of(article.category)).offer
            for one in suggest(index, need):
                total += 1
                allowed += policy.offer_allowed(known[one.id].offer, most)
    return round(allowed / max(total, 1), 4)


def intent_rows(folder: Path, part: str) -> Iterator[tuple[str, str]]:
    """Yield (text, label) of both public sets, out-of-scope rows left out."""
    for name in _SETS:
        with gzip.open(folder / name / f"{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if row["label"] != "oos":
                    yield row["text"], f"{name}:{row['label']}"


def intent_figures(folder: Path) -> dict[str, Any]:
    """Return recall on the public sets by number of examples."""
    by_label: dict[str, list[str]] = {}
    for text, label in intent_rows(folder, "train"):
        by_label.setdefault(label, []).append(text)
    queries = [Query(text, (label,), "en") for text, label in intent_rows(folder, "dev")]
    queries = random.Random(1).sample(queries, 1500)
    figures = {}
    for size in _SIZES:
        chosen = random.Random(0)
        articles = [
            Article(
                id=label, examples=tuple(chosen.sample(texts, min(size, len(texts)))), lang="en"
            )
            for label, texts in sorted(by_label.items())
        ]
        name = "all" if size > 1000 else str(size)
        figures[f"{name} examples"] = evaluate(articles, queries).as_json()
    return figures


def speed(count: int, language: str = "en") -> dict[str, float]:
    """Return milliseconds of processor time per query with ``count`` templates, and of building."""
    base = shipped(language)
    articles = [
        Article(f"{one.id}/{turn}", f"{one.title} {turn}", one.body, one.examples[:2], language)
        for turn in range(count // len(base) + 1)
        for one in base
    ][:count]
    started = time.process_time()
    index = LanguageIndex(articles, language, linear=False)
    built = time.process_time() - started
    spent = []
    for one in base:
        before = time.process_time()
        index.search(one.examples[-1])
        spent.append((time.process_time() - before) * 1000)
    return {
        "templates": count,
        "build_cpu_seconds": round(built, 2),
        "query_cpu_ms_p50": round(float(np.percentile(spent, 50)), 1),
        "query_cpu_ms_p95": round(float(np.percentile(spent, 95)), 1),
    }


def main() -> None:
    """Print every figure as JSON, or as a Markdown table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.knowledge")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--speed", type=int, nargs="*", default=[300])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    figures: dict[str, Any] = {f"own {one}": own_figures(one) for one in ("zh", "en")}
    if options.data:
        figures["public intents"] = intent_figures(options.data)
    figures["speed"] = {str(count): speed(count) for count in options.speed}
    if options.json:
        print(json.dumps(figures, indent=2, ensure_ascii=False))
        return
    print("| set | figures |\n|---|---|")
    for name, group in figures.items():
        for part, values in group.items():
            shown = (
                ", ".join(f"{key} {value}" for key, value in values.items())
                if isinstance(values, dict)
                else values
            )
            print(f"| {name}, {part} | {shown} |")


if __name__ == "__main__":
    main()

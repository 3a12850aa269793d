"""Measures the ranking on any set of articles and queries."""

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from knowledgebase.ranking.fusion import Weights
from knowledgebase.ranking.index import Index
from knowledgebase.ranking.records import Article, Query

_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Report:
    """Quality and speed on one set.

    ``recall_at_k`` is the share of queries with a right article among the first k;
    ``share_found_at_5`` the mean share of all right articles among the first five.
    """

    articles: int
    queries: int
    recall_at_1: float
    recall_at_3: float
    recall_at_5: float
    share_found_at_5: float
    mrr: float
    build_seconds: float
    query_ms_p50: float
    query_ms_p95: float

    def as_json(self) -> dict[str, Any]:
        """Return the figures under the keys that people say: recall@1 and so on."""
        return {key.replace("_at_", "@"): round(value, 4) for key, value in asdict(self).items()}


def read_lines(path: Path) -> Iterator[dict[str, Any]]:
    """JSON lines of a file, empty lines left out."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            if line.strip():
                yield json.loads(line)


def read_articles(path: Path) -> list[Article]:
    """Articles ``{"id", "title", "body", "examples": [], "lang"}``; all but id may be missing."""
    return [
        Article(
            id=str(row["id"]),
            title=row.get("title") or "",
            body=row.get("body") or "",
            examples=tuple(row.get("examples") or ()),
            lang=row.get("lang") or "",
        )
        for row in read_lines(path)
    ]


def read_queries(path: Path) -> list[Query]:
    """Return queries ``{"text", "relevant": [ids], "lang"}``."""
    return [
        Query(row["text"], tuple(map(str, row.get("relevant") or ())), row.get("lang") or "")
        for row in read_lines(path)
    ]


def evaluate(
    articles: Sequence[Article], queries: Sequence[Query], *, weights: Weights | None = None
) -> Report:
    """Build the index, ask every query and report. Queries without a right answer are left out."""
    started = time.perf_counter()
    index = Index(articles, weights=weights)
    built = time.perf_counter() - started
    ranks, shares, spent = [], [], []
    for query in queries:
        if not query.relevant:
            continue
        before = time.perf_counter()
        hits = index.search(query.text, language=query.lang, limit=_DEPTH)
        spent.append((time.perf_counter() - before) * 1000)
        right = [place for place, hit in enumerate(hits) if hit.id in query.relevant]
        ranks.append(right[0] + 1 if right else 0)
        shares.append(sum(place < 5 for place in right) / len(set(query.relevant)))
    rank = np.array(ranks or [0])
    found = rank[rank > 0]
    times = np.array(spent or [0.0])
    return Report(
        articles=len(articles),
        queries=len(ranks),
        recall_at_1=float(np.mean(rank == 1)),
        recall_at_3=float(np.mean((rank > 0) & (rank <= 3))),
        recall_at_5=float(np.mean((rank > 0) & (rank <= 5))),
        share_found_at_5=float(np.mean(shares or [0.0])),
        mrr=float(np.sum(1.0 / found) / len(rank)),
        build_seconds=built,
        query_ms_p50=float(np.percentile(times, 50)),
        query_ms_p95=float(np.percentile(times, 95)),
    )

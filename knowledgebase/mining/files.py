"""Answers out of another desk's export: columns by their names, one answer a row. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from knowledgebase.mining.records import Answer, Known
from knowledgebase.ranking.text import detect_language

LONGEST = 4000
# What columns may be called, in lower case, spaces and underscores as hyphens.
COLUMNS: dict[str, tuple[str, ...]] = {
    "answer": ("answer", "reply", "response", "agent-reply", "回复", "答复", "客服回复", "回答"),
    "question": (
        "question",
        "message",
        "customer-message",
        "complaint",
        "问题",
        "客户问题",
        "内容",
    ),
    "category": ("sub-category", "subcategory", "category", "子类", "分类", "类别", "子分类"),
    "language": ("language", "lang", "语言"),
    "score": ("score", "csat", "rating", "评分", "满意度"),
    "customer": ("customer", "customer-name", "buyer", "客户", "客户姓名", "买家"),
    "agent": ("agent", "agent-name", "author", "客服", "客服姓名"),
    "order": ("order", "order-no", "order-number", "订单", "订单号"),
    "reference": ("reference", "ticket", "ticket-id", "id", "工单", "工单号"),
}
# A number of three digits may mean anything.
_SHORTEST = {"customer_name": 1, "agent_name": 1, "order_no": 3, "case_no": 3}


@dataclass(slots=True)
class Skipped:
    """How many rows could not be used."""

    rows: int = 0


def columns_of(names: Iterable[str]) -> dict[str, str]:
    """Return which column of a file holds what; columns that nobody knows are left out."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[\s_]+", "-", name.strip().lower())
        for field, known in COLUMNS.items():
            if plain in known:
                found.setdefault(field, name)
    return found


def rows_of_lines(lines: Iterable[str], skipped: Skipped) -> Iterator[dict[str, str]]:
    """Read JSON lines; what is no object is counted and left out."""
    for line in lines:
        if not line.strip():
            continue
        try:
            value: Any = json.loads(line)
        except ValueError:
            value = None
        if isinstance(value, dict):
            yield {str(key): "" if one is None else str(one) for key, one in value.items()}
        else:
            skipped.rows += 1


def answers_of(
    rows: Iterable[Mapping[str, str]], categories: Mapping[str, str], skipped: Skipped
) -> Iterator[Answer]:
    """Turn rows into answers. ``categories`` maps what a category may be called to its slug."""
    for number, row in enumerate(rows):
        columns = columns_of(row)
        told = {field: row[name].strip() for field, name in columns.items() if row[name]}
        text = told.get("answer", "")[:LONGEST]
        if not text:
            skipped.rows += 1
            continue
        yield _answer(number, text, told, categories)


def _answer(
    number: int, text: str, told: Mapping[str, str], categories: Mapping[str, str]
) -> Answer:
    question = told.get("question", "")[:LONGEST]
    language = told.get("language", "").lower()[:2]
    # Where nobody is named, whoever asked the same is taken for the same.
    who = told.get("customer") or question or told.get("reference") or f"row {number}"
    slots = {
        "customer_name": (told.get("customer", ""),),
        "agent_name": (told.get("agent", ""),),
        "order_no": (told.get("order", ""),),
        "case_no": (told.get("reference", ""),),
    }
    return Answer(
        text=text,
        language=language if language in {"zh", "en"} else detect_language(text),
        customer=hashlib.sha256(who.encode(errors="replace")).hexdigest(),
        category=categories.get(told.get("category", "").lower(), ""),
        question=question,
        author=told.get("agent", ""),
        score=_score(told.get("score", "")),
        known=Known(slots={k: v for k, v in slots.items() if len(v[0]) > _SHORTEST[k]}),
    )


def _score(text: str) -> int | None:
    try:
        score = round(float(text))
    except (ValueError, OverflowError):
        return None
    return score if 1 <= score <= 5 else None


def spoken_categories(subs: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Return what a category may be called: (slug, English, Chinese) with its slug.

    A part of a slug or a label that two categories share names neither.
    """
    pairs = [
        (name.lower(), slug)
        for slug, english, chinese in subs
        for name in (slug, slug.partition(".")[2], english, chinese)
    ]
    ordered = sorted(set(pairs))
    shared = {a[0] for a, b in pairwise(ordered) if a[0] == b[0]}
    return {name: slug for name, slug in ordered if name not in shared}

"""What `benchmarks.knowledge` asks: own phrasings, public questions, and idle talk."""

import gzip
import json
import random
from collections.abc import Iterator
from pathlib import Path

from knowledgebase import content
from knowledgebase.ranking.records import Article, Query
from triage.seed import held_out

_SETS = ("en_bank77", "en_clinc")

# Nothing that a shop could answer.
CHAT_ZH = (
    "外面好像要下雨了",
    "你会唱歌吗",
    "给我背一首李白的诗",
    "圆周率后面是几",
    "长城有多长",
    "我昨晚梦见自己会飞",
    "番茄炒蛋先放什么",
    "你觉得哪支球队能夺冠",
    "一年有几个节气",
    "月亮离地球多远",
    "怎么哄女朋友开心",
    "背单词有什么窍门",
    "什么电影适合一家人看",
    "我家小狗学会握手了",
    "法国的首都是哪里",
    "晚安，做个好梦",
    "跑步前要不要热身",
    "帮我想个笔名",
    "水烧到多少度会开",
    "你最怕什么",
    "钢琴考级难吗",
    "海边的日出几点最好看",
    "猜个谜语吧",
    "植物为什么是绿的",
    "昨天堵车堵得厉害",
    "讲讲三国的故事",
    "下棋我总输",
    "今年冬天冷不冷",
    "恐龙是怎么灭绝的",
    "随便聊聊",
)


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


def written_apart(language: str) -> list[Query]:
    """Return two phrasings of each scenario that were written apart from all other material."""
    return [Query(row.text, (row.scenario,), language) for row in held_out(language)]


def shipped_phrasings(language: str, *, last: bool = False) -> list[Query]:
    """Return the shipped phrasings as questions: all, or the last of each scenario."""
    return [
        Query(text, (one.slug,), language)
        for one in content.read_all()
        for text in one.examples[language][-1 if last else 0 :]
    ]


def intent_rows(folder: Path, part: str) -> Iterator[tuple[str, str]]:
    """Yield (text, label) of both public sets; what is out of scope has the label "oos"."""
    for name in _SETS:
        with gzip.open(folder / name / f"{part}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                yield row["text"], "oos" if row["label"] == "oos" else f"{name}:{row['label']}"


def intents(
    folder: Path, size: int, *, seed: int, queries: int
) -> tuple[list[Article], list[Query]]:
    """Return 227 scenarios with up to ``size`` examples, and questions of the other part."""
    by_label: dict[str, list[str]] = {}
    for text, label in intent_rows(folder, "train"):
        if label != "oos":
            by_label.setdefault(label, []).append(text)
    asked = [Query(text, (of,), "en") for text, of in intent_rows(folder, "dev") if of != "oos"]
    chosen = random.Random(seed)
    articles = [
        Article(id=label, examples=tuple(chosen.sample(texts, min(size, len(texts)))), lang="en")
        for label, texts in sorted(by_label.items())
    ]
    return articles, random.Random(seed + 1).sample(asked, queries)


def many(count: int, language: str) -> list[Article]:
    """Return ``count`` articles made of the shipped ones, each with other words of its own."""
    base = shipped(language)
    return [
        Article(
            f"{one.id}/{turn}",
            f"{one.title} {turn}",
            f"{one.body} w{turn}",
            one.examples[:2],
            language,
            one.category,
            one.offer,
        )
        for turn in range(count // len(base) + 1)
        for one in base
    ][:count]

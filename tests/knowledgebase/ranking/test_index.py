"""Finding articles by what is asked."""

import numpy as np
import pytest

from knowledgebase.ranking.index import Index, LanguageIndex
from knowledgebase.ranking.records import Article

FAQ = [
    Article(
        "refund", "When do I get my money back?", "Refunds arrive within seven days.", lang="en"
    ),
    Article("parcel", "Where is my parcel?", "Track it with the carrier's number.", lang="en"),
    Article("invoice", "How do I get an invoice?", "Download it from your orders.", lang="en"),
    Article("tuikuan", "退款多久到账?", "七个工作日内原路退回。", lang="zh"),
    Article("wuliu", "物流为什么不更新?", "快递中转时可能三天没有扫描。", lang="zh"),
]


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("my refund has not come", "refund"),
        ("track my package", "parcel"),
        ("I need a bill for taxes, an invoice", "invoice"),
        ("钱什么时候退给我", "tuikuan"),
        ("快递一直停着不动", "wuliu"),
    ],
)
def test_the_right_article_comes_first_without_examples(query: str, best: str) -> None:
    assert Index(FAQ).search(query)[0].id == best


def test_only_articles_of_the_query_s_language_are_found() -> None:
    found = {hit.id for hit in Index(FAQ).search("退款")}
    assert found == {"tuikuan", "wuliu"}


def test_unknown_languages_are_guessed_from_the_text() -> None:
    bare = [Article(a.id, a.title, a.body) for a in FAQ]
    assert Index(bare).search("退款到账")[0].id == "tuikuan"


def _taught(examples: int) -> list[Article]:
    return [
        Article("a", examples=tuple(f"red apple number {i}" for i in range(examples)), lang="en"),
        Article("b", examples=tuple(f"blue whale number {i}" for i in range(examples)), lang="en"),
        Article("c", examples=tuple(f"green grass number {i}" for i in range(examples)), lang="en"),
    ]


def test_a_linear_model_joins_in_from_five_examples_on() -> None:
    assert not LanguageIndex(_taught(4), "en").parts("blue whale")["linear"].any()
    linear = LanguageIndex(_taught(5), "en").parts("blue whale")["linear"]
    assert int(np.argmax(linear)) == 1


def test_the_same_articles_give_the_same_scores() -> None:
    first, second = (LanguageIndex(_taught(6), "en").search("red grass") for _ in range(2))
    assert first == second


@pytest.mark.parametrize("query", ["", "   ", "😡", "zzzz qqqq", "x" * 50_000])
def test_odd_queries_do_no_harm(query: str) -> None:
    for hit in Index(FAQ).search(query):
        assert np.isfinite(hit.score)


@pytest.mark.parametrize(
    "articles",
    [[], [Article("only")], [Article("a", "x"), Article("b", examples=("", " "))]],
)
def test_poor_libraries_do_no_harm(articles: list[Article]) -> None:
    index = LanguageIndex(articles, "en") if articles else Index(articles)
    assert len(index.search("where is my parcel")) == len(articles)


def test_coverage_tells_foreign_matters_from_known_ones() -> None:
    bm25 = LanguageIndex([a for a in FAQ if a.lang == "zh"], "zh").bm25
    assert bm25.coverage("退款到账") > bm25.coverage("明月几时有") + 0.3

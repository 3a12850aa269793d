"""Finding articles by what is asked."""

import numpy as np
import pytest

from knowledgebase.ranking.index import Index, LanguageIndex
from knowledgebase.ranking.linear import LEAST_EXAMPLES
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


def test_a_linear_model_joins_in_from_some_examples_on() -> None:
    few = LanguageIndex(_taught(LEAST_EXAMPLES - 1), "en")
    assert not few.parts("blue whale")["linear"].any()
    linear = LanguageIndex(_taught(LEAST_EXAMPLES), "en").parts("blue whale")["linear"]
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
    index = LanguageIndex([a for a in FAQ if a.lang == "zh"], "zh")
    assert index.coverage("退款到账") > index.coverage("明月几时有") + 0.3


EN = [article for article in FAQ if article.lang == "en"]
NEW = Article("loan", "Borrowing a scooter", "Scooters are lent by the hour.", lang="en")


def test_an_update_brings_new_articles_and_new_words() -> None:
    index = LanguageIndex(EN, "en")
    later = index.updated([NEW])
    assert later.search("can I borrow a scooter")[0].id == "loan"
    assert len(index.articles) == 3
    assert {hit.id for hit in index.search("can I borrow a scooter")} == {
        "refund",
        "parcel",
        "invoice",
    }


def test_an_update_replaces_and_takes_out() -> None:
    changed = Article("refund", "Umbrellas", "We sell umbrellas.", lang="en")
    later = LanguageIndex(EN, "en").updated([changed], gone=["invoice"])
    assert [article.id for article in later.articles] == ["parcel", "refund"]
    assert later.search("umbrella")[0].id == "refund"
    assert later.by_id["refund"].title == "Umbrellas"
    again = later.updated([], gone=["refund"])
    assert [article.id for article in again.articles] == ["parcel"]
    back = again.updated([EN[0]])
    assert back.search("when do I get my money back")[0].id == "refund"


def test_an_index_updated_bit_by_bit_ranks_like_one_built_whole() -> None:
    whole = LanguageIndex([*EN, NEW], "en")
    grown = LanguageIndex(EN, "en").updated([NEW])
    for query in ("where is my parcel", "money back", "borrow a scooter", "an invoice"):
        assert grown.search(query)[0].id == whole.search(query)[0].id


def test_the_linear_model_is_learnt_anew_after_an_update() -> None:
    index = LanguageIndex(_taught(6), "en")
    more = Article("d", examples=tuple(f"purple moon number {i}" for i in range(6)), lang="en")
    later = index.updated([more], gone=["a"])
    assert later.may_train_linear
    later.train_linear()
    linear = later.parts("purple moon")["linear"]
    assert [article.id for article in later.articles][int(np.argmax(linear))] == "d"


def test_a_category_adds_its_own_articles_however_weak() -> None:
    shelf = [Article(f"p{i}", "parcel late", category="a.b") for i in range(5)]
    index = LanguageIndex([*shelf, Article("odd", "umbrella", category="c.d")], "en")
    assert "odd" not in {hit.id for hit in index.search("parcel late", limit=5)}
    assert "odd" in {hit.id for hit in index.search("parcel late", limit=5, category="c.d")}

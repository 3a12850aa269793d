"""Choosing: filters, outcome, exploration, reasons."""

from knowledgebase.ranking.index import LanguageIndex
from knowledgebase.ranking.outcome import LEAST_USES, Outcome, explores
from knowledgebase.ranking.records import Article
from knowledgebase.ranking.suggest import Need, suggest

ARTICLES = [
    Article("trace", "Stuck parcel: trace", examples=("my parcel does not move",),
            category="logistics.stuck-parcel", offer="O1"),
    Article("goodwill", "Stuck parcel: goodwill", examples=("parcel stuck, compensate me",),
            category="logistics.stuck-parcel", offer="O3"),
    Article("wait", "Stuck parcel: wait", examples=("parcel still not moving",),
            category="logistics.stuck-parcel", offer="O1"),
    Article("scan", "Stuck parcel: scan", examples=("no scan of the parcel",),
            category="logistics.stuck-parcel", offer="O1"),
    Article("refund", "Refund delay", examples=("where is my refund",),
            category="after-sales.refund-delay", offer="O2"),
]  # fmt: skip
INDEX = LanguageIndex(ARTICLES, "en")
TEXT = "my parcel does not move"


def ids(need: Need, **more: object) -> list[str]:
    return [s.id for s in suggest(INDEX, need, **more)]


def calm(**changes: object) -> Need:
    values = {"text": TEXT, "language": "en", "category": "logistics.stuck-parcel"}
    return Need(**(values | {"category_is_sure": True} | changes))


def test_goodwill_is_not_suggested_to_the_calm_but_to_the_angry() -> None:
    assert "goodwill" not in ids(calm(), limit=5)
    assert "goodwill" in ids(calm(emotion=2), limit=5)


def test_a_sure_category_keeps_others_out() -> None:
    assert "refund" not in ids(calm(text="where is my refund"), limit=5)
    unsure = calm(text="where is my refund", category="", category_is_sure=False)
    assert ids(unsure)[0] == "refund"


def test_nothing_is_suggested_when_nothing_fits() -> None:
    assert ids(Need(text="qwertz uiop asdf", language="en")) == []


def test_a_good_outcome_lifts_and_a_bad_one_sinks() -> None:
    before = ids(calm())
    last, first = before[-1], before[0]
    led_to = {last: Outcome(200, 198), first: Outcome(200, 4)}
    after = ids(calm(), outcomes=led_to)
    assert after.index(last) < after.index(first)


def test_outcomes_of_few_uses_change_nothing() -> None:
    few = {"trace": Outcome(LEAST_USES - 1, 0)}
    assert ids(calm(), outcomes=few) == ids(calm())


def test_a_suggestion_says_why() -> None:
    [best, *_] = suggest(INDEX, calm(), outcomes={"trace": Outcome(40, 36)})
    assert best.why.same_category
    assert "parcel" in best.why.words
    assert best.why.outcome == Outcome(40, 36)


def test_the_last_place_sometimes_tries_a_little_known_reply() -> None:
    articles = [
        Article(f"r{i}", "parcel stuck", examples=("parcel stuck",), category="a.b", offer="O1")
        for i in range(6)
    ]
    index = LanguageIndex(articles, "en")
    known = {f"r{i}": Outcome(30, 25) for i in range(5)}

    def tries(seed: str) -> bool:
        need = Need("parcel stuck", "en", seed=seed)
        return any(s.why.is_trial for s in suggest(index, need, outcomes=known))

    tried = [seed for seed in map(str, range(400)) if tries(seed)]
    assert 15 <= len(tried) <= 80
    assert tried == [s for s in map(str, range(400)) if explores(s)]


def test_order_states_filter_only_when_known() -> None:
    states = {"trace": ["delivered"]}
    assert "trace" in ids(calm(), order_states=states)
    assert "trace" not in ids(calm(order_state="placed"), order_states=states)


def test_a_paused_reply_is_not_suggested() -> None:
    assert "trace" not in ids(calm(paused=frozenset({"trace"})), limit=5)


def test_goodwill_outside_every_category_is_held_to_the_policy_too() -> None:
    index = LanguageIndex([Article("gift", "a voucher", examples=("voucher",), offer="O3")], "en")
    assert suggest(index, Need("voucher", "en", emotion=0)) == []

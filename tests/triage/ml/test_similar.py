"""Fingerprints of problems, and how they are compared."""

import struct

import pytest

from triage.ml.fingerprint import terms_of
from triage.ml.similar import Candidates, Frequencies, Wanted, category_term, probes, rank

COMMON = list(range(20))
POOL = Frequencies(1_000_000, dict.fromkeys(COMMON, 0.05), 0.0005)


def expected(combination: tuple[int, ...]) -> float:
    return POOL.tickets * 0.05 ** len(combination)


def test_terms_are_each_once_and_no_category() -> None:
    terms = terms_of("Parcel", "Parcel lost, the parcel is lost! Lost parcel 12345678", "en")
    assert len(terms) == len(set(terms))
    assert all(term >= 0 for term in terms)


def test_endings_numbers_and_common_words_make_no_difference() -> None:
    one = terms_of("", "The lamps were green on 2026-11-02", "en")
    assert set(one) == set(terms_of("", "lamp green, 2025-01-09", "en"))


def test_a_long_mail_keeps_its_begin_and_its_end() -> None:
    middle = " ".join(f"w{chr(97 + n // 26)}{chr(97 + n % 26)}x" for n in range(200))
    terms = terms_of("", f"kettle {middle} lawyer", "en")
    assert len(terms) <= 60
    assert terms_of("", "kettle", "en")[0] in terms
    assert terms_of("", "lawyer", "en")[-1] in terms


@pytest.mark.parametrize("text", ["", "!!! 123", "\x00", "退" * 20_000])
def test_odd_texts_have_few_terms(text: str) -> None:
    assert len(terms_of("", text)) <= 60


def test_categories_and_words_never_share_a_number() -> None:
    assert category_term("logistics.stuck-parcel") < 0


def test_a_small_pool_is_looked_through_by_single_words() -> None:
    small = Frequencies(100, {1: 0.2, 2: 0.1}, 0.01)
    assert probes(Wanted([1, 2, 3], {}), small) == [(3,), (2,), (1,)]


def test_common_words_are_combined_until_they_are_rare() -> None:
    found = probes(Wanted(COMMON, {}), POOL)
    assert 0 < len(found) <= 12
    assert all(len(combination) >= 2 for combination in found)
    assert all(expected(combination) <= 400 for combination in found)


def test_words_that_nearly_everybody_writes_are_left_out() -> None:
    everywhere = Frequencies(1_000_000, {1: 0.5, 2: 0.4}, 0.0001)
    assert probes(Wanted([1, 2], {}), everywhere) == []


def test_at_most_one_category_stands_in_a_combination() -> None:
    categories = {category_term(name): 0.4 for name in ("a.b", "c.d")}
    known = Frequencies(1_000_000, dict.fromkeys([*COMMON, *categories], 0.04), 0.001)
    for combination in probes(Wanted(COMMON, categories), known):
        assert sum(term < 0 for term in combination) <= 1


def test_sharing_a_rare_word_counts_more_than_sharing_a_common_one() -> None:
    known = Frequencies(1_000, {1: 0.2, 2: 0.2, 3: 0.001}, 0.001)
    ranked = rank(Wanted([1, 3], {}), Candidates.of([(10, [1, 2]), (11, [3, 2])]), known)
    assert [key for _, key in ranked] == [11, 10]


def test_the_same_problem_is_wholly_alike_and_the_newest_first() -> None:
    category = category_term("a.b")
    rows = Candidates.of([(4, [category, 1, 2]), (9, [category, 2, 1])])
    ranked = rank(Wanted([1, 2], {category: 1.0}), rows, POOL)
    assert [key for _, key in ranked] == [9, 4]
    assert ranked[0][0] == pytest.approx(1.0)


def test_nothing_in_common_is_not_alike() -> None:
    assert rank(Wanted([1], {}), Candidates.of([(5, [2, -7]), (6, [])]), POOL) == [
        (0.0, 6),
        (0.0, 5),
    ]


def test_without_a_category_the_words_are_everything() -> None:
    rows = Candidates.of([(4, [category_term("a.b"), 1, 2])])
    ranked = rank(Wanted([1, 2], {}), rows, POOL)
    assert ranked[0][0] == pytest.approx(1.0)


def test_nobody_is_alike_where_nobody_was_found() -> None:
    assert rank(Wanted([1, 2], {-3: 0.5}), Candidates.of([]), POOL) == []


def test_without_terms_only_the_category_counts() -> None:
    rows = Candidates.of([(5, [-7, 2]), (6, [-8, 2])])
    assert [key for _, key in rank(Wanted([], {-8: 0.5, -7: 0.2}), rows, POOL)] == [6, 5]


def sent(terms: list[int]) -> bytes:
    """What PostgreSQL sends of an array of int4."""
    head = struct.pack(">iii", 1 if terms else 0, 0, 23)
    size = struct.pack(">ii", len(terms), 1) if terms else b""
    return head + size + b"".join(struct.pack(">ii", 4, term) for term in terms)


def test_what_the_database_sends_is_read_as_it_was_kept() -> None:
    rows = [(10, [1, -7, 2**31 - 1]), (11, []), (12, [-(2**31)])]
    read = Candidates.of_sent([(key, sent(terms)) for key, terms in rows])
    kept = Candidates.of(rows)
    assert read.keys.tolist() == kept.keys.tolist()
    assert read.lengths.tolist() == [3, 0, 1]
    assert read.terms.tolist() == kept.terms.tolist()

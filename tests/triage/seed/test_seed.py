"""The written material: complete, rightly labelled, and apart from what judges the model."""

from collections import Counter
from functools import cache
from itertools import islice

import pytest

from tickets import taxonomy
from triage.seed import SeedRow, generate, handwritten, held_out, normalise, traps
from triage.seed.records import CHANNELS, FLAGS, LANGUAGES

SIZE = 1200
CATEGORIES = set(taxonomy.SUBS)
PER_CATEGORY = 40

language = pytest.mark.parametrize("language", LANGUAGES)


@cache
def some_rows(language: str, size: int = SIZE) -> tuple[SeedRow, ...]:
    return tuple(generate(language, seed=7, size=size))


@language
def test_every_sub_category_has_forty_handwritten_complaints(language: str) -> None:
    counts = Counter(row.category for row in handwritten(language))
    assert set(counts) == CATEGORIES
    assert {slug: n for slug, n in counts.items() if n < PER_CATEGORY} == {}


@language
def test_every_sub_category_has_whole_cases_of_several_emotions(language: str) -> None:
    emotions: dict[str, set[int]] = {}
    for row in handwritten(language):
        emotions.setdefault(row.category, set()).add(row.emotion)
    quiet = {slug for slug in CATEGORIES if slug.startswith("non-complaint.")}
    assert {slug for slug in CATEGORIES - quiet if len(emotions[slug]) < 3} == set()


@language
def test_labels_are_those_of_the_taxonomy(language: str) -> None:
    for row in [*handwritten(language), *some_rows(language)]:
        assert row.language == language
        assert row.category in CATEGORIES
        assert set(row.also) <= CATEGORIES - {row.category}
        assert row.emotion in range(4)
        assert set(row.flags) <= set(FLAGS)
        assert row.channel in CHANNELS
        assert row.text.strip()
        assert "{" not in row.text + row.subject


@language
def test_a_threat_always_names_its_act(language: str) -> None:
    acts = {"legal", "regulator", "exposure", "platform", "violence", "abuse"}
    for row in [*handwritten(language), *some_rows(language)]:
        assert row.emotion < 3 or acts & set(row.flags), row.text


@language
def test_a_flag_never_stands_on_a_non_complaint(language: str) -> None:
    for row in [*handwritten(language), *some_rows(language)]:
        assert not (row.flags and row.category.startswith("non-complaint.")), row.text


@language
def test_the_same_seed_gives_the_same_rows(language: str) -> None:
    first = list(generate(language, 7, 300))
    assert first == list(islice(generate(language, 7, 900), 300))
    assert first != list(generate(language, 8, 300))


@language
def test_no_row_comes_twice(language: str) -> None:
    keys = [normalise(row.text) for row in [*handwritten(language), *some_rows(language)]]
    assert [key for key, n in Counter(keys).items() if n > 1] == []


@language
def test_generated_rows_are_balanced(language: str) -> None:
    rows = some_rows(language)
    assert set(Counter(row.category for row in rows).values()) == {SIZE // len(CATEGORIES)}
    emotions = Counter(row.emotion for row in rows)
    assert min(emotions[degree] for degree in range(4)) > SIZE * 0.1
    assert {flag for row in rows for flag in row.flags} == set(FLAGS)
    assert {row.channel for row in rows} == set(CHANNELS)


@language
def test_held_out_texts_cover_every_sub_category_and_are_never_trained_on(language: str) -> None:
    rows = held_out(language)
    assert {row.category for row in rows} - {""} == CATEGORIES
    assert len({row.scenario for row in rows}) >= 200
    training = {normalise(row.text) for row in [*handwritten(language), *some_rows(language)]}
    apart = [normalise(row.text) for row in rows]
    assert len(apart) == len(set(apart))
    assert training.isdisjoint(apart)


@language
def test_no_held_out_text_nearly_equals_a_handwritten_one(language: str) -> None:
    grams = [_trigrams(row.text) for row in handwritten(language)]
    holders: dict[str, list[int]] = {}
    for number, texts in enumerate(grams):
        for gram in texts:
            holders.setdefault(gram, []).append(number)
    for row in (*held_out(language), *traps(language), *traps(language, apart=True)):
        mine = _trigrams(row.text)
        if len(mine) < 12:
            continue
        shared = Counter(number for gram in mine for number in holders.get(gram, ()))
        overlaps = (n / len(mine | grams[number]) for number, n in shared.most_common(20))
        assert max(overlaps, default=0.0) < 0.7, row.text


@language
def test_traps_are_many_and_well_formed(language: str) -> None:
    rows = [*traps(language), *traps(language, apart=True)]
    assert len(traps(language)) >= 150
    assert len(traps(language, apart=True)) >= 60
    assert len({normalise(row.text) for row in rows}) == len(rows)
    for row in rows:
        assert row.kind
        assert row.priority in {0, 1, 2, 3}
        assert row.category in CATEGORIES | {""}
        assert row.emotion is None or 0 <= row.emotion[0] <= row.emotion[1] <= 3
        assert set(row.present) | set(row.absent) <= set(FLAGS)
        assert not set(row.present) & set(row.absent)
        assert row.category or row.emotion or row.present or row.absent or row.priority


@language
def test_traps_are_never_trained_on(language: str) -> None:
    training = {normalise(row.text) for row in [*handwritten(language), *some_rows(language)]}
    for apart in (False, True):
        assert training.isdisjoint(normalise(row.text) for row in traps(language, apart=apart))


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="fr"):
        handwritten("fr")


def _trigrams(text: str) -> set[str]:
    bare = normalise(text)
    return {bare[i : i + 3] for i in range(len(bare) - 2)}

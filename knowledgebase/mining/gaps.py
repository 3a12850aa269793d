"""Finds what customers ask again and again and no reply of the library serves. Pure."""

from collections import Counter
from collections.abc import Sequence

from knowledgebase.mining.answers import LONGEST, Shelf, phrasings, shared_words
from knowledgebase.mining.likeness import central_first, neighbours, stars
from knowledgebase.mining.privacy import Crowd
from knowledgebase.mining.records import LEAST, Evidence, FoundGap, Question
from knowledgebase.mining.slots import slot

MOST = 3000
_SAME_QUESTION = {"en": 0.26, "zh": 0.26}
_REFERENCES = 20
_LEAST_WORDS = 2


def mine_gaps(questions: Sequence[Question], shelf: Shelf) -> list[FoundGap]:
    """Find clusters of questions without a reply; ``questions`` are those that nothing fits."""
    chosen = [one for one in questions[:MOST] if one.language == shelf.language]
    if len({one.customer for one in chosen}) < LEAST:
        return []
    slotted = [slot(one.text[:LONGEST], one.language, one.known) for one in chosen]
    rows = shelf.likeness.rows(slotted)
    found = []
    for members in stars(neighbours(rows, _SAME_QUESTION[shelf.language])):
        if len({chosen[at].customer for at in members}) < LEAST:
            continue
        ordered = central_first(rows, members)
        gap = _gap([chosen[at] for at in ordered], [slotted[at] for at in ordered], shelf)
        if gap is not None:
            found.append(gap)
    return sorted(found, key=lambda one: (-one.evidence.customers, one.words))


def _gap(cluster: Sequence[Question], slotted: Sequence[str], shelf: Shelf) -> FoundGap | None:
    told = [(one.customer, text) for one, text in zip(cluster, slotted, strict=True)]
    words = shared_words(slotted, Crowd(told, shelf.public), shelf.language)
    examples = phrasings(told, shelf)
    if len(words) < _LEAST_WORDS or not examples:
        return None
    counted = Counter(one.category for one in cluster)
    category, n = counted.most_common(1)[0]
    references = dict.fromkeys(one.reference for one in cluster if one.reference)
    return FoundGap(
        language=shelf.language,
        category=category if 2 * n > len(cluster) else "",
        words=words,
        examples=examples,
        evidence=Evidence(len({one.text for one in cluster}), len({o.customer for o in cluster})),
        references=tuple(references)[:_REFERENCES],
    )

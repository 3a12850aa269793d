"""Finds the replies that people keep writing and the library lacks. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledgebase import policy
from knowledgebase.mining.likeness import Likeness, between, central_first, neighbours, stars
from knowledgebase.mining.privacy import Crowd, Public
from knowledgebase.mining.records import LEAST, Answer, Evidence, FoundAnswer, Near
from knowledgebase.mining.slots import GREETINGS, SIGNATURES, slot
from knowledgebase.ranking import text as texts

# A phrasing with more taken out tells nothing.
_LEAST_TOLD, _SHORTEST_TOLD, _LONGEST_TOLD = 0.75, 6, 160
# More of one sub-category and language than this is not looked at: the newest are enough.
MOST = 3000
LONGEST = 3000
# So alike are two wordings of one answer; so alike are two answers that say the same.
_SAME_ANSWER = {"en": 0.34, "zh": 0.34}
TOO_NEAR = 0.72
_SHORTEST = {"en": 9, "zh": 14}
# So much of a wording must be free of personal data before the rest is worth keeping.
_LEAST_KEPT = 0.55
_WORDINGS_TRIED = 8
_EXAMPLES, _REFERENCES, _WORDS = 5, 20, 8
_LONGEST_WORD, _LONGEST_TEXT = 40, 100_000
# Answers that are known to have ended badly are not worth repeating.
_SCORED_ENOUGH, _GOOD_ENOUGH = 5, 0.5
_GOOD_SCORE = 4


class Shelf:
    """What the library has in one language: its bodies by id, and the words that it uses.

    Parameters
    ----------
    language : {"en", "zh"}
    bodies : sequence of (id, text)
    published : sequence of str
        Texts whose words may be shown; the bodies' own unless given.
    """

    def __init__(
        self,
        language: str,
        bodies: Sequence[tuple[str, str]] = (),
        published: Sequence[str] | None = None,
    ) -> None:
        self.language = language
        self.ids = [one for one, _body in bodies]
        texts_of_bodies = [body for _id, body in bodies]
        self.public = Public.of(texts_of_bodies if published is None else published)
        self.likeness = Likeness(language, texts_of_bodies)


def mine_group(answers: Sequence[Answer], shelf: Shelf) -> list[FoundAnswer]:
    """Find recurring answers of one sub-category and language, best supported first."""
    chosen = [one for one in answers[:MOST] if one.language == shelf.language]
    slotted = [slot(one.text[:LONGEST], one.language, one.known) for one in chosen]
    if len(_customers(chosen)) < LEAST:
        return []
    rows = shelf.likeness.rows(slotted)
    found = []
    for members in stars(neighbours(rows, _SAME_ANSWER[shelf.language])):
        if len(_customers(chosen[at] for at in members)) < LEAST:
            continue
        mined = _mine_cluster(central_first(rows, members), chosen, slotted, shelf)
        if mined is not None:
            found.append(mined)
    return sorted(found, key=lambda one: (-one.evidence.customers, one.body))


def _customers(answers: Iterable[Answer]) -> set[str]:
    return {one.customer for one in answers}


def _mine_cluster(
    members: Sequence[int], answers: Sequence[Answer], slotted: Sequence[str], shelf: Shelf
) -> FoundAnswer | None:
    """Return the most central wording that says nothing about anybody; None when there is none."""
    cluster = [answers[at] for at in members]
    evidence = evidence_of(cluster)
    ended_badly = evidence.scored >= _SCORED_ENOUGH and evidence.good < (
        _GOOD_ENOUGH * evidence.scored
    )
    if evidence.texts < LEAST or ended_badly:
        return None
    crowd = Crowd([(answers[at].customer, slotted[at]) for at in members], shelf.public)
    body = _best_wording([slotted[at] for at in members], crowd, shelf.language)
    if not body:
        return None
    return FoundAnswer(
        language=shelf.language,
        category=cluster[0].category,
        body=body,
        words=shared_words([slotted[at] for at in members], crowd, shelf.language),
        examples=phrasings(
            [
                (one.customer, slot(one.question[:LONGEST], one.language, one.known))
                for one in cluster
            ],
            shelf,
        ),
        evidence=evidence,
        references=_references(cluster),
    )


def _references(cluster: Sequence[Answer]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.reference for one in cluster if one.reference))[:_REFERENCES]


def _best_wording(wordings: Sequence[str], crowd: Crowd, language: str) -> str:
    """Return what may be shown of the most central wording that loses the least."""
    tried = []
    for number, wording in enumerate(wordings[:_WORDINGS_TRIED]):
        body, share = crowd.keep_sentences(wording)
        if share >= _LEAST_KEPT and policy.text_length(body, language) >= _SHORTEST[language]:
            tried.append((-round(share, 1), number, _whole(body, wording, language)))
    return min(tried)[2] if tried else ""


def _whole(body: str, wording: str, language: str) -> str:
    """Give a body back the greeting that went with its first sentence, and the signature."""
    greeting, signature = GREETINGS[language], SIGNATURES[language]
    opened, closed = body.removeprefix(greeting), body.removesuffix(signature.strip()).rstrip()
    if wording.startswith(greeting) and opened == body:
        body = greeting + body
    return body if closed != body or not wording.endswith(signature) else body + signature


def evidence_of(cluster: Sequence[Answer]) -> Evidence:
    """Count what stands behind a cluster of answers."""
    scores = [one.score for one in cluster if one.score is not None]
    return Evidence(
        texts=len({(one.customer, one.text) for one in cluster}),
        customers=len(_customers(cluster)),
        authors=len({one.author for one in cluster if one.author}),
        scored=len(scores),
        good=sum(score >= _GOOD_SCORE for score in scores),
        score_sum=sum(scores),
        reopened=sum(one.was_reopened for one in cluster),
        repeated=sum(one.was_repeated for one in cluster),
    )


def shared_words(told: Sequence[str], crowd: Crowd, language: str) -> tuple[str, ...]:
    """Return the words that most of some texts share and that may be shown.

    Those that the library lacks come first, in the order of the first text.
    """
    count: Counter[str] = Counter()
    for text in told:
        count.update(set(texts.shown_words(text, language).values()))
    common = [
        (word, n)
        for word, n in count.items()
        if n >= LEAST and len(word) <= _LONGEST_WORD and not crowd.unsafe(word)
    ]
    public, first = crowd.public.words | crowd.public.han, told[0].lower()

    def rank(pair: tuple[str, int]) -> tuple[bool, int, int, str]:
        return pair[0] in public, -pair[1], first.find(pair[0]) % _LONGEST_TEXT, pair[0]

    common.sort(key=rank)
    return tuple(word for word, _n in common[:_WORDS])


def phrasings(told: Sequence[tuple[str, str]], shelf: Shelf) -> tuple[str, ...]:
    """Return how customers put it, masked; given (customer, slotted text) pairs, best first."""
    crowd = Crowd(told, shelf.public)
    found: dict[str, None] = {}
    for _customer, text in told:
        plain = text.removeprefix("{customer_name}").replace("\n", " ")
        if len(plain) > _LONGEST_TOLD:
            continue
        shown, share = crowd.mask(plain)
        if share >= _LEAST_TOLD and len(shown) >= _SHORTEST_TOLD:
            found.setdefault(shown, None)
    return tuple(found)[:_EXAMPLES]


def without_doubles(
    found: Sequence[FoundAnswer], shelf: Shelf, *, decided: Sequence[str] = ()
) -> list[FoundAnswer]:
    """Drop what the library, earlier proposals or a better finding say already.

    An answer that several sub-categories share becomes one for all of them, with the evidence
    of each. ``decided`` are bodies that were proposed before.
    """
    if not found:
        return []
    ordered = sorted(found, key=lambda one: (-one.evidence.customers, one.category, one.body))
    rows = shelf.likeness.rows([one.body for one in ordered])
    known = between(rows, shelf.likeness.library)
    before = between(rows, shelf.likeness.rows(decided))
    kept: list[FoundAnswer] = []
    for members in stars(neighbours(rows, TOO_NEAR)):
        best = min(members)
        if max([*known[best], *before[best]], default=0.0) >= TOO_NEAR:
            continue
        merged = _merge([ordered[at] for at in sorted(members)])
        if shelf.ids:
            nearest = int(known[best].argmax())
            near = Near(shelf.ids[nearest], round(float(known[best][nearest]), 3))
            merged = replace(merged, near=near)
        kept.append(merged)
    return sorted(kept, key=lambda one: (-one.evidence.customers, one.category, one.body))


def _merge(same: Sequence[FoundAnswer]) -> FoundAnswer:
    evidence = same[0].evidence
    for one in same[1:]:
        evidence = evidence + one.evidence
    is_general = len({one.category for one in same}) > 1
    return replace(
        same[0],
        category="" if is_general else same[0].category,
        # What was asked differs as much as the categories do.
        examples=() if is_general else same[0].examples,
        evidence=evidence,
        references=tuple(r for one in same for r in one.references)[:_REFERENCES],
    )

"""What the figures of classes are of: categories, whole or in parts, priority, emotion."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tickets import taxonomy


@dataclass(frozen=True, slots=True)
class Field:
    """Classes in their order, and their words in a language.

    ``is_judged``: both versions read it on the tickets kept apart; else only the readings of
    the day are known, and people's word on them.
    """

    key: str
    words: str | Promise
    names: tuple[str, ...]
    label: Callable[[str, str], str]
    is_judged: bool


def label_of(slug: str, language: str) -> str:
    """Return the shortest word for a category or sub-category."""
    if "." in slug:
        return taxonomy.sub_label(slug, language) or slug
    return taxonomy.top_label(slug, language) or slug


def _place(language: str) -> int:
    return 0 if language.startswith("zh") else 1


def _priority(value: str, language: str) -> str:
    words = taxonomy.PRIORITIES.get(int(value)) if value.isdecimal() else None
    return f"P{value} {words[_place(language)]}" if words else value


def _emotion(value: str, language: str) -> str:
    known = value.isdecimal() and int(value) < len(taxonomy.EMOTIONS)
    return taxonomy.EMOTIONS[int(value)][1 + _place(language)] if known else value


FIELDS = {
    one.key: one
    for one in (
        Field(
            "category",
            pgettext_lazy("of classes", "Category"),
            tuple(top.slug for top in taxonomy.TOPS),
            label_of,
            is_judged=True,
        ),
        Field(
            "sub",
            pgettext_lazy("of classes", "Sub-category"),
            tuple(taxonomy.SUBS),
            label_of,
            is_judged=True,
        ),
        Field(
            "priority",
            pgettext_lazy("of classes", "Priority"),
            tuple(str(level) for level in sorted(taxonomy.PRIORITIES)),
            _priority,
            is_judged=False,
        ),
        Field(
            "emotion",
            pgettext_lazy("of classes", "Emotion"),
            tuple(str(level) for level in range(len(taxonomy.EMOTIONS))),
            _emotion,
            is_judged=False,
        ),
    )
}
USUAL_FIELD = "sub"


def field_of(key: str) -> Field:
    """Return the field of a key; sub-categories where there is none."""
    return FIELDS.get(key, FIELDS[USUAL_FIELD])

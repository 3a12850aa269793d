"""The words of a ticket's problem as numbers, for `similar`."""

from zlib import crc32

from triage.ml.features import Reading, read
from triage.ml.keywords import LANGUAGES, groups_of
from triage.ml.language import detect
from triage.ml.similar import TERM_MASK
from triage.ml.words import stem

_HEAD, _TAIL, _MOST_GROUPS = 36, 12, 12
_READ_CHARS = 4_000
# What everybody writes tells nobody apart.
_COMMON_WORDS = """
    a an the i my me we you your it its is was are were be been am to of and in on for with that
    this have has had do did not no so but or if at by as they he she what when there from just
    will would can could get got hi hello please thank thanks very now still up out about
    的 了 我 你 您 是 在 有 和 就 都 也 不 这 那 吗 呢 吧 啊 呀 个 一 一个 到 说 要 会 给 把 被
    还 没 没有 请 麻烦 谢谢 你好 您好 他 她 它 们 我们 你们 很 太 让 来 去 上
    下 里 对 什么 怎么
"""
_COMMON = frozenset(map(stem, _COMMON_WORDS.split()))


def terms_of(subject: str, text: str, language: str = "") -> list[int]:
    """The words and keyword groups of a problem, as numbers from 0 on, each once."""
    whole = f"{subject}\n{text}"[:_READ_CHARS]
    spoken = language if language in LANGUAGES else detect(whole)
    return terms_of_reading(read(whole, groups_of(spoken)))


def terms_of_reading(reading: Reading) -> list[int]:
    """`terms_of` for a text that was read before."""
    groups = list(dict.fromkeys(f"group {group}" for group, _, _ in reading.groups))[:_MOST_GROUPS]
    words = list(dict.fromkeys(name for name, _, _ in reading.words if _tells(name)))
    if len(words) > _HEAD + _TAIL:
        # The problem stands first, the demand last.
        words = words[:_HEAD] + words[-_TAIL:]
    return list(dict.fromkeys(crc32(name.encode()) & TERM_MASK for name in (*groups, *words)))


def _tells(name: str) -> bool:
    return (
        name[0].isalpha()
        and name not in _COMMON
        and not name.startswith("mask")
        and (len(name) > 1 or not name.isascii())
    )

"""Tone by rule: what words prove, before and after the model has spoken.

The model gives a chance for each degree; a quoted act, a withdrawn threat, a denial or plain
shouting decide where they are clear (domain guide, section 4).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from triage.ml.keywords import Hit

CALM, ANNOYED, ANGRY, THREATENING = 0, 1, 2, 3
_TROUBLES = frozenset(
    {"angry", "annoyed", "displeased", "failure", "sarcasm", "contrast", "distress"}
)
_SURE_ANGRY = 0.25
_SURE_ANNOYED = 0.42
_SHOUTED = re.compile(r"\b[A-Z]{3,}\b")
_NOT_SHOUTING_WORDS = """
    USB HDMI LED LCD VIP SKU PDF GPS DHL UPS USPS FEDEX IOS EUR USD GBP CNY RMB SIM SSD HDD
    RAM CPU GPU UHD DVD RGB VAT FAQ ASAP FTC BBB GDPR FCA ICO CFPB BBC USA UK NHS EMS API QR
    UV SPF PVC MRI ETA TBC FYI TNT GLS DPD EVRI HERMES XXL XXXL NFC WIFI DIY
"""
_NOT_SHOUTING = frozenset(_NOT_SHOUTING_WORDS.split())


@dataclass(frozen=True, slots=True)
class Tone:
    """Degree 0..3, how sure, and whether 'rule' or 'model' set it."""

    emotion: int
    probability: float
    who: str


_ACTS = frozenset({"legal", "regulator", "platform", "violence"})
_NEAR = 70
"""How far apart, in characters, praise and failure may stand to be read as one mockery."""


def tones_of(hits: Sequence[Hit]) -> set[str]:
    """Names of the tones that fired and are not denied, with what their order tells.

    A threat that follows its withdrawal stands; praise of a failure is sarcasm, unless a "but"
    parts them or the failure is mended; a smile beside a failure is no smile.
    """
    standing = [hit for hit in hits if hit.group.tone and not hit.denied]
    tones = {hit.group.tone for hit in standing}
    if {"withdrawn", "threat", "contrast"} <= tones and _is_renewed(standing):
        tones.discard("withdrawn")
    if "sarcasm" in tones and all(_holds_a_turn(hit, standing) for hit in standing):
        tones.discard("sarcasm")
    mended = tones & {"contrast", "solved", "withdrawn"}
    if "failure" in tones and not mended and ("smile" in tones or _mocks(standing)):
        tones.add("sarcasm")
    return tones


def _holds_a_turn(mockery: Hit, hits: Sequence[Hit]) -> bool:
    """Whether a "but" inside a would-be mockery makes it praise and a complaint."""
    if mockery.group.tone != "sarcasm":
        return True
    return any(
        hit.group.tone == "contrast" and mockery.start < hit.start and hit.end < mockery.end
        for hit in hits
    )


def _is_renewed(hits: Sequence[Hit]) -> bool:
    """Whether a threat comes after a "but" that comes after the last withdrawal."""
    last = max(hit.end for hit in hits if hit.group.tone == "withdrawn")
    turns = [hit.start for hit in hits if hit.group.tone == "contrast" and hit.start >= last]
    return bool(turns) and any(hit.group.tone == "threat" and hit.end > min(turns) for hit in hits)


def _mocks(hits: Sequence[Hit]) -> bool:
    praised = [hit for hit in hits if hit.group.tone == "praise"]
    failed = [hit for hit in hits if hit.group.tone == "failure"]
    return any(
        max(one.start, other.start) - min(one.end, other.end) <= _NEAR
        and (one.end <= other.start or other.end <= one.start)
        for one in praised
        for other in failed
    )


def judge(
    chances: npt.NDArray[np.floating],
    hits: Sequence[Hit],
    text: str,
    flags: Sequence[str],
    tones: set[str] | None = None,
) -> Tone:
    """The degree of a text.

    Parameters
    ----------
    chances : array of shape (4,)
        The model's chance of each degree.
    text : str
        As written, because capitals shout.
    flags : sequence of str
        Risk flags that stand; a threat needs an act to quote.
    tones : set of str, optional
        What `tones_of` says of the hits, where that is known already.
    """
    guess = _likeliest(chances)
    acts = {hit.group.flag for hit in hits if not hit.denied}
    named = tones_of(hits) if tones is None else tones
    emotion = _ruled(guess, chances, named, shouts(text), bool(flags), acts)
    who = "model" if emotion == guess else "rule"
    return Tone(emotion, float(chances[emotion]), who)


def _likeliest(chances: npt.NDArray[np.floating]) -> int:
    """The median degree: the one with half of the chance on either side."""
    return int(np.searchsorted(np.cumsum(chances), 0.5))


def _ruled(
    guess: int,
    chances: npt.NDArray[np.floating],
    tones: set[str],
    shouting: bool,
    has_flags: bool,
    acts: set[str],
) -> int:
    emotion = min(guess, THREATENING)
    if "withdrawn" in tones:
        return min(emotion, _withdrawn_at_most(tones))
    if "threat" in tones or (acts & _ACTS and "presale" not in tones):
        return THREATENING
    if emotion == THREATENING and not (has_flags and chances[THREATENING] > 0.6):
        emotion = ANGRY
    shouting = shouting and not _asks_politely(tones)
    if "denied" in tones and not shouting:
        emotion = min(emotion, ANNOYED)
    else:
        emotion = max(emotion, _raised(chances, tones, shouting))
    if "abuse" in acts:
        emotion = max(emotion, ANGRY)
    if (_only_praises(tones) or _only_asks(tones)) and not shouting:
        return CALM
    return emotion - 1 if "reported" in tones and emotion else emotion


def _raised(chances: npt.NDArray[np.floating], tones: set[str], shouting: bool) -> int:
    """The degree that words prove at least."""
    if shouting:
        return ANGRY
    angry = float(chances[ANGRY:].sum())
    if "angry" in tones or ("exclaim" in tones and "praise" not in tones):
        return ANGRY if angry >= _SURE_ANGRY else ANNOYED
    # Urging words are common in polite questions: they only tip the scale.
    urged = "annoyed" in tones and float(chances[ANNOYED:].sum()) >= _SURE_ANNOYED
    return ANNOYED if urged or tones & {"sarcasm", "displeased"} else CALM


def _withdrawn_at_most(tones: set[str]) -> int:
    if "praise" in tones and not tones & {"angry", "annoyed", "failure"}:
        return CALM
    return ANGRY if "angry" in tones else ANNOYED


def _only_praises(tones: set[str]) -> bool:
    return "praise" in tones and not tones & _TROUBLES


def _only_asks(tones: set[str]) -> bool:
    return "presale" in tones and not tones & _TROUBLES


def _asks_politely(tones: set[str]) -> bool:
    return "calm" in tones and not tones & {"angry", "annoyed", "failure", "sarcasm"}


def shouts(text: str) -> bool:
    """Three words in capitals, or two of a short text, that are no abbreviations."""
    words = [word for word in _SHOUTED.findall(text[:4000]) if word not in _NOT_SHOUTING]
    if len(words) < 2:
        return False
    letters = [char for char in text[:4000] if char.isalpha() and char.isascii()]
    share = sum(char.isupper() for char in letters) / len(letters)
    return (len(words) >= 3 and share > 0.12) or share > 0.5

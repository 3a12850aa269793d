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


def tones_of(hits: Sequence[Hit]) -> set[str]:
    """Names of the tones that fired and are not denied."""
    return {hit.group.tone for hit in hits if hit.group.tone and not hit.denied}


def judge(
    chances: npt.NDArray[np.floating], hits: Sequence[Hit], text: str, flags: Sequence[str]
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
    """
    guess = _likeliest(chances)
    emotion = _ruled(guess, chances, tones_of(hits), shouts(text), bool(flags))
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
) -> int:
    emotion = min(guess, THREATENING)
    if "withdrawn" in tones:
        return min(emotion, ANGRY if "angry" in tones else ANNOYED)
    if "threat" in tones:
        return THREATENING
    if emotion == THREATENING and not (has_flags and chances[THREATENING] > 0.6):
        emotion = ANGRY
    if "denied" in tones and not shouting:
        return min(emotion, ANNOYED)
    if "angry" in tones or shouting:
        sure = shouting or float(chances[ANGRY:].sum()) >= 0.25
        emotion = max(emotion, ANGRY if sure else ANNOYED)
    # Urging words are common in polite questions: they only tip the scale.
    if "sarcasm" in tones or ("annoyed" in tones and float(chances[ANNOYED:].sum()) >= 0.42):
        emotion = max(emotion, ANNOYED)
    return emotion - 1 if "reported" in tones and emotion else emotion


def shouts(text: str) -> bool:
    """Three words in capitals, or two of a short text, that are no abbreviations."""
    words = [word for word in _SHOUTED.findall(text[:4000]) if word not in _NOT_SHOUTING]
    if len(words) < 2:
        return False
    letters = [char for char in text[:4000] if char.isalpha() and char.isascii()]
    share = sum(char.isupper() for char in letters) / len(letters)
    return (len(words) >= 3 and share > 0.12) or share > 0.5

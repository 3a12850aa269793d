"""Who is asked, and what an answer sets going."""

from dataclasses import replace

import pytest

from surveys import rules
from surveys.models import WhyNot
from surveys.rules import Facts, why_not

PLAIN = Facts(
    status="resolved", round=1, current_round=1, category="logistics.lost-parcel", flags=()
)


def test_a_plain_resolved_complaint_is_surveyed():
    assert why_not(PLAIN) == ""


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": "rejected"}, "rejected"),
        ({"status": "merged"}, "rejected"),
        ({"status": "open"}, "reopened"),
        ({"current_round": 2}, "reopened"),
        ({"category": "non-complaint.thanks"}, "nothing_to_ask"),
        ({"category": "non-complaint.spam"}, "nothing_to_ask"),
        ({"flags": ("injury",)}, "injury"),
        ({"category": "quality.injury"}, "injury"),
        ({"flags": ("exposure", "self-harm")}, "self_harm"),
        ({"flags": ("regulator",)}, "regulator"),
        ({"flags": ("minor",)}, "minor"),
        ({"category": "account.minor-purchase"}, "minor"),
        ({"flags": ("legal",), "texts": ("我会去法院起诉你们",)}, "court"),
        ({"flags": ("legal",), "texts": ("ok", "See you in court.")}, "court"),
        ({"opted_out": True}, "opted_out"),
        ({"asked_lately": True}, "asked_lately"),
        ({"is_test": True}, "test"),
        # These are surveyed.
        ({"status": "closed"}, ""),
        ({"flags": ("exposure", "platform", "privacy")}, ""),
        ({"flags": ("legal",), "texts": ("Your courtesy courier said so.",)}, ""),
        ({"texts": ("See you in court.",)}, ""),
        ({"round": 2, "current_round": 2, "asked_lately": True}, ""),
        ({"category": "non-complaint.enquiry"}, ""),
    ],
)
def test_who_is_not_asked(change, why):
    assert why_not(replace(PLAIN, **change)) == why


def test_every_answer_of_the_rules_has_words():
    codes = set(rules._BY_FLAG.values()) | set(rules._BY_CATEGORY.values())
    codes |= {"rejected", "reopened", "test", "court", "opted_out", "asked_lately"}
    assert codes == set(WhyNot.values)


@pytest.mark.parametrize(
    ("score", "solved", "round_", "cause"),
    [
        (1, None, 1, "low_score"),
        (2, True, 1, "low_score"),
        (1, False, 2, "low_score"),
        (3, None, 1, ""),
        (3, False, 1, "not_solved"),
        (5, False, 1, "not_solved"),
        (5, True, 1, ""),
        (1, False, 3, ""),
        (1, False, 4, ""),
    ],
)
def test_what_starts_a_second_handling(score, solved, round_, cause):
    assert rules.second_handling_cause(score, solved, round_) == cause

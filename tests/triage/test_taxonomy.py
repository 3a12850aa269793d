"""What triage.ml repeats of the taxonomy stays equal to it."""

from tickets import taxonomy
from triage.ml import categories


def test_base_priorities_are_those_of_the_taxonomy() -> None:
    ours = {slug: sub.priority for slug, sub in taxonomy.SUBS.items()}
    assert {slug: categories.base_priority(slug) for slug in ours} == ours


def test_what_is_a_complaint_is_the_same() -> None:
    for slug in taxonomy.SUBS:
        assert categories.is_complaint(slug) == taxonomy.is_complaint(slug)


def test_the_flags_that_force_p1_are_the_same() -> None:
    from triage.ml.priority import FORCING_FLAGS

    assert set(FORCING_FLAGS) == set(taxonomy.FORCES_P1)

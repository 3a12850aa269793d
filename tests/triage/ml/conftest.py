"""A small model for the tests, trained once from a part of the seed material."""

import pytest

from triage.ml.model import TriageModel, train
from triage.ml.training import seed_examples


@pytest.fixture(scope="session")
def model() -> TriageModel:
    """Hand-written material and a few generated rows of both languages."""
    return train(seed_examples(seed=0, size=300), seed=0)

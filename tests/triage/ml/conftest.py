"""The small model that all tests share: as it lies on disk, and loaded."""

from pathlib import Path

import pytest

from triage.ml.model import TriageModel, load


@pytest.fixture(scope="session")
def saved(trained_model_file: Path) -> bytes:
    """Hand-written material and a few generated rows of both languages."""
    return trained_model_file.read_bytes()


@pytest.fixture(scope="session")
def model(saved: bytes) -> TriageModel:
    """Loaded once for each process."""
    return load(saved)

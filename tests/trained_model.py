"""One trained model for all tests that start Redress, so that no stack trains its own.

It learns from the hand-written material and a few generated rows. It is kept in pytest's cache
under the digest of everything that it is made from, so only a change of triage trains it anew.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT_DIR = Path(__file__).resolve().parent.parent
GENERATED_ROWS = 300
MADE_FROM = ("triage/ml", "triage/seed")


@pytest.fixture(scope="session")
def trained_model_file(pytestconfig: pytest.Config) -> Path:
    """Return the model's file; the first process that asks makes it, the others wait for it."""
    # Without pytest's cache (`-p no:cacheprovider`) the model lives as long as the session.
    cache = getattr(pytestconfig, "cache", None)
    folder = _session_folder() if cache is None else cache.mkdir("triage-model")
    file = folder / f"{_digest_of_material()}.zip"
    with (folder / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not file.exists():
            for outdated in file.parent.glob("*.zip"):
                outdated.unlink()
            _train(file)
    return file


def _session_folder() -> Path:
    folder = Path(os.environ["REDRESS_TEST_ROOT"]) / "triage-model"
    folder.mkdir(exist_ok=True)
    return folder


def _digest_of_material() -> str:
    digest = hashlib.sha256(str(GENERATED_ROWS).encode())
    for name in MADE_FROM:
        for file in sorted((PROJECT_DIR / name).rglob("*")):
            if file.is_file() and file.suffix != ".pyc":
                digest.update(str(file.relative_to(PROJECT_DIR)).encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()[:24]


def _train(file: Path) -> None:
    """Train apart, so that the memory that it takes is free afterwards."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "triage.ml", "train"),
            *("--out", str(file), "--rows", str(GENERATED_ROWS)),
        ],
        cwd=PROJECT_DIR,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        pytest.fail(f"the model for the tests could not be trained:\n{done.stdout}{done.stderr}")

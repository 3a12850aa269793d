"""The model in use, loaded once in each process and changed without a restart.

A process asks the database at most every two seconds which version is in use, so a promotion is
in effect everywhere within five.
"""

import hashlib
import threading
import time

import structlog

from triage import queries
from triage.errors import ArtefactBroken
from triage.ml.model import TriageModel
from triage.ml.model import load as load_model
from triage.models import ModelArtefact, ModelVersion

log = structlog.get_logger(__name__)

ASK_EVERY_SECONDS = 2.0


class _Loaded:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asked_at = float("-inf")
        self.version: ModelVersion | None = None
        self.model: TriageModel | None = None
        self.fault = ""


_loaded = _Loaded()


def current() -> tuple[ModelVersion | None, TriageModel | None]:
    """Return the version in use and its model; (None, None) while there is none that works."""
    if time.monotonic() - _loaded.asked_at >= ASK_EVERY_SECONDS:
        with _loaded.lock:
            _refresh()
    return _loaded.version, _loaded.model


def fault() -> str:
    """Say why rules alone decide, "" while a model is in use."""
    current()
    return _loaded.fault


def forget() -> None:
    """Look again at the next call."""
    _loaded.asked_at = float("-inf")


def _refresh() -> None:
    version = queries.champion()
    _loaded.asked_at = time.monotonic()
    if version is None:
        _loaded.version = _loaded.model = None
        _loaded.fault = "no model"
        return
    if _loaded.version is not None and _loaded.version.digest == version.digest:
        _loaded.version = version
        return
    try:
        _loaded.model = load(version)
        _loaded.version, _loaded.fault = version, ""
    except Exception as error:
        # A broken artefact must never stop intake: the last good model stays, or rules decide.
        log.exception("model_cannot_be_loaded", version=version.number)
        _loaded.fault = f"model {version.number}: {error}"


def load(version: ModelVersion) -> TriageModel:
    """Read a version's artefact and check its digest. Raises ArtefactBroken."""
    artefact = ModelArtefact.objects.filter(version=version).first()
    if artefact is None:
        raise ArtefactBroken("its artefact is missing")
    content = bytes(artefact.content)
    if hashlib.sha256(content).hexdigest() != version.digest:
        raise ArtefactBroken("its artefact is not what was stored")
    return load_model(content)

"""The model in use, loaded once in each worker and changed without a restart.

A worker asks the database at most every second which version is in use, so a promotion is
in effect everywhere within five. Pages never load a model; they read its row.
"""

import hashlib
import threading
import time
from typing import TYPE_CHECKING

import structlog

from triage import queries
from triage.errors import ArtefactBroken
from triage.models import ModelArtefact, ModelVersion

if TYPE_CHECKING:
    from triage.ml.model import TriageModel

log = structlog.get_logger(__name__)

ASK_EVERY_SECONDS = 1.0


class _Loaded:
    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.asked_at = float("-inf")
        self.version: ModelVersion | None = None
        self.model: TriageModel | None = None
        self.broken_digest = ""


_loaded = _Loaded()


def current() -> "tuple[ModelVersion | None, TriageModel | None]":
    """Return the version in use and its model; (None, None) while there is none that works."""
    with _loaded.lock:
        if time.monotonic() - _loaded.asked_at >= ASK_EVERY_SECONDS:
            _refresh()
        return _loaded.version, _loaded.model


def forget() -> None:
    """Forget what is loaded and look again at the next call."""
    with _loaded.lock:
        _loaded.asked_at = float("-inf")
        _loaded.version = _loaded.model = None
        _loaded.broken_digest = ""


def _refresh() -> None:
    version = queries.champion()
    _loaded.asked_at = time.monotonic()
    if version is None:
        _loaded.version = _loaded.model = None
    elif _loaded.version is not None and _loaded.version.digest == version.digest:
        _loaded.version = version
    elif version.digest != _loaded.broken_digest:
        _change_to(version)
    _keep_allowed_error()


def _keep_allowed_error() -> None:
    allowed = queries.steering().allowed_error
    if _loaded.model is not None and _loaded.model.file_error != allowed:
        _loaded.model.set_allowed_error(allowed)


def _change_to(version: ModelVersion) -> None:
    try:
        _loaded.model, _loaded.version = load(version), version
    except Exception as error:
        # A broken artefact must never stop intake: the last good model stays, or rules decide.
        log.exception("model_cannot_be_loaded", version=version.number)
        _loaded.broken_digest = version.digest
        _say(version, f"{error}")
    else:
        _say(version, "")


def _say(version: ModelVersion, fault: str) -> None:
    if version.fault != fault:
        ModelVersion.objects.filter(pk=version.pk).update(fault=fault[:300])
        version.fault = fault[:300]


def load(version: ModelVersion) -> "TriageModel":
    """Read a version's artefact and check its digest. Raises ArtefactBroken or BadArtefact."""
    # Late: it brings scipy and the dictionaries, and only workers read tickets.
    from triage.ml.model import load as load_model

    artefact = ModelArtefact.objects.filter(version=version).first()
    if artefact is None:
        raise ArtefactBroken("its artefact is missing")
    content = bytes(artefact.content)
    if hashlib.sha256(content).hexdigest() != version.digest:
        raise ArtefactBroken("its artefact is not what was stored")
    return load_model(content)

"""``manage.py train_triage [--if-missing]``: train a model from the material that ships."""

import hashlib
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import clock
from triage import queries, runtime, services
from triage.errors import ArtefactBroken
from triage.ml.artefact import BadArtefact
from triage.ml.model import load, train
from triage.ml.records import Example
from triage.ml.training import SEED_ROWS, seed_examples
from triage.models import ModelVersion, VersionState


class Command(BaseCommand):
    """Trains, stores, and puts the first model into use."""

    help = "Train the triage model from the material that ships."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument(
            "--if-missing", action="store_true", help="do nothing when a model is in use"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--rows",
            type=int,
            default=SEED_ROWS,
            help=f"generated rows per language beside the hand-written ones ({SEED_ROWS})",
        )
        parser.add_argument(
            "--file",
            type=Path,
            default=settings.REDRESS_FIRST_MODEL,
            help="take this trained model instead of training one",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Train; the first model is put into use, a later one waits beside it as a shadow."""
        champion = queries.champion()
        usable = champion is not None and _is_usable(champion)
        if champion is not None and usable and options["if_missing"]:
            self.stdout.write(f"Model {champion.number} is in use.")
            return
        started = time.monotonic()
        state = VersionState.SHADOW if usable else VersionState.CHAMPION
        if options["file"] is None:
            version = self._train(options["seed"], options["rows"], state)
        else:
            version = self._take(options["file"], state)
        self.stdout.write(
            f"Model {version.number} ({version.get_state_display()}), "
            f"{version.size / 2**20:.1f} MB, {time.monotonic() - started:.0f} s"
        )

    def _train(self, seed: int, rows: int, state: VersionState) -> ModelVersion:
        cpu = time.process_time()
        examples = list(seed_examples(seed, rows))
        self.stdout.write(f"Learning from {len(examples)} examples …")
        model = train(examples, seed=seed)
        figures = {
            "examples": len(examples),
            "cpu_seconds": round(time.process_time() - cpu, 1),
            "thresholds": model.thresholds,
        }
        how = {"seed": seed, "seed_rows": rows}
        return _add(model.save(), figures, how, _fingerprint(examples), state)

    def _take(self, file: Path, state: VersionState) -> ModelVersion:
        try:
            artefact = file.read_bytes()
            model = load(artefact)
        except (OSError, BadArtefact) as error:
            raise CommandError(f"{file} cannot be used as a model: {error}") from error
        how = {"file": file.name, "seed": model.seed}
        return _add(artefact, {"thresholds": model.thresholds}, how, "", state)


def _add(
    artefact: bytes,
    figures: dict[str, Any],
    how: dict[str, Any],
    fingerprint: str,
    state: VersionState,
) -> ModelVersion:
    return services.add_version(
        artefact=artefact,
        digest=hashlib.sha256(artefact).hexdigest(),
        figures=figures,
        settings=how,
        data_fingerprint=fingerprint,
        state=state,
        now=clock.now(),
    )


def _fingerprint(examples: Sequence[Example]) -> str:
    fingerprint = hashlib.sha256()
    for example in examples:
        fingerprint.update(repr(example).encode())
    return fingerprint.hexdigest()


def _is_usable(version: ModelVersion) -> bool:
    """Tell whether this release can load the model; one of an older release may be too old."""
    try:
        runtime.load(version)
    except (ArtefactBroken, BadArtefact):
        return False
    return True

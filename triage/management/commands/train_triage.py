"""``manage.py train_triage [--if-missing]``: learn from the material and from people's labels."""

import hashlib
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from common import clock
from triage import queries, runtime, services
from triage.errors import ArtefactBroken, BeingTrained
from triage.management.progress import still_at_it
from triage.ml.artefact import BadArtefact
from triage.ml.model import load
from triage.ml.training import SEED_ROWS
from triage.models import ModelVersion, VersionState
from triage.services.learning import learn
from triage.services.promises import promises


class Command(BaseCommand):
    """Trains a challenger; it is put into use where it proves better than the model in use."""

    help = "Train a triage model from the material that ships and the labels of people."

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
        """Train; a model takes over where none works, or where it proves better in pairs."""
        champion = queries.champion()
        usable = champion is not None and _is_usable(champion)
        if champion is not None and usable and options["if_missing"]:
            self.stdout.write(f"Model {champion.number} is in use.")
            return
        started = time.monotonic()
        if options["file"] is None:
            version = self._learn(options["seed"], options["rows"])
        else:
            version = self._take(
                options["file"], VersionState.SHADOW if usable else VersionState.CHAMPION
            )
        self.stdout.write(
            f"Model {version.number} ({version.get_state_display()}), "
            f"{version.size / 2**20:.1f} MB, {time.monotonic() - started:.0f} s"
        )

    def _learn(self, seed: int, rows: int) -> ModelVersion:
        try:
            with still_at_it(self.stdout.write) as say:
                say(f"Reading the labels of people, at most the newest {queries.MOST_LABELS:,}")
                version = learn(now=clock.now(), seed=seed, seed_rows=rows, say=say)
        except BeingTrained as error:
            raise CommandError(str(error)) from error
        for line in _verdict(version):
            self.stdout.write(line)
        return version

    def _take(self, file: Path, state: VersionState) -> ModelVersion:
        try:
            artefact = file.read_bytes()
            model = load(artefact)
        except (OSError, BadArtefact) as error:
            raise CommandError(f"{file} cannot be used as a model: {error}") from error
        how = {"file": file.name, "seed": model.seed}
        return services.add_version(
            artefact=artefact,
            digest=hashlib.sha256(artefact).hexdigest(),
            figures={
                "thresholds": model.thresholds,
                "measured": model.measured(),
                "guarantees": promises(model, {}),
            },
            settings=how,
            data_fingerprint="",
            state=state,
            now=clock.now(),
        )


def _verdict(version: ModelVersion) -> Iterator[str]:
    for doubt in version.figures["set_aside"]:
        yield (
            f"Labels of user {doubt['person']} are set aside: {doubt['changed']} of "
            f"{doubt['labels']} answers changed, {doubt['expected']} expected."
        )
    comparison = version.figures["comparison"]
    if comparison is None:
        return
    for part in comparison["parts"]:
        yield (
            f"{part['name']}: {part['tickets']} tickets, right before {part['champion_right']}, "
            f"now {part['challenger_right']}"
        )
    yield f"Verdict: {comparison['why'].replace('_', ' ')}"


def _is_usable(version: ModelVersion) -> bool:
    """Tell whether this release can load the model; one of an older release may be too old."""
    try:
        runtime.load(version)
    except (ArtefactBroken, BadArtefact):
        return False
    return True

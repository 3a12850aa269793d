"""``manage.py train_triage [--if-missing]``: train a model from the material that ships."""

import hashlib
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from common import clock
from triage import queries, services
from triage.ml.training import SEED_ROWS, seed_examples, train
from triage.models import VersionState


class Command(BaseCommand):
    """Trains, stores, and puts the first model into use."""

    help = "Train the triage model from the material that ships."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the command line."""
        parser.add_argument(
            "--if-missing", action="store_true", help="do nothing when a model is in use"
        )
        parser.add_argument("--seed", type=int, default=0)

    def handle(self, *args: Any, **options: Any) -> None:
        """Train; the first model is put into use, a later one waits beside it as a shadow."""
        champion = queries.champion()
        if champion is not None and options["if_missing"]:
            self.stdout.write(f"Model {champion.number} is in use.")
            return
        started, cpu = time.monotonic(), time.process_time()
        examples = list(seed_examples(options["seed"]))
        self.stdout.write(f"Learning from {len(examples)} examples …")
        model = train(examples, seed=options["seed"])
        artefact = model.save()
        fingerprint = hashlib.sha256()
        for example in examples:
            fingerprint.update(repr(example).encode())
        version = services.add_version(
            artefact=artefact,
            digest=hashlib.sha256(artefact).hexdigest(),
            figures={
                "examples": len(examples),
                "cpu_seconds": round(time.process_time() - cpu, 1),
                "thresholds": model.thresholds,
            },
            settings={"seed": options["seed"], "seed_rows": SEED_ROWS},
            data_fingerprint=fingerprint.hexdigest(),
            state=VersionState.SHADOW if champion else VersionState.CHAMPION,
            now=clock.now(),
        )
        seconds = time.monotonic() - started
        self.stdout.write(
            f"Model {version.number} ({version.get_state_display()}), "
            f"{len(artefact) / 2**20:.1f} MB, {seconds:.0f} s"
        )

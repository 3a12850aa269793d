"""Files of marketplaces: what was handed in, how far it is read, and what each row became."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from intake.models.deliveries import RawDelivery
from intake.models.sources import Source


class ImportState(models.TextChoices):
    """How far an import is."""

    DRAFT = "draft", _("Not started")
    RUNNING = "running", _("Being imported")
    DONE = "done", _("Finished")
    STOPPED = "stopped", _("Stopped")
    UNDOING = "undoing", _("Being taken back")
    UNDONE = "undone", _("Taken back")


class RowFate(models.TextChoices):
    """What a row became."""

    NEW = "new", _("New rows")
    THERE = "there", _("Already there")
    PRAISE = "praise", _("Praise without words")
    UNWANTED = "unwanted", _("No reply wanted")
    FAILED = "failed", _("Failed rows")


IGNORED = (RowFate.PRAISE, RowFate.UNWANTED)


def import_path(_file_import: "FileImport", _name: str) -> str:
    """Store under a generated name, never under the sender's."""
    return f"imports/{uuid.uuid4().hex}"


class FileImport(models.Model):
    """One file of one source.

    ``layout``, ``mapping`` and ``options`` are as intake.imports has them. ``position`` is the
    number of the last row whose fate is written down: from there a worker goes on. Whoever works
    on it holds it until ``lease_until``. The file is removed when nothing needs it any more.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="imports")
    file = models.FileField(upload_to=import_path, max_length=200, blank=True)
    name = models.CharField(max_length=255)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    layout = models.JSONField()
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=ImportState.choices, default=ImportState.DRAFT)
    position = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True, blank=True)
    problem = models.CharField(max_length=40, blank=True)
    problem_row = models.PositiveIntegerField(default=0)
    refusal = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    undone_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"import {self.pk} of {self.name}"


class ImportRow(models.Model):
    """What one row became; the cells are kept of those that failed, to be mended."""

    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    fate = models.CharField(max_length=8, choices=RowFate.choices)
    delivery = models.ForeignKey(RawDelivery, null=True, on_delete=models.SET_NULL)
    cells = models.JSONField(null=True, blank=True)
    problems = models.JSONField(default=list)

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=["file_import", "number"], name="row_has_one_fate"),
        )
        indexes = (models.Index(fields=["file_import", "fate"], name="row_by_fate"),)

    def __str__(self) -> str:
        return f"row {self.number} of import {self.file_import_id}"


class SavedMapping(models.Model):
    """How files with these columns were read for a source the last time."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="mappings")
    columns_digest = models.CharField(max_length=64)
    mapping = models.JSONField()
    options = models.JSONField()
    saved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["source", "columns_digest"], name="one_mapping_for_each_shape"
            ),
        )

    def __str__(self) -> str:
        return f"mapping of {self.source_id}"

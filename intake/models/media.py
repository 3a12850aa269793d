"""Files that are fetched later, from where the platform keeps them."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intake.media.problems import Problem
from intake.models.sources import Source


class MediaStatus(models.TextChoices):
    """What became of a file."""

    WAITING = "waiting", _("is being fetched")
    STORED = "stored", _("fetched")
    FAILED = "failed", _("could not be fetched")


class MediaProblem(models.TextChoices):
    """Why a file could not be fetched, in words for agents."""

    HOST = Problem.HOST, _("Its address is not on this channel's list of hosts.")
    PRIVATE = Problem.PRIVATE, _("Its address leads into a private network.")
    TOO_LARGE = Problem.TOO_LARGE, _("It is larger than 25 MB.")
    TOO_SLOW = Problem.TOO_SLOW, _("The platform took too long to hand it out.")
    GONE = Problem.GONE, _("The platform does not have it any more.")
    NO_KEY = Problem.NO_KEY, _("The source lacks a key that is needed to fetch it.")
    REFUSED = Problem.REFUSED, _("The platform refused to hand it out.")
    WRONG_TYPE = Problem.WRONG_TYPE, _("The platform sent something else instead.")
    UNREACHABLE = Problem.UNREACHABLE, _("The platform could not be reached.")
    ODD_ANSWER = Problem.ODD_ANSWER, _("The platform answered something strange.")


_KINDS: dict[str, str | Promise] = {
    "image": _("Picture"),
    "sticker": _("Sticker"),
    "animation": _("Animation"),
    "voice": _("Voice message"),
    "audio": _("Sound"),
    "video": _("Video"),
    "video_note": _("Video"),
    "shortvideo": _("Video"),
    "recording": _("Recording"),
}


class MediaFile(models.Model):
    """One file of a message: what names it, and how its fetching goes.

    Fetched by whoever moves ``next_attempt_at`` on; ``expires_at`` is until when the platform
    keeps it, where that is known.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="media")
    message = models.ForeignKey(
        "tickets.Message", on_delete=models.CASCADE, related_name="awaited_files"
    )
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=40)
    platform_id = models.CharField(max_length=500, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    name = models.CharField(max_length=255, blank=True)
    status = models.CharField(
        max_length=8, choices=MediaStatus.choices, default=MediaStatus.WAITING
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField()
    problem = models.CharField(max_length=12, choices=MediaProblem.choices, blank=True)
    detail = models.CharField(max_length=300, blank=True)
    attachment = models.OneToOneField(
        "tickets.Attachment",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="fetched_from",
    )
    created_at = models.DateTimeField()
    fetched_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("message_id", "position")
        constraints = (
            models.UniqueConstraint(fields=["message", "position"], name="media_is_fetched_once"),
        )
        indexes = (
            models.Index(
                fields=["next_attempt_at"], name="media_waiting", condition=Q(status="waiting")
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} of message {self.message_id}"

    @property
    def kind_label(self) -> str:
        """What it is, in words, with its name where it has one."""
        label = str(_KINDS.get(self.kind, _("File")))
        return f"{label} {self.name}" if self.name else label

    def has_run_out(self, now: datetime) -> bool:
        """Whether the platform has thrown it away by now, as far as it says."""
        return self.expires_at is not None and self.expires_at <= now

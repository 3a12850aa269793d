"""Tables without domain words."""

from django.db import models


class Heartbeat(models.Model):
    """The last sign of life of one kind of process, written by itself."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.beat_at:%Y-%m-%d %H:%M:%S}"

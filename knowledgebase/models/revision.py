"""The number by which workers notice that the library changed."""

from django.db import models


class LibraryRevision(models.Model):
    """One row whose number grows with every published change; workers rebuild when it does."""

    number = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.number)

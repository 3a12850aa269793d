"""Tells every worker that the library has changed."""

from django.db.models import F

from knowledgebase.models import LibraryRevision


def bump_revision() -> None:
    """Count one up, inside the caller's transaction."""
    if not LibraryRevision.objects.filter(pk=1).update(number=F("number") + 1):
        LibraryRevision.objects.get_or_create(pk=1, defaults={"number": 1})

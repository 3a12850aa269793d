"""Replies that were published before this was kept: the version that agents are offered."""

from typing import Any

from django.db import migrations
from django.db.models import F


def fill(apps: Any, _schema_editor: Any) -> None:
    """Take the newest version for texts that are out as they stand; others stay unknown."""
    template = apps.get_model("knowledgebase", "Template")
    rows = template.objects.filter(published_version=0, body=F("published_body"))
    rows.exclude(body="").update(published_version=F("version"), published_at=F("changed_at"))


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("knowledgebase", "0002_editing_comments_help_and_other_desks")]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]

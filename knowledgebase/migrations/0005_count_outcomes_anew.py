"""Outcomes that were counted before this left out customers who gave no score: count anew."""

from typing import Any

from django.db import migrations


def forget(apps: Any, _schema_editor: Any) -> None:
    """Take the verdicts away; the next night gives them again, by the new rule."""
    apps.get_model("knowledgebase", "OutcomeCount").objects.all().delete()
    uses = apps.get_model("knowledgebase", "TemplateUse").objects.exclude(settled_at=None)
    uses.update(settled_at=None, is_good=None)


class Migration(migrations.Migration):
    """Data only."""

    dependencies = [("knowledgebase", "0004_learning_from_outcomes")]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
    ]

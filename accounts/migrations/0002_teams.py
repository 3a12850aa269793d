"""The six teams of the domain guide, which own the categories."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TEAMS = (
    ("L", "Logistics", "物流组"),
    ("Q", "Quality", "质量组"),
    ("A", "After-sales", "售后组"),
    ("F", "Finance", "财务组"),
    ("C", "Compliance", "合规组"),
    ("S", "Second line", "二线组"),
)


def add_teams(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    team = apps.get_model("accounts", "Team")
    for code, name_en, name_zh in TEAMS:
        team.objects.get_or_create(code=code, defaults={"name_en": name_en, "name_zh": name_zh})


def remove_teams(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("accounts", "Team").objects.filter(code__in=[t[0] for t in TEAMS]).delete()


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial_tables")]

    operations = [migrations.RunPython(add_teams, remove_teams)]

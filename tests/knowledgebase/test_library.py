"""knowledgebase/library.py: every process follows what is published, reading only what changed."""

import pytest

from knowledgebase import library, services
from knowledgebase.models import Scenario, Template
from knowledgebase.services.revision import bump_revision
from tests.factories import MONDAY_TEN, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]


def held() -> library.Library:
    found = library.current_library("zh")
    assert found is not None
    return found


def publish(body: str, slug: str = "stuck-parcel.no-scan") -> Template:
    template = Template.objects.get(scenario__slug=slug, language="zh", variant="calm")
    editor, lead = make_user(role="editor"), make_user(role="lead")
    services.edit_template(template_id=template.pk, body=body, by=editor, now=MONDAY_TEN)
    return services.change_status(
        template_id=template.pk, status="published", by=lead, now=MONDAY_TEN
    )


def test_without_changes_the_same_library_is_held() -> None:
    assert held() is held()


def test_publishing_changes_one_article_and_leaves_the_others_indexed() -> None:
    before = held()
    publish("雪豹正在冰川上散步")
    after = held()
    assert after.revision > before.revision
    assert after.index.changes == 1
    assert after.index.search("雪豹和冰川")[0].id == "stuck-parcel.no-scan"
    assert len(after.index.articles) == len(before.index.articles)


def test_a_change_without_consequence_for_the_index_keeps_it() -> None:
    before = held()
    bump_revision()
    after = held()
    assert after is not before
    assert after.index is before.index


def test_only_rows_that_changed_are_read_again() -> None:
    held()
    before = dict(library._stocks["zh"]._texts)
    changed = publish("换一种说法")
    held()
    after = library._stocks["zh"]._texts
    assert [key for key in after if after[key] is not before.get(key)] == [changed.pk]


def test_withdrawn_scenarios_leave_and_come_back() -> None:
    held()
    Scenario.objects.filter(slug="stuck-parcel.no-scan").update(withdrawn_at=MONDAY_TEN)
    bump_revision()
    assert "stuck-parcel.no-scan" not in held().index.by_id
    Scenario.objects.filter(slug="stuck-parcel.no-scan").update(withdrawn_at=None)
    bump_revision()
    assert "stuck-parcel.no-scan" in held().index.by_id


def test_an_index_with_many_changes_is_built_whole(monkeypatch) -> None:
    monkeypatch.setattr(library, "_FEWEST_CHANGES", 0)
    monkeypatch.setattr(library.threading, "Thread", Done)
    held()
    publish("雪豹正在冰川上散步")
    held()
    assert held().index.changes == 0
    assert held().index.search("雪豹和冰川")[0].id == "stuck-parcel.no-scan"


class Done:
    """A thread that has run when it is started."""

    def __init__(self, *, target, args, daemon: bool) -> None:
        self.target, self.args = target, args

    def start(self) -> None:
        self.target(*self.args)

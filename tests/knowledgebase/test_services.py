"""Loading, editing, and learning from uses."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import call_command

from accounts.models import User
from common.errors import NotAllowed
from knowledgebase import library, services
from knowledgebase.errors import EmptyBody, UnknownVariables
from knowledgebase.models import Scenario, Template, TemplateUse
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tests.knowledgebase.conftest import ARTICLES
from tickets import services as tickets
from tickets.models import Message

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor() -> User:
    return make_user(role="editor")


@pytest.fixture
def lead() -> User:
    return make_user(role="lead")


def a_template() -> Template:
    return Template.objects.get(
        scenario__slug="stuck-parcel.no-scan", language="zh", variant="calm"
    )


def changed(body: str) -> list:
    first = ARTICLES[0]
    bodies = first.body | {"zh": first.body["zh"] | {"calm": body}}
    return [replace(first, body=bodies, digest="new"), *ARTICLES[1:]]


@pytest.mark.usefixtures("shelf")
class TestLoading:
    def test_a_second_load_changes_nothing(self) -> None:
        before = library.current_revision()
        report = services.load_knowledge(articles=ARTICLES, now=MONDAY_TEN)
        assert (report.created, report.updated, report.kept) == (0, 0, 0)
        assert report.unchanged == 4 * len(ARTICLES)
        assert library.current_revision() == before

    def test_a_new_shipped_body_arrives(self) -> None:
        report = services.load_knowledge(articles=changed("新话术{case_no}"), now=MONDAY_TEN)
        assert report.updated == 1
        assert a_template().published_body == "新话术{case_no}"
        assert a_template().version == 2

    def test_an_edited_body_stays(self, editor: User) -> None:
        services.edit_template(
            template_id=a_template().pk, body="我们自己的话术", by=editor, now=MONDAY_TEN
        )
        report = services.load_knowledge(articles=changed("新话术"), now=MONDAY_TEN)
        assert report.kept == 1
        assert a_template().body == "我们自己的话术"

    def test_scenario_facts_follow_the_file(self) -> None:
        articles = [replace(ARTICLES[0], remedy="TR", digest="other"), *ARTICLES[1:]]
        services.load_knowledge(articles=articles, now=MONDAY_TEN)
        assert Scenario.objects.get(slug="stuck-parcel.no-scan").remedy == "TR"


def test_the_command_loads_what_is_shipped_and_says_so(capsys) -> None:
    call_command("load_knowledge")
    call_command("load_knowledge")
    first, second = capsys.readouterr().out.splitlines()
    assert " 0 bodies new" not in first
    assert " 0 bodies new, 0 updated" in second


@pytest.mark.usefixtures("shelf")
class TestEditing:
    def test_a_draft_is_not_offered_until_a_lead_publishes_it(
        self, editor: User, lead: User
    ) -> None:
        template = a_template()
        old = template.published_body
        edited = services.edit_template(
            template_id=template.pk, body="查件{case_no}", by=editor, now=MONDAY_TEN
        )
        assert (edited.status, edited.published_body) == ("draft", old)
        with pytest.raises(NotAllowed):
            services.change_status(
                template_id=template.pk, status="published", by=editor, now=MONDAY_TEN
            )
        services.change_status(template_id=template.pk, status="review", by=editor, now=MONDAY_TEN)
        before = library.current_revision()
        services.change_status(template_id=template.pk, status="published", by=lead, now=MONDAY_TEN)
        assert a_template().published_body == "查件{case_no}"
        assert library.current_revision() == before + 1

    def test_every_edit_is_kept_and_can_be_restored(self, editor: User) -> None:
        template = a_template()
        original = template.body
        services.edit_template(template_id=template.pk, body="二", by=editor, now=MONDAY_TEN)
        services.restore_version(template_id=template.pk, number=1, by=editor, now=MONDAY_TEN)
        assert a_template().body == original
        assert list(template.versions.values_list("number", flat=True)) == [3, 2, 1]

    @pytest.mark.parametrize(("body", "error"), [("  ", EmptyBody), ("{eta}", UnknownVariables)])
    def test_bad_bodies_are_refused(self, editor: User, body: str, error: type) -> None:
        with pytest.raises(error):
            services.edit_template(
                template_id=a_template().pk, body=body, by=editor, now=MONDAY_TEN
            )

    def test_agents_do_not_edit(self) -> None:
        with pytest.raises(NotAllowed):
            services.edit_template(
                template_id=a_template().pk, body="x", by=make_user(), now=MONDAY_TEN
            )


@pytest.mark.usefixtures("shelf")
class TestUses:
    def sent(self, agent: User):
        ticket = factories.triaged(factories.ticket())
        message = tickets.reply(
            ticket_id=ticket.pk,
            text="王芳您好,stuck-parcel.no-scan已为您登记,今天18:00前回复。李雷",
            by=agent,
            now=MONDAY_TEN + timedelta(minutes=10),
            template_slug="stuck-parcel.no-scan",
        )
        return ticket, message

    def test_a_use_is_recorded_once_with_its_variant(self) -> None:
        _, message = self.sent(make_user(teams="L"))
        services.record_use(message_id=message.pk)
        services.record_use(message_id=message.pk)
        [use] = TemplateUse.objects.all()
        assert (use.template.variant, use.template.language) == ("calm", "zh")
        assert use.edited_share < 0.1

    def test_a_lost_wake_up_is_found_by_the_sweep(self) -> None:
        _, message = self.sent(make_user(teams="L"))
        later = MONDAY_TEN + timedelta(hours=1)
        assert services.record_missed_uses(now=later) == 1
        assert TemplateUse.objects.get().message_id == message.pk
        assert services.record_missed_uses(now=later) == 0

    def test_the_sweep_leaves_alone_what_can_never_be_a_use(self) -> None:
        _, message = self.sent(make_user(teams="L"))
        _, other = self.sent(make_user(teams="L"))
        Message.objects.filter(pk=other.pk).update(template_slug="gone.gone")
        later = MONDAY_TEN + timedelta(hours=1)
        assert services.record_missed_uses(now=later, limit=1) == 1
        assert TemplateUse.objects.get().message_id == message.pk

    def test_a_reply_with_an_unknown_template_is_no_use(self) -> None:
        ticket = factories.triaged(factories.ticket())
        message = tickets.reply(
            ticket_id=ticket.pk, text="您好", by=make_user(teams="L"), now=MONDAY_TEN,
            template_slug="gone.gone",
        )  # fmt: skip
        assert services.record_use(message_id=message.pk) is None

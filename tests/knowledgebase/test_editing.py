"""Editing with care: versions, roles, two editors at once, remarks, scenarios, pages."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from accounts.models import User
from common.errors import NotAllowed
from knowledgebase import library, queries, services
from knowledgebase.errors import (
    BadScenario,
    EditedMeanwhile,
    EmptyBody,
    NotForCustomers,
    NotHandedIn,
    SlugTaken,
    UnknownVariables,
)
from knowledgebase.models import HelpText, Scenario, Template, TemplateStatus
from knowledgebase.services import Head, Written
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tests.knowledgebase.conftest import ARTICLES
from tickets.models import Order, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

HEAD = Head(category="logistics.stuck-parcel", title_en="Stuck: mine", title_zh="停滞·自建")


@pytest.fixture
def editor() -> User:
    return make_user(role="editor")


@pytest.fixture
def lead() -> User:
    return make_user(role="lead")


def scenario() -> Scenario:
    return Scenario.objects.get(slug="stuck-parcel.no-scan")


def template(language: str = "zh", variant: str = "calm") -> Template:
    return Template.objects.get(scenario=scenario(), language=language, variant=variant)


class TestSavingBodies:
    def test_only_what_changed_gets_a_new_version(self, editor: User) -> None:
        bodies = {
            ("zh", "calm"): Written("新的{case_no}", 1),
            ("en", "calm"): Written(template("en").body, 1),
            ("en", "distressed"): Written("", 0),
        }
        saved = services.save_bodies(
            scenario_id=scenario().pk, bodies=bodies, by=editor, now=MONDAY_TEN
        )
        assert [(one.language, one.version, one.status) for one in saved] == [("zh", 2, "draft")]
        assert template("en").version == 1

    def test_a_mood_that_was_not_there_is_added_as_a_draft(self, editor: User) -> None:
        bodies = {("en", "distressed"): Written("You are safe. {agent_name}", 0)}
        [one] = services.save_bodies(
            scenario_id=scenario().pk, bodies=bodies, by=editor, now=MONDAY_TEN
        )
        assert (one.version, one.status, one.published_body) == (1, TemplateStatus.DRAFT, "")
        assert [v.number for v in one.versions.all()] == [1]

    def test_the_second_of_two_editors_is_told_and_nothing_is_saved(self, editor: User) -> None:
        services.edit_template(
            template_id=template().pk, body="先存的", by=make_user(role="editor"), now=MONDAY_TEN
        )
        bodies = {
            ("zh", "calm"): Written("后存的", 1),
            ("en", "calm"): Written("Also mine.", 1),
        }
        with pytest.raises(EditedMeanwhile):
            services.save_bodies(
                scenario_id=scenario().pk, bodies=bodies, by=editor, now=MONDAY_TEN
            )
        assert template().body == "先存的"
        assert template("en").version == 1

    def test_the_same_text_twice_is_no_conflict(self, editor: User) -> None:
        bodies = {("zh", "calm"): Written("同样的", 1)}
        for _ in range(2):
            services.save_bodies(
                scenario_id=scenario().pk, bodies=bodies, by=editor, now=MONDAY_TEN
            )
        assert template().version == 2

    def test_unknown_variables_are_named_with_their_place(self, editor: User) -> None:
        bodies = {("en", "calm"): Written("Hello\n{customer_nam}", 1)}
        with pytest.raises(UnknownVariables, match=r"\{customer_nam\} \(2:1\)"):
            services.save_bodies(
                scenario_id=scenario().pk, bodies=bodies, by=editor, now=MONDAY_TEN
            )

    def test_agents_may_not_write(self) -> None:
        bodies = {("zh", "calm"): Written("我写的", 1)}
        with pytest.raises(NotAllowed):
            services.save_bodies(
                scenario_id=scenario().pk, bodies=bodies, by=make_user(), now=MONDAY_TEN
            )


class TestPublishing:
    def test_what_was_not_read_is_not_published(self, editor: User, lead: User) -> None:
        pk = template().pk
        services.edit_template(template_id=pk, body="一", by=editor, now=MONDAY_TEN)
        services.edit_template(template_id=pk, body="二", by=editor, now=MONDAY_TEN)
        with pytest.raises(EditedMeanwhile):
            services.change_status(
                template_id=pk, status="published", by=lead, now=MONDAY_TEN, seen=2
            )
        assert template().published_body != "一"

    def test_it_is_kept_who_published_which_version(self, editor: User, lead: User) -> None:
        pk = template().pk
        services.edit_template(template_id=pk, body="一", by=editor, now=MONDAY_TEN)
        services.change_status(template_id=pk, status="published", by=lead, now=MONDAY_TEN, seen=2)
        one = template()
        assert (one.published_version, one.published_by) == (2, lead)

    def test_what_is_published_as_it_stands_is_not_handed_in(self, editor: User) -> None:
        with pytest.raises(NotHandedIn):
            services.change_status(
                template_id=template().pk, status="review", by=editor, now=MONDAY_TEN
            )

    def test_many_are_published_at_once_and_moved_ones_left_out(
        self, editor: User, lead: User
    ) -> None:
        zh, en = template(), template("en")
        for one in (zh, en):
            services.edit_template(template_id=one.pk, body="Next", by=editor, now=MONDAY_TEN)
            services.change_status(template_id=one.pk, status="review", by=editor, now=MONDAY_TEN)
        services.edit_template(template_id=en.pk, body="Newer", by=editor, now=MONDAY_TEN)
        before = library.current_revision()
        done, left = services.publish_many(seen={zh.pk: 2, en.pk: 2}, by=lead, now=MONDAY_TEN)
        assert ([one.pk for one in done], [one.pk for one in left]) == ([zh.pk], [en.pk])
        assert library.current_revision() == before + 1

    def test_restoring_makes_a_new_draft(self, editor: User) -> None:
        first = template().body
        services.edit_template(template_id=template().pk, body="新", by=editor, now=MONDAY_TEN)
        services.restore_version(
            template_id=template().pk, number=1, by=editor, now=MONDAY_TEN, over=2
        )
        assert (template().body, template().version, template().status) == (first, 3, "draft")


class TestRemarks:
    def test_an_agent_proposes_and_an_editor_takes_it(self, editor: User) -> None:
        comment = services.add_comment(
            template_id=template().pk,
            text="太长了",
            proposed_body="短一点{case_no}",
            by=make_user(),
            now=MONDAY_TEN,
        )
        services.take_wording(comment_id=comment.pk, by=editor, now=MONDAY_TEN)
        comment.refresh_from_db()
        assert (template().body, template().status) == ("短一点{case_no}", "draft")
        assert comment.resolved_by == editor

    def test_a_proposal_for_an_older_version_is_not_taken_blindly(self, editor: User) -> None:
        comment = services.add_comment(
            template_id=template().pk, text="", proposed_body="旧的建议", by=editor, now=MONDAY_TEN
        )
        services.edit_template(template_id=template().pk, body="新", by=editor, now=MONDAY_TEN)
        with pytest.raises(EditedMeanwhile):
            services.take_wording(comment_id=comment.pk, by=editor, now=MONDAY_TEN)

    def test_an_empty_remark_is_refused(self) -> None:
        with pytest.raises(EmptyBody):
            services.add_comment(
                template_id=template().pk, text="  ", by=make_user(), now=MONDAY_TEN
            )

    def test_strangers_do_not_settle_what_others_said(self) -> None:
        writer = make_user()
        comment = services.add_comment(
            template_id=template().pk, text="?", by=writer, now=MONDAY_TEN
        )
        with pytest.raises(NotAllowed):
            services.resolve_comment(comment_id=comment.pk, by=make_user(), now=MONDAY_TEN)
        services.resolve_comment(comment_id=comment.pk, by=writer, now=MONDAY_TEN)

    def test_auditors_read_only(self) -> None:
        with pytest.raises(NotAllowed):
            services.add_comment(
                template_id=template().pk, text="?", by=make_user(role="auditor"), now=MONDAY_TEN
            )


class TestScenarios:
    def test_a_new_one_is_suggested_once_it_is_published(self, editor: User, lead: User) -> None:
        made = services.create_scenario(
            slug="stuck-parcel.mine",
            head=replace(HEAD, examples_zh=("驿站说没有我的包裹",)),
            by=editor,
            now=MONDAY_TEN,
        )
        bodies = {("zh", "calm"): Written("{customer_name}您好，{next_update_at}前回复。", 0)}
        [one] = services.save_bodies(scenario_id=made.pk, bodies=bodies, by=editor, now=MONDAY_TEN)
        assert made.slug not in _suggested(text="驿站说没有我的包裹")
        services.change_status(
            template_id=one.pk, status="published", by=lead, now=MONDAY_TEN, seen=1
        )
        assert made.slug in _suggested(text="驿站说没有我的包裹")

    def test_names_are_unique_and_well_formed(self, editor: User) -> None:
        with pytest.raises(SlugTaken):
            services.create_scenario(
                slug="stuck-parcel.no-scan", head=HEAD, by=editor, now=MONDAY_TEN
            )
        with pytest.raises(BadScenario):
            services.create_scenario(slug="../etc", head=HEAD, by=editor, now=MONDAY_TEN)

    @pytest.mark.parametrize(
        "changes",
        [
            {"category": "logistics.nothing"},
            {"title_en": " "},
            {"remedy": "XX"},
            {"offer": "O9"},
            {"legal": ("CN Art 25",)},
            {"conditions": {"order_state": ["lost"]}},
            {"conditions": {"days_since_delivery": "soon"}},
            {"examples_en": tuple(str(n) for n in range(13))},
        ],
        ids=["category", "title", "remedy", "offer", "country", "state", "days", "many"],
    )
    def test_fields_hold_what_they_may(self, changes: dict, editor: User) -> None:
        with pytest.raises(BadScenario):
            services.create_scenario(
                slug="a.b", head=replace(HEAD, **changes), by=editor, now=MONDAY_TEN
            )

    def test_a_head_edited_here_survives_loading(self, editor: User) -> None:
        head = replace(services.head_of(scenario()), title_en="Our own title")
        services.edit_scenario(scenario_id=scenario().pk, head=head, by=editor, now=MONDAY_TEN)
        newer = [replace(ARTICLES[0], digest="newer", remedy="TR"), *ARTICLES[1:]]
        services.load_knowledge(articles=newer, now=MONDAY_TEN)
        assert (scenario().title_en, scenario().remedy) == ("Our own title", "")

    def test_two_editors_of_a_head_notice_each_other(self, editor: User) -> None:
        first = replace(services.head_of(scenario()), title_en="One")
        services.edit_scenario(scenario_id=scenario().pk, head=first, by=editor, now=MONDAY_TEN)
        with pytest.raises(EditedMeanwhile):
            services.edit_scenario(
                scenario_id=scenario().pk,
                head=replace(first, title_en="Two"),
                by=editor,
                now=MONDAY_TEN,
                over=1,
            )

    def test_a_withdrawn_one_is_not_suggested_until_it_is_back(self, editor: User) -> None:
        assert scenario().slug in _suggested()
        services.withdraw_scenario(
            scenario_id=scenario().pk, why="replaced", by=editor, now=MONDAY_TEN
        )
        assert scenario().slug not in _suggested()
        services.bring_back_scenario(scenario_id=scenario().pk, by=editor)
        assert scenario().slug in _suggested()

    def test_the_last_day_ends_at_midnight_of_the_shop(self) -> None:
        Scenario.objects.filter(pk=scenario().pk).update(expires_on=date(2026, 11, 16))
        library.forget()
        night = MONDAY_TEN.replace(hour=23, minute=59)
        assert scenario().slug in _suggested(now=night)
        assert scenario().slug not in _suggested(now=night + timedelta(minutes=2))

    def test_conditions_of_use_count_when_the_order_is_known(self) -> None:
        wanted = {"order_state": ["delivered"], "days_since_delivery": "<=7"}
        Scenario.objects.filter(pk=scenario().pk).update(conditions=wanted)
        library.forget()
        ticket = factories.triaged(factories.ticket(order_number="D7"))
        eighth = MONDAY_TEN - timedelta(days=8)
        facts: list[tuple[dict, bool]] = [
            ({}, True),
            ({"state": "shipped"}, False),
            ({"state": "", "delivered_at": MONDAY_TEN - timedelta(days=7)}, True),
            ({"delivered_at": eighth}, False),
        ]
        for known, is_there in facts:
            Order.objects.filter(number="D7").update(**known)
            assert (scenario().slug in _suggested_for(ticket)) is is_there


def _suggested(now=MONDAY_TEN, **values: str) -> list[str]:
    return _suggested_for(factories.triaged(factories.ticket(**values)), now)


def _suggested_for(ticket: Ticket, now=MONDAY_TEN) -> list[str]:
    fresh = Ticket.objects.select_related("customer", "order", "owner").get(pk=ticket.pk)
    return [one.slug for one in queries.suggest_for_ticket(fresh, agent=make_user(), now=now)]


class TestPagesForCustomers:
    def write(self, by: User, text: str = "We trace it.", **values: object) -> HelpText:
        return services.write_help(
            scenario_id=scenario().pk,
            language="en",
            title="Where is my parcel?",
            text=text,
            by=by,
            now=MONDAY_TEN,
            **values,
        )

    def test_customers_see_the_published_text_until_the_next_is_opened(
        self, editor: User, lead: User
    ) -> None:
        page = self.write(editor)
        services.open_help(help_id=page.pk, seen=1, by=lead, now=MONDAY_TEN)
        self.write(editor, "We trace it at once.", over=1)
        page.refresh_from_db()
        assert (page.published_text, page.is_public, page.is_waiting) == (
            "We trace it.",
            True,
            True,
        )

    def test_editors_do_not_open_pages_themselves(self, editor: User) -> None:
        page = self.write(editor)
        with pytest.raises(NotAllowed):
            services.open_help(help_id=page.pk, seen=1, by=editor, now=MONDAY_TEN)

    @pytest.mark.parametrize("text", ["Hello {customer_name}", "{anything}", "half {"])
    def test_nothing_to_fill_in_is_allowed(self, text: str, editor: User) -> None:
        with pytest.raises(NotForCustomers):
            self.write(editor, text)

    def test_two_writers_notice_each_other(self, editor: User) -> None:
        self.write(editor)
        with pytest.raises(EditedMeanwhile):
            self.write(editor, "Mine.", over=0)

    def test_withdrawing_closes_the_page(self, editor: User, lead: User) -> None:
        page = self.write(editor)
        services.open_help(help_id=page.pk, seen=1, by=lead, now=MONDAY_TEN)
        services.withdraw_scenario(scenario_id=scenario().pk, why="", by=lead, now=MONDAY_TEN)
        page.refresh_from_db()
        assert not page.is_public
        with pytest.raises(BadScenario):
            services.open_help(help_id=page.pk, seen=1, by=lead, now=MONDAY_TEN)

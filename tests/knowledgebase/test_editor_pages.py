"""The pages of editors and approvers, and the help pages of customers."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from common import clock
from knowledgebase import services
from knowledgebase.models import HelpText, KnowledgeUpload, Scenario, Template, TemplateComment
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tests.knowledgebase.test_bundles import GOOD, zipped
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

SLUG = "stuck-parcel.no-scan"
BAD = GOOD.replace("{agent_name}", "{agent}").replace("parcel.mine", "parcel.bad")


@pytest.fixture
def editor() -> User:
    return make_user(role="editor")


@pytest.fixture
def lead() -> User:
    return make_user(role="lead")


def page(name: str, *args: object) -> str:
    return reverse(f"knowledgebase:{name}", args=args)


def as_user(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    return answer.content.decode()


def template(language: str = "en") -> Template:
    return Template.objects.get(scenario__slug=SLUG, language=language, variant="calm")


PAGES = [
    ("editor", SLUG),
    ("edit_head", SLUG),
    ("users", SLUG),
    ("help_editor", SLUG),
    ("preview", SLUG),
    ("create",),
    ("waiting",),
    ("files",),
    ("export",),
]


@pytest.mark.parametrize("name", PAGES, ids=lambda one: one[0])
def test_strangers_are_refused(name: tuple[str, ...], editor: User) -> None:
    assert Client().get(page(*name)).status_code == 302
    assert as_user(make_user(role="auditor")).get(page(*name)).status_code == 403
    assert as_user(editor).get(page(*name)).status_code == 200


class TestTheEditor:
    def test_all_moods_and_languages_stand_there_with_what_the_policy_asks(
        self, editor: User
    ) -> None:
        shown = text(as_user(editor).get(page("editor", SLUG)))
        for language in ("zh", "en"):
            for variant in ("calm", "angry", "distressed"):
                assert f'name="body-{language}-{variant}"' in shown
        assert "asked for: A3" in shown

    def test_it_takes_few_statements(
        self, editor: User, django_assert_max_num_queries: Any
    ) -> None:
        client = as_user(editor)
        client.get(page("editor", SLUG))
        with django_assert_max_num_queries(12):
            client.get(page("editor", SLUG))

    def test_saving_makes_drafts_and_handing_in_makes_reviews(self, editor: User) -> None:
        client = as_user(editor)
        client.post(page("editor", SLUG), {"body-en-calm": "New {case_no}", "over-en-calm": "1"})
        assert (template().body, template().status) == ("New {case_no}", "draft")
        client.post(
            page("editor", SLUG),
            {"body-en-calm": "Newer", "over-en-calm": "2", "hand_in": "1"},
        )
        assert (template().body, template().status) == ("Newer", "review")

    def test_the_second_editor_sees_both_texts_and_loses_nothing(self, editor: User) -> None:
        other = make_user(role="editor", display_name="Kai")
        services.edit_template(template_id=template().pk, body="Theirs", by=other, now=MONDAY_TEN)
        answer = as_user(editor).post(
            page("editor", SLUG),
            {
                "body-en-calm": "My long work",
                "over-en-calm": "1",
                "body-zh-calm": "也是我写的",
                "over-zh-calm": "1",
            },
        )
        shown = text(answer)
        assert answer.status_code == 409
        assert "My long work</textarea>" in shown
        assert "也是我写的</textarea>" in shown
        assert "Kai saved version 2" in shown
        assert 'name="over-en-calm" value="2"' in shown
        assert template().body == "Theirs"

    def test_and_then_decides(self, editor: User) -> None:
        services.edit_template(template_id=template().pk, body="Theirs", by=editor, now=MONDAY_TEN)
        sent = {"body-en-calm": "Mine", "over-en-calm": "2"}
        client = as_user(editor)
        client.post(page("editor", SLUG), sent | {"theirs-en-calm": "1"})
        assert template().body == "Theirs"
        client.post(page("editor", SLUG), sent)
        assert template().body == "Mine"

    def test_a_refused_text_stays_in_its_box(self, editor: User) -> None:
        answer = as_user(editor).post(
            page("editor", SLUG), {"body-en-calm": "Hi {nobody}", "over-en-calm": "1"}
        )
        assert answer.status_code == 422
        assert "Hi {nobody}</textarea>" in text(answer)
        assert "Line 1, place 4" in text(answer)

    def test_the_policy_speaks_while_one_writes(self, editor: User) -> None:
        shown = text(
            as_user(editor).post(
                page("check_draft", SLUG),
                {"language": "en", "variant": "angry", "body-en-angry": "Calm down. {order_nr}"},
            )
        )
        assert "Better: {order_no}" in shown
        assert "T9" in shown
        assert "T12" in shown

    def test_nonsense_is_no_place(self, editor: User) -> None:
        answer = as_user(editor).post(
            page("check_draft", SLUG), {"language": "fr", "variant": "calm"}
        )
        assert answer.status_code == 404


class TestPreview:
    def ticket(self) -> Ticket:
        filed = factories.ticket(from_name="王芳芳", order_number="D2411")
        return factories.triaged(filed)

    def test_slots_are_filled_or_marked(self, lead: User) -> None:
        reference = self.ticket().reference
        lead.teams.set([])
        shown = text(
            as_user(make_user(role="supervisor")).post(
                page("preview", SLUG),
                {
                    "ticket": reference,
                    "language": "zh",
                    "variant": "calm",
                    "body-zh-calm": "{customer_name}您好，{refund_amount}退给您。",
                },
            )
        )
        assert '<span class="var">王芳芳</span>' in shown
        assert "{refund_amount}</mark>" in shown
        assert "refund amount" in shown

    def test_editors_see_masked_values(self, editor: User) -> None:
        reference = self.ticket().reference
        asked = f"{page('preview', SLUG)}?ticket={reference}&language=zh&variant=calm"
        shown = text(as_user(editor).get(asked))
        assert "王•••" in shown
        assert "王芳芳" not in shown

    def test_what_an_agent_may_not_see_is_not_found(self) -> None:
        hidden = self.ticket()
        shown = text(
            as_user(make_user(teams="F")).get(
                f"{page('preview', SLUG)}?ticket={hidden.reference}&language=zh"
            )
        )
        assert "does not exist" in shown


class TestVersions:
    def test_two_versions_stand_side_by_side_and_the_old_one_comes_back(self, editor: User) -> None:
        first = template().body
        services.edit_template(
            template_id=template().pk, body=f"{first} More.", by=editor, now=MONDAY_TEN
        )
        client = as_user(editor)
        shown = text(client.get(page("versions", template().pk)))
        assert "put in: </span> More.</ins>" in shown
        client.post(page("restore", template().pk, 1), {"seen": "2"})
        assert (template().body, template().version) == (first, 3)

    def test_restoring_over_something_newer_asks_first(self, editor: User) -> None:
        services.edit_template(template_id=template().pk, body="Two", by=editor, now=MONDAY_TEN)
        as_user(editor).post(page("restore", template().pk, 1), {"seen": "1"})
        assert template().body == "Two"

    @pytest.mark.parametrize("asked", ["from=x&to=99", "from=-1", "to=9999999999999"])
    def test_odd_numbers_show_the_usual(self, asked: str, editor: User) -> None:
        answer = as_user(editor).get(f"{page('versions', template().pk)}?{asked}")
        assert answer.status_code == 200


class TestTheDesk:
    def test_an_agent_s_remark_reaches_the_editor_and_is_taken(self, editor: User) -> None:
        as_user(make_user()).post(
            page("comment", template().pk), {"text": "Too long", "proposed_body": "Short {case_no}"}
        )
        comment = TemplateComment.objects.get()
        client = as_user(editor)
        assert "Too long" in text(client.get(page("waiting")))
        assert "Take as draft" in text(client.get(page("scenario", SLUG)))
        client.post(page("take", comment.pk))
        assert template().body == "Short {case_no}"
        assert "Too long" not in text(client.get(page("waiting")))

    def test_what_is_ticked_is_published(self, editor: User, lead: User) -> None:
        services.edit_template(template_id=template().pk, body="Next", by=editor, now=MONDAY_TEN)
        services.change_status(
            template_id=template().pk, status="review", by=editor, now=MONDAY_TEN
        )
        client = as_user(lead)
        assert f'value="{template().pk}:2"' in text(client.get(page("waiting")))
        client.post(page("publish_many"), {"publish": [f"{template().pk}:2", "x:y", ""]})
        assert template().published_body == "Next"

    def test_last_days_are_announced(self, editor: User) -> None:
        soon = services_day() + timedelta(days=3)
        Scenario.objects.filter(slug=SLUG).update(expires_on=soon)
        assert "3 days left" in text(as_user(editor).get(page("waiting")))

    def test_it_takes_few_statements(
        self, editor: User, django_assert_max_num_queries: Any
    ) -> None:
        client = as_user(editor)
        client.get(page("waiting"))
        with django_assert_max_num_queries(12):
            client.get(page("waiting"))

    def test_a_scenario_is_made_withdrawn_and_brought_back(self, editor: User) -> None:
        client = as_user(editor)
        sent = {
            "slug": "stuck-parcel.mine",
            "category": "logistics.stuck-parcel",
            "title_en": "Mine",
            "title_zh": "自建",
            "offer": "O1",
            "examples_zh": "一\n二",
        }
        assert client.post(page("create"), sent | {"offer": "O7"}).status_code == 422
        assert client.post(page("create"), sent).status_code == 302
        assert client.post(page("create"), sent).status_code == 422
        made = Scenario.objects.get(slug="stuck-parcel.mine")
        assert made.examples_zh == ["一", "二"]
        client.post(page("withdraw", made.slug), {"why": "trial"})
        assert "trial" in text(client.get(page("scenario", made.slug)))
        client.post(page("bring_back", made.slug))
        made.refresh_from_db()
        assert made.withdrawn_at is None

    def test_the_second_editor_of_a_head_is_told(self, editor: User) -> None:
        client = as_user(editor)
        scenario = Scenario.objects.get(slug=SLUG)
        sent = {
            "category": scenario.category,
            "title_en": "One",
            "title_zh": "一",
            "offer": "O2",
            "over": "1",
        }
        assert client.post(page("edit_head", SLUG), sent).status_code == 302
        late = client.post(page("edit_head", SLUG), sent | {"title_en": "Two"})
        assert late.status_code == 422
        assert 'value="Two"' in text(late)
        assert 'name="over" value="2"' in text(late)


def services_day() -> Any:
    from knowledgebase import queries

    return queries.shop_day(clock.now())


class TestFiles:
    def upload(self, client: Client, raw: bytes, name: str = "replies.zip") -> Any:
        file = io.BytesIO(raw)
        file.name = name
        return client.post(page("files"), {"file": file})

    def test_out_and_in_again_changes_nothing(self, editor: User) -> None:
        client = as_user(editor)
        raw = client.get(page("export")).content
        where = self.upload(client, raw)["Location"]
        assert "There is nothing to take over." in text(client.get(where))

    def test_looked_at_then_taken_over(self, editor: User) -> None:
        client = as_user(editor)
        raw = zipped(**{"mine.toml": GOOD, "bad.toml": BAD})
        where = self.upload(client, raw)["Location"]
        shown = text(client.get(where))
        assert "bad.toml:22" in shown
        assert not Scenario.objects.filter(slug="stuck-parcel.mine").exists()
        client.post(where)
        assert Scenario.objects.filter(slug="stuck-parcel.mine").exists()
        assert "Taken over" in text(client.get(where))
        assert bytes(KnowledgeUpload.objects.get().content) == b""

    @pytest.mark.parametrize("raw", [b"", b"half a zip"], ids=["empty", "half"])
    def test_what_is_no_file_of_replies_is_refused(self, raw: bytes, editor: User) -> None:
        answer = self.upload(as_user(editor), raw)
        assert answer.status_code == 422

    def test_approvers_take_out_but_do_not_bring_back(self, lead: User) -> None:
        client = as_user(lead)
        assert client.get(f"{page('export')}?category=logistics").status_code == 200
        self.upload(client, zipped(**{"mine.toml": GOOD}))
        assert KnowledgeUpload.objects.count() == 0


class TestHelpForCustomers:
    @pytest.fixture
    def opened(self, shelf: None, editor: User, lead: User) -> HelpText:
        page_ = services.write_help(
            scenario_id=Scenario.objects.get(slug=SLUG).pk,
            language="en",
            title="Where is my parcel?",
            text="We trace it.\n\nWithin <b>3</b> days.",
            by=editor,
            now=MONDAY_TEN,
        )
        return services.open_help(help_id=page_.pk, seen=1, by=lead, now=MONDAY_TEN)

    def test_open_pages_are_listed_found_and_read_without_logging_in(
        self, opened: HelpText
    ) -> None:
        client = Client()
        assert opened.title in text(client.get(page("help"), {"q": "trace"}))
        assert opened.title not in text(client.get(page("help"), {"q": "unicorn"}))
        answer = client.get(page("help_page", SLUG))
        assert "&lt;b&gt;3&lt;/b&gt;" in text(answer)
        assert "max-age=600" in answer["Cache-Control"]
        assert "private" in answer["Cache-Control"]
        assert "X-Robots-Tag" not in answer

    def test_the_other_language_says_that_it_is_missing(self, opened: HelpText) -> None:
        answer = Client().get(page("help_page", SLUG), {"lang": "zh"})
        assert answer["Content-Language"] == "zh-hans"
        assert 'lang="en"' in text(answer)
        assert opened.title not in text(Client().get(page("help"), {"lang": "zh"}))

    @pytest.mark.usefixtures("opened")
    def test_drafts_and_closed_pages_are_not_there(self, editor: User) -> None:
        HelpText.objects.update(text="Secret plans")
        assert "Secret" not in text(Client().get(page("help_page", SLUG)))
        as_user(editor).post(page("open_help", HelpText.objects.get().pk), {"do": "close"})
        assert Client().get(page("help_page", SLUG)).status_code == 404
        assert Client().get(page("help_page", "no.such")).status_code == 404

    def test_odd_searches_do_no_harm(self) -> None:
        for query in ("\x00", "%_\\", "a " * 500):
            assert Client().get(page("help"), {"q": query}).status_code == 200

    def test_writing_and_opening_by_page(self, editor: User, lead: User) -> None:
        sent = {"language": "zh", "title": "包裹在哪", "text": "我们查。", "over": "0"}
        writer = as_user(editor)
        refused = writer.post(page("help_editor", SLUG), sent | {"text": "{case_no}"})
        assert refused.status_code == 422
        assert "{case_no}</textarea>" in text(refused)
        assert writer.post(page("help_editor", SLUG), sent).status_code == 302
        late = writer.post(page("help_editor", SLUG), sent | {"text": "另一个"})
        assert late.status_code == 409
        assert "另一个</textarea>" in text(late)
        written = HelpText.objects.get()
        as_user(lead).post(page("open_help", written.pk), {"do": "open", "seen": "1"})
        written.refresh_from_db()
        assert written.is_public

"""Deciding on what was mined: once, whole, and only by those who may."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common.errors import NotAllowed, NotFound
from knowledgebase.errors import (
    AlreadyDecided,
    EmptyBody,
    NoReason,
    SlugTaken,
    UnknownVariables,
)
from knowledgebase.models import Proposal, Scenario, Template
from knowledgebase.services.editing_scenarios import Head
from knowledgebase.services.proposals import (
    Target,
    approve_proposal,
    reject_proposal,
    write_scenario,
)
from tests import factories
from tests.factories import MONDAY_TEN, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]
BODY = "{customer_name}您好，壶底的白色是水垢，{next_update_at}前有问题请回复。{agent_name}"
NEW = Target(slug="defective.limescale", is_new=True, title_en="Limescale", title_zh="水垢")


@pytest.fixture
def editor() -> User:
    return make_user(role="editor")


def proposal(**changes: Any) -> Proposal:
    values: dict[str, Any] = {
        "kind": "answer",
        "language": "zh",
        "category": "quality.defective",
        "body": BODY,
        "words": ["水垢", "白醋"],
        "examples": ["壶底有白色的东西"],
        "references": ["R-1"],
        "texts": 5,
        "customers": 4,
        "digest": f"digest {Proposal.objects.count()}",
        "found_at": MONDAY_TEN,
        "renewed_at": MONDAY_TEN,
    }
    return Proposal.objects.create(**(values | changes))


def approve(one: Proposal, by: User, target: Target = NEW, body: str = BODY) -> Template:
    return approve_proposal(proposal_id=one.pk, body=body, target=target, by=by, now=MONDAY_TEN)


class TestApproving:
    def test_a_new_scenario_gets_the_edited_body_as_a_draft(self, editor: User) -> None:
        one = proposal()
        template = approve(one, editor, body=BODY + "谢谢")
        one.refresh_from_db()
        assert (template.status, template.published_body) == ("draft", "")
        assert template.body.endswith("谢谢")
        assert template.scenario.examples_zh == ["壶底有白色的东西"]
        assert (one.state, one.template, one.decided_by) == ("approved", template, editor)

    def test_an_existing_scenario_gets_a_new_version_and_keeps_what_is_published(
        self, editor: User
    ) -> None:
        target = Target(slug="stuck-parcel.no-scan", variant="calm")
        before = Template.objects.get(scenario__slug=target.slug, language="zh", variant="calm")
        template = approve(proposal(), editor, target)
        assert (template.pk, template.version) == (before.pk, before.version + 1)
        assert template.published_body == before.published_body
        assert template.body == BODY

    def test_a_mood_without_a_text_gets_one(self, editor: User) -> None:
        target = Target(slug="stuck-parcel.no-scan", variant="distressed")
        assert approve(proposal(), editor, target).version == 1

    @pytest.mark.parametrize("body", ["  ", "{no_such_slot}您好"])
    def test_a_text_that_cannot_be_sent_leaves_nothing_behind(
        self, body: str, editor: User
    ) -> None:
        one = proposal()
        with pytest.raises((EmptyBody, UnknownVariables, NotFound)):
            approve(one, editor, body=body)
        one.refresh_from_db()
        assert one.is_waiting
        assert not Scenario.objects.filter(slug=NEW.slug).exists()

    def test_a_taken_name_leaves_it_waiting(self, editor: User) -> None:
        approve(proposal(), editor)
        second = proposal()
        with pytest.raises(SlugTaken):
            approve(second, editor)
        assert Proposal.objects.get(pk=second.pk).is_waiting

    def test_nothing_is_decided_twice(self, editor: User) -> None:
        one = proposal()
        approve(one, editor)
        with pytest.raises(AlreadyDecided):
            approve(one, editor)
        with pytest.raises(AlreadyDecided):
            reject_proposal(proposal_id=one.pk, reason="no", by=editor, now=MONDAY_TEN)

    @pytest.mark.parametrize("role", ["agent", "senior", "lead", "supervisor", "auditor"])
    def test_only_those_who_write_replies_take_them_over(self, role: str) -> None:
        with pytest.raises(NotAllowed):
            approve(proposal(), make_user(role=role))


def test_a_missing_scenario_is_written_once(editor: User) -> None:
    gap = proposal(kind="scenario", body="")
    head = Head(category="", title_en="Engraving", title_zh="刻字")
    made = write_scenario(
        proposal_id=gap.pk, slug="general.engraving", head=head, by=editor, now=MONDAY_TEN
    )
    assert made.title_zh == "刻字"
    with pytest.raises(AlreadyDecided):
        write_scenario(
            proposal_id=gap.pk, slug="general.other", head=head, by=editor, now=MONDAY_TEN
        )
    assert not Scenario.objects.filter(slug="general.other").exists()


def test_rejecting_takes_a_reason(editor: User) -> None:
    one = proposal()
    with pytest.raises(NoReason):
        reject_proposal(proposal_id=one.pk, reason=" ", by=editor, now=MONDAY_TEN)
    reject_proposal(proposal_id=one.pk, reason="only one product", by=editor, now=MONDAY_TEN)
    one.refresh_from_db()
    assert (one.state, one.reason) == ("rejected", "only one product")
    with pytest.raises(NotFound):
        reject_proposal(proposal_id=0, reason="none", by=editor, now=MONDAY_TEN)


class TestPages:
    def test_the_queue_shows_body_evidence_and_nearest(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        near = Scenario.objects.get(slug="stuck-parcel.no-scan")
        one = proposal(near=near, near_share=0.41, scored=3, good=2, score_sum=12)
        page = client.get("/knowledge/proposals/").content.decode()
        assert '<span class="var">{customer_name}</span>' in page
        assert "stuck-parcel.no-scan已为您登记" in page
        assert "41%" in page
        assert "4.0" in page
        assert f"/knowledge/proposals/{one.pk}/approve/" in page

    def test_an_empty_queue_says_what_will_come(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        assert "No proposals wait" in client.get("/knowledge/proposals/").content.decode()

    def test_sample_tickets_are_shown_to_those_who_may_read_them(
        self, client: Client, editor: User
    ) -> None:
        ticket = factories.ticket(subject="My white kettle")
        one = proposal(references=[ticket.reference])
        for role, is_shown in (("supervisor", True), ("editor", False)):
            client.force_login(editor if role == "editor" else make_user(role=role))
            page = client.get(f"/knowledge/proposals/{one.pk}/").content.decode()
            assert ("My white kettle" in page) is is_shown
            assert ("not yours to read" in page) is not is_shown

    def test_taking_over_leads_to_the_draft(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        one = proposal()
        form = {
            "body": BODY,
            "scenario": "new",
            "variant": "calm",
            "slug": "defective.limescale",
            "title_en": "Limescale",
            "title_zh": "水垢",
        }
        answer = client.post(f"/knowledge/proposals/{one.pk}/approve/", form)
        assert answer["Location"] == "/knowledge/defective.limescale/?variant=calm"
        listed = client.get("/knowledge/proposals/?state=approved").content.decode()
        assert "水垢、白醋" in listed

    def test_a_refusal_keeps_what_was_typed(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        one = proposal()
        form = {"body": "{nothing} typed", "scenario": "new", "slug": "x.y", "title_en": "T"}
        answer = client.post(f"/knowledge/proposals/{one.pk}/approve/", form)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "{nothing} typed" in page
        assert 'value="x.y"' in page

    def test_a_missing_scenario_opens_the_editor_filled_in(
        self, client: Client, editor: User
    ) -> None:
        client.force_login(editor)
        gap = proposal(kind="scenario", body="", category="non-complaint.enquiry")
        address = f"/knowledge/proposals/{gap.pk}/write/"
        assert address in client.get(f"/knowledge/proposals/{gap.pk}/").content.decode()
        assert "壶底有白色的东西" in client.get(address).content.decode()
        form = {
            "slug": "enquiry.engraving",
            "category": "non-complaint.enquiry",
            "title_en": "Engraving",
            "title_zh": "刻字",
            "offer": "O1",
        }
        answer = client.post(address, form)
        assert answer["Location"] == "/knowledge/enquiry.engraving/edit/"
        assert Proposal.objects.get(pk=gap.pk).state == "approved"

    def test_rejecting_goes_on_to_the_next(self, client: Client, editor: User) -> None:
        client.force_login(editor)
        one = proposal()
        address = f"/knowledge/proposals/{one.pk}/reject/"
        assert client.post(address, {"reason": ""}).status_code == 422
        assert client.post(address, {"reason": "known"})["Location"] == "/knowledge/proposals/"

    @pytest.mark.parametrize("role", ["agent", "senior", "admin", "auditor"])
    def test_strangers_are_refused(self, client: Client, role: str) -> None:
        one = proposal()
        client.force_login(make_user(role=role))
        for part in ("", f"{one.pk}/"):
            assert client.get(f"/knowledge/proposals/{part}").status_code == 403
        for part in ("approve", "reject", "write"):
            assert client.post(f"/knowledge/proposals/{one.pk}/{part}/").status_code == 403

    def test_a_lead_reads_and_rejects_but_does_not_write(self, client: Client) -> None:
        one = proposal()
        client.force_login(make_user(role="lead"))
        page = client.get(f"/knowledge/proposals/{one.pk}/").content.decode()
        assert "/approve/" not in page
        assert "/reject/" in page
        assert client.post(f"/knowledge/proposals/{one.pk}/approve/").status_code == 403

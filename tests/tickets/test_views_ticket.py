"""The ticket page and what people do on it, with htmx and without scripts."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Team, User
from common import clock
from outbox.models import Outgoing
from tests import factories
from tests.factories import make_user
from tickets import panels, services
from tickets.models import Draft, Message, Ticket
from tickets.records import IncomingAttachment
from triage.models import ModelVersion, Prediction

pytestmark = pytest.mark.django_db

# With triage card and suggestions beside the conversation (budget: 15).
PAGE_STATEMENTS = 15
HX = {"HX-Request": "true"}


@pytest.fixture
def agent() -> User:
    return make_user(teams="LQA")


@pytest.fixture
def desk(client: Client, agent: User) -> Client:
    client.force_login(agent)
    return client


@pytest.fixture
def filed() -> Ticket:
    return factories.triaged(factories.ticket(emails=("lin@example.com",), from_name="林晓雯"))


def url(ticket: Ticket, rest: str = "") -> str:
    return f"/t/{ticket.reference}/{rest}"


def on_page(ticket: Ticket) -> dict[str, str]:
    return {**HX, "HX-Current-URL": f"http://testserver{url(ticket)}"}


def test_a_hidden_ticket_is_not_found(client: Client, filed: Ticket) -> None:
    client.force_login(make_user(teams="C"))
    assert client.get(url(filed)).status_code == 404


def test_the_page_shows_what_was_said_and_who_the_customer_is(desk: Client, filed: Ticket) -> None:
    page = desk.get(url(filed)).content.decode()
    assert "订单三天没物流更新" in page
    assert "林晓雯" in page
    assert "lin@example.com" in page


def test_a_number_in_small_letters_leads_to_the_page(desk: Client, filed: Ticket) -> None:
    response = desk.get(f"/t/{filed.reference.lower()}/")
    assert response.headers["Location"] == url(filed)


def test_the_page_takes_few_statements_however_long_the_conversation(
    desk: Client, agent: User, filed: Ticket, django_assert_max_num_queries
) -> None:
    from django.core.cache import cache

    _read_by_a_model(filed)
    desk.get(url(filed))  # processes read the library once, then keep it
    counted = []
    for count in (1, 30):
        for _ in range(count):
            services.add_note(ticket_id=filed.pk, text="x", by=agent, now=clock.now())
        cache.clear()
        with django_assert_max_num_queries(PAGE_STATEMENTS) as captured:
            desk.get(url(filed))
        counted.append(len(captured))
    assert counted[0] == counted[1]


def _read_by_a_model(filed: Ticket) -> None:
    """Say that a model read the ticket, as it is in a desk at work."""
    version = ModelVersion.objects.create(
        number=1, state="champion", digest="x", size=1, created_at=clock.now()
    )
    Prediction.objects.update_or_create(
        ticket=filed,
        message_id=filed.last_customer_message_id or 0,
        defaults={
            "model": version,
            "probability": 0.9,
            "confidence": 0.9,
            "abstained": False,
            "priority": 3,
            "emotion": 0,
            "created_at": clock.now(),
        },
    )


def test_a_panel_that_fails_leaves_the_page_readable(
    desk: Client, filed: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(request: object, ticket: Ticket) -> str:
        raise RuntimeError

    monkeypatch.setitem(panels._panels, panels.TRIAGE, broken)
    response = desk.get(url(filed))
    assert response.status_code == 200
    assert 'hx-trigger="load, triage-changed from:body"' in response.content.decode()


def test_messages_of_a_merged_ticket_are_read_with_the_survivor(client: Client) -> None:
    client.force_login(make_user(role="senior", teams="L"))
    same = {"emails": ("one@example.com",)}
    first = factories.triaged(factories.ticket(**same))
    second = factories.triaged(factories.ticket(at=clock.now(), text="说好今天回电的", **same))
    client.post(url(second, "merge/"), {"other": first.reference})
    assert "说好今天回电的" in client.get(url(first)).content.decode()


def test_a_reply_without_scripts_is_sent_and_leads_back(desk: Client, filed: Ticket) -> None:
    response = desk.post(url(filed, "write/"), {"kind": "reply", "text": "我们马上查。"})
    assert response.headers["Location"] == url(filed)
    assert Outgoing.objects.get().body == "我们马上查。"


def test_a_reply_by_htmx_answers_with_the_changed_parts(desk: Client, filed: Ticket) -> None:
    response = desk.post(
        url(filed, "write/"), {"kind": "reply", "text": "您好"}, headers=on_page(filed)
    )
    page, events = response.content.decode(), json.loads(response.headers["HX-Trigger"])
    assert 'id="timeline" hx-swap-oob="true"' in page
    assert "您好" in page
    assert {"toast", "written"} <= set(events)


def test_sending_the_same_form_twice_writes_once(desk: Client, filed: Ticket) -> None:
    form = {"kind": "reply", "text": "您好", "idempotency_key": "abc"}
    for _ in range(2):
        desk.post(url(filed, "write/"), form, headers=HX)
    assert Message.objects.filter(kind="reply").count() == 1


def test_an_empty_reply_is_422_beside_the_composer(desk: Client, filed: Ticket) -> None:
    response = desk.post(url(filed, "write/"), {"kind": "reply", "text": " "}, headers=HX)
    assert response.status_code == 422
    assert 'id="composer-error"' in response.content.decode()


def test_a_refused_reply_is_409_and_without_scripts_its_text_is_kept(
    desk: Client, agent: User, filed: Ticket
) -> None:
    factories.resolved(filed, by=agent, at=clock.now())
    form = {"kind": "reply", "text": "too late"}
    assert desk.post(url(filed, "write/"), form, headers=HX).status_code == 409
    response = desk.post(url(filed, "write/"), form)
    assert response.status_code == 409
    assert "too late" in response.content.decode()
    assert Draft.objects.get().text == "too late"


def test_a_note_stays_in_the_house(desk: Client, filed: Ticket) -> None:
    desk.post(url(filed, "write/"), {"kind": "note", "text": "ask the carrier"})
    assert Message.objects.get(kind="note").text == "ask the carrier"
    assert not Outgoing.objects.exists()


def test_files_go_with_the_reply(desk: Client, filed: Ticket) -> None:
    file = SimpleUploadedFile("../proof.pdf", b"%PDF", "application/pdf")
    desk.post(url(filed, "write/"), {"kind": "reply", "text": "附件", "upload": [file]})
    assert [a.name for a in Message.objects.get(kind="reply").attachments.all()] == ["proof.pdf"]


def test_a_draft_is_kept_shown_again_and_forgotten_when_empty(desk: Client, filed: Ticket) -> None:
    desk.post(url(filed, "draft/"), {"kind": "reply", "text": "half a sent"})
    assert "half a sent" in desk.get(url(filed)).content.decode()
    desk.post(url(filed, "draft/"), {"kind": "reply", "text": ""})
    assert not Draft.objects.exists()


def test_drafts_of_two_people_do_not_meet(desk: Client, filed: Ticket) -> None:
    desk.post(url(filed, "draft/"), {"kind": "reply", "text": "mine alone"})
    desk.force_login(make_user(teams="L"))
    assert "mine alone" not in desk.get(url(filed)).content.decode()


@pytest.mark.parametrize(
    ("action", "form", "field", "expected"),
    [
        ("category", {"category": "quality.defective"}, "category", "quality.defective"),
        ("priority", {"priority": "1", "reason": "customer is ill"}, "priority", 1),
        ("emotion", {"emotion": "3"}, "emotion", 3),
        ("flags", {"flags": ["legal"]}, "flags", ["legal"]),
        ("status", {"status": "open"}, "status", "open"),
    ],
)
def test_an_action_shows_its_form_and_does_its_work(
    desk: Client, filed: Ticket, action: str, form: dict, field: str, expected: object
) -> None:
    assert desk.get(url(filed, f"{action}/")).status_code == 200
    response = desk.post(url(filed, f"{action}/"), form)
    assert response.status_code == 302
    filed.refresh_from_db()
    assert getattr(filed, field) == expected


def test_a_refusal_stands_in_the_form_that_caused_it(desk: Client, filed: Ticket) -> None:
    response = desk.post(url(filed, "priority/"), {"priority": "1"}, headers=HX)
    assert response.status_code == 422
    page = response.content.decode()
    assert "needs a reason" in page
    assert "<html" not in page


def test_an_agent_may_not_lower_a_priority(desk: Client, filed: Ticket) -> None:
    response = desk.post(url(filed, "priority/"), {"priority": "3", "reason": "calm"}, headers=HX)
    assert response.status_code == 403


def test_an_unknown_action_is_not_found(desk: Client, filed: Ticket) -> None:
    assert desk.get(url(filed, "explode/")).status_code == 404


def test_an_assignment_can_be_undone_once_and_only_until_somebody_else_acts(
    desk: Client, agent: User, filed: Ticket
) -> None:
    response = desk.post(url(filed, "assign/"), {"to": agent.pk}, headers=HX)
    undo = json.loads(response.headers["HX-Trigger"])["toast"]["undo"]
    desk.post(undo)
    filed.refresh_from_db()
    assert filed.owner is None
    assert desk.post(undo).status_code == 409


def test_a_ticket_goes_from_one_colleague_to_another_with_a_note(
    desk: Client, agent: User, filed: Ticket
) -> None:
    colleague = make_user(teams="L")
    desk.post(url(filed, "assign/"), {"to": agent.pk})
    refused = desk.post(url(filed, "assign/"), {"to": colleague.pk, "note": " "}, headers=HX)
    assert refused.status_code == 422
    assert "Write a note for whoever takes over" in refused.content.decode()
    filed.refresh_from_db()
    assert filed.owner == agent
    given = desk.post(url(filed, "assign/"), {"to": colleague.pk, "note": "call back"}, headers=HX)
    event = filed.events.filter(kind="owner").latest("id")
    assert (event.data["new_id"], event.data["note"]) == (colleague.pk, "call back")
    # Taking back what was just done, and taking over oneself, need no words.
    desk.post(json.loads(given.headers["HX-Trigger"])["toast"]["undo"])
    filed.refresh_from_db()
    assert filed.owner == agent
    desk.force_login(colleague)
    assert desk.post(url(filed, "assign/"), {"to": colleague.pk}).status_code == 302


def test_another_team_gets_a_note_too_and_nothing_is_half_done(
    desk: Client, agent: User, filed: Ticket
) -> None:
    quality = Team.objects.get(code="Q")
    asked = {"team": quality.pk, "to": agent.pk}
    assert desk.post(url(filed, "assign/"), asked).status_code == 422
    filed.refresh_from_db()
    assert (filed.team and filed.team.code, filed.owner) == ("L", None)
    assert desk.post(url(filed, "assign/"), {**asked, "note": "cracked"}).status_code == 302
    filed.refresh_from_db()
    assert (filed.team, filed.owner) == (quality, agent)


def test_whoever_hands_a_ticket_to_a_foreign_team_is_led_away_from_it(
    client: Client, filed: Ticket
) -> None:
    client.force_login(make_user(teams="L"))
    away = {"team": Team.objects.get(code="F").pk, "note": "refund"}
    gone = client.post(url(filed, "assign/"), away, headers=on_page(filed))
    assert (gone.status_code, gone.headers["HX-Redirect"]) == (204, "/")
    assert client.get(url(filed)).status_code == 404
    other = factories.triaged(factories.ticket(external_id="other"))
    listed = client.post(url(other, "assign/"), away, headers=HX)
    assert "queue-changed" in listed.headers["HX-Trigger"]
    third = factories.triaged(factories.ticket(external_id="third"))
    assert client.post(url(third, "assign/"), away).headers["Location"] == "/"


def test_somebody_elses_undo_and_a_forged_one_are_refused(
    desk: Client, agent: User, filed: Ticket
) -> None:
    response = desk.post(url(filed, "assign/"), {"to": agent.pk}, headers=HX)
    undo = json.loads(response.headers["HX-Trigger"])["toast"]["undo"]
    assert desk.post("/undo/forged/").status_code == 409
    desk.force_login(make_user(teams="L"))
    assert desk.post(undo).status_code == 409
    filed.refresh_from_db()
    assert filed.owner == agent


def test_snoozing_hides_until_the_chosen_time(desk: Client, filed: Ticket) -> None:
    desk.post(url(filed, "snooze/"), {"until": "3h"})
    filed.refresh_from_db()
    assert filed.snoozed_until is not None
    left = filed.snoozed_until - clock.now()
    assert timedelta(hours=2, minutes=59) < left <= timedelta(hours=3)


def test_resolving_asks_for_everything_and_files_the_category_by_hand(
    desk: Client, filed: Ticket
) -> None:
    form = {
        "reason": "remedied",
        "category": "logistics.lost-parcel",
        "remedy": "RS",
        "responsible_party": "carrier",
        "message": "已为您补发,明天 12:00 前送达。",
    }
    assert desk.post(url(filed, "resolve/"), {}, headers=HX).status_code == 422
    assert desk.post(url(filed, "resolve/"), form).status_code == 302
    filed.refresh_from_db()
    assert (filed.status, filed.category) == ("resolved", "logistics.lost-parcel")
    assert filed.triage_state == "confirmed"


def test_a_refused_resolution_changes_nothing_at_all(desk: Client, filed: Ticket) -> None:
    form = {
        "reason": "remedied",
        "category": "logistics.lost-parcel",
        "remedy": "CM",
        "remedy_amount": "80",
        "responsible_party": "carrier",
        "message": "好的",
    }
    assert desk.post(url(filed, "resolve/"), form, headers=HX).status_code == 403
    filed.refresh_from_db()
    assert (filed.status, filed.category) == ("new", "logistics.stuck-parcel")


def test_confirming_files_the_prediction(desk: Client, filed: Ticket) -> None:
    desk.post(url(filed, "confirm/"))
    filed.refresh_from_db()
    assert filed.triage_state == "confirmed"


def test_two_tickets_of_one_customer_merge_and_part_again(client: Client) -> None:
    client.force_login(make_user(role="senior", teams="L"))
    same = {"emails": ("one@example.com",)}
    first = factories.triaged(factories.ticket(**same))
    second = factories.triaged(factories.ticket(at=clock.now(), **same))
    response = client.post(url(second, "merge/"), {"other": first.reference}, headers=HX)
    second.refresh_from_db()
    assert second.merged_into == first
    client.post(json.loads(response.headers["HX-Trigger"])["toast"]["undo"])
    second.refresh_from_db()
    assert second.merged_into is None


def test_a_strangers_ticket_is_no_choice_for_a_merge(desk: Client, filed: Ticket) -> None:
    other = factories.triaged(factories.ticket())
    response = desk.post(url(filed, "merge/"), {"other": other.reference}, headers=HX)
    assert response.status_code == 422


def test_reading_only_roles_may_not_write(client: Client, filed: Ticket) -> None:
    client.force_login(make_user(role="auditor"))
    assert client.post(url(filed, "write/"), {"kind": "note", "text": "x"}).status_code == 403


def test_a_file_is_a_download_whatever_it_says_it_is(desk: Client) -> None:
    hostile = IncomingAttachment("page.html", "text/html", b"<script>alert(1)</script>")
    filed = factories.triaged(factories.ticket(attachments=(hostile,)))
    pk = filed.messages.get().attachments.get().pk
    response = desk.get(url(filed, f"files/{pk}/"))
    # As what its bytes can do no harm as, never as the page that its sender calls it.
    assert response.headers["Content-Type"] == "text/plain"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_a_file_of_another_ticket_is_not_found(desk: Client, filed: Ticket) -> None:
    other = factories.triaged(
        factories.ticket(attachments=(IncomingAttachment("a.txt", "text/plain", b"a"),))
    )
    pk = other.messages.get().attachments.get().pk
    assert desk.get(url(filed, f"files/{pk}/")).status_code == 404


def test_hostile_html_is_cleaned_and_framed(desk: Client) -> None:
    html = '<p onclick="x()">Hi<img src="https://evil.example/p.png"><script>alert(1)</script></p>'
    filed = factories.triaged(factories.ticket(html=html))
    response = desk.get(url(filed, f"messages/{filed.messages.get().pk}/html/"))
    page = response.content.decode()
    assert "Hi" in page
    assert not any(word in page for word in ("onclick", "<script", "<img", "evil.example"))
    assert "sandbox" in response.headers["Content-Security-Policy"]
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"


def test_a_typed_in_ticket_opens_once_for_one_form(desk: Client, agent: User) -> None:
    form = {
        "customer_name": "Hannah",
        "phone": "13800000001",
        "channel": "phone",
        "text": "The lamp arrived broken.",
        "key": "one-form",
    }
    for _ in range(2):
        desk.post("/new/", form)
    filed = Ticket.objects.get()
    assert (filed.owner, filed.channel) == (agent, "phone")


def test_a_typed_in_ticket_needs_a_way_to_reach_the_customer(desk: Client) -> None:
    form = {"customer_name": "Hannah", "channel": "phone", "text": "broken"}
    assert desk.post("/new/", form).status_code == 422


def test_every_component_can_be_looked_at(desk: Client) -> None:
    assert desk.get("/styles/").status_code == 200

"""The customer's page and the card beside the ticket."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from surveys import links, services, views
from surveys.models import Survey
from tests.factories import make_user
from tests.surveys.conftest import RESOLVED_AT
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
DUE = RESOLVED_AT + timedelta(hours=2)


@pytest.fixture(autouse=True)
def _frozen(monkeypatch):
    cache.clear()
    monkeypatch.setattr(views.clock, "now", lambda: DUE)


@pytest.fixture
def survey(make_ticket, resolve) -> Survey:
    ticket = resolve(make_ticket(order_number="D2411"))
    made = services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT)
    sent = services.send_survey(survey_id=made.pk, now=DUE)
    assert sent is not None
    return sent


def test_the_page_needs_no_log_in_and_is_kept_by_nobody(survey, client):
    page = client.get(links.path_of(survey.token))
    assert page.status_code == 200
    text = page.content.decode()
    assert "How did we handle your complaint?" in text
    assert "Order D2411" in text
    assert "Ada replied last on" in text
    assert text.count('name="score"') == 5
    assert "noindex" in page["X-Robots-Tag"]
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "same-origin"


def test_looking_changes_nothing(survey, client):
    client.get(links.path_of(survey.token))
    survey.refresh_from_db()
    assert survey.status == "sent"


def test_one_star_without_script_starts_the_second_handling(survey, client, senior):
    page = client.post(
        links.path_of(survey.token),
        {"score": "1", "solved": "no", "reasons": ["too_long", "offer"], "comment": "Nothing."},
    )
    assert "A senior colleague" in page.content.decode()
    survey.refresh_from_db()
    assert (survey.score, survey.solved, survey.reasons) == (1, False, ["offer", "too_long"])
    assert survey.staff is None
    assert Ticket.objects.get(pk=survey.ticket_id).owner == senior


def test_the_second_visit_shows_the_first_answer_and_changes_nothing(survey, client):
    path = links.path_of(survey.token)
    client.post(path, {"score": "5"})
    for page in (client.get(path), client.post(path, {"score": "1"})):
        text = page.content.decode()
        assert "You have answered already" in text
        assert "5 of 5" in text
        assert 'name="score"' not in text
    survey.refresh_from_db()
    assert survey.score == 5


def test_without_a_face_the_page_says_so_and_keeps_the_words(survey, client):
    page = client.post(links.path_of(survey.token), {"comment": "Kept", "reasons": ["tone"]})
    text = page.content.decode()
    assert page.status_code == 422
    assert "Please choose a face first." in text
    assert "Kept" in text
    assert 'value="tone" checked' in text


@pytest.mark.parametrize("bad", [{"score": "6"}, {"score": "0"}, {"score": "x"}, {"score": ""}])
def test_a_score_that_does_not_exist_is_refused(survey, client, bad):
    assert client.post(links.path_of(survey.token), bad).status_code == 422
    survey.refresh_from_db()
    assert survey.score is None


def test_a_comment_with_markup_is_shown_as_text(survey, client, agent):
    client.post(links.path_of(survey.token), {"score": "4", "comment": "<script>x</script>"})
    client.force_login(agent)
    text = client.get(f"/t/{survey.ticket.reference}/survey/").content.decode()
    assert "&lt;script&gt;x&lt;/script&gt;" in text
    assert "<script>x" not in text


@pytest.mark.parametrize("tail", ["x", ".", "", "%00", "a.b"])
def test_a_forged_link_is_not_found(survey, client, tail):
    signed = links.signed(survey.token)
    forged = f"{survey.token}.{tail}" if tail else survey.token
    assert signed != forged
    page = client.get(f"/s/{forged}/")
    assert page.status_code == 404
    assert "does not lead to a survey" in page.content.decode()


def test_a_signature_of_another_page_does_not_open_a_survey(survey, client):
    from django.core import signing

    other = signing.Signer(salt="something.else", sep=".").sign(survey.token)
    assert client.get(f"/s/{other}/").status_code == 404


def test_a_well_signed_link_of_no_survey_is_not_found(client):
    assert client.get(links.path_of("unknown")).status_code == 404


def test_an_expired_link_is_gone(survey, client, monkeypatch):
    monkeypatch.setattr(views.clock, "now", lambda: survey.expires_at)
    path = links.path_of(survey.token)
    assert client.get(path).status_code == 410
    assert client.post(path, {"score": "5"}).status_code == 410
    assert "This survey has ended" in client.get(path).content.decode()


def test_a_post_from_another_site_is_refused(survey):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(links.path_of(survey.token), {"score": "1"}).status_code == 403
    survey.refresh_from_db()
    assert survey.score is None


def test_the_page_speaks_the_tickets_language_until_another_is_chosen(make_ticket, resolve, client):
    ticket = resolve(make_ticket(language="zh", text="包裹丢了"))
    made = services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT)
    path = links.path_of(made.token)
    assert 'lang="zh-Hans"' in client.get(path).content.decode().partition(">")[2][:40]
    english = client.get(f"{path}?lang=en")
    assert '<html lang="en"' in english.content.decode()
    assert '<html lang="en"' in client.get(path).content.decode()
    assert '<html lang="zh-Hans"' in client.get(f"{path}?lang=zh").content.decode()


def test_too_many_answers_from_one_address_are_slowed_down(survey, client, monkeypatch):
    monkeypatch.setattr(views, "MOST_POSTS", 2)
    path = links.path_of(survey.token)
    for _ in range(2):
        assert client.post(path, {}).status_code == 422
    page = client.post(path, {"score": "5", "comment": "Kept"})
    assert page.status_code == 429
    assert "Kept" in page.content.decode()


def test_the_card_shows_the_link_then_the_score(survey, client, agent):
    client.force_login(agent)
    address = f"/t/{survey.ticket.reference}/survey/"
    before = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in before
    assert links.path_of(survey.token) in before
    client.post(links.path_of(survey.token), {"score": "4", "solved": "yes"})
    after = client.get(address).content.decode()
    assert "<html" in after
    assert "4 of 5" in after
    assert "Answered in a browser where Ada was logged in." in after
    assert links.path_of(survey.token) not in after


def test_the_ticket_page_shows_the_card_at_once(survey, client, agent):
    client.force_login(agent)
    text = client.get(f"/t/{survey.ticket.reference}/").content.decode()
    assert 'id="survey-card"' in text
    assert links.path_of(survey.token) in text


def test_the_card_says_why_nobody_was_asked(make_ticket, resolve, client, agent):
    ticket = resolve(make_ticket(flags=["minor"]))
    services.schedule_survey(ticket_id=ticket.pk, round_=1, now=RESOLVED_AT)
    client.force_login(agent)
    text = client.get(f"/t/{ticket.reference}/survey/").content.decode()
    assert "Not sent: a minor is concerned." in text


def test_the_card_is_not_for_strangers(survey, client):
    address = f"/t/{survey.ticket.reference}/survey/"
    assert client.get(address).status_code == 302
    client.force_login(make_user(role="editor"))
    assert client.get(address).status_code == 403
    Ticket.objects.filter(pk=survey.ticket_id).update(team_id=_other_team())
    client.force_login(make_user())
    assert client.get(address).status_code == 404


def _other_team() -> int:
    from accounts.models import Team

    return Team.objects.get_or_create(code="Q", defaults={"name_en": "Q", "name_zh": "Q"})[0].pk

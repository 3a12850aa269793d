"""The desk's view of deliveries and sources."""

from datetime import timedelta

import pytest

from common import clock
from intake import queries, services
from intake.models import RawDelivery, Source
from tests.factories import make_source, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(client):
    user = make_user(role="lead")
    client.force_login(user)
    return user


def deliver(source, body=b'{"id": "1", "text": "Secret words"}', external_id="1"):
    accepted = services.store(
        source=source, body=body, external_id=external_id, verified="signature", now=clock.now()
    )
    services.process_delivery(delivery_id=accepted.delivery_id, now=clock.now())
    return RawDelivery.objects.get(pk=accepted.delivery_id)


@pytest.mark.parametrize("path", ["/deliveries/", "/sources/", "/deliveries/1/raw/"])
@pytest.mark.parametrize("role", ["agent", "senior", "editor", "auditor", "api"])
def test_strangers_and_other_roles_are_refused(client, path, role):
    assert client.get(path).status_code == 302
    client.force_login(make_user(role=role))
    assert client.get(path).status_code == 403


@pytest.mark.parametrize("role", ["lead", "supervisor", "admin"])
@pytest.mark.parametrize("path", ["/deliveries/", "/sources/"])
def test_empty_pages_say_what_will_be_there(client, role, path):
    client.force_login(make_user(role=role))
    Source.objects.all().delete()
    page = client.get(path)
    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()


def test_the_list_shows_the_fate_the_reason_and_the_ticket(client, lead):
    source = make_source()
    filed, dead = deliver(source), deliver(source, b"not json", "2")
    services.store(source=source, body=b"x", external_id="3", verified="", now=clock.now())
    text = client.get("/deliveries/").content.decode()
    assert filed.trail[-1]["ticket"] in text
    assert dead.reason in text
    assert "Waiting" in text
    only_dead = client.get("/deliveries/?status=dead").content.decode()
    assert f"/deliveries/{dead.pk}/" in only_dead
    assert f"/deliveries/{filed.pk}/" not in only_dead
    assert "Secret words" not in text


def test_nonsense_in_the_address_is_ignored(client, lead):
    for query in ("status=x", "before=x", "before=" + "9" * 40, "source=%00", "before=²"):
        assert client.get(f"/deliveries/?{query}").status_code == 200


def test_the_list_costs_the_same_with_many_rows(client, lead, django_assert_max_num_queries):
    source = make_source()
    for number in range(12):
        deliver(source, b"not json", str(number))
    with django_assert_max_num_queries(8):
        client.get("/deliveries/", headers={"HX-Request": "true"})


def test_older_ones_are_on_the_next_page(client, lead, monkeypatch):
    from intake.views import deliveries

    monkeypatch.setattr(deliveries, "PAGE_SIZE", 2)
    source = make_source()
    rows = [deliver(source, b"not json", str(number)) for number in range(3)]
    first = client.get("/deliveries/").content.decode()
    assert f"before={rows[1].pk}" in first
    second = client.get(f"/deliveries/?before={rows[1].pk}").content.decode()
    assert f"/deliveries/{rows[0].pk}/" in second
    assert f"/deliveries/{rows[2].pk}/" not in second


def test_the_body_is_shown_as_text_and_cut(client, lead):
    source = make_source()
    row = deliver(source, b"<script>alert(1)</script>\x00\xff" + b"a" * 100_000)
    text = client.get(f"/deliveries/{row.pk}/").content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "<script>alert" not in text
    assert "a" * 70_000 not in text
    assert "The download has all of it." in text


def test_the_download_is_a_file_and_nothing_else(client, lead):
    body = b"<html><script>alert(1)</script>"
    row = deliver(make_source(), body)
    answer = client.get(f"/deliveries/{row.pk}/raw/")
    assert answer.content == body
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")


def test_an_administrator_sees_why_but_not_what_the_customer_wrote(client):
    client.force_login(make_user(role="admin"))
    row = deliver(make_source())
    page = client.get(f"/deliveries/{row.pk}/").content.decode()
    assert "Signature" in page
    assert "Secret words" not in page
    assert client.get(f"/deliveries/{row.pk}/raw/").status_code == 403


def test_a_lead_does_not_read_what_belongs_to_another_team(client, lead):
    from accounts.models import Team
    from tickets.models import Ticket

    row = deliver(make_source())
    assert "Secret words" in client.get(f"/deliveries/{row.pk}/").content.decode()
    team, _ = Team.objects.get_or_create(code="Q", defaults={"name_en": "Q", "name_zh": "Q"})
    Ticket.objects.update(team=team)
    assert "Secret words" not in client.get(f"/deliveries/{row.pk}/").content.decode()
    assert client.get(f"/deliveries/{row.pk}/raw/").status_code == 403
    client.force_login(make_user(role="supervisor"))
    assert "Secret words" in client.get(f"/deliveries/{row.pk}/").content.decode()


def test_what_could_not_be_read_is_tried_again(client, lead):
    row = deliver(make_source(), b"not json")
    page = client.post(f"/deliveries/{row.pk}/retry/", follow=True)
    assert "It is being read again." in page.content.decode()
    row.refresh_from_db()
    assert row.status == "received"
    services.process_delivery(delivery_id=row.pk, now=clock.now())
    row.refresh_from_db()
    assert row.status == "dead"


def test_what_was_read_is_not_tried_again(client, lead):
    row = deliver(make_source())
    assert client.post(f"/deliveries/{row.pk}/retry/").status_code == 409
    assert client.get(f"/deliveries/{row.pk}/retry/").status_code == 405


def test_an_unknown_delivery_is_not_found(client, lead):
    for path in ("/deliveries/999999/", "/deliveries/999999/raw/"):
        assert client.get(path).status_code == 404


def test_the_light_of_a_source_follows_what_happened():
    now = clock.now()
    idle, good, warn, refused, stuck = (
        make_source(name=name) for name in ("a", "b", "c", "d", "e")
    )
    deliver(good)
    deliver(warn)
    deliver(warn, b"not json", "2")
    Source.objects.filter(pk=refused.pk).update(last_refused_at=now, last_refusal="bad_signature")
    services.store(
        source=stuck,
        body=b"x",
        external_id="1",
        verified="",
        now=now - queries.STUCK_AFTER - timedelta(seconds=1),
    )
    lights = {item.source.pk: item.state for item in queries.source_health(now=clock.now())}
    wanted = {idle: "idle", good: "good", warn: "warn", refused: "bad", stuck: "bad"}
    assert {source.pk: state for source, state in wanted.items()} == {
        source.pk: lights[source.pk] for source in wanted
    }


def test_the_pages_of_sources_have_the_address_and_the_last_refusal(client, lead):
    source = make_source(slug="shop")
    make_source(slug="form", kind="form", name="Form")
    Source.objects.filter(pk=source.pk).update(
        last_refused_at=clock.now(), last_refusal="bad_signature: <b>no</b>"
    )
    text = client.get("/sources/").content.decode()
    assert "The signature does not match: &lt;b&gt;no&lt;/b&gt;" in text
    assert source.secret not in text
    assert "/intake/shop/" in client.get("/sources/shop/").content.decode()
    assert "/complain/" in client.get("/sources/form/").content.decode()

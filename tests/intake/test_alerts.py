"""Refusals that are final: seen, mailed once an hour, and cleared."""

from datetime import timedelta

import pytest

from common import clock
from intake import services
from intake.channels.base import RawRequest
from intake.errors import Refused
from intake.models import Source
from outbox.models import Outgoing
from tests.factories import make_source, make_user

pytestmark = pytest.mark.django_db
NEW = {"alert_since", "alert_count"}


def request(at, key="wrong"):
    body = b'{"MessageID": "1", "From": "a@example.com", "TextBody": "x"}'
    return RawRequest(body, {}, at, query={"key": key})


def refuse(source, at):
    source.refresh_from_db()
    with pytest.raises(Refused):
        services.accept(source=source, request=request(at))
    source.refresh_from_db()


@pytest.fixture
def source():
    return make_source(kind="postmark", name="Mail <b>in</b>")


@pytest.fixture
def people():
    make_user(role="supervisor", email="boss@example.com", language="zh-hans")
    make_user(role="admin", email="admin@example.com", language="en")
    make_user(role="agent", email="agent@example.com")
    make_user(role="admin", email="")
    make_user(role="admin", email="gone@example.com", is_active=False)


def test_it_is_mailed_to_those_who_can_act_at_most_once_an_hour(source, people):
    now = clock.now()
    for minutes in (0, 1, 59):
        refuse(source, now + timedelta(minutes=minutes))
    assert source.alert_count == 3
    assert source.alert_since == now
    mails = {row.address: row for row in Outgoing.objects.all()}
    assert set(mails) == {"boss@example.com", "admin@example.com"}
    assert "neither user and password" in mails["admin@example.com"].body.lower()
    assert f"/sources/{source.slug}/" in mails["admin@example.com"].body
    refuse(source, now + timedelta(minutes=61))
    assert Outgoing.objects.count() == 4


def test_a_channel_that_tries_again_raises_none(people):
    source = make_source(kind="telegram")
    refuse(source, clock.now())
    assert source.alert_since is None
    assert not Outgoing.objects.exists()


def test_a_good_one_clears_it(source):
    refuse(source, clock.now())
    services.accept(source=source, request=request(clock.now(), key=source.secret))
    source.refresh_from_db()
    assert (source.alert_since, source.alert_count) == (None, 0)


@pytest.mark.parametrize("role", ["admin", "supervisor"])
def test_those_who_can_act_see_it_on_every_page_until_they_confirm(client, source, role):
    refuse(source, clock.now())
    client.force_login(make_user(role=role))
    for path in ("/settings/", "/deliveries/"):
        text = client.get(path).content.decode()
        assert "“Mail &lt;b&gt;in&lt;/b&gt;” refuses deliveries" in text
    page = client.post(f"/sources/{source.slug}/confirm/", follow=True).content.decode()
    assert "refuses deliveries" not in page
    assert Source.objects.get(pk=source.pk).alert_since is None


@pytest.mark.parametrize("role", ["agent", "lead"])
def test_others_neither_see_nor_confirm_it(client, source, role):
    refuse(source, clock.now())
    client.force_login(make_user(role=role))
    assert "refuses deliveries" not in client.get("/settings/").content.decode()
    assert client.post(f"/sources/{source.slug}/confirm/").status_code == 403
    assert Source.objects.get(pk=source.pk).alert_since is not None


def test_a_teller_that_fails_keeps_no_page_from_coming_up(client, monkeypatch):
    from common import notices

    def fail(_user):
        raise RuntimeError("broken")

    monkeypatch.setitem(notices._tellers, "broken", fail)
    client.force_login(make_user(role="admin"))
    assert client.get("/settings/").status_code == 200

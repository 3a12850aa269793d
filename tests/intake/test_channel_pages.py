"""Setting up channels in the browser."""

import json
import re
from datetime import timedelta

import pytest

from common import clock
from intake import queries, services
from intake.channels.fields import read_secrets
from intake.channels.probes import can_probe
from intake.channels.setups import SETUPS, setup_of
from intake.models import RawDelivery, Source, SourceKind
from intake.services.sources import door_of
from outbox.models import Outgoing
from tests.factories import make_source, make_user
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

# What a platform's console would show; each fits its field.
GIVEN = {
    "app_secret": "0123456789abcdef0123456789abcdef",
    "auth_token": "0123456789abcdef0123456789abcdef",
    "channel_secret": "fedcba9876543210fedcba9876543210",
    "signing_secret": "fedcba9876543210fedcba9876543210",
    "client_secret": "a client secret of the platform",
    "signing_key": "key-of-the-platform-0123456789",
    "provider": "postal",
    "imap_host": "imap.example.com",
    "imap_user": "care@example.com",
    "origins": "https://shop.example",
    "app_id": "wx0123456789abcdef",
    "corp_id": "ww0123456789abcdef",
    "aes_key": "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ",
}
SAFE = {"wechat", "wecom"}


def given_for(variant):
    names = {field.name for field in SETUPS[variant].fields if field.required}
    if variant in SAFE:
        names.add("aes_key")
    return {name: GIVEN[name] for name in names}


@pytest.fixture
def admin(client):
    user = make_user(role="admin", email="admin@example.com")
    client.force_login(user)
    return user


def set_up(client, variant, **more):
    answer = client.post(
        f"/sources/new/{variant}/", {"name": f"My {variant}", **given_for(variant), **more}
    )
    assert answer.status_code == 200, re.findall(r'class="err".*?</p>', answer.content.decode())
    return Source.objects.get(name=f"My {variant}"), answer.content.decode()


def test_every_kind_has_an_entry():
    assert {setup.kind for setup in SETUPS.values()} == set(SourceKind.values)


@pytest.mark.parametrize("variant", sorted(SETUPS))
def test_a_kind_is_set_up_shown_and_found_again(client, admin, variant):
    source, page = set_up(client, variant)
    assert source.kind == SETUPS[variant].kind
    assert setup_of(source.kind, source.settings) == SETUPS[variant]
    stored = read_secrets(source.secret, SETUPS[variant])
    for field in SETUPS[variant].fields:
        if field.ours and field.secret:
            assert stored[field.name] in page
    # Afterwards nothing of a secret is in any page but its end.
    for path in ("", "edit/"):
        text = client.get(f"/sources/{source.slug}/{path}").content.decode()
        for value in [*stored.values(), source.secret]:
            assert value not in text


@pytest.mark.parametrize(
    "variant",
    sorted(name for name in SETUPS if name not in {"chat", "mailbox", "marketplace"}),
)
def test_a_test_is_signed_by_us_and_becomes_a_test_ticket(
    client, admin, variant, django_capture_on_commit_callbacks
):
    source, _ = set_up(client, variant)
    answer = client.post(f"/sources/{source.slug}/test/")
    delivery = RawDelivery.objects.get(source=source)
    assert delivery.is_test
    services.process_delivery(delivery_id=delivery.pk, now=clock.now())
    delivery.refresh_from_db()
    assert delivery.status == "done", (delivery.reason, delivery.trail)
    ticket = Ticket.objects.get(messages__in=delivery.message_ids)
    assert ticket.is_test
    page = client.get(answer["Location"]).content.decode()
    assert ticket.reference in page
    assert "in no report" in page


def test_a_test_that_is_refused_says_why(client, admin):
    source, _ = set_up(client, "line")
    Source.objects.filter(pk=source.pk).update(secret="{}")
    page = client.post(f"/sources/{source.slug}/test/", follow=True).content.decode()
    assert "It was refused" in page
    assert "X-Line-Signature is not that of this body" in page
    assert not RawDelivery.objects.filter(source=source).exists()


def test_where_we_cannot_sign_the_next_real_delivery_is_awaited(client, admin):
    source = make_source()
    path = client.post(f"/sources/{source.slug}/test/", {"wait": "yes"})["Location"]
    fragment = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "Waiting for a message" in fragment
    assert "every 2s" in fragment
    body = b'{"id": "7", "text": "x"}'
    services.store(source=source, body=body, external_id="7", verified="", now=clock.now())
    services.process_delivery(delivery_id=RawDelivery.objects.get().pk, now=clock.now())
    fragment = client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert "It has arrived" in fragment
    assert "every 2s" not in fragment
    assert Ticket.objects.get().is_test is False


def test_a_test_reply_goes_to_the_callback_or_to_the_person_who_tests(client, admin):
    generic, _ = set_up(client, "generic", callback_url="https://shop.example/replies")
    client.post(f"/sources/{generic.slug}/test/")
    email, _ = set_up(client, "email")
    client.post(f"/sources/{email.slug}/test/")
    rows = {row.kind: row for row in Outgoing.objects.all()}
    assert rows["callback"].address == generic.slug
    assert rows["callback"].payload["test"] is True
    assert rows["email"].address == "admin@example.com"


def test_a_forged_or_foreign_test_address_is_not_found(client, admin):
    one, other = make_source(), make_source()
    path = client.post(f"/sources/{one.slug}/test/", {"wait": "yes"})["Location"]
    assert client.get(path.replace(one.slug, other.slug)).status_code == 404
    assert client.get(f"/sources/{one.slug}/test/x:y:z/").status_code == 404


FAULTS = [
    ("whatsapp", "app_secret", "xyz", "32 characters"),
    ("telegram", "bot_token", "abc", "BotFather"),
    ("slack", "bot_token", "xoxp-1", "xoxb-"),
    ("wechat", "app_id", "gh_123", "begins with wx"),
    ("wechat", "aes_key", "short", "43"),
    ("twilio_sms", "from_number", "139 0000 0000", "country code"),
    ("generic", "callback_url", "shop", "https://"),
    ("whatsapp", "templates", "{", "JSON"),
    ("mailbox", "imap_port", "99x", "whole number"),
    ("line", "channel_secret", "", "does not work without this"),
]


@pytest.mark.parametrize(("variant", "name", "value", "said"), FAULTS)
def test_what_is_wrong_is_said_in_the_platforms_terms(client, admin, variant, name, value, said):
    data = {"name": "X", **given_for(variant), name: value}
    answer = client.post(f"/sources/new/{variant}/", data)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Source.objects.filter(name="X").exists()


def test_an_edit_keeps_what_is_left_empty_and_drops_what_is_emptied(client, admin):
    source, _ = set_up(
        client, "whatsapp", phone_number_id="123456789", access_token="EA" + "x" * 30
    )
    Source.objects.filter(pk=source.pk).update(
        settings={"phone_number_id": "123456789", "api_url": "http://x"}
    )
    answer = client.post(
        f"/sources/{source.slug}/edit/", {"name": "Renamed", "access_token": "EA" + "y" * 30}
    )
    assert answer.status_code == 302
    source.refresh_from_db()
    stored = json.loads(source.secret)
    assert stored["app_secret"] == GIVEN["app_secret"]
    assert stored["access_token"] == "EA" + "y" * 30
    assert source.settings == {"api_url": "http://x"}
    assert source.name == "Renamed"


def test_a_secret_of_ours_is_made_anew_and_shown_once(client, admin):
    source, _ = set_up(client, "postmark")
    old = json.loads(source.secret)["password"]
    page = client.post(f"/sources/{source.slug}/rotate/", {"name": "password"}).content.decode()
    source.refresh_from_db()
    new = json.loads(source.secret)["password"]
    assert new != old
    assert f"?key={new}" in page
    assert new not in client.get(f"/sources/{source.slug}/").content.decode()
    assert client.post(f"/sources/{source.slug}/rotate/", {"name": "user"}).status_code == 404


def test_what_comes_while_it_is_off_is_kept_and_read_later(client, admin):
    source, _ = set_up(client, "generic")
    client.post(f"/sources/{source.slug}/switch/", {"on": "no"})
    client.post(f"/sources/{source.slug}/test/")
    delivery = RawDelivery.objects.get(source=source)
    assert services.process_delivery(delivery_id=delivery.pk, now=clock.now()) is None
    assert delivery.pk not in services.waiting_ids(now=clock.now())
    text = client.get("/sources/").content.decode()
    assert "Switched off: 1 delivery is kept" in text
    client.post(f"/sources/{source.slug}/switch/", {"on": "yes"})
    services.process_delivery(delivery_id=delivery.pk, now=clock.now())
    delivery.refresh_from_db()
    assert delivery.status == "done"


def test_a_source_is_removed_only_as_long_as_nothing_came(client, admin):
    empty, used = make_source(), make_source()
    services.store(source=used, body=b"x", external_id="1", verified="", now=clock.now())
    assert client.post(f"/sources/{used.slug}/delete/").status_code == 409
    assert client.post(f"/sources/{empty.slug}/delete/").status_code == 302
    assert list(Source.objects.filter(pk__in=[empty.pk, used.pk])) == [used]


def test_the_same_page_sent_twice_makes_one_source(client, admin):
    set_up(client, "generic")
    answer = client.post("/sources/new/generic/", {"name": "My generic"})
    assert answer.status_code == 422
    assert Source.objects.filter(name="My generic").count() == 1


def test_names_are_shown_as_text(client, admin):
    client.post("/sources/new/generic/", {"name": "<script>alert(1)</script>"})
    source = Source.objects.get(name__contains="script")
    for path in ("/sources/", f"/sources/{source.slug}/", f"/sources/{source.slug}/edit/"):
        assert "<script>alert" not in client.get(path).content.decode()


MANAGING = ["new/", "new/generic/", "{slug}/edit/"]
CHANGING = ["rotate/", "switch/", "delete/", "test/"]


@pytest.mark.parametrize("role", ["agent", "lead", "supervisor", "auditor", "editor"])
def test_only_who_manages_channels_changes_them(client, role):
    source = make_source()
    client.force_login(make_user(role=role))
    for path in MANAGING:
        assert client.get(f"/sources/{path.format(slug=source.slug)}").status_code == 403
    for path in CHANGING:
        assert client.post(f"/sources/{source.slug}/{path}").status_code == 403
    source.refresh_from_db()
    assert source.secret == "a secret for tests"


def test_strangers_are_asked_to_log_in(client):
    source = make_source()
    for path in ("", "edit/"):
        assert client.get(f"/sources/{source.slug}/{path}").status_code == 302


def test_silence_is_judged_by_what_is_usual():
    now = clock.now()
    source = make_source()
    for number in range(20):
        at = now - timedelta(days=3, minutes=number)
        services.store(source=source, body=b"{}", external_id=str(number), verified="", now=at)
        RawDelivery.objects.update(status="done")
    codes = {reason.code for reason in queries.health_of(source, now=now).reasons}
    assert codes == {"silent"}
    quiet = make_source()
    for number in range(20):
        at = now - timedelta(days=22 - number)
        services.store(source=quiet, body=b"{}", external_id=str(number), verified="", now=at)
    RawDelivery.objects.update(status="done")
    assert not queries.health_of(quiet, now=now).reasons


def test_failed_replies_count_in_the_light():
    now = clock.now()
    source = make_source()
    Outgoing.objects.create(
        kind="platform",
        scope=source.slug,
        address="x",
        dedupe_key="1",
        status="failed",
        status_at=now,
        created_at=now,
        next_attempt_at=now,
    )
    health = queries.health_of(source, now=now)
    assert (health.state, health.failing) == ("warn", 1)


def test_the_list_costs_the_same_with_many_sources(client, admin, django_assert_max_num_queries):
    for number in range(12):
        source = make_source(name=f"Shop {number}")
        services.store(source=source, body=b"x", external_id="1", verified="", now=clock.now())
    client.get("/sources/")
    with django_assert_max_num_queries(8):
        client.get("/sources/")


def test_what_can_be_probed_is_signed_for_its_own_door():
    for kind in SourceKind.values:
        source = make_source(kind=kind, secret="{}")
        if can_probe(kind, door_of(source)):
            assert kind not in {"form", "chat", "marketplace"}

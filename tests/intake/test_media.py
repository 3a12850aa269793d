"""Files that messages name: fetched once by a worker, shown, with what went wrong."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from common import clock
from intake import services, tasks
from intake.media import Fetched, MediaLater, MediaRefused, Problem
from intake.models import MediaFile, MediaStatus, RawDelivery, Source
from intake.services.media import LEASE, MOST_ATTEMPTS, PAUSES
from tests.factories import make_source, make_user
from tests.intake.media.stand_in import PNG, Page, StandIn, serving
from tickets.models import Attachment, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(settings: Any) -> Iterator[StandIn]:
    with serving() as found:
        settings.REDRESS_MEDIA_TEST_HOSTS = [found.place]
        yield found


def bot(host: StandIn) -> Source:
    secrets = json.dumps({"webhook_secret": "s", "bot_token": "b:t"})
    return make_source(kind="telegram", secret=secrets, settings={"api_url": host.url})


def send_photo(source: Source, number: int = 1) -> Ticket:
    message = {
        "message_id": number,
        "date": int(clock.now().timestamp()),
        "chat": {"id": 5},
        "from": {"id": 5, "first_name": "Ann"},
        "photo": [{"file_id": "small"}, {"file_id": "F1"}],
        "caption": "The shoe is torn",
    }
    body = json.dumps({"update_id": number, "message": message}).encode()
    accepted = services.store(
        source=source, body=body, external_id=f"u{number}", verified="test", now=clock.now()
    )
    services.process_delivery(delivery_id=accepted.delivery_id, now=clock.now())
    delivery = RawDelivery.objects.get(pk=accepted.delivery_id)
    return Ticket.objects.get(messages__in=delivery.message_ids)


def hand_out(host: StandIn, page: Page | None = None) -> None:
    found = json.dumps({"ok": True, "result": {"file_path": "a.png"}}).encode()
    host.pages["/botb:t/getFile"] = Page(found)
    host.pages["/file/botb:t/a.png"] = page or Page(PNG)


def test_a_photo_is_in_the_ticket_soon_after_the_message(host: StandIn) -> None:
    ticket = send_photo(bot(host))
    hand_out(host)
    version = Ticket.objects.get(pk=ticket.pk).version
    tasks.fetch_waiting()
    attachment = Attachment.objects.get(message__ticket=ticket)
    assert (attachment.name, attachment.content_type) == ("image.png", "image/png")
    assert attachment.file.read() == PNG
    media = MediaFile.objects.get()
    assert (media.status, media.attachment) == (MediaStatus.STORED, attachment)
    assert Ticket.objects.get(pk=ticket.pk).version == version + 1


def test_nothing_is_fetched_twice(host: StandIn) -> None:
    send_photo(bot(host))
    hand_out(host)
    media = MediaFile.objects.get()
    assert services.fetch_media(media_id=media.pk, now=clock.now()) is not None
    assert services.fetch_media(media_id=media.pk, now=clock.now() + LEASE * 2) is None
    tasks.fetch_waiting()
    assert len(host.calls) == 2
    assert Attachment.objects.count() == 1


def test_the_same_delivery_again_awaits_nothing_new(host: StandIn) -> None:
    source = bot(host)
    send_photo(source)
    send_photo(source)
    assert MediaFile.objects.count() == 1


def test_what_a_worker_holds_is_left_to_it_until_its_time_is_over(host: StandIn) -> None:
    send_photo(bot(host))
    media, now = MediaFile.objects.get(), clock.now()
    MediaFile.objects.update(next_attempt_at=now + LEASE)
    assert services.waiting_media(now=now) == []
    assert services.fetch_media(media_id=media.pk, now=now) is None
    hand_out(host)
    fetched = services.fetch_media(media_id=media.pk, now=now + LEASE)
    assert fetched is not None
    assert fetched.status == MediaStatus.STORED


class Failing:
    """A network that always fails alike."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get(self, _ask: Any) -> Fetched:
        raise self.error

    ask = get


def fail(error: Exception, now: datetime) -> MediaFile:
    net: Any = Failing(error)
    media = services.fetch_media(media_id=MediaFile.objects.get().pk, now=now, net=net)
    assert media is not None
    return media


def test_what_fails_is_tried_again_with_growing_pauses_and_then_no_more(host: StandIn) -> None:
    send_photo(bot(host))
    now = clock.now()
    for pause in PAUSES:
        media = fail(MediaLater(Problem.UNREACHABLE, "it answered 503"), now)
        assert (media.status, media.next_attempt_at) == (MediaStatus.WAITING, now + pause)
        now += pause
    media = fail(MediaLater(Problem.UNREACHABLE), now)
    assert (media.status, media.attempts) == (MediaStatus.FAILED, MOST_ATTEMPTS)
    assert services.waiting_media(now=now + timedelta(days=9)) == []


def test_a_platform_may_ask_for_a_longer_pause_but_not_for_ever(host: StandIn) -> None:
    send_photo(bot(host))
    now = clock.now()
    assert fail(MediaLater(Problem.UNREACHABLE, "", 77), now).next_attempt_at == now + timedelta(
        seconds=77
    )
    MediaFile.objects.update(next_attempt_at=now)
    media = fail(MediaLater(Problem.UNREACHABLE, "", 9e6), now)
    assert media.next_attempt_at <= now + timedelta(hours=6)


def test_what_will_not_go_better_is_given_up_at_once(host: StandIn) -> None:
    send_photo(bot(host))
    media = fail(MediaRefused(Problem.GONE, "it answered 404"), clock.now())
    assert (media.status, media.problem) == (MediaStatus.FAILED, "gone")


def test_a_fault_of_ours_is_written_down_and_tried_again(host: StandIn) -> None:
    send_photo(bot(host))
    media = fail(RuntimeError("odd\x00"), clock.now())
    assert (media.status, media.detail) == (MediaStatus.WAITING, "RuntimeError")


def test_what_ends_its_worker_each_time_is_given_up(host: StandIn) -> None:
    send_photo(bot(host))
    MediaFile.objects.update(attempts=MOST_ATTEMPTS)
    media = services.fetch_media(media_id=MediaFile.objects.get().pk, now=clock.now())
    assert media is not None
    assert (media.status, host.calls) == (MediaStatus.FAILED, [])


def test_what_the_platform_threw_away_is_not_asked_for_again(host: StandIn) -> None:
    send_photo(bot(host))
    MediaFile.objects.update(expires_at=clock.now() - timedelta(days=1))
    media = fail(MediaLater(Problem.UNREACHABLE), clock.now())
    assert media.status == MediaStatus.FAILED


@pytest.mark.parametrize("body", [b"<html>log in</html>", b"no such file"])
def test_an_error_page_does_not_pass_for_a_picture(host: StandIn, body: bytes) -> None:
    send_photo(bot(host))
    hand_out(host, Page(body, headers={"Content-Type": "image/png"}))
    tasks.fetch_waiting()
    assert MediaFile.objects.get().problem == "wrong_type"
    assert not Attachment.objects.exists()


def test_one_file_that_fails_holds_no_other_back(host: StandIn) -> None:
    source = bot(host)
    send_photo(source, 1)
    send_photo(source, 2)
    hand_out(host)
    MediaFile.objects.filter(message__external_id="5:1").update(platform_id="")
    broken = MediaFile.objects.order_by("pk")[0]
    MediaFile.objects.filter(pk=broken.pk).update(source=make_source(kind="slack"))
    tasks.fetch_waiting()
    assert sorted(MediaFile.objects.values_list("status", flat=True)) == ["failed", "stored"]


def test_the_network_is_not_spoken_to_within_a_transaction(
    host: StandIn, transactional_db: None
) -> None:
    send_photo(bot(host))
    inside: list[bool] = []

    class Watching(Failing):
        def get(self, _ask: Any) -> Fetched:
            inside.append(connection.in_atomic_block)
            raise MediaRefused(Problem.GONE)

        ask = get

    net: Any = Watching(ValueError())
    services.fetch_media(media_id=MediaFile.objects.get().pk, now=clock.now(), net=net)
    assert inside == [False]


def test_the_desk_sees_files_come_and_fail_and_tries_again(client: Client, host: StandIn) -> None:
    ticket = send_photo(bot(host))
    message = ticket.messages.get()
    client.force_login(make_user(role="agent"))
    page = client.get(ticket.get_absolute_url()).content.decode()
    assert f"/t/{ticket.reference}/media/{message.pk}/" in page
    address = f"/t/{ticket.reference}/media/{message.pk}/"
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "Picture: is being fetched" in fragment
    assert "load delay:4s" in fragment
    fail(MediaRefused(Problem.REFUSED, "it answered 403"), clock.now())
    shown = client.get(address).content.decode()
    assert "The platform refused to hand it out. (it answered 403)" in shown
    hand_out(host)
    media = MediaFile.objects.get()
    client.post(f"/t/{ticket.reference}/media/{media.pk}/retry/")
    tasks.fetch_waiting()
    fragment = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "image.png" in fragment
    assert "load delay" not in fragment
    whole = client.get(ticket.get_absolute_url()).content.decode()
    assert "image.png" in whole
    assert "hx-get" not in whole.partition(f'id="media-{message.pk}"')[2].partition(">")[0]


def test_until_when_the_platform_kept_it_is_said(client: Client, host: StandIn) -> None:
    ticket = send_photo(bot(host))
    MediaFile.objects.update(status="failed", expires_at=clock.now() - timedelta(days=1))
    client.force_login(make_user(role="agent"))
    page = client.get(f"/t/{ticket.reference}/media/{ticket.messages.get().pk}/")
    assert "The platform kept it only until" in page.content.decode()


def test_strangers_see_no_files(client: Client, host: StandIn) -> None:
    ticket, other = send_photo(bot(host), 1), send_photo(bot(host), 2)
    address = f"/t/{ticket.reference}/media/{ticket.messages.get().pk}/"
    assert client.get(address).status_code == 302
    client.force_login(make_user(role="editor"))
    assert client.get(address).status_code == 403
    client.force_login(make_user(role="agent"))
    wrong = f"/t/{ticket.reference}/media/{other.messages.get().pk}/"
    assert client.get(wrong).status_code == 404
    media = MediaFile.objects.get(message__ticket=other)
    assert client.post(f"/t/{ticket.reference}/media/{media.pk}/retry/").status_code == 404
    assert client.post(f"/t/{ticket.reference}/media/999999/retry/").status_code == 404


def test_files_that_a_webhook_names_by_address_are_fetched_from_listed_hosts(
    host: StandIn,
) -> None:
    source = make_source(settings={"media_hosts": ["files.shop.example"]})
    files = [
        {"name": "a.pdf", "url": "https://files.shop.example/a.pdf"},
        {"url": "http://files.shop.example/plain"},
        {"name": "own.txt", "type": "text/plain", "content_base64": "aGk="},
    ]
    body = json.dumps({"id": "1", "text": "See files", "attachments": files}).encode()
    accepted = services.store(
        source=source, body=body, external_id="1", verified="test", now=clock.now()
    )
    services.process_delivery(delivery_id=accepted.delivery_id, now=clock.now())
    media = MediaFile.objects.get()
    assert (media.name, media.url) == ("a.pdf", files[0]["url"])
    assert media.message.meta["left_out"] == ["attachments[1]"]
    assert Attachment.objects.get().name == "own.txt"

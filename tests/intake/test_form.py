"""The public complaint form, from the page to the ticket."""

import json
import threading
import uuid

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from common import clock
from intake import complaints, links, services
from intake.complaints import Complaint
from intake.forms import LARGEST_FILE, ComplaintForm
from intake.models import RawDelivery
from intake.views import form as form_views
from tests.factories import make_source
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _empty_cache():
    cache.clear()


def filled(**changes):
    return {
        "form_id": str(uuid.uuid4()),
        "text": "包裹显示已签收,但我没有收到。",
        "contact": "li@mail.example",
        "consent": "yes",
    } | changes


def read_everything():
    for delivery_id in services.waiting_ids(now=clock.now()):
        services.process_delivery(delivery_id=delivery_id, now=clock.now())


def test_the_page_needs_no_account_and_has_five_plain_file_inputs(client):
    page = client.get("/complain/")
    text = page.content.decode()
    assert page.status_code == 200
    assert text.count('type="file" name="files"') == 5
    assert "Send complaint" in text
    assert "style=" not in text


def test_a_complaint_becomes_a_ticket_with_wish_order_and_files(client):
    photo = SimpleUploadedFile("photo.png", b"\x89PNG\r\n\x1a\n" + b"0" * 20, "image/png")
    page = client.post(
        "/complain/", filled(order_number=" #TW-2093-7741 ", wish="refund", files=photo)
    )
    assert page.status_code == 302
    read_everything()
    message = Message.objects.get()
    assert message.meta["wish"] == "refund"
    assert message.ticket.order_number == "TW-2093-7741"
    assert message.ticket.channel == "form"
    assert [file.name for file in message.attachments.all()] == ["photo.png"]
    assert message.customer.identities.get().value == "li@mail.example"
    assert not message.customer.identities.get().verified


def test_the_receipt_shows_the_tickets_number_when_there_is_one(client):
    address = client.post("/complain/", filled()).headers["Location"]
    before = client.get(address).content.decode()
    assert "given in a moment" in before
    assert "data-wait" in before
    read_everything()
    after = client.get(address).content.decode()
    assert Ticket.objects.get().reference in after
    assert "In progress" in after
    assert "没有收到" not in after
    assert "data-wait" not in after


def test_sending_the_same_form_twice_is_one_delivery(client):
    data = filled()
    first, second = (client.post("/complain/", data) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    read_everything()
    assert RawDelivery.objects.get().repeats == 1
    assert Message.objects.count() == 1


def test_going_back_and_changing_the_words_loses_nothing(client):
    data = filled()
    client.post("/complain/", data)
    for _ in range(2):
        client.post("/complain/", data | {"text": "包裹显示已签收,我没有收到。外箱也没有。"})
    read_everything()
    assert RawDelivery.objects.filter(status="done").count() == 2
    assert Message.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_one_delivery():
    source = complaints.form_source()
    complaint = Complaint(form_id=uuid.uuid4(), text="Broken", email="a@mail.example")
    start, taken = threading.Barrier(4), []

    def send():
        try:
            start.wait()
            accepted = complaints.take_complaint(
                source=source, complaint=complaint, now=clock.now()
            )
            taken.append(accepted)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({accepted.delivery_id for accepted in taken}) == 1
    assert sorted(accepted.duplicate for accepted in taken) == [False, True, True, True]


@pytest.mark.parametrize(
    ("contact", "sentence"),
    [
        ("138 0000 22", "This mobile number has 9 digits. It needs 11."),
        ("1", "This mobile number has 1 digit. It needs 11."),
        ("", "We need a mobile number or an e-mail address to answer you."),
        ("li@", "This is no complete e-mail address."),
        ("not a contact", "This is no complete e-mail address."),
        ("12000000000", "This number does not exist."),
        ("+44 1", "This number does not exist."),
        ("+", "This is no complete e-mail address."),
    ],
)
def test_a_contact_that_cannot_be_answered_is_named(client, contact, sentence):
    page = client.post("/complain/", filled(contact=contact, text="Words that stay"))
    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    assert "Words that stay" in text
    assert not RawDelivery.objects.exists()


@pytest.mark.parametrize(
    ("contact", "email", "phone"),
    [
        ("138 0000 0001", "", "+8613800000001"),
        ("１３８００００000１", "", "+8613800000001"),
        ("+86 138-0000-0001", "", "+8613800000001"),
        ("+44 20 7946 0958", "", "+442079460958"),
        (" Li@Mail.example ", "Li@Mail.example", ""),
    ],
)
def test_contacts_are_understood(contact, email, phone):
    form = ComplaintForm(filled(contact=contact))
    assert form.is_valid(), form.errors
    complaint = form.complaint()
    assert (complaint.email, complaint.phone) == (email, phone)


@pytest.mark.parametrize(
    ("number", "is_fine"),
    [
        ("", True),
        ("D2411", True),
        ("TW-2093-7741", True),
        ("ＴＷ—2093", True),
        ("ORDER", False),
        ("D24 11", False),
        ("1'; DROP TABLE", False),
        ("-1", False),
        ("9" * 41, False),
    ],
)
def test_only_the_form_of_an_order_number_is_checked(number, is_fine):
    assert ComplaintForm(filled(order_number=number)).is_valid() is is_fine


def test_the_page_never_tells_whether_an_order_exists(client):
    from tickets.models import Order

    Order.objects.create(number="D2411", product_name="Secret lamp")
    known = client.post("/complain/", filled(order_number="D2411", text=""))
    unknown = client.post("/complain/", filled(order_number="D2412", text=""))
    assert "Secret lamp" not in known.content.decode()
    assert known.status_code == unknown.status_code == 422


@pytest.mark.parametrize("missing", ["text", "contact", "consent", "form_id"])
def test_what_is_needed_is_needed(client, missing):
    data = filled()
    del data[missing]
    assert client.post("/complain/", data).status_code == 422
    assert not RawDelivery.objects.exists()


@pytest.mark.parametrize(
    "form_id",
    ["x", "1", "'; --", "281fd991-7905-4f5d-9b3c-c3a39a9081510", "<script>alert(1)</script>"],
)
def test_a_forged_form_id_is_not_taken(client, form_id):
    page = client.post("/complain/", filled(form_id=form_id))
    assert page.status_code == 422
    assert "<script>alert(1)" not in page.content.decode()


def test_errors_keep_what_was_typed_and_say_that_files_are_gone(client):
    photo = SimpleUploadedFile("a.png", b"x", "image/png")
    data = filled(contact="1", wish="repair", order_number="D2411", files=photo)
    text = client.post("/complain/", data).content.decode()
    assert 'value="repair" checked' in text
    assert 'value="D2411"' in text
    assert "Your files have to be chosen again." in text


def test_the_trap_stops_a_machine_but_not_a_person_for_long(client):
    data = filled(website="https://spam.example")
    page = client.post("/complain/", data)
    assert page.status_code == 422
    assert "https://spam.example" not in page.content.decode()
    assert client.post("/complain/", data | {"website": ""}).status_code == 302


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("a.png", b"x")] * 6, "You chose 6 files. Up to 5 can be sent."),
        ([("big.bin", b"0" * (LARGEST_FILE + 1))], "“big.bin” is larger than 10 MB."),
        ([("none.txt", b"")], "“none.txt” is empty."),
    ],
)
def test_files_that_cannot_be_sent_are_named(client, files, sentence):
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    page = client.post("/complain/", filled(files=uploads))
    assert page.status_code == 422
    assert sentence in page.content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "a\r\nSet-Cookie: x=1.png",
        "<img src=x onerror=alert(1)>.png",
        "\u202egnp.exe",
        "名" * 300 + ".png",
    ],
)
def test_hostile_file_names_become_harmless(client, name):
    upload = SimpleUploadedFile("a.png", b"content", "image/png")
    upload._name = name
    page = client.post("/complain/", filled(files=upload))
    assert page.status_code == 302
    read_everything()
    stored = Message.objects.get().attachments.get()
    assert not set(stored.name) & set("/\\\r\n\u202e\x00")
    assert len(stored.name.encode()) <= 255
    assert stored.file.read() == b"content"


def test_markup_in_the_words_is_shown_as_text(client):
    page = client.post("/complain/", filled(text="<script>x</script>", contact="1"))
    assert "&lt;script&gt;x&lt;/script&gt;" in page.content.decode()


def test_a_form_of_its_own_files_under_its_source(client):
    source = make_source(kind="form", slug="outlet", name="Outlet")
    assert client.get("/complain/outlet/").status_code == 200
    client.post("/complain/outlet/", filled())
    assert RawDelivery.objects.get().source == source


@pytest.mark.parametrize("slug", ["nobody", "webhook", "off"])
def test_there_is_no_form_for_other_sources(client, slug):
    make_source(slug="webhook")
    make_source(kind="form", slug="off", is_enabled=False)
    assert client.get(f"/complain/{slug}/").status_code == 404


def test_the_language_follows_the_browser_and_stays_as_chosen(client):
    chinese = client.get("/complain/", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert '<html lang="zh-Hans"' in chinese.content.decode()
    assert '<html lang="zh-Hans"' in client.get("/complain/?lang=zh-hans").content.decode()
    kept = client.get("/complain/", headers={"Accept-Language": "en"})
    assert '<html lang="zh-Hans"' in kept.content.decode()


def test_an_unknown_language_is_ignored(client):
    page = client.get("/complain/?lang=xx%0d%0a", headers={"Accept-Language": "en"})
    assert '<html lang="en"' in page.content.decode()


def test_a_flood_from_one_address_is_slowed_down_and_keeps_the_words(client, monkeypatch):
    monkeypatch.setattr(form_views, "MOST_POSTS", 1)
    client.post("/complain/", filled())
    page = client.post("/complain/", filled(text="Words that stay"))
    assert page.status_code == 429
    assert "Words that stay" in page.content.decode()
    assert RawDelivery.objects.count() == 1


def test_a_post_from_another_site_is_refused():
    assert Client(enforce_csrf_checks=True).post("/complain/", filled()).status_code == 403


def test_receipts_cannot_be_guessed(client):
    client.post("/complain/", filled())
    delivery = RawDelivery.objects.get()
    code = links.receipt_code(delivery.pk)
    assert links.delivery_of(code) == delivery.pk
    assert links.delivery_of(code.lower()) == delivery.pk
    other = links.receipt_code(delivery.pk + 1)
    forged = code.partition("-")[0] + "-" + other.partition("-")[2]
    for wrong in (forged, code[:-1], code + "0", "-", "1", "", "ÄÖ-ÜÜÜ", "0" * 40):
        assert links.delivery_of(wrong) is None
    assert client.get(f"/complain/sent/{forged}/").status_code == 404


def test_a_receipt_of_another_kind_of_source_shows_nothing(client):
    stored = services.store(
        source=make_source(), body=b"{}", external_id="1", verified="", now=clock.now()
    )
    code = links.receipt_code(stored.delivery_id)
    assert client.get(f"/complain/sent/{code}/").status_code == 404


def test_the_stored_body_is_what_the_generic_payload_looks_like(client):
    upload = SimpleUploadedFile("a.txt", b"hello", "text/plain")
    client.post("/complain/", filled(order_number="D1", files=upload))
    value = json.loads(bytes(RawDelivery.objects.get().body))
    assert value["attachments"] == [
        {"name": "a.txt", "type": "text/plain", "content_base64": "aGVsbG8="}
    ]
    assert value["order"] == "D1"
    assert value["customer"] == {"email": "li@mail.example", "phone": ""}


def test_the_form_may_be_sent_more_than_other_pages(settings, client):
    settings.REDRESS_MAX_BODY_BYTES = 2000
    upload = SimpleUploadedFile("a.txt", b"x" * 4000, "text/plain")
    assert client.post("/complain/", filled(files=upload)).status_code == 302
    settings.BODY_LIMITS = {"/complain/": 3000}
    upload.seek(0)
    assert client.post("/complain/", filled(files=upload)).status_code == 413

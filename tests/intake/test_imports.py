"""Marketplace files as deliveries, messages and tickets: each row once, and taken back whole."""

import csv
import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from common import clock
from intake import tasks
from intake.imports import Options, suggest
from intake.models import (
    FileImport,
    ImportRow,
    ImportState,
    RawDelivery,
    RowFate,
    SavedMapping,
    Source,
)
from intake.queries import imports as queries
from intake.services import import_undo, imports
from tests.factories import make_source, make_user
from tests.intake.imports.test_tables import book
from tickets import services as tickets
from tickets.models import Customer, Message, Order, SlaClock, Ticket

pytestmark = pytest.mark.django_db

COLUMNS = ["评价编号", "评价内容", "评价时间", "评分", "订单编号", "买家会员名", "商品名称"]


@pytest.fixture
def shop() -> Source:
    return make_source(slug="jd", kind="marketplace", name="JD flagship store")


@pytest.fixture
def lead(client: Client) -> User:
    user = make_user(role="supervisor")
    client.force_login(user)
    return user


def line(number: int, **changes: str) -> list[str]:
    row = {
        "id": f"r{number}",
        "text": f"鞋底开胶 {number}",
        "time": clock.now().strftime("%Y-%m-%d %H:%M:%S+0000"),
        "stars": "1",
        "order": f"10000000{number}",
        "buyer": f"buyer{number}",
        "product": "Shoe",
    }
    return list((row | changes).values())


def as_csv(*lines: list[str]) -> bytes:
    target = io.StringIO()
    csv.writer(target).writerows([COLUMNS, *lines])
    return target.getvalue().encode("gb18030")


def upload(shop: Source, content: bytes, by: User | None = None) -> FileImport:
    return imports.upload(
        source=shop,
        name="reviews.csv",
        file=io.BytesIO(content),
        by=by or make_user(role="supervisor"),
        now=clock.now(),
    )


def run(shop: Source, content: bytes, **options: Any) -> FileImport:
    file_import = upload(shop, content)
    imports.begin(
        import_id=file_import.pk,
        mapping=suggest(file_import.layout["columns"]),
        options=Options(**options),
        now=clock.now(),
    )
    tasks.run_imports()
    file_import.refresh_from_db()
    return file_import


def fates(file_import: FileImport) -> dict[str, int]:
    return queries.figures(file_import).by_fate


def test_rows_become_tickets_and_the_ledger_adds_up(shop: Source) -> None:
    done = run(shop, as_csv(*[line(n) for n in range(60)]))
    assert (done.state, done.total) == (ImportState.DONE, 60)
    assert fates(done) == {RowFate.NEW: 60}
    assert Ticket.objects.count() == Message.objects.count() == RawDelivery.objects.count() == 60
    assert set(RawDelivery.objects.values_list("status", flat=True)) == {"done"}
    delivery = RawDelivery.objects.earliest("pk")
    assert f"row 2 of import {done.pk}" in str(delivery.trail[0])
    body = json.loads(bytes(delivery.body))
    assert body["cells"][0] == ["评价编号", "r0"]
    ticket = Ticket.objects.earliest("pk")
    assert (ticket.channel, ticket.is_public, ticket.order_number) == ("review", True, "100000000")
    assert ticket.messages.get().rating == 1


def test_the_same_file_again_adds_nothing(shop: Source) -> None:
    content = as_csv(*[line(n, time="2026-11-21 10:00") for n in range(5)])
    run(shop, content)
    again = run(shop, content)
    assert fates(again) == {RowFate.THERE: 5}
    assert Ticket.objects.count() == RawDelivery.objects.count() == 5


def test_a_file_that_overlaps_adds_only_what_is_new(shop: Source) -> None:
    run(shop, as_csv(*[line(n) for n in range(5)]))
    later = run(shop, as_csv(*[line(n) for n in range(3, 8)]))
    assert fates(later) == {RowFate.NEW: 3, RowFate.THERE: 2}
    assert Ticket.objects.count() == 8


def test_a_row_twice_in_one_file_is_one(shop: Source) -> None:
    assert fates(run(shop, as_csv(line(1), line(1)))) == {RowFate.NEW: 1, RowFate.THERE: 1}
    assert Message.objects.count() == 1


def test_what_the_buyer_changed_joins_the_same_ticket(shop: Source) -> None:
    run(shop, as_csv(line(1)))
    run(shop, as_csv(line(1, text="鞋底开胶,还没人回复")))
    assert Ticket.objects.count() == 1
    assert Message.objects.count() == 2


def test_two_sources_keep_their_rows_apart(shop: Source) -> None:
    other = make_source(slug="tb", kind="marketplace")
    run(shop, as_csv(line(1)))
    assert fates(run(other, as_csv(line(1)))) == {RowFate.NEW: 1}
    assert Customer.objects.count() == 2


def test_praise_is_left_out_and_faults_are_kept(shop: Source) -> None:
    done = run(shop, as_csv(line(1, text="", stars="5"), line(2, stars="9"), line(3)))
    figures = queries.figures(done)
    assert (figures.new, figures.ignored, figures.failed, figures.done) == (1, 1, 1, 3)
    failed = ImportRow.objects.get(fate=RowFate.FAILED)
    assert failed.number == 3
    header, row = queries.failed_rows(done)
    assert header == [*COLUMNS, "row", "why"]
    assert row[0] == "r2"
    assert "“9” is not a number of stars" in row[-1]


def test_old_rows_are_for_the_record_and_start_no_clock(shop: Source) -> None:
    run(shop, as_csv(line(1, time="2026-01-01 10:00"), line(2)))
    old, fresh = Ticket.objects.order_by("pk")
    assert (old.is_backfill, old.due_at, old.unanswered_since) == (True, None, None)
    assert not SlaClock.objects.filter(ticket=old).exists()
    assert not fresh.is_backfill
    assert fresh.due_at is not None


def test_what_comes_later_to_an_old_row_is_waited_for(shop: Source) -> None:
    run(shop, as_csv(line(1, time="2026-01-01 10:00")))
    now = clock.now().strftime("%Y-%m-%d %H:%M:%S+0000")
    run(shop, as_csv(line(1, text="还是没有人管", time=now)))
    ticket = Ticket.objects.get()
    assert ticket.due_metric == "next"
    assert ticket.unanswered_since is not None


def test_old_rows_may_be_work_for_today(shop: Source) -> None:
    run(shop, as_csv(line(1, time="2026-01-01 10:00")), old_is_history=False)
    ticket = Ticket.objects.get()
    assert not ticket.is_backfill
    assert clock.now() - ticket.opened_at < timedelta(minutes=5)
    assert ticket.messages.get().meta["written_at"].startswith("2026-01-01T02:00")


def test_a_workbook_is_imported_like_a_file_of_text(shop: Source) -> None:
    done = run(shop, book(COLUMNS, *[line(n) for n in range(3)]))
    assert fates(done) == {RowFate.NEW: 3}
    assert done.layout["kind"] == "csv"


def test_a_worker_that_dies_loses_nothing_and_doubles_nothing(
    shop: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imports, "BATCH", 4)
    calls: list[int] = []
    real = imports.process_delivery

    def dies(*, delivery_id: int, now: Any) -> Any:
        calls.append(delivery_id)
        if len(calls) == 6:
            raise KeyboardInterrupt
        return real(delivery_id=delivery_id, now=now)

    monkeypatch.setattr(imports, "process_delivery", dies)
    with pytest.raises(KeyboardInterrupt):
        run(shop, as_csv(*[line(n) for n in range(10)]))
    half = FileImport.objects.get()
    assert (half.state, half.position) == (ImportState.RUNNING, 9)
    # Dead workers release nothing: their time has to run out.
    FileImport.objects.update(lease_until=clock.now() - timedelta(seconds=1))
    tasks.run_imports()
    tasks.sweep_deliveries()
    half.refresh_from_db()
    assert half.state == ImportState.DONE
    assert fates(half) == {RowFate.NEW: 10}
    assert Ticket.objects.count() == Message.objects.count() == RawDelivery.objects.count() == 10


def test_a_turn_ends_and_another_goes_on(shop: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "BATCH", 2)
    file_import = upload(shop, as_csv(*[line(n) for n in range(5)]))
    mapping = suggest(file_import.layout["columns"])
    imports.begin(import_id=file_import.pk, mapping=mapping, options=Options(), now=clock.now())
    assert imports.read_on(import_id=file_import.pk, seconds=0)
    assert ImportRow.objects.count() == 2
    while imports.read_on(import_id=file_import.pk, seconds=0):
        pass
    assert ImportRow.objects.count() == 5


def test_what_another_worker_holds_is_left_to_it(shop: Source) -> None:
    file_import = upload(shop, as_csv(line(1)))
    mapping = suggest(file_import.layout["columns"])
    imports.begin(import_id=file_import.pk, mapping=mapping, options=Options(), now=clock.now())
    held = imports.claim(import_id=file_import.pk, state=ImportState.RUNNING, now=clock.now())
    assert held is not None
    assert imports.due_imports(now=clock.now()) == []
    assert not imports.read_on(import_id=file_import.pk)
    assert not ImportRow.objects.exists()


def test_a_file_that_breaks_off_stops_with_the_reason_and_what_came_stays(shop: Source) -> None:
    file_import = upload(shop, as_csv(line(1)))
    name = file_import.file.name
    file_import.file.storage.delete(name)
    imports.begin(import_id=file_import.pk, mapping={"text": 1}, options=Options(), now=clock.now())
    tasks.run_imports()
    file_import.refresh_from_db()
    assert (file_import.state, file_import.problem) == (ImportState.STOPPED, "no_file")
    imports.resume(import_id=file_import.pk)
    file_import.refresh_from_db()
    assert file_import.state == ImportState.RUNNING


def test_an_import_is_taken_back_and_can_be_made_again(shop: Source) -> None:
    content = as_csv(*[line(n) for n in range(3)])
    done = run(shop, content)
    import_undo.ask_undo(import_id=done.pk, by=make_user(role="supervisor"))
    tasks.run_imports()
    done.refresh_from_db()
    assert done.state == ImportState.UNDONE
    assert not Ticket.objects.exists()
    assert not Message.objects.exists()
    assert not Customer.objects.exists()
    assert not Order.objects.exists()
    assert set(RawDelivery.objects.values_list("status", flat=True)) == {"ignored"}
    assert fates(run(shop, content)) == {RowFate.NEW: 3}
    assert Ticket.objects.count() == 3


def work_on(ticket: Ticket, how: str) -> None:
    by, now = make_user(role="agent"), clock.now()
    match how:
        case "note":
            tickets.add_note(ticket_id=ticket.pk, text="Looked", by=by, now=now)
        case "owner":
            tickets.assign(ticket_id=ticket.pk, to=by, by=by, now=now)
        case "draft":
            tickets.save_draft(ticket_id=ticket.pk, user=by, kind="reply", text="Dear", now=now)
        case "message":
            run(Source.objects.get(slug="jd"), as_csv(line(1, text="Another word")))


@pytest.mark.parametrize("how", ["note", "owner", "message"])
def test_what_somebody_worked_on_is_not_taken_back_and_neither_is_the_rest(
    shop: Source, how: str
) -> None:
    done = run(shop, as_csv(*[line(n) for n in range(3)]))
    ticket = Ticket.objects.get(external_id__startswith="id:r1#")
    work_on(ticket, how)
    import_undo.ask_undo(import_id=done.pk, by=make_user(role="supervisor"))
    tasks.run_imports()
    done.refresh_from_db()
    assert done.state == ImportState.DONE
    assert ticket.reference in done.refusal
    assert Ticket.objects.count() == 3


def test_a_source_with_an_uploaded_file_is_not_removed(client: Client, shop: Source) -> None:
    upload(shop, as_csv(line(1)))
    client.force_login(make_user(role="admin"))
    assert client.post(f"/sources/{shop.slug}/delete/").status_code == 409
    assert FileImport.objects.filter(source=shop).exists()


def test_a_workbook_that_takes_long_is_prepared_by_one_worker(
    shop: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, others = imports.to_csv, list[Any]()

    def slow(*args: Any) -> Any:
        later = clock.now() + timedelta(minutes=5)
        others.append(imports.due_imports(now=later))
        return real(*args)

    monkeypatch.setattr(imports, "to_csv", slow)
    run(shop, book(COLUMNS, line(1)))
    assert others == [[]]


def test_people_whom_others_know_stay(shop: Source) -> None:
    run(shop, as_csv(line(1)))
    second = run(shop, as_csv(line(2, buyer="buyer1")))
    import_undo.ask_undo(import_id=second.pk, by=make_user(role="supervisor"))
    tasks.run_imports()
    assert Customer.objects.count() == 1
    assert Ticket.objects.count() == 1


def test_the_pages_lead_from_upload_to_result(client: Client, lead: User, shop: Source) -> None:
    evil = line(1, text="<script>alert(1)</script>", product="=1+1")
    content = as_csv(evil, line(2, stars="9"))
    file = SimpleUploadedFile("../../re views.csv", content, "text/csv")
    answer = client.post("/imports/", {"source": "jd", "file": file})
    page = client.get(answer["Location"])
    text = page.content.decode()
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    assert "“9” is not a number of stars from 1 to 5." in text
    assert "re views.csv" in text
    assert ".." not in FileImport.objects.get().name
    fields = {f"column_{n}": i for n, i in suggest(COLUMNS).items()}
    chosen = fields | {"zone": "UTC", "old": "history", "is_public": "1", "skip_praise": "on"}
    looked = client.post(answer["Location"], chosen | {"look": "1"}, headers={"HX-Request": "true"})
    assert "Times without a zone are read as UTC." in looked.content.decode()
    assert not RawDelivery.objects.exists()
    client.post(answer["Location"], chosen | {"start": "1"})
    running = client.get(answer["Location"]).content.decode()
    assert "load delay:2s" in running
    tasks.run_imports()
    done = client.get(answer["Location"], headers={"HX-Request": "true"}).content.decode()
    assert "load delay" not in done
    assert "Take it back" in done
    failed = client.get(f"{answer['Location']}failed.csv")
    body = b"".join(failed.streaming_content).decode("utf-8-sig")
    assert "r2" in body
    assert failed["X-Content-Type-Options"] == "nosniff"
    client.post(f"{answer['Location']}undo/")
    tasks.run_imports()
    assert "Taken back by" in client.get(answer["Location"]).content.decode()
    assert "Finished" not in client.get("/imports/").content.decode().partition("<tbody>")[2]


def test_the_mapping_is_remembered_for_files_of_the_same_shape(
    client: Client, lead: User, shop: Source
) -> None:
    first = upload(shop, as_csv(line(1)), by=lead)
    imports.begin(
        import_id=first.pk,
        mapping={"text": 6, "rating": 3},
        options=Options(zone="UTC"),
        now=clock.now(),
    )
    assert SavedMapping.objects.count() == 1
    second = upload(shop, as_csv(line(2)), by=lead)
    text = client.get(f"/imports/{second.pk}/").content.decode()
    assert "as the last file of this shape" in text
    assert "read as UTC" in text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The submitted file is empty."),
        (b"<html></html>", "This is a web page"),
        (b"\xd0\xcf\x11\xe0", "save it as .xlsx"),
        (b"PK\x03\x04x", "cannot be opened"),
    ],
    ids=["empty", "page", "xls", "zip"],
)
def test_what_cannot_be_read_is_said_at_once(
    client: Client, lead: User, shop: Source, content: bytes, said: str
) -> None:
    answer = client.post(
        "/imports/", {"source": "jd", "file": SimpleUploadedFile("x.csv", content)}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not FileImport.objects.exists()


def test_a_new_source_is_made_once(client: Client, lead: User) -> None:
    for _ in range(2):
        file = SimpleUploadedFile("x.csv", as_csv(line(1)))
        client.post("/imports/", {"source": "", "new_name": "京东旗舰店", "file": file})
    assert Source.objects.filter(kind="marketplace", name="京东旗舰店").count() == 1
    file = SimpleUploadedFile("x.csv", as_csv(line(1)))
    assert client.post("/imports/", {"source": "", "file": file}).status_code == 422


def test_a_mapping_without_words_and_stars_is_refused(
    client: Client, lead: User, shop: Source
) -> None:
    file_import = upload(shop, as_csv(line(1)), by=lead)
    chosen = {"zone": "UTC", "old": "work", "start": "1", "column_text": "99"}
    answer = client.post(f"/imports/{file_import.pk}/", chosen)
    assert answer.status_code == 422
    file_import.refresh_from_db()
    assert file_import.state == ImportState.DRAFT


def test_a_file_is_thrown_away(client: Client, lead: User, shop: Source) -> None:
    file_import = upload(shop, as_csv(line(1)), by=lead)
    client.post(f"/imports/{file_import.pk}/discard/")
    assert not FileImport.objects.exists()


@pytest.mark.parametrize("role", ["agent", "senior", "lead", "editor", "auditor", "api"])
def test_other_roles_are_refused(client: Client, shop: Source, role: str) -> None:
    file_import = upload(shop, as_csv(line(1)))
    paths = ["", f"{file_import.pk}/", f"{file_import.pk}/failed.csv"]
    assert client.get("/imports/").status_code == 302
    client.force_login(make_user(role=role))
    assert {client.get(f"/imports/{path}").status_code for path in paths} == {403}
    verbs = ["undo", "resume", "discard"]
    posts = {client.post(f"/imports/{file_import.pk}/{verb}/").status_code for verb in verbs}
    assert posts == {403}


def test_an_administrator_reads_no_words_of_others_files(client: Client, shop: Source) -> None:
    file_import = upload(shop, as_csv(line(1)))
    admin = make_user(role="admin")
    client.force_login(admin)
    assert client.get(f"/imports/{file_import.pk}/").status_code == 403
    assert client.get(f"/imports/{file_import.pk}/failed.csv").status_code == 403
    own = upload(shop, as_csv(line(2)), by=admin)
    assert client.get(f"/imports/{own.pk}/").status_code == 200


def test_nobody_delivers_to_a_marketplace_from_outside(client: Client, shop: Source) -> None:
    answer = client.post("/intake/jd/", b"{}", content_type="application/json")
    assert answer.status_code == 401
    assert not RawDelivery.objects.exists()

"""The model page's parts about classes, promises, drift and people; the tickets behind a cell."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from common import clock
from tests import factories
from tests.factories import make_user
from tests.triage.test_model_page import add
from triage import charts, display, queries, services
from triage.display.classes import confused, rows_of
from triage.ml.classes import JudgedTicket
from triage.models import DriftReport, ModelJudging, ModelVersion, VersionState

pytestmark = pytest.mark.django_db

LATE, LOST = "logistics.delivery-delay", "logistics.lost-parcel"
RUDE, DROP = "service.rude-agent", "price.price-drop"


@pytest.fixture
def supervisor(client: Client) -> User:
    user = make_user(username="head", role="supervisor", display_name="Mei Tan")
    client.force_login(user)
    return user


def judge(*rows: tuple[str, str, str], language: str = "en") -> ModelJudging:
    version = ModelVersion.objects.order_by("-number").first() or add()
    made = [
        JudgedTicket(
            factories.ticket(text="x", external_id=f"j-{number}").pk, language, *row
        ).to_row()
        for number, row in enumerate(rows)
    ]
    judging, _ = ModelJudging.objects.update_or_create(
        version=version, defaults={"before": 11, "rows": made, "judged_at": clock.now()}
    )
    return judging


MIXED = (
    *[(LATE, LOST, LATE)] * 6,
    *[(LATE, LATE, LOST)] * 3,
    *[(LOST, LOST, LOST)] * 4,
    (RUDE, RUDE, DROP),
)


@pytest.mark.parametrize("role", ["agent", "lead", "auditor"])
@pytest.mark.parametrize("path", ["/models/classes/", "/models/confusion/", "/models/replays/"])
def test_strangers_are_refused(client: Client, role: str, path: str) -> None:
    client.force_login(make_user(role=role))
    assert client.get(path).status_code == 403


# ---- Classes ----


def test_each_class_has_figures_of_both_versions(client: Client, supervisor: User) -> None:
    judge(*MIXED)
    page = client.get("/models/")
    found = page.context["classes"]
    rows = {row.slug: row for group in found.groups for row in group.rows}
    assert rows[LATE].tickets == 9
    assert rows[LATE].after.recall == pytest.approx(6 / 9)
    assert rows[LATE].before.recall == pytest.approx(3 / 9)
    assert rows[LATE].taken_for == "Lost parcel"
    assert "Delivery delay read as Lost parcel" in page.text
    assert "3 of 9, before 6" in page.text
    assert [group.label for group in found.groups] == ["Logistics", "Price", "Service"]


@pytest.mark.parametrize(
    ("sort", "first"), [("n", DROP), ("-n", LATE), ("f1", DROP), ("-change", LATE)]
)
def test_rows_are_sorted_as_asked(sort: str, first: str) -> None:
    found = display.classes(judge(*MIXED), "en", sort=sort)
    (group,) = found.groups
    assert group.rows[0].slug == first
    assert {row.slug for row in group.rows} == {LATE, LOST, RUDE, DROP}


@pytest.mark.parametrize("query", ["sort=x&top=y&tickets=z", "sort=--n", "top=%00", "sort="])
def test_odd_addresses_show_the_usual_order(client: Client, supervisor: User, query: str) -> None:
    judge(*MIXED)
    page = client.get(f"/models/classes/?{query}", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert page.context["classes"].top == ""


def test_the_fragment_is_the_part_alone_and_without_scripts_the_page(
    client: Client, supervisor: User
) -> None:
    judge(*MIXED)
    answer = client.get("/models/classes/?sort=-f1&top=logistics", headers={"HX-Request": "true"})
    assert answer.text.lstrip().startswith('<section class="card" id="classes"')
    plain = client.get("/models/classes/?sort=-f1")
    assert plain.headers["Location"] == "/models/?sort=-f1#classes"


def test_one_language_is_counted_alone(client: Client, supervisor: User) -> None:
    judge(*MIXED, language="zh")
    empty = client.get("/models/?tickets=en")
    assert empty.context["classes"].tickets == 0
    assert "No judged ticket is in this language." in empty.text
    assert client.get("/models/?tickets=zh").context["classes"].tickets == 14


def test_the_drawing_and_its_table_hold_the_same() -> None:
    found = display.classes(judge(*MIXED), "en")
    drawn = sum(cell.count for cell in found.heat.chart.cells)
    told = sum(cell.count for _, cells in found.heat.rows for cell in cells)
    assert drawn == told == 14
    inside = display.classes(judge(*MIXED), "en", top="service").heat
    assert inside.columns[-1] == "…"
    assert sum(cell.count for _, cells in inside.rows for cell in cells) == 1


def test_a_cell_is_as_dark_as_its_share() -> None:
    cells = charts.heat([[0, 1, 99], [0, 0, 0]], ["a", "b"], ["a", "b", "c"]).cells
    assert [cell.level for cell in cells] == [0, 1, 6, 0, 0, 0]


def test_a_confusion_leads_to_its_tickets(client: Client, supervisor: User) -> None:
    judging = judge(*MIXED)
    page = client.get("/models/confusion/", {"truth": LATE, "said": LOST})
    assert "Delivery delay read as Lost parcel" in page.text
    assert len(page.context["rows"]) == 3
    ticket, words = page.context["rows"][0]
    assert ticket.reference in page.text
    assert (words["before"], words["is_right"]) == ("Delivery delay", False)
    assert len(confused(rows_of(judging), "logistics", "logistics")) == 13
    assert [row.truth for row in confused(rows_of(judging), RUDE, "*")] == [RUDE]
    assert "No such tickets." in client.get("/models/confusion/?truth=x&said=y").text


def test_whoever_reads_no_tickets_sees_counts_alone(client: Client) -> None:
    judge(*MIXED)
    client.force_login(make_user(role="admin"))
    page = client.get("/models/confusion/", {"truth": LATE, "said": LOST})
    assert page.status_code == 200
    assert "R-1" not in page.text
    assert "hidden or gone" in page.text


def test_before_anything_was_judged_there_are_no_confusions(
    client: Client, supervisor: User
) -> None:
    assert client.get("/models/confusion/?truth=a&said=b").status_code == 404
    assert "No tickets were judged yet." in client.get("/models/").text


# ---- Promises ----


def promised(recent: bool, wrong: list[float]) -> dict[str, Any]:
    sets = {"rows": 412, "covered": 0.936, "top": 0.95, "median": 2, "mean": 1.9, "level": 0.9}
    part = {"recent": recent, "wrong": wrong, "sets": sets}
    return {"en": part, "zh": part}


def test_what_is_promised_is_said_for_the_line_of_the_slider(
    client: Client, supervisor: User
) -> None:
    add(guarantees=promised(True, [0.01 * step for step in range(1, 21)]), recent=["en", "zh"])
    page = client.get("/models/?language=en&allowed=10")
    assert "of 100 tickets filed alone at most 20 are wrong." in page.text
    assert "93</b> of 100 tickets the right category is among those shown" in page.text
    assert "Measured on 412 recent labels." in page.text


@pytest.mark.parametrize("wrong", [[], [1.0] * 20], ids=["none", "few"])
def test_too_little_promises_nothing(client: Client, supervisor: User, wrong: list[float]) -> None:
    add(guarantees=promised(False, wrong))
    page = client.get("/models/?language=en&allowed=10")
    assert "Nothing is promised yet" in page.text
    assert "Measured on 412 phrasings written apart" in page.text


def test_a_promise_is_rounded_to_the_safe_side() -> None:
    version = add(guarantees=promised(True, [0.0301] * 20))
    found = display.risk(version, None, "en", saved=0.1)
    assert found is not None
    assert found.most_wrong == 4
    assert display.among(version, "en") == 93
    assert display.among(None, "en") is None
    assert display.among(add(VersionState.SHADOW), "en") is None


# ---- Drift ----

FIGURES: dict[str, Any] = {
    "days": [["2026-11-20", 40, 10, 0.8], ["2026-11-21", 50, 10, 0.7]],
    "classes": {
        "7": {"now": {LATE: 60, DROP: 40}, "before": {LATE: 200}, "index": 0.31, "chance": 0.02,
              "kind": "far"},
        "28": {"now": {}, "before": {}, "index": 0.0, "chance": 0.0, "kind": "few"},
    },
    "knows_words": True,
    "words": {
        "en": {
            "texts": 90, "before_texts": 300, "unknown": 0.09, "before_unknown": 0.02,
            "days": [["2026-11-20", 100, 4], ["2026-11-21", 100, 9]],
            "new": [{"word": "<teleporter>", "tickets": 12, "texts": 90, "before": 0,
                     "before_texts": 300, "learnt": 0.0, "examples": []}],
        },
        "zh": {"texts": 0, "before_texts": 0, "unknown": None, "before_unknown": None,
               "days": [], "new": []},
    },
}  # fmt: skip


def test_drift_is_said_in_words(client: Client, supervisor: User) -> None:
    ticket = factories.ticket(text="x")
    words = FIGURES["words"]["en"]
    new = [words["new"][0] | {"examples": [ticket.pk, 999_999]}]
    figures = FIGURES | {"words": FIGURES["words"] | {"en": words | {"new": new}}}
    DriftReport.objects.create(measured_at=clock.now(), figures=figures)
    page = client.get("/models/")
    assert "far apart" in page.text
    assert "too few tickets" in page.text
    assert "+40.0" in page.text
    assert "9.0% of the words were never learnt" in page.text
    assert "&lt;teleporter&gt;" in page.text
    assert ticket.reference in page.text
    (part,) = [one for one in page.context["drift"].words if one.language == "en"]
    assert part.is_more


def test_an_empty_night_is_shown_too(client: Client, supervisor: User) -> None:
    from triage.services.drift import measure_drift

    assert "Nothing was measured yet." in client.get("/models/").text
    measure_drift(now=clock.now())
    page = client.get("/models/")
    assert page.status_code == 200
    assert "No tickets were read in this time." in page.text
    assert "No model could be read" in page.text


# ---- Versions and people ----


def test_one_click_goes_back_to_what_was_in_use(client: Client, supervisor: User) -> None:
    first, second = add(), add(VersionState.SHADOW)
    services.promote(number=second.number, by=supervisor, now=clock.now() + timedelta(days=1))
    page = client.get("/models/")
    assert page.context["previous"] == first
    assert f"Roll back to {first.number}" in page.text
    page = client.post(f"/models/{first.number}/promote/", follow=True)
    assert "is in use. Every worker has it within five seconds." in page.text
    champion = queries.champion()
    assert champion == first


def test_a_version_with_a_fault_is_not_offered_to_go_back_to(
    client: Client, supervisor: User
) -> None:
    first, second = add(), add(VersionState.SHADOW)
    services.promote(number=second.number, by=supervisor, now=clock.now())
    ModelVersion.objects.filter(pk=first.pk).update(fault="its artefact is missing")
    page = client.get("/models/")
    assert page.context["previous"] is None
    assert "its artefact is missing" in page.text


def test_everybody_who_labelled_is_listed_and_the_odd_one_marked(
    client: Client, supervisor: User
) -> None:
    odd = make_user(username="odd", display_name="Otto")
    calm = make_user(username="calm", display_name="Cara")
    people = [
        {"person": calm.pk, "labels": 90, "changed": 4, "expected": 3.5},
        {"person": odd.pk, "labels": 60, "changed": 60, "expected": 3.0},
        {"person": 999_999, "labels": 1, "changed": 0, "expected": 0.0},
    ]
    add(set_aside=[people[1]], people=people)
    page = client.get("/models/")
    assert [(user, is_odd) for user, _, is_odd in page.context["people"]] == [
        (calm, False),
        (odd, True),
    ]


def test_the_whole_page_takes_few_statements(
    client: Client, supervisor: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    judge(*MIXED)
    DriftReport.objects.create(measured_at=clock.now(), figures=FIGURES)
    for _number in range(5):
        add(VersionState.SHADOW)
    with django_assert_max_num_queries(24):
        assert client.get("/models/").status_code == 200

"""The mining over tickets and files: what it proposes, and that it says nothing about anybody."""

import json
import re
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from config.demo.month import Month
from config.demo.people import add_people, add_sources
from knowledgebase import content, library, services
from knowledgebase.models import Proposal, Template
from knowledgebase.services.mining import mine_pool
from tests.factories import MONDAY_TEN
from tickets.models import Customer, Identity, Message, Order

pytestmark = pytest.mark.django_db
TOPICS = ("水垢", "filter", "螺丝", "rug")


@pytest.fixture
def demo() -> None:
    """Play only the part of the demo's month in which agents repeat themselves."""
    # A part is enough to know the words that replies use.
    services.load_knowledge(articles=content.read_all()[::5], now=MONDAY_TEN)
    library.forget()
    Month(add_sources(), add_people("a password"), MONDAY_TEN).plant()


def shown() -> str:
    """Everything that proposals show."""
    return "\n".join(
        part for one in Proposal.objects.all() for part in (one.body, *one.words, *one.examples)
    )


@pytest.mark.usefixtures("demo")
def test_the_demo_proposes_what_was_planted_and_nobodys_data() -> None:
    first = mine_pool(since=MONDAY_TEN - timedelta(days=60), now=MONDAY_TEN)
    answers = Proposal.objects.filter(kind="answer")
    assert all(answers.filter(body__contains=topic).count() == 1 for topic in TOPICS)
    assert all(one.customers >= 3 and one.texts >= 3 for one in Proposal.objects.all())
    gaps = Proposal.objects.filter(kind="scenario")
    assert gaps.filter(words__contains=["刻字"]).count() == 1
    assert_nobody_is_named()
    again = mine_pool(since=MONDAY_TEN - timedelta(days=60), now=MONDAY_TEN)
    assert (again.proposed, again.gaps) == (0, 0)
    assert first.proposed == again.renewed - first.gaps
    reject_all()
    last = mine_pool(since=MONDAY_TEN - timedelta(days=60), now=MONDAY_TEN)
    assert (last.proposed, last.renewed, last.gaps) == (0, 0, 0)


def reject_all() -> None:
    Proposal.objects.update(state="rejected")


def assert_nobody_is_named() -> None:
    text = shown().lower()
    names = [part for name in names_of_all() for part in (name, *name.split()) if len(part) > 1]
    assert not [name for name in names if re.search(rf"\b{re.escape(name.lower())}\b", text)]
    values = [*Identity.objects.values_list("value", flat=True)]
    values += [one for order in Order.objects.all() for one in (order.number, order.tracking_no)]
    values += Message.objects.values_list("ticket__reference", flat=True)
    assert not [value for value in values if value and value.lower() in text]
    assert not re.search(r"\d{3,}|@", text)


def names_of_all() -> list[str]:
    from accounts.models import User

    return [
        *Customer.objects.values_list("name", flat=True),
        *User.objects.values_list("display_name", flat=True),
    ]


HEAD = ("question", "answer", "sub-category", "language", "score", "customer")
TOLD = (
    "Dear {name}, the white film is limescale. Fill the kettle halfway, add two spoons of vinegar, "
    "let it stand for 30 minutes, then rinse twice. Your order {order} is safe."
)
NAMES = ("Marcus Oyelaran", "Hannah Lindqvist", "Priya Raman", "Bo Quill")
ROWS = [
    (f"Kettle {n} has spots", TOLD.format(name=name, order=77001 + n), "defective", "en", "5", name)
    for n, name in enumerate(NAMES)
]


def as_csv(path: Path) -> None:
    lines = [HEAD, *ROWS, ("only a question", "", "", "", "", "")]
    path.write_text("\n".join(",".join(f'"{cell}"' for cell in row) for row in lines), "utf-8")


def as_lines(path: Path) -> None:
    rows = [json.dumps(dict(zip(HEAD, row, strict=True))) for row in ROWS]
    path.write_text("\n".join([*rows, "no json"]), "utf-8")


def as_workbook(path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in (HEAD, *ROWS, ("only a question", "", "", "", "", "")):
        book.active.append(row)
    book.save(path)


@pytest.mark.parametrize(
    ("name", "write"),
    [("desk.csv", as_csv), ("desk.jsonl", as_lines), ("desk.xlsx", as_workbook)],
    ids=["csv", "jsonl", "xlsx"],
)
@pytest.mark.usefixtures("shelf")
def test_another_desks_file_is_mined_once(name: str, write: object, tmp_path: Path) -> None:
    path = tmp_path / name
    assert callable(write)
    write(path)
    for _twice in range(2):
        out = StringIO()
        call_command("mine_replies", file=str(path), stdout=out)
    assert "1 rows without an answer left out" in out.getvalue()
    assert "0 replies proposed, 1 brought up to date" in out.getvalue()
    proposal = Proposal.objects.get()
    assert (proposal.origin, proposal.category) == (name, "quality.defective")
    assert (proposal.customers, proposal.scored, proposal.mean_score) == (4, 4, 5.0)
    assert "vinegar" in proposal.body
    assert not re.search(r"Marcus|Hannah|Priya|Quill|77", shown())


@pytest.mark.usefixtures("shelf")
def test_what_the_library_has_as_a_draft_is_not_proposed(tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    as_csv(path)
    Template.objects.filter(language="en", variant="calm").update(body=ROWS[0][1])
    call_command("mine_replies", file=str(path), stdout=StringIO())
    assert not Proposal.objects.exists()


@pytest.mark.usefixtures("shelf")
@pytest.mark.parametrize("name", ["none.csv", "empty.csv", "broken.xlsx"])
def test_an_unusable_file_is_refused_by_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    if name != "none.csv":
        path.write_bytes(b"PK\x03\x04 no archive" if name.endswith("xlsx") else b"a,b\n1,2\n")
    with pytest.raises(CommandError, match=name):
        call_command("mine_replies", file=str(path), stdout=StringIO())


@pytest.mark.usefixtures("shelf")
def test_a_day_is_needed_after_since() -> None:
    with pytest.raises(CommandError, match="yesterday"):
        call_command("mine_replies", since="yesterday", stdout=StringIO())

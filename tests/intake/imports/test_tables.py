"""Files as marketplaces and people make them: encodings, marks, heads, workbooks and bombs."""

import csv
import io
import random
import zipfile
from datetime import datetime

import pytest
from openpyxl import Workbook

from common.csv_export import csv_lines, safe_cell
from intake.imports import Layout, TableProblem, detect, read_rows, tables, workbooks
from intake.imports.headers import recognise, suggest
from intake.imports.words import FILE_PROBLEMS

HEAD = "评价编号,评价内容,评分\n"
JD = ["商品编号", "商品名称", "订单编号", "用户昵称"]
JD += ["评价星级", "评价内容", "评价时间", "追评内容"]
TAOBAO = ["订单编号", "宝贝标题", "宝贝ID", "买家会员名"]
TAOBAO += ["评价结果", "评价内容", "评价时间", "追加评价"]
ENGLISH = ["Review ID", "Date", "Rating", "Title", "Review text", "Order number", "Customer name"]
# A workbook knows no zones.
NOON = datetime(2026, 3, 4, 12, 30)  # noqa: DTZ001
TEXT = HEAD + "1,鞋子开胶了,1\n2,颜色不对,2\n"


def rows(content: bytes) -> list[list[str]]:
    file = io.BytesIO(content)
    return [cells for _, cells in read_rows(file, detect(file))]


def problem(content: bytes) -> str:
    with pytest.raises(TableProblem) as caught:
        rows(content)
    return caught.value.code


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_the_encoding_is_found(encoding: str) -> None:
    assert rows(TEXT.encode(encoding)) == [["1", "鞋子开胶了", "1"], ["2", "颜色不对", "2"]]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_mark_between_cells_is_found(delimiter: str, end: str) -> None:
    text = TEXT.replace(",", delimiter).replace("\n", end)
    assert rows(text.encode()) == [["1", "鞋子开胶了", "1"], ["2", "颜色不对", "2"]]


def test_commas_and_line_ends_within_quotes_stay_in_their_cell() -> None:
    content = 'id,text\n1,"a, ""b""\nc"\n2,d\n'
    assert rows(content.encode()) == [["1", 'a, "b"\nc'], ["2", "d"]]


def test_titles_above_the_names_of_the_columns_are_passed_over() -> None:
    content = f"评价导出,,\n店铺:示例,,\n\n{TEXT}"
    assert [cells[0] for cells in rows(content.encode())] == ["1", "2"]


def test_a_line_that_tells_the_mark_is_obeyed() -> None:
    assert rows(b"sep=;\nid;text\n1;a\n") == [["1", "a"]]


def test_marks_that_shield_numbers_are_taken_off() -> None:
    content = (
        'id,order,text\n1,"=""00123456789012345678""",\'=SUM(A1)\n2,\t987654321098765432,\'t\n'
    )
    assert rows(content.encode()) == [
        ["1", "00123456789012345678", "=SUM(A1)"],
        ["2", "987654321098765432", "'t"],
    ]


def test_empty_rows_are_no_rows_and_numbers_are_those_of_the_file() -> None:
    file = io.BytesIO(b"id,text\n\n1,a\n,,\n2,b\n")
    layout = detect(file)
    assert [number for number, _ in read_rows(file, layout)] == [3, 5]
    assert [number for number, _ in read_rows(file, layout, after=3)] == [5]


def test_nul_and_broken_bytes_do_no_harm() -> None:
    found = rows(b"id,text\n1,a\x00b\n2,\xff\xfe\n")
    assert found[0] == ["1", "ab"]
    assert len(found) == 2


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n , \n", "empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old_workbook"),
        (b"<html><table><tr><td>1</table>", "web_page"),
        (b"PK\x03\x04 and nothing else", "broken_workbook"),
        (b'id,text\n1,"' + b"x" * 1_200_000, "open_quote"),
    ],
    ids=["nothing", "blank", "xls", "html", "zip", "quote"],
)
def test_what_is_no_table_is_said(content: bytes, code: str) -> None:
    assert problem(content) == code


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 3)
    assert problem(b"id,text\n" + b"1,a\n" * 5) == "too_many_rows"


def book(*lines: list[object], title: str = "Sheet") -> bytes:
    made = Workbook()
    sheet = made.active
    assert sheet is not None
    sheet.title = title
    for line in lines:
        sheet.append(line)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


def test_a_workbook_is_read_as_text() -> None:
    content = book(
        ["评价编号", "评价时间", "评分", "订单编号", "评价内容"],
        [7, NOON, 4.0, "1234567890123456789", "坏了"],
        [],
        [8, None, 4.5, 1234567890123456789, True],
    )
    assert rows(content) == [
        ["7", "2026-03-04 12:30:00", "4", "1234567890123456789", "坏了"],
        ["8", "", "4.5", "1.23456789012346E+18", "1"],
    ]


def test_a_workbook_becomes_csv_with_the_same_rows() -> None:
    file = io.BytesIO(book(["title"], [], ["评价编号", "评价内容"], [1, "a\nb"], [], [2, "=x"]))
    layout = detect(file)
    target = io.BytesIO()
    made, total = tables.to_csv(file, layout, target)
    assert total == 2
    assert list(read_rows(target, made)) == list(read_rows(file, layout))


def packed(**parts: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LARGEST_OTHER", 1000)
    assert problem(packed(**{"xl/workbook.xml": bytes(5000)})) == "bomb"
    monkeypatch.setattr(workbooks, "MOST_PARTS", 3)
    assert problem(packed(**{f"{n}.xml": b"" for n in range(5)})) == "bomb"


def test_a_workbook_that_lies_about_its_sizes_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(book(["id", "text"], [1, "a" * 2000]))
    # The size in the directory is what is unpacked at most; a wrong one breaks the check sum.
    at = content.rindex(b"xl/worksheets/sheet1.xml") - 46 + 24
    content[at : at + 4] = (100).to_bytes(4, "little")
    assert problem(bytes(content)) == "broken_workbook"


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/sharedStrings.xml", "_rels/.rels"])
def test_a_workbook_with_entities_is_not_opened(name: str) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>'
    assert problem(packed(**{name: bomb})) == "broken_workbook"


def test_a_sheet_with_a_row_at_the_end_of_the_world_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 1000)
    content = io.BytesIO(book(["id", "text"], [1, "a"], [2, "b"]))
    target = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(target, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                data = data.replace(b'<row r="3"', b'<row r="999999999999"')
            new.writestr(part, data)
    assert problem(target.getvalue()) == "too_many_rows"


@pytest.mark.parametrize(
    ("columns", "preset", "fields"),
    [
        (
            JD,
            "jd",
            "sku product order_number buyer_name rating text written_at follow_up",
        ),
        (
            TAOBAO,
            "taobao",
            "order_number product sku buyer_id rating text written_at follow_up",
        ),
        (
            ENGLISH,
            "",
            "review_id written_at rating subject text order_number buyer_name",
        ),
        (["A", "B"], "", ""),
    ],
    ids=["jd", "taobao", "english", "unknown"],
)  # fmt: skip
def test_columns_are_recognised_by_their_names(
    columns: list[str], preset: str, fields: str
) -> None:
    found = recognise(columns)
    assert (found.slug if found else "") == preset
    expected = {field: index for index, field in enumerate(fields.split())}
    assert suggest(columns) == expected


@pytest.mark.parametrize("value", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", " =x"])
def test_no_cell_of_ours_is_run_as_a_formula(value: str) -> None:
    assert safe_cell(value) == f"'{value}"
    (_, line) = csv_lines([[value, "plain"]])
    assert next(csv.reader([line]))[0][0] == "'"


def test_what_was_exported_can_be_imported_again() -> None:
    cells = ["=1+1", "00123", 'a "b", c', "两行\n字", "-"]
    content = "".join(csv_lines([["id", "order", "text", "review", "name"], cells]))
    assert rows(content.encode()) == [cells]


def test_any_bytes_are_a_table_or_a_problem() -> None:
    chance, codes = random.Random(7), set()
    seeds = [TEXT.encode("gb18030"), TEXT.encode("utf-16"), book(["id", "text"], [1, "a"])]
    for _ in range(150):
        content = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.randrange(256)
        file = io.BytesIO(bytes(content[: chance.randint(1, len(content))]))
        try:
            assert isinstance(detect(file), Layout)
            list(read_rows(file, detect(file)))
        except TableProblem as found:
            codes.add(found.code)
    assert codes <= set(FILE_PROBLEMS)

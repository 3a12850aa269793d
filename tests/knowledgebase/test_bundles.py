"""Files of replies: what is read, what is refused and where, and that writing loses nothing."""

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from knowledgebase import bundles, content
from knowledgebase.bundles import MANIFEST, read_bundle, write_bundle

GOOD = """slug = "stuck-parcel.mine"
category = "logistics.stuck-parcel"
remedy = "TR"
offer = "O1"
limit = ""
legal = []
jurisdiction = []
expires_on = 2026-12-31

[title]
en = "Stuck: mine"
zh = "停滞·自建"

[examples]
en = ["where is it"]
zh = []

[body.en]
calm = \"\"\"
Thank you, {customer_name}.

{agent_name} writes by {next_update_at}.\"\"\"
"""


def zipped(**files: str | bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return target.getvalue()


def refusals(raw: bytes, name: str = "replies.zip") -> list[tuple[str, str, int]]:
    bundle = read_bundle(name, raw)
    found = [*bundle.refused, *([bundle.fatal] if bundle.fatal else [])]
    return [(one.path, one.code, one.line) for one in found]


def test_a_single_file_is_read_with_its_last_day() -> None:
    bundle = read_bundle("mine.toml", GOOD.encode())
    [sheet] = bundle.sheets
    assert sheet.article.slug == "stuck-parcel.mine"
    assert sheet.expires_on is not None
    assert sheet.expires_on.isoformat() == "2026-12-31"


@pytest.mark.parametrize(
    "path",
    sorted((content.ROOT / "refund-refused").glob("*.toml")),
    ids=lambda path: path.stem,
)
def test_shipped_files_survive_writing_and_reading(path: Path) -> None:
    article = content.read_article(path)
    names: tuple[str, ...] = (
        "slug",
        "category",
        "remedy",
        "offer",
        "limit",
        "legal",
        "jurisdiction",
    )
    names += ("conditions", "title", "examples", "body")
    raw = write_bundle([{name: getattr(article, name) for name in names}], {}, {})
    [sheet] = read_bundle("x.zip", raw).sheets
    assert replace(sheet.article, path="", digest="") == replace(article, path="", digest="")


@pytest.mark.parametrize(
    "text",
    [
        'ends with "',
        'three """ quotes',
        "back\\slash",
        "tab\there",
        "bell\x07",
        "line\n\nline",
        "中文",
    ],
    ids=["quote", "three", "backslash", "tab", "control", "lines", "han"],
)
def test_any_text_survives(text: str) -> None:
    article = read_bundle("mine.toml", GOOD.encode()).sheets[0].article
    sheet = {
        "slug": "a.b",
        "category": "",
        "remedy": "",
        "offer": "O1",
        "limit": "",
        "legal": [text],
        "jurisdiction": [],
        "conditions": {},
        "title": article.title,
        "examples": {},
        "body": {"en": {"calm": text}},
    }
    back = content.parse_article(bundles.write_sheet(sheet).encode(), "x")
    assert back.body["en"]["calm"] == text
    assert back.legal == (text,)


def test_the_line_of_an_unknown_variable_is_named() -> None:
    wrong = GOOD.replace("{agent_name}", "{agent_nam}")
    [one] = read_bundle("mine.toml", wrong.encode()).refused
    assert (one.code, one.line) == ("variable", 22)
    assert one.data == {"name": "{agent_nam}", "meant": "{agent_name}"}


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (GOOD.replace("offer =", "offer"), "toml", 4),
        (GOOD.replace("remedy", "remedies"), "unknown-key", 3),
        (GOOD.replace("2026-12-31", '"soon"'), "expires", 8),
        (GOOD.replace('en = ["where is it"]', 'en = "where"'), "shape", 11),
        (GOOD.replace("calm =", "cross ="), "no-such-body", 19),
        (GOOD.partition("[title]")[0], "shape", 1),
        (GOOD[:-20], "toml", 22),
    ],
    ids=["syntax", "field", "date", "list", "mood", "missing", "half"],
)
def test_faults_have_their_line(text: str, code: str, line: int) -> None:
    assert refusals(text.encode(), "mine.toml")[0] == ("mine.toml", code, line)


@pytest.mark.parametrize(
    "raw",
    [GOOD.encode("utf-16"), GOOD.encode("gb18030"), GOOD.encode() + b"\x00"],
    ids=["utf-16", "gb18030", "nul"],
)
def test_other_encodings_are_refused(raw: bytes) -> None:
    assert refusals(raw, "mine.toml")[0][1] == "encoding"


def test_names_that_lead_outside_are_refused() -> None:
    raw = zipped(**{"../a.toml": GOOD, "/b.toml": GOOD, "c\\..\\d.toml": GOOD, "C:e.toml": GOOD})
    codes = {code for _path, code, _line in refusals(raw)}
    assert codes == {"outside"}
    assert read_bundle("x.zip", raw).sheets == []


def test_a_link_in_a_zip_is_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("a.toml")
        entry.external_attr = 0o120777 << 16
        archive.writestr(entry, "/etc/passwd")
    assert refusals(target.getvalue()) == [("a.toml", "outside", 0)]


def test_a_bomb_is_not_unpacked() -> None:
    huge = b"#" * (bundles.LARGEST_FILE + 1)
    assert refusals(zipped(**{"a.toml": huge})) == [("a.toml", "file-too-large", 0)]


def test_many_large_files_end_the_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "LARGEST_WHOLE", 1_000)
    raw = zipped(**{f"{n}.toml": "#" * 400 for n in range(4)})
    bundle = read_bundle("x.zip", raw)
    assert bundle.fatal is not None
    assert bundle.fatal.code == "unpacks-too-large"


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundles, "MOST_FILES", 2)
    raw = zipped(**{f"{n}.toml": GOOD for n in range(3)})
    assert refusals(raw) == [("replies.zip", "too-many", 0)]


def test_half_a_zip_is_refused() -> None:
    raw = zipped(**{"a.toml": GOOD})
    assert refusals(raw[: len(raw) // 2]) == [("replies.zip", "not-a-zip", 0)]
    assert refusals(b"") == [("replies.zip", "not-a-zip", 0)]


def test_a_damaged_entry_is_named() -> None:
    raw = bytearray(zipped(**{"a.toml": GOOD}))
    place = raw.index(b"a.toml") + len("a.toml") + 20
    raw[place : place + 8] = b"\xff" * 8
    assert refusals(bytes(raw)) == [("a.toml", "broken", 0)]


def test_other_kinds_of_files_and_twins_are_named() -> None:
    raw = zipped(**{"notes.txt": "hello", "a.toml": GOOD, "b.toml": GOOD})
    assert refusals(raw) == [("notes.txt", "not-toml", 0), ("b.toml", "same-slug", 1)]


@pytest.mark.parametrize(
    "manifest",
    ["[]", "{", json.dumps({"heads": 1}), "[" * 5000],
    ids=["list", "half", "number", "deep"],
)
def test_a_list_of_versions_that_is_nonsense_is_named(manifest: str) -> None:
    raw = zipped(**{MANIFEST: manifest, "a.toml": GOOD})
    assert refusals(raw) == [(MANIFEST, "manifest", 0)]
    assert len(read_bundle("x.zip", raw).sheets) == 1

"""`manage.py explain_mail`: any bytes are explained, with no database."""

# ruff: noqa: E501 - raw mails, one a line

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

KEYS = {
    "from_address", "from_name", "to", "cc", "subject", "message_id", "in_reply_to", "references",
    "text", "reply_text", "html", "attachments", "is_auto_reply", "is_bounce", "date", "defects",
    "kind", "kind_reasons", "is_bulk", "may_acknowledge", "content_digest",
}  # fmt: skip
CORPUS = Path(__file__).parents[2] / "data" / "mail"


def explain(path: str) -> dict[str, Any]:
    out = io.StringIO()
    call_command("explain_mail", path, "--json", stdout=out)
    explained: dict[str, Any] = json.loads(out.getvalue())
    return explained


@pytest.mark.parametrize("raw", [b"", b"\x00\xff", b"From: a@b.c\n\nhi", b"\xff\xfeh\x00i\x00"])
def test_any_bytes_are_explained(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mail.eml"
    path.write_bytes(raw)
    assert set(explain(str(path))) >= KEYS


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin = SimpleNamespace(buffer=io.BytesIO(b"From: a@b.c\nSubject: x\n\nhi"))
    monkeypatch.setattr(sys, "stdin", stdin)
    assert explain("-")["subject"] == "x"


@pytest.mark.parametrize(
    ("raw", "kind", "reasons"),
    [
        ("From: a@b.c\n\nhi", "person", []),
        ("From: a@b.c\nList-Id: <l.b.c>\n\nhi", "bulk", ["List-Id: <l.b.c>"]),
        ("From: a@b.c\nAuto-Submitted: auto-replied\n\nhi", "auto-reply", ["Auto-Submitted: auto-replied"]),
        ("From: MAILER-DAEMON@b.c\nReturn-Path: <>\n\nhi", "bounce", ["Return-Path: <>"]),
        ("From: a@b.c\nSubject: Out of office\n\nhi", "auto-reply", ["words of the sender, the subject or the text"]),
    ],
    ids=["person", "bulk", "auto-reply", "bounce", "words"],
)  # fmt: skip
def test_the_kind_is_named_with_its_reasons(
    raw: str, kind: str, reasons: list[str], tmp_path: Path
) -> None:
    path = tmp_path / "mail.eml"
    path.write_text(raw)
    explained = explain(str(path))
    assert (explained["kind"], explained["kind_reasons"]) == (kind, reasons)


def test_a_missing_file_is_named() -> None:
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("explain_mail", "/nowhere/mail.eml")


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.eml")), ids=lambda path: path.stem)
def test_the_corpus_is_read_as_written_beside_it(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text("utf-8"))
    explained = explain(str(path))
    assert {key: explained[key] for key in expected} == expected

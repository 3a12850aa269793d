"""Reasons: codes where they are stored, sentences where they are shown."""

import ast
from pathlib import Path

import pytest
from django.utils import translation

from intake import reasons

ROOT = Path(__file__).parents[2]
GIVERS = {"Ignored", "Refused", "WrongQuestion", "Unreadable"}
TEXTS = sorted(reasons.REASONS.items())


def _text(node):
    """Return a literal, with ‹x› for what is filled in; None for anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "‹x›" for part in node.values
        )
    return None


def _calls(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GIVERS:
            yield from node.args
            yield from (word.value for word in node.keywords if word.arg == "why")


def _verified(tree):
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name.startswith("verify"):
            for node in ast.walk(function):
                if isinstance(node, ast.Return) and node.value is not None:
                    yield node.value


def _given():
    for path in sorted((ROOT / "intake").rglob("*.py")):
        tree = ast.parse(path.read_text())
        for node in [*_calls(tree), *_verified(tree)]:
            text = _text(node)
            if text is not None:
                yield f"{path.relative_to(ROOT)}:{node.lineno}", text


def test_every_reason_that_is_given_has_a_code():
    unknown = [
        f"{where}: {text}" for where, text in _given() if reasons.coded(text)[0] == reasons.OTHER
    ]
    assert not unknown, "add these to intake/reasons.py:\n" + "\n".join(unknown)


@pytest.mark.parametrize(("code", "text"), TEXTS, ids=[code for code, _ in TEXTS])
def test_a_reason_is_found_again_and_keeps_what_was_filled_in(code, text):
    names = reasons._PLACE.findall(text)
    data = {name: f"X-{number}" for number, name in enumerate(names)}
    found, kept = reasons.coded(text % data)
    assert text % data == reasons.REASONS[found] % kept
    if not names:
        assert found == code


@pytest.mark.parametrize(("code", "text"), TEXTS, ids=[code for code, _ in TEXTS])
def test_a_reason_is_said_in_chinese(code, text):
    data = dict.fromkeys(reasons._PLACE.findall(text), "42")
    with translation.override("zh-hans"):
        said = reasons.say(code, data)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in said), said


def test_what_has_no_code_keeps_its_words():
    assert reasons.step("ignored", "something new") == {
        "step": "ignored",
        "code": "other",
        "data": {"text": "something new"},
    }
    assert reasons.say("other", {"text": "something new"}) == "something new"


def test_rows_of_earlier_versions_are_said_too():
    old = {"step": "ignored", "why": "an event that is no message: follow"}
    with translation.override("zh-hans"):
        assert "follow" in reasons.say_step(old)
        assert reasons.say_step(old) != old["why"]


def test_a_percent_sign_from_outside_harms_nothing():
    code, data = reasons.coded("it is not XML: 100% %(kind)s %s")
    assert reasons.say(code, data) == "It is not XML: 100% %(kind)s %s"
    assert reasons.say("not_xml", {}) == "it is not XML: %(error)s"


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("bad_signature: the bearer token is not this source's secret", "bearer token"),
        ("bad_signature: The signature does not match: it is not JSON", "It is not JSON"),
        ("stale_timestamp: the timestamp is more than 300 seconds away from now", "300 seconds"),
        ("strange", "strange"),
    ],
)
def test_a_refusal_is_said_whichever_version_stored_it(stored, said):
    assert said in reasons.say_refusal(stored)

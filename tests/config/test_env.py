"""config/env.py: nonsense is refused, secrets come from files, every name is documented."""

import re
from pathlib import Path

import pytest

from config import env
from config.errors import SettingError

PROJECT_DIR = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("word", ["1", "true", "YES", " on "])
def test_true_words_are_true(monkeypatch, word):
    monkeypatch.setenv("SWITCH", word)
    assert env.boolean("SWITCH", default=False) is True


@pytest.mark.parametrize("word", ["0", "False", "no", "OFF"])
def test_false_words_are_false(monkeypatch, word):
    monkeypatch.setenv("SWITCH", word)
    assert env.boolean("SWITCH", default=True) is False


def test_a_boolean_that_is_neither_is_refused_with_its_name(monkeypatch):
    monkeypatch.setenv("SWITCH", "maybe")
    with pytest.raises(SettingError, match="SWITCH is 'maybe'"):
        env.boolean("SWITCH", default=True)


def test_an_empty_setting_counts_as_not_set(monkeypatch):
    monkeypatch.setenv("NUMBER", "  ")
    assert env.integer("NUMBER", 7) == 7


@pytest.mark.parametrize(
    ("value", "words"),
    [("ten", "whole number"), ("1.5", "whole number"), ("0", "at least 1"), ("9", "at most 8")],
)
def test_numbers_out_of_bounds_and_words_are_refused(monkeypatch, value, words):
    monkeypatch.setenv("NUMBER", value)
    with pytest.raises(SettingError, match=words):
        env.integer("NUMBER", 2, minimum=1, maximum=8)


def test_a_choice_outside_the_list_is_refused(monkeypatch):
    monkeypatch.setenv("FORMAT", "xml")
    with pytest.raises(SettingError, match="text, json"):
        env.choice("FORMAT", "text", allowed=("text", "json"))


def test_a_list_is_cut_at_commas_and_loses_empty_parts(monkeypatch):
    monkeypatch.setenv("HOSTS", "a.example, b.example,,")
    assert env.words("HOSTS") == ["a.example", "b.example"]


def test_an_address_needs_one_of_the_schemes(monkeypatch):
    monkeypatch.setenv("PLACE", "mysql://root:hunter2@db/x")
    with pytest.raises(SettingError) as caught:
        env.url("PLACE", schemes=("postgres", "postgresql"))
    assert "postgres://" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_an_address_with_a_nonsense_port_is_refused(monkeypatch):
    monkeypatch.setenv("PLACE", "redis://db:port/0")
    with pytest.raises(SettingError, match="PLACE is not an address"):
        env.url("PLACE", schemes=("redis",))


def test_a_secret_is_read_from_the_file(monkeypatch, tmp_path):
    file = tmp_path / "secret"
    file.write_text("s3cret\n")
    monkeypatch.delenv("SECRET", raising=False)
    monkeypatch.setenv("SECRET_FILE", str(file))
    assert env.secret("SECRET") == "s3cret"


def test_a_secret_in_both_places_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET", "one")
    monkeypatch.setenv("SECRET_FILE", str(tmp_path / "two"))
    with pytest.raises(SettingError, match="not both"):
        env.secret("SECRET")


@pytest.mark.parametrize("content", [None, "", " \n"])
def test_a_secret_file_that_is_missing_or_empty_is_refused(monkeypatch, tmp_path, content):
    file = tmp_path / "secret"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("SECRET_FILE", str(file))
    with pytest.raises(SettingError, match="SECRET_FILE"):
        env.secret("SECRET")


def test_a_file_of_settings_gives_way_to_the_environment(monkeypatch, tmp_path):
    file = tmp_path / ".env"
    file.write_text("# words\n\nFIRST=from file\nSECOND='quoted'\n")
    monkeypatch.setenv("FIRST", "from environment")
    monkeypatch.setenv("SECOND", "")
    monkeypatch.delenv("SECOND")
    env.read_file(file)
    assert env.text("FIRST") == "from environment"
    assert env.text("SECOND") == "quoted"


def test_a_line_without_equals_sign_is_refused_with_its_number(tmp_path):
    file = tmp_path / ".env"
    file.write_text("GOOD=1\nnonsense\n")
    with pytest.raises(SettingError, match="line 2"):
        env.read_file(file)


def test_the_example_names_exactly_what_is_read():
    """The settings are read in a fresh process, so that other tests' names do not count."""
    import subprocess
    import sys

    code = "import config.settings; from config.env import NAMES_READ; print(*NAMES_READ)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_DIR, capture_output=True, text=True, check=True
    )
    example = (PROJECT_DIR / ".env.example").read_text(encoding="utf-8")
    documented = set(re.findall(r"^#?\s?([A-Z][A-Z0-9_]+)=", example, flags=re.MULTILINE))
    assert documented == set(done.stdout.split())

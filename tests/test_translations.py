"""Every shown sentence is there in Simplified Chinese, and every template lets it be translated."""

import os
import re
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parent.parent
CATALOGUE = Path("locale/zh_Hans/LC_MESSAGES/django.po")
ROOMS = (
    "config", "reports", "intake", "triage", "knowledgebase", "surveys", "tickets", "outbox",
    "accounts", "common", "templates", "locale",
)  # fmt: skip
GETTEXT = "gettext is missing: install it (apt-get install gettext), it finds the shown sentences."

# ---- The catalogue ----


def _copy_sources(folder: Path) -> None:
    """Copy what holds shown sentences: makemessages writes beside what it reads."""
    ignore = shutil.ignore_patterns("__pycache__", "*.mo", "data", "content")
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=ignore)
    shutil.copy(ROOT / "manage.py", folder)


@pytest.fixture(scope="module")
def fresh_catalogue(tmp_path_factory: pytest.TempPathFactory) -> polib.POFile:
    """Return the catalogue as `make messages` would write it now."""
    if shutil.which("xgettext") is None or shutil.which("msgmerge") is None:
        pytest.fail(GETTEXT)
    folder = tmp_path_factory.mktemp("sources")
    _copy_sources(folder)
    done = subprocess.run(
        [sys.executable, "manage.py", "makemessages", "--locale", "zh_Hans", "--no-obsolete"],
        cwd=folder,
        env=os.environ | {"REDRESS_VAR": str(folder / "var")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return polib.pofile(str(folder / CATALOGUE))


def _where(entry: polib.POEntry) -> str:
    place = entry.occurrences[0][0] if entry.occurrences else "?"
    return f"{place}: {entry.msgid}"


def test_no_shown_sentence_waits_for_its_translation(fresh_catalogue: polib.POFile) -> None:
    missing = [_where(entry) for entry in fresh_catalogue.untranslated_entries()]
    assert not missing, "Translate these; `make messages` puts them into the catalogue."


def test_no_translation_is_a_guess_of_the_tools(fresh_catalogue: polib.POFile) -> None:
    assert not [_where(entry) for entry in fresh_catalogue.fuzzy_entries()]


def test_the_search_finds_sentences_of_code_and_of_templates(
    fresh_catalogue: polib.POFile,
) -> None:
    suffixes = {Path(place).suffix for entry in fresh_catalogue for place, _ in entry.occurrences}
    assert {".py", ".html"} <= suffixes


PLACE = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}|%[sd]")


def _translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def test_translations_have_the_same_places_to_fill_as_the_sentence() -> None:
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(ROOT / CATALOGUE))
        for text in _translations(entry)
        if sorted(PLACE.findall(text)) != sorted(PLACE.findall(entry.msgid_plural or entry.msgid))
    ]
    assert not wrong


def test_chinese_has_no_western_commas_and_stops_between_its_words() -> None:
    han = "[\u4e00-\u9fff]"
    wrong = [
        text
        for entry in polib.pofile(str(ROOT / CATALOGUE))
        for text in _translations(entry)
        if re.search(rf"{han}[,;:!?]|{han}\.(?:\s|$)", text)
    ]
    assert not wrong


# ---- The templates ----

# Names and signs that are the same in every language.
SAME_EVERYWHERE = {
    "Redress", "SHA", "VIP", "SLA", "CSAT", "CSV", "Ctrl", "Alt", "Enter", "Esc", "Shift", "Tab",
    "English", "中文",  # languages call themselves by their own name
}  # fmt: skip
# Shown when nothing works any more, not even the choice of a language: it holds both.
IN_BOTH_LANGUAGES = {Path("templates/500.html")}
# Examples of variables, on the page of components for those who work on Redress.
EXAMPLES = {Path("templates/tickets/styles.html"): {"{item}", "{new_tracking_no}"}}
SHOWN_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title"}
SILENT_ELEMENTS = {"script", "style", "kbd", "code", "symbol"}
TRANSLATED = re.compile(
    r"{%-?\s*blocktrans(?:late)?\b.*?{%-?\s*endblocktrans(?:late)?\s*-?%}", re.DOTALL
)
# Remarks, and blocks that hold names of classes.
NOT_SHOWN = re.compile(
    r"{%\s*comment\b.*?{%\s*endcomment\s*%}|{#.*?#}|<!--.*?-->"
    r"|{%\s*block \w*(?:class|width)\s*%}[\w -]*{%\s*endblock\b.*?%}",
    re.DOTALL,
)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
GIVEN_WORDS = re.compile(
    r"""{%\s*(?:include|with)\b[^%]*?\b(?:title|text|label|action|hint|lead)=(["'])(?P<said>[^"']*)\1"""
)
WORD = re.compile(r"[^\W\d_]{2,}")


class _ShownText(HTMLParser):
    """Collects the texts and attributes that a reader sees."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.silent = 0
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in SILENT_ELEMENTS
        self._attributes(tag, attrs)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._attributes(tag, attrs)

    def _attributes(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        kind = dict(attrs).get("type")
        for name, value in attrs:
            if name in SHOWN_ATTRIBUTES or (name == "value" and kind in {"submit", "button"}):
                self._keep(value or "")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in SILENT_ELEMENTS

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._keep(data)

    def _keep(self, text: str) -> None:
        if set(WORD.findall(text)) - SAME_EVERYWHERE:
            self.found.append(" ".join(text.split()))


def bare_text(template: str) -> list[str]:
    """Return the shown words of a template that no translator will ever see."""
    template = NOT_SHOWN.sub("", template)
    given = [found["said"] for found in GIVEN_WORDS.finditer(template)]
    reader = _ShownText()
    reader.feed(TAG.sub("", TRANSLATED.sub("", template)))
    reader.close()
    return reader.found + [said for said in given if set(WORD.findall(said)) - SAME_EVERYWHERE]


@pytest.mark.parametrize(
    "template",
    [
        "<p>Hello</p>",
        '<img alt="A parcel">',
        '<input type="submit" value="Send">',
        '{% if a %}<b class="x">{{ n }} tickets</b>{% endif %}',
        "<h1>工单</h1>",
        '{% include "components/_empty.html" with title="Nothing here" %}',
    ],
)
def test_the_detector_sees_bare_text(template: str) -> None:
    assert bare_text(template)


@pytest.mark.parametrize(
    "template",
    [
        '<p>{% trans "Hello" %}</p>',
        "<p title=\"{% trans 'Hello' %}\">{{ name }} · P{{ n }} %</p>",
        "{% blocktrans %}Hello <b>you</b>{% endblocktrans %}",
        "<script>let word = 1;</script><kbd>Enter</kbd>{# a remark #}<!-- another -->",
        '<a class="btn btn-sm" href="/queue/mine/"{% if x %} hidden{% endif %}></a>',
        '{% trans "Hello" as said %}{% include "components/_empty.html" with title=said %}',
    ],
)
def test_the_detector_leaves_translated_text_alone(template: str) -> None:
    assert not bare_text(template)


TEMPLATES = sorted(path.relative_to(ROOT) for path in (ROOT / "templates").rglob("*.html"))


def test_templates_hold_no_text_outside_trans() -> None:
    found = {}
    for path in TEMPLATES:
        words = set(bare_text((ROOT / path).read_text("utf-8"))) - EXAMPLES.get(path, set())
        if words and path not in IN_BOTH_LANGUAGES:
            found[str(path)] = words
    assert TEMPLATES
    assert not found


def test_the_page_in_both_languages_has_both() -> None:
    for path in IN_BOTH_LANGUAGES:
        words = " ".join(bare_text((ROOT / path).read_text("utf-8")))
        assert re.search("[\u4e00-\u9fff]{4}", words)
        assert re.search("[a-z]{4}", words)

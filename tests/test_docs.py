"""The documentation says what is there: links, settings and commands are checked against it."""

import re
import subprocess
from pathlib import Path

import pytest
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")], key=lambda path: path.as_posix()
)
NAMES = [path.relative_to(ROOT).as_posix() for path in PAGES]
pages = pytest.mark.parametrize("page", NAMES)

LINK = re.compile(r"!?\[[^\]]*\]\((?P<to>[^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
SETTING = re.compile(r"^#?([A-Z][A-Z0-9_]+)=", re.MULTILINE)
COMMAND = re.compile(r"manage\.py ([a-z_]+)\b")
TARGET = re.compile(r"(?:^|`)make (?:[A-Z]+=\S+ )*([a-z][a-z-]*)\b", re.MULTILINE)


def _text(page: str | Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def _anchors(text: str) -> set[str]:
    """Return the anchors of the headings, made as the usual hosts make them."""
    kept = (re.sub(r"[^\w\- ]", "", title.lower()) for title in HEADING.findall(text))
    return {title.strip().replace(" ", "-") for title in kept}


def test_the_pages_people_look_for_are_there() -> None:
    people = {"agent", "supervisor", "administrator", "developer", "channels", "dependencies"}
    assert {f"docs/{name}.md" for name in people} <= set(NAMES)
    assert {"README.md", "CHANGELOG.md", "CONTRIBUTING.md"} <= set(NAMES)


@pages
def test_links_lead_somewhere(page: str) -> None:
    dead = []
    for link in LINK.finditer(FENCE.sub("", _text(page))):
        place, _, anchor = link["to"].partition("#")
        if place.startswith(("https://", "http://", "mailto:")):
            continue
        target = (ROOT / page).parent / place if place else ROOT / page
        if not target.exists() or (
            anchor and anchor not in _anchors(target.read_text(encoding="utf-8"))
        ):
            dead.append(link["to"])
    assert not dead


def test_every_decision_is_in_the_list_of_decisions() -> None:
    files = {path.name for path in (ROOT / "docs/adr").glob("0*.md")}
    assert {link["to"] for link in LINK.finditer(_text("docs/adr/README.md"))} >= files


def test_the_settings_table_names_what_the_example_names() -> None:
    example = {name for name in SETTING.findall(_text(".env.example")) if name[-5:] != "_FILE"}
    section = _text("README.md").partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    told = [name for row in rows for name in re.findall(r"`([A-Z_0-9]+)`", row)]
    assert sorted(told) == sorted(example)


@pages
def test_management_commands_exist(page: str) -> None:
    assert not set(COMMAND.findall(_text(page))) - set(get_commands())


def test_every_command_of_the_project_is_told() -> None:
    rooms = {path.stem for path in ROOT.glob("*/management/commands/[a-z]*.py")}
    told = {name for page in NAMES for name in COMMAND.findall(_text(page))}
    assert rooms
    # Called by `prepare`; nobody types them.
    assert rooms - told - {"seed_demo"} == set()


@pages
def test_targets_of_make_exist(page: str) -> None:
    makefile = _text("Makefile")
    known = set(re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE))
    code = "\n".join(re.findall(r"`[^`\n]+`|^make .*$", _text(page), re.MULTILINE))
    assert not set(TARGET.findall(code)) - known


@pages
def test_modules_that_are_called_exist(page: str) -> None:
    for module in re.findall(r"python -m ([a-z_]+(?:\.[a-z_]+)+)", _text(page)):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module


@pages
def test_pages_name_no_place_of_one_machine(page: str) -> None:
    assert not re.search(r"/(?:home|root|work|Users)/", _text(page))


def test_pictures_are_small() -> None:
    pictures = list((ROOT / "docs/images").iterdir())
    assert pictures
    assert not [path.name for path in pictures if path.stat().st_size > 300_000]


def test_the_version_and_licence_are_told_once_the_same() -> None:
    project = _text("pyproject.toml")
    version = re.search(r'^version = "([\d.]+)"', project, re.MULTILINE)
    assert version
    assert f"## {version[1]} " in _text("CHANGELOG.md")
    licence = re.search(r'^license = "([\w.-]+)"', project, re.MULTILINE)
    assert licence
    assert f"SPDX-License-Identifier: {licence[1]}" in _text("LICENSE")
    assert licence[1] in _text("README.md")


def test_shell_examples_can_be_read_by_a_shell(tmp_path: Path) -> None:
    wrong = {}
    for page in ("README.md", "docs/administrator.md", "docs/developer.md", "docs/channels.md"):
        for block in re.findall(r"^```\n(.*?)^```", _text(page), re.DOTALL | re.MULTILINE):
            if re.match(r"\[|redress unix|config/| POST", block):
                continue  # files and drawings, not commands
            script = tmp_path / "example.sh"
            script.write_text(block, encoding="utf-8")
            done = subprocess.run(
                ["bash", "-n", str(script)], capture_output=True, text=True, check=False
            )
            if done.returncode:
                wrong[f"{page}: {block[:40]}"] = done.stderr
    assert not wrong

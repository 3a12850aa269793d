"""The promises of the design system that a machine can check."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOKENS = (ROOT / "static/css/tokens.css").read_text()
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STYLES = sorted((ROOT / "static/css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static/js").glob("*.js"))
SURFACES = ("sunken", "canvas", "surface", "raised")
THEMES = ("light", "dark")

# (ink, what it stands on, least contrast of WCAG 2.2 and of the design)
PAIRS = [
    *[("ink", surface, 12.0) for surface in SURFACES],
    *[("ink-2", surface, 6.8) for surface in SURFACES],
    *[("ink-3", surface, 4.5) for surface in SURFACES],
    ("ink", "selected", 10.0),
    ("accent", "surface", 4.5),
    ("accent", "accent-soft", 4.5),
    ("on-fill", "accent-fill", 4.5),
    ("danger", "surface", 4.5),
    ("danger", "danger-soft", 4.5),
    ("warn", "surface", 4.5),
    ("warn", "warn-soft", 4.5),
    ("good", "surface", 4.5),
    ("good", "good-soft", 4.5),
    ("ink", "note-bg", 10.0),
    ("ink", "ev-1", 4.5),
    ("ink", "ev-2", 4.5),
    ("ink", "ev-3", 4.5),
    ("line-ctl", "surface", 3.0),
    ("focus", "surface", 3.0),
]


def token(name: str, theme: str) -> tuple[int, int, int]:
    """Return a token's colour in a theme."""
    found = re.search(rf"--{name}:\s*(?:light-dark\((#\w+),\s*(#\w+)\)|(#\w{{6}}))", TOKENS)
    assert found, f"no token --{name}"
    value = found[3] or found[1 + THEMES.index(theme)]
    red, green, blue = (int(value[i : i + 2], 16) for i in (1, 3, 5))
    return red, green, blue


def luminance(colour: tuple[int, int, int]) -> float:
    """Return the relative luminance of WCAG 2."""
    parts = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (each / 255 for each in colour)
    ]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground", "least"), PAIRS)
def test_text_can_be_read_in_both_themes(ink: str, ground: str, least: float, theme: str) -> None:
    one, two = luminance(token(ink, theme)), luminance(token(ground, theme))
    contrast = (max(one, two) + 0.05) / (min(one, two) + 0.05)
    assert contrast >= least, f"{contrast:.2f}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_carries_style_or_script_that_the_policy_would_stop(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<[^>{]*\sstyle=", text)
    assert not re.search(r"<[^>{]*\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\b(src|type)=)", text)
    assert "<style" not in text


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_components_name_tokens_that_exist(path: Path) -> None:
    text = path.read_text()
    known = set(re.findall(r"--([\w-]+):", TOKENS + text))
    assert set(re.findall(r"var\(--([\w-]+)", text)) <= known


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_every_style_stands_in_a_layer(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    heads = re.findall(r"^(\S[^{\n]*)\{", text, flags=re.MULTILINE)
    assert heads
    assert all(head.startswith("@layer") for head in heads)


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_build_no_markup_from_strings(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\.(innerHTML|outerHTML)\s*=(?!=)", text)
    assert "insertAdjacentHTML" not in text
    assert not re.search(r"\beval\(|new Function\(", text)


def test_every_icon_that_a_template_asks_for_is_in_the_sprite() -> None:
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons.svg").read_text()))
    asked = {
        name for path in TEMPLATES for name in re.findall(r"{% icon \"([\w-]+)\"", path.read_text())
    }
    assert asked <= sprite

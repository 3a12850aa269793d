r"""Reads the data files.

A topic file is named after its top category; `[sub]` opens a sub-category. Lines are

    % products elec home      product groups that fit
    % demands R EX            demand groups (remedy codes) that fit
    % flags safety            flags of every line below, until the next section
    0 !flag &top.sub ~ text   a problem core: emotion, flags, also, distressed, text
    * 2 @mail subject :: text a whole case; `\n` is a line break

`#` starts a comment. Phrase files hold sections of such lines, slot files sections of values
parted by ` | `.

A folder holds topic files by another voice: other people's words for the same problems, so that
checking on one voice what was learnt from the others tells how strangers will fare.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

from triage.seed.records import CHANNELS, FLAGS, LANGUAGES, Book, HeldOut, Phrase, Topic, Trap

DATA = Path(__file__).parent / "data"
COMMON_FILES = ("phrases", "slots")


_LATE_MARK = re.compile(rf"\s(~|!({'|'.join(FLAGS)})|&[a-z-]+\.[a-z-]+)$")


class BadLine(ValueError):
    """A data file holds a line that cannot be read."""


@cache
def load_book(language: str) -> Book:
    """Everything written in `language` ('zh' or 'en')."""
    if language not in LANGUAGES:
        raise ValueError(f"no seed material in {language!r}")
    folder = DATA / language
    topics: dict[str, Topic] = {}
    for path in [*sorted(folder.glob("*.txt")), *sorted(folder.glob("*/*.txt"))]:
        if path.stem not in COMMON_FILES:
            for topic in _read_topics(
                path, voice="" if path.parent == folder else path.parent.name
            ):
                known = topics.get(topic.category)
                topics[topic.category] = _joined(known, topic) if known else topic
    phrases = {
        name: tuple(read_phrase(line) for line in lines)
        for name, lines in _sections(folder / "phrases.txt")
    }
    slots = {
        name: tuple(value.strip() for line in lines for value in line.split(" | "))
        for name, lines in _sections(folder / "slots.txt")
    }
    return Book(language, tuple(topics.values()), phrases, slots)


def load_held_out(language: str) -> list[HeldOut]:
    """Read the texts kept apart for judging, in the order of the file."""
    book = load_book(language)
    full = {topic.category.split(".")[1]: topic.category for topic in book.topics}
    tables = tomllib.loads((DATA / language / "held_out.toml").read_text("utf-8"))
    return [
        HeldOut(text, language, full.get(sub, ""), f"{sub}.{item}")
        for sub, items in tables.items()
        for item, texts in items.items()
        for text in texts
    ]


def load_traps(language: str, *, apart: bool = False) -> list[Trap]:
    """Read the trap sentences, in the order of the file; `apart` those that nothing is tuned on."""
    name = "traps_apart.toml" if apart else "traps.toml"
    rows = tomllib.loads((DATA / language / name).read_text("utf-8"))["traps"]
    return [
        Trap(
            row["text"],
            language,
            row["kind"],
            row.get("category", ""),
            (row["emotion"][0], row["emotion"][1]) if "emotion" in row else None,
            row.get("distressed"),
            row.get("priority", 0),
            tuple(row.get("present", ())),
            tuple(row.get("absent", ())),
        )
        for row in rows
    ]


def read_phrase(line: str, always: tuple[str, ...] = ()) -> Phrase:
    """One line: `emotion marks text`; `always` are flags of the whole section."""
    head, _, rest = line.partition(" ")
    if head not in {"0", "1", "2", "3"} or not rest:
        raise BadLine(f"a line starts with an emotion of 0 to 3: {line!r}")
    flags: list[str] = list(always)
    also: list[str] = []
    channel = ""
    distressed = False
    while rest[:1] in {"!", "&", "@", "~"}:
        mark, _, rest = rest.partition(" ")
        if mark == "~":
            distressed = True
        elif mark[0] == "!" and mark[1:] in FLAGS:
            flags.append(mark[1:])
        elif mark[0] == "&" and "." in mark:
            also.append(mark[1:])
        elif mark[0] == "@" and mark[1:] in CHANNELS:
            channel = mark[1:]
        else:
            raise BadLine(f"unknown mark {mark!r}: {line!r}")
    subject, parted, text = rest.partition(" :: ")
    if not parted:
        subject, text = "", rest
    ordered = tuple(flag for flag in FLAGS if flag in flags)
    text = text.replace("\\n", "\n").strip()
    if not text:
        raise BadLine(f"no text: {line!r}")
    if _LATE_MARK.search(text):
        raise BadLine(f"marks stand before the text: {line!r}")
    return Phrase(text, subject.strip(), int(head), distressed, ordered, tuple(also), channel)


def _joined(first: Topic, more: Topic) -> Topic:
    return replace(first, cores=first.cores + more.cores, cases=first.cases + more.cases)


def _read_topics(path: Path, voice: str) -> Iterator[Topic]:
    for sub, lines in _sections(path):
        settings: dict[str, tuple[str, ...]] = {"products": ("any",), "demands": ("any",)}
        cores: list[Phrase] = []
        cases: list[Phrase] = []
        for line in lines:
            if line.startswith("% "):
                name, *values = line[2:].split()
                settings[name] = tuple(values)
            elif line.startswith("* "):
                cases.append(replace(read_phrase(line[2:], settings.get("flags", ())), voice=voice))
            else:
                cores.append(replace(read_phrase(line, settings.get("flags", ())), voice=voice))
        yield Topic(
            f"{path.stem}.{sub}",
            tuple(cores),
            tuple(cases),
            settings["products"],
            settings["demands"],
        )


def _sections(path: Path) -> list[tuple[str, list[str]]]:
    found: list[tuple[str, list[str]]] = []
    for raw in path.read_text("utf-8").splitlines():
        line = raw.strip()
        if not line or line.startswith("# "):
            continue
        if line.startswith("[") and line.endswith("]"):
            found.append((line[1:-1], []))
        elif found:
            found[-1][1].append(line)
        else:
            raise BadLine(f"{path.name}: a line before the first section: {line!r}")
    return found

"""Reads the shipped replies (one TOML file per scenario) and checks them. Pure.

``python -m knowledgebase.content check [paths]`` prints every problem with file and variant;
``python -m knowledgebase.content read-again paths`` notes that a second person read them.
"""

import argparse
import hashlib
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from knowledgebase import policy, scenarios, tone, variables

ROOT = Path(__file__).parent / "content"
LANGUAGES = ("zh", "en")
REQUIRED_VARIANTS = ("calm", "angry")
REMEDIES = frozenset(
    [
        "R",
        "PR",
        "RT",
        "EX",
        "RP",
        "RS",
        "MP",
        "CM",
        "CP",
        "FRT",
        "PP",
        "IN",
        "AP",
        "EXP",
        "TR",
        "CB",
        "CO",
        "DOC",
        "SEC",
        "STOP",
        "TEST",
        "DATA",
        "EXPL",
    ]
)
ORDER_STATES = frozenset({"placed", "shipped", "delivered", "returned", "cancelled"})
TOP_KEYS = frozenset(
    [
        "slug",
        "category",
        "remedy",
        "offer",
        "limit",
        "legal",
        "jurisdiction",
        "conditions",
        "title",
        "examples",
        "body",
        "second_reading",
    ]
)
CONDITION_KEYS = frozenset(["order_state", "days_since_delivery", "exclude", "note_en", "note_zh"])
DAYS = re.compile(r"(<=|>=|<|>)\s*\d+")
_EXAMPLES = (5, 8)
# Above this share of common three-character runs two bodies say the same thing.
_TOO_ALIKE = 0.6
# These leave nothing to be done by anyone, or the customer has the next move.
_NO_DATE_NEEDED = frozenset(
    [
        "no-reply-needed.closing",
        "thanks.reply",
        "suggestion.received",
        "spam.business",
        "general.abusive",
        "general.survey",
        "general.auto-close",
        "general.merged",
        "general.incident-over",
        "promise-broken.honoured",
        "not-received.resolved-found",
    ]
)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where: file, then language/variant or field."""

    path: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.path} [{self.place}] {self.message}"


@dataclass(frozen=True, slots=True)
class Article:
    """One scenario as shipped: when it fits, what it offers, and its bodies."""

    slug: str
    category: str
    remedy: str
    offer: str
    limit: str
    legal: tuple[str, ...]
    jurisdiction: tuple[str, ...]
    conditions: dict[str, Any]
    title: dict[str, str]
    examples: dict[str, tuple[str, ...]]
    body: dict[str, dict[str, str]]
    second_reading: dict[str, Any] = field(default_factory=dict, compare=False)
    path: str = ""
    digest: str = field(default="", compare=False)

    def bodies(self) -> Iterator[tuple[str, str, str]]:
        """(language, variant, text) of every body."""
        for language, variants in self.body.items():
            for variant, text in variants.items():
                yield language, variant, text


class ContentError(ValueError):
    """A content file cannot be read at all."""


def body_digest(text: str) -> str:
    """Return what identifies a shipped body; loading compares it to notice local edits."""
    return hashlib.sha256(text.strip().encode()).hexdigest()


def read_article(path: Path) -> Article:
    """Read one file. Raises ContentError when it is not TOML or not of the expected shape."""
    return parse_article(path.read_bytes(), str(path))


def parse_article(raw: bytes, path: str) -> Article:
    """Read the bytes of one file. Raises ContentError; its cause says where it broke."""
    try:
        data = tomllib.loads(raw.decode("utf-8"))
        return Article(
            slug=str(data["slug"]),
            category=str(data["category"]),
            remedy=str(data["remedy"]),
            offer=str(data["offer"]),
            limit=str(data.get("limit", "")),
            legal=tuple(data.get("legal", ())),
            jurisdiction=tuple(data.get("jurisdiction", ())),
            conditions=dict(data.get("conditions", {})),
            title={k: str(v) for k, v in data["title"].items()},
            examples={k: tuple(map(str, v)) for k, v in data["examples"].items()},
            body={
                lang: {variant: text.strip() for variant, text in variants.items()}
                for lang, variants in data["body"].items()
            },
            second_reading=dict(data.get("second_reading", {})),
            path=path,
            digest=hashlib.sha256(raw).hexdigest(),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ContentError(f"not readable as TOML: {error}") from error
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise ContentError(f"missing or misshapen: {error!r}") from error


def text_digest(article: Article) -> str:
    """Return what identifies all bodies of an article together."""
    texts = [f"{language}/{variant}\n{text}" for language, variant, text in article.bodies()]
    return hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:12]


def unread(article: Article) -> list[Problem]:
    """Return a problem where no second person has read the bodies as they stand now."""
    noted = article.second_reading.get("text")
    if noted == text_digest(article):
        return []
    message = "changed since its second reading" if noted else "not read by a second person"
    return [Problem(article.path, "second_reading", message)]


def note_second_reading(path: Path, on: date) -> None:
    """Write into a file that its bodies were read by a second person on that day."""
    text = path.read_text("utf-8").partition("\n[second_reading]\n")[0].rstrip()
    digest = text_digest(read_article(path))
    note = f'[second_reading]\non = {on:%Y-%m-%d}\ntext = "{digest}"'
    path.write_text(f"{text}\n\n{note}\n", "utf-8")


def files(paths: Iterable[Path]) -> list[Path]:
    """All TOML files under the given files and folders, sorted."""
    found: set[Path] = set()
    for path in paths:
        found.update(path.rglob("*.toml") if path.is_dir() else [path])
    return sorted(found)


def read_all(root: Path = ROOT) -> list[Article]:
    """Every article under ``root``. Raises ContentError naming the first unreadable file."""
    articles = []
    for path in files([root]):
        try:
            articles.append(read_article(path))
        except ContentError as error:
            raise ContentError(f"{path.name}: {error}") from error
    return articles


def check_paths(paths: Sequence[Path], *, complete: bool = False) -> list[Problem]:
    """Every problem of the files; with ``complete`` also the scenarios that have no file."""
    problems: list[Problem] = []
    articles: list[Article] = []
    for path in files(paths):
        try:
            article = read_article(path)
        except (ContentError, OSError) as error:
            problems.append(Problem(str(path), "file", str(error)))
            continue
        articles.append(article)
        problems += _unknown_keys(path)
        problems += check_article(article)
    problems += _alike(articles)
    if complete:
        problems += [problem for article in articles for problem in unread(article)]
        missing = set(scenarios.by_slug()) - {article.slug for article in articles}
        problems += [Problem(slug, "file", "scenario has no file") for slug in sorted(missing)]
    return problems


def check_article(article: Article) -> list[Problem]:
    """Every problem of one article."""
    found = [*_check_head(article), *_check_conditions(article), *_check_examples(article)]
    for language in LANGUAGES:
        bodies = article.body.get(language, {})
        found += [
            (f"{language}/{variant}", "body missing")
            for variant in REQUIRED_VARIANTS
            if not bodies.get(variant)
        ]
        for variant, text in bodies.items():
            found += [
                (f"{language}/{variant}", message)
                for message in _check_body(article, language, variant, text)
            ]
    return [Problem(article.path, place, message) for place, message in found]


def _unknown_keys(path: Path) -> list[Problem]:
    data = tomllib.loads(path.read_text("utf-8"))
    extra = [key for key in data if key not in TOP_KEYS]
    extra += [f"conditions.{k}" for k in data.get("conditions", {}) if k not in CONDITION_KEYS]
    return [Problem(str(path), "head", f"unknown key {key}") for key in extra]


def _check_head(article: Article) -> Iterator[tuple[str, str]]:
    scenario = scenarios.by_slug().get(article.slug)
    if scenario is None:
        yield "slug", f"{article.slug} is not a scenario"
        return
    path = Path(article.path)
    if article.path and (path.parent.name, path.stem) != (scenario.sub, scenario.item):
        yield "slug", f"file should be {scenario.sub}/{scenario.item}.toml"
    if article.category != scenario.category:
        yield "category", f"should be {scenario.category!r}"
    for language in LANGUAGES:
        if article.title.get(language) != scenario.title(language):
            yield f"title.{language}", f"should be {scenario.title(language)!r}"
    if article.remedy and article.remedy not in REMEDIES:
        yield "remedy", f"{article.remedy!r} is not a remedy code"
    if article.offer not in {"O1", "O2", "O3", "OX"}:
        yield "offer", f"{article.offer!r} is not an offer class"
    if article.limit not in {"", "refund", "goodwill"}:
        yield "limit", f"{article.limit!r} is not a limit"
    if article.legal and not article.jurisdiction:
        yield "jurisdiction", "states a right but names no jurisdiction"


def _check_conditions(article: Article) -> Iterator[tuple[str, str]]:
    conditions = article.conditions
    for state in conditions.get("order_state", []):
        if state not in ORDER_STATES:
            yield "conditions", f"unknown order state {state!r}"
    days = conditions.get("days_since_delivery", "")
    if days and not DAYS.fullmatch(days):
        yield "conditions", f"days_since_delivery {days!r} should look like '<=7'"


def _check_examples(article: Article) -> Iterator[tuple[str, str]]:
    least, most = _EXAMPLES
    for language in LANGUAGES:
        texts = article.examples.get(language, ())
        if not least <= len(texts) <= most:
            yield f"examples.{language}", f"{len(texts)} phrasings, wanted {least} to {most}"
        if len({re.sub(r"\W", "", text).lower() for text in texts}) < len(texts):
            yield f"examples.{language}", "the same phrasing twice"


def tone_context(article: Article, language: str, variant: str) -> tone.ToneContext:
    """How the tone checker has to look at one body of an article."""
    return context_of_body(article.slug, article.category, language, variant)


def context_of_body(slug: str, category: str, language: str, variant: str) -> tone.ToneContext:
    """How the tone checker has to look at a body, given what its scenario is about."""
    group = policy.group_of(category)
    emotion = policy.emotion_of_variant(variant)
    length = policy.cell(emotion, group).length if group else "M"
    if variant == "distressed":
        length = "M"
    if slug in policy.LONG_SCENARIOS:
        length = "L"
    return tone.ToneContext(
        language=language,
        emotion=emotion,
        group=group,
        approved=slug in policy.CHECKED_SCENARIOS,
        length=length,
        is_template=True,
        is_general=not group,
    )


def blocking_findings(
    article: Article, language: str, variant: str, text: str
) -> list[tone.Finding]:
    """Return what would hold the reply back, whoever sends it; slots are not looked at here."""
    found = tone.check(text, tone_context(article, language, variant))
    return [one for one in found if one.code in tone.BLOCKING and one.code != "T1"]


def _check_body(article: Article, language: str, variant: str, text: str) -> Iterator[str]:
    if variant not in policy.VARIANTS:
        yield f"unknown variant {variant!r}"
        return
    for finding in tone.check(text, tone_context(article, language, variant)):
        about = ", ".join(f"{key} {value}" for key, value in finding.data.items())
        shown = f" “{finding.text}”" if finding.text else ""
        yield f"{finding.code} {finding.why}{shown}{f' ({about})' if about else ''}"
    if article.slug in _NO_DATE_NEEDED:
        return
    if not policy.has_time(text, language):
        yield "T14 no time: by when will the next step happen?"
    if not policy.has_person(text, language):
        yield "T14 no person: who does the next step ({agent_name} or {owner_name})?"


def _runs(text: str) -> set[str]:
    plain = re.sub(r"\s+", " ", variables.PATTERN.sub("", text)).lower()
    if re.search(r"[㐀-鿿]", plain):
        plain = re.sub(r"\W", "", plain)
        return {plain[i : i + 3] for i in range(len(plain) - 2)}
    tokens = re.findall(r"[a-z']+", plain)
    return {" ".join(tokens[i : i + 3]) for i in range(len(tokens) - 2)}


def likeness(one: set[str], other: set[str]) -> float:
    """Share of common runs of two bodies, 0 to 1 (Jaccard)."""
    union = len(one | other)
    return len(one & other) / union if union else 0.0


def _alike(articles: Sequence[Article]) -> list[Problem]:
    """Bodies that say nearly the same, within a language, anywhere in the library."""
    problems = []
    for language in LANGUAGES:
        bodies = [
            (article, variant, _runs(text))
            for article in articles
            for lang, variant, text in article.bodies()
            if lang == language
        ]
        for (a, va, ra), (b, vb, rb) in combinations(bodies, 2):
            share = len(ra & rb) and likeness(ra, rb)
            if share > _TOO_ALIKE:
                message = f"nearly the same as {b.slug} {vb} ({share:.0%})"
                problems.append(Problem(a.path, f"{language}/{va}", message))
    return problems


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line. Exit code 1 when there are problems."""
    parser = argparse.ArgumentParser(prog="python -m knowledgebase.content")
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("check", help="print every problem of the shipped replies")
    check.add_argument("paths", nargs="*", type=Path)
    check.add_argument("--complete", action="store_true", help="also list missing scenarios")
    again = commands.add_parser("read-again", help="note that a second person has read the bodies")
    again.add_argument("paths", nargs="+", type=Path)
    again.add_argument("--on", type=date.fromisoformat, default=None, help="the day; default today")
    options = parser.parse_args(arguments)
    if options.command == "read-again":
        for path in files(options.paths):
            note_second_reading(path, options.on or date.today())  # noqa: DTZ011 (a reader's own day)
        return 0
    paths = options.paths or [ROOT]
    problems = check_paths(paths, complete=options.complete or not options.paths)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    sys.stdout.write(f"{len(files(paths))} files, {len(problems)} problems\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())

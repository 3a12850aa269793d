"""Replies as files: read from what somebody uploads, and written out again. Pure.

A bundle is a zip of TOML files as in ``knowledgebase/content`` with a ``manifest.json`` that says
what each text looked like when it was taken out, so that coming back it overwrites nothing newer.
"""

import io
import json
import re
import tomllib
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knowledgebase import content, policy, variables
from knowledgebase.content import Article, ContentError

MOST_FILES = 2_000
LARGEST_UPLOAD = 8_000_000
LARGEST_FILE = 200_000
LARGEST_WHOLE = 40_000_000
MANIFEST = "manifest.json"
_PLACE_OF_FAULT = re.compile(r"at line (\d+)")
_DRIVE = re.compile(r"^[A-Za-z]:")
_TABLES = ("conditions", "title", "examples", "body")
_ENCRYPTED = 0x1
_SYMLINK = 0o120000


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file, or a line of it, is not taken; ``code`` is put into words elsewhere."""

    path: str
    code: str
    line: int = 0
    data: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One file that could be read: the article, and what a shipped file does not have."""

    article: Article
    text: str
    expires_on: date | None = None


@dataclass(slots=True)
class Bundle:
    """What an upload held. ``fatal`` is why nothing of it can be used."""

    sheets: list[Sheet] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    heads: dict[str, str] = field(default_factory=dict)
    bodies: dict[str, dict[str, str]] = field(default_factory=dict)
    fatal: Refusal | None = None


def read_bundle(name: str, raw: bytes) -> Bundle:
    """Read an upload: a zip, or a single TOML file. Never raises for what is in it."""
    bundle = Bundle()
    if len(raw) > LARGEST_UPLOAD:
        bundle.fatal = Refusal(name, "too-large", data={"most": _megabytes(LARGEST_UPLOAD)})
    elif name.lower().endswith(".toml"):
        _add(bundle, name, raw)
    else:
        try:
            _read_zip(bundle, name, raw)
        except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, OSError):
            bundle.fatal = Refusal(name, "not-a-zip")
    return bundle


def _megabytes(size: int) -> str:
    return f"{size // 1_000_000} MB"


def _read_zip(bundle: Bundle, name: str, raw: bytes) -> None:
    left = LARGEST_WHOLE
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        entries = [one for one in archive.infolist() if not one.is_dir()]
        if len(entries) > MOST_FILES:
            bundle.fatal = Refusal(name, "too-many", data={"most": str(MOST_FILES)})
            return
        seen: set[str] = set()
        for entry in entries:
            path = entry.filename
            code = _fault_of_entry(entry) or ("twice" if path in seen else "")
            seen.add(path)
            if code:
                bundle.refused.append(Refusal(_shown(path), code))
                continue
            # What the header says of the size may be a lie; so only so much is unpacked.
            data = _unpack(archive, entry)
            if data is None or len(data) > LARGEST_FILE:
                code = "broken" if data is None else "file-too-large"
                bundle.refused.append(Refusal(path, code))
                continue
            left -= len(data)
            if left < 0:
                bundle.fatal = Refusal(name, "unpacks-too-large")
                return
            if path == MANIFEST:
                _read_manifest(bundle, data)
            else:
                _add(bundle, path, data)


def _shown(path: str) -> str:
    return path.encode("utf-8", "replace").decode()[:200]


def _fault_of_entry(entry: zipfile.ZipInfo) -> str:
    path = entry.filename
    if entry.flag_bits & _ENCRYPTED:
        return "encrypted"
    outside = path.startswith("/") or "\\" in path or ".." in path.split("/") or _DRIVE.match(path)
    if outside or (entry.external_attr >> 16) & 0o170000 == _SYMLINK:
        return "outside"
    if path != MANIFEST and not path.lower().endswith(".toml"):
        return "not-toml"
    return ""


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes | None:
    try:
        with archive.open(entry) as stream:
            return stream.read(LARGEST_FILE + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError):
        return None


def _read_manifest(bundle: Bundle, data: bytes) -> None:
    try:
        told = json.loads(data)
        bundle.heads = {str(k): str(v) for k, v in told["heads"].items()}
        bundle.bodies = {
            str(slug): {str(place): str(digest) for place, digest in places.items()}
            for slug, places in told["bodies"].items()
        }
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        bundle.refused.append(Refusal(MANIFEST, "manifest"))


def _add(bundle: Bundle, path: str, raw: bytes) -> None:
    sheet = _read_sheet(path, raw)
    if isinstance(sheet, Refusal):
        bundle.refused.append(sheet)
        return
    slug = sheet.article.slug
    if any(one.article.slug == slug for one in bundle.sheets):
        bundle.refused.append(
            Refusal(path, "same-slug", _line_of(sheet.text, "slug"), {"slug": slug})
        )
        return
    faults = list(faults_of(sheet))
    if faults:
        bundle.refused += faults
    else:
        bundle.sheets.append(sheet)


def _read_sheet(path: str, raw: bytes) -> Sheet | Refusal:
    if len(raw) > LARGEST_FILE:
        return Refusal(path, "file-too-large")
    raw = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n")
    text = raw.decode("utf-8", "replace")
    broken = _broken_at(raw)
    if broken >= 0:
        return Refusal(path, "encoding", raw.count(b"\n", 0, broken) + 1)
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        where = _PLACE_OF_FAULT.search(str(error))
        line = int(where[1]) if where else text.count("\n") + 1
        return Refusal(path, "toml", line, {"why": str(error)[:200]})
    return _fault_of_shape(path, text, data) or _sheet(path, raw, text, data)


def _sheet(path: str, raw: bytes, text: str, data: dict[str, Any]) -> Sheet | Refusal:
    try:
        return Sheet(content.parse_article(raw, path), text, data.get("expires_on"))
    except ContentError as error:
        return Refusal(path, "shape", 1, {"why": str(error)[:200]})


def _broken_at(raw: bytes) -> int:
    """Return where the bytes stop being text in UTF-8, -1 when they are text throughout."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return raw.find(b"\x00")


def _fault_of_shape(path: str, text: str, data: dict[str, Any]) -> Refusal | None:
    conditions = data.get("conditions", {})
    tables = [name for name in _TABLES if not isinstance(data.get(name, {}), dict)]
    if tables:
        return Refusal(path, "shape", _line_of(text, tables[0]), {"why": tables[0]})
    unknown = [key for key in data if key not in content.TOP_KEYS | {"expires_on"}]
    unknown += [key for key in conditions if key not in content.CONDITION_KEYS]
    if unknown:
        return Refusal(path, "unknown-key", _line_of(text, unknown[0]), {"key": unknown[0]})
    expires = data.get("expires_on")
    if expires is not None and type(expires) is not date:
        return Refusal(path, "expires", _line_of(text, "expires_on"))
    lists = {name: data.get(name, []) for name in ("legal", "jurisdiction")}
    lists |= {name: conditions.get(name, []) for name in ("order_state", "exclude")}
    lists |= data.get("examples", {})
    bad = [name for name, value in lists.items() if not _is_list_of_text(value)]
    bodies = data.get("body", {})
    bad += [name for name, value in bodies.items() if not _is_table_of_text(value)]
    bad += [name for name, value in data.get("title", {}).items() if not isinstance(value, str)]
    if bad:
        return Refusal(path, "shape", _line_of(text, bad[0]), {"why": bad[0]})
    return None


def _is_list_of_text(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_table_of_text(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, str) for one in value.values())


def faults_of(sheet: Sheet) -> Iterator[Refusal]:
    """Yield everything in the bodies of a file that keeps it from being taken."""
    article = sheet.article
    for language, variant, body in article.bodies():
        start = _line_of(sheet.text, variant, section=f"body.{language}")
        if language not in content.LANGUAGES or variant not in policy.VARIANTS:
            yield Refusal(article.path, "no-such-body", start, {"body": f"{language}.{variant}"})
            continue
        if not body.strip():
            yield Refusal(article.path, "empty-body", start, {"body": f"{language}.{variant}"})
        for fault in variables.faults(body):
            line = _line_of_text(sheet.text, fault.text, start)
            yield Refusal(
                article.path, "variable", line, {"name": fault.text, "meant": fault.meant}
            )


def tone_faults(sheet: Sheet, language: str, variant: str) -> Iterator[Refusal]:
    """Yield what the tone rules hold back in one body, with its line. Slow: for new ones only."""
    article = sheet.article
    start = _line_of(sheet.text, variant, section=f"body.{language}")
    body = article.body[language][variant]
    for finding in content.blocking_findings(article, language, variant, body):
        line = _line_of_text(sheet.text, finding.text, start)
        data = {"rule": finding.code, "reason": finding.reason, "text": finding.text}
        yield Refusal(article.path, "tone", line, data)


def _line_of(text: str, key: str, *, section: str = "") -> int:
    """Return the line on which a key is set, below its section; 1 when it is not found."""
    start = 0
    if section:
        match = re.search(rf"^\[{re.escape(section)}\]", text, re.MULTILINE)
        start = match.start() if match else 0
    found = re.compile(rf"^\s*\"?{re.escape(key)}\"?\s*=", re.MULTILINE).search(text, start)
    return text.count("\n", 0, found.end() if found else start) + 1


def _line_of_text(text: str, wanted: str, line: int) -> int:
    """Return the first line from ``line`` on that holds a text, else ``line``."""
    first = wanted.split("\n", maxsplit=1)[0]
    for number, one in enumerate(text.split("\n")[line - 1 :], line):
        if first and first in one:
            return number
    return line


# ---- writing -------------------------------------------------------------------------------------


def write_bundle(
    sheets: Iterable[Mapping[str, Any]],
    heads: Mapping[str, str],
    bodies: Mapping[str, Mapping[str, str]],
) -> bytes:
    """Return the zip of these scenarios, each a mapping as ``write_sheet`` takes it."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets:
            sub, _, item = str(sheet["slug"]).partition(".")
            archive.writestr(_entry(f"{sub}/{item}.toml"), write_sheet(sheet))
        manifest = {"format": 1, "heads": heads, "bodies": bodies}
        archive.writestr(_entry(MANIFEST), json.dumps(manifest, indent=1, ensure_ascii=False))
    return target.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    # A fixed time: the same library always gives the same bytes.
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def write_sheet(sheet: Mapping[str, Any]) -> str:
    """Return one scenario as TOML, in the shape of the shipped files."""
    lines = [f"{name} = {_value(sheet[name])}" for name in _PLAIN]
    if sheet.get("expires_on"):
        lines.append(f"expires_on = {sheet['expires_on'].isoformat()}")
    for section in ("conditions", "title", "examples"):
        lines += ["", f"[{section}]"]
        lines += [f"{name} = {_value(value)}" for name, value in sheet[section].items()]
    for language, variants in sheet["body"].items():
        lines += ["", f"[body.{language}]"]
        lines += [
            f'{name} = """\n{_escaped(body, long=True)}"""' for name, body in variants.items()
        ]
    return "\n".join(lines) + "\n"


_PLAIN = ("slug", "category", "remedy", "offer", "limit", "legal", "jurisdiction")


def _value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        if not value:
            return "[]"
        inner = "".join(f"    {_value(one)},\n" for one in value)
        return f"[\n{inner}]" if len(value) > 1 else f"[{_value(value[0])}]"
    return f'"{_escaped(str(value))}"'


def _escaped(text: str, *, long: bool = False) -> str:
    text = text.replace("\\", "\\\\")
    text = text.replace('"""', '\\"\\"\\"') if long else text.replace('"', '\\"')
    if long and text.endswith('"'):
        text = f'{text[:-1]}\\"'
    if not long:
        text = text.replace("\n", "\\n").replace("\t", "\\t")
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f]", lambda match: f"\\u{ord(match[0]):04x}", text)

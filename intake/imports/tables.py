"""Tables as text: which encoding, which mark between the cells, which row names the columns.

Rows are streamed; nothing holds a whole file but the shared words of a workbook, whose size is
bounded. No Django.
"""

import csv
import io
import re
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import BinaryIO

from intake.imports.headers import score
from intake.imports.problems import TableProblem
from intake.imports.workbooks import is_workbook, open_workbook_rows

LARGEST_FILE = 50 * 1024 * 1024
MOST_ROWS = 200_000
MOST_COLUMNS = 200
LONGEST_CELL = 100_000
_HEADER_WITHIN = 20
_DELIMITERS = ",\t;|"
_OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"

csv.field_size_limit(1_000_000)


@dataclass(frozen=True, slots=True)
class Layout:
    """How a file is to be read; ``header_row`` counts from 1."""

    kind: str
    columns: tuple[str, ...]
    header_row: int
    encoding: str = ""
    delimiter: str = ""


def detect(file: BinaryIO) -> Layout:
    """Find out how a file is to be read. Raises TableProblem."""
    file.seek(0)
    head = file.read(8)
    if head.startswith(_OLD_WORKBOOK):
        raise TableProblem("old_workbook")
    if is_workbook(head):
        header_row, columns = _header(open_workbook_rows(file, MOST_COLUMNS))
        return Layout("xlsx", columns, header_row)
    encoding = find_encoding(file)
    sample = _sample(file, encoding)
    if sample.lstrip().lower().startswith(("<html", "<!doctype", "<table", "<?xml")):
        raise TableProblem("web_page")
    delimiter = find_delimiter(sample)
    header_row, columns = _header(_csv_rows(file, encoding, delimiter))
    return Layout("csv", columns, header_row, encoding, delimiter)


def read_rows(file: BinaryIO, layout: Layout, *, after: int = 0) -> Iterator[tuple[int, list[str]]]:
    """Yield (number in the file, cells) of each row below the header that is not empty.

    ``after`` is the number of the last row that was read before. Raises TableProblem, also for
    more rows than are taken.
    """
    found = open_rows(file, layout)
    start, taken = max(layout.header_row, after), 0
    with closing(found):
        for number, cells in enumerate(found, start=1):
            if number > MOST_ROWS * 2 or taken > MOST_ROWS:
                raise TableProblem("too_many_rows")
            has_words = any(cell.strip() for cell in cells)
            taken += has_words and number > layout.header_row
            if number > start and has_words:
                yield number, [_tidy(cell) for cell in cells[:MOST_COLUMNS]]


def open_rows(file: BinaryIO, layout: Layout) -> Generator[list[str], None, None]:
    """Yield every row of a file, the empty ones too. Raises TableProblem."""
    if layout.kind == "xlsx":
        return open_workbook_rows(file, MOST_COLUMNS)
    return _csv_rows(file, layout.encoding, layout.delimiter)


def _tidy(cell: str) -> str:
    """Return a cell as it was meant: without the marks that keep numbers from being rounded."""
    cell = cell.strip().strip("\ufeff")
    shielded = re.fullmatch(r'="(.*)"', cell, re.DOTALL)
    if shielded:
        cell = shielded[1]
    if len(cell) > 1 and cell[0] == "'" and cell[1] in "=+-@0123456789'":
        cell = cell[1:]
    return cell.strip()[:LONGEST_CELL]


def find_encoding(file: BinaryIO) -> str:
    """Return the encoding: by its mark, by what decodes without a fault, GB 18030 at last."""
    file.seek(0)
    head = file.read(4096)
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    zeros = head.count(0)
    if zeros > len(head) // 10:
        return "utf-16-le" if head[1::2].count(0) >= zeros // 2 else "utf-16-be"
    return "utf-8" if _decodes(file, "utf-8") else "gb18030"


def _decodes(file: BinaryIO, encoding: str) -> bool:
    file.seek(0)
    reader = io.TextIOWrapper(_Unclosed(file), encoding=encoding, newline="")
    try:
        while reader.read(1 << 20):
            pass
    except UnicodeDecodeError:
        return False
    finally:
        reader.detach()
    return True


def to_csv(file: BinaryIO, layout: Layout, target: BinaryIO) -> tuple[Layout, int]:
    """Write a workbook as CSV with the same row numbers; return how to read it, and its rows.

    A workbook can only be read from its beginning; an import goes on where it was interrupted.
    """
    text = io.TextIOWrapper(target, encoding="utf-8", newline="", write_through=True)
    writer, rows = csv.writer(text), 0
    with closing(open_rows(file, layout)) as found:
        for number, cells in enumerate(found, start=1):
            rows += number > layout.header_row and any(cell.strip() for cell in cells)
            if number > MOST_ROWS * 2 or rows > MOST_ROWS:
                raise TableProblem("too_many_rows")
            writer.writerow(cells)
    text.detach()
    return Layout("csv", layout.columns, layout.header_row, "utf-8", ","), rows


class _Unclosed(io.BufferedReader):
    """A view of a file that somebody else closes."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(_Raw(file))


class _Raw(io.RawIOBase):
    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """Read into a buffer."""
        found = self._file.read(len(buffer))
        buffer[: len(found)] = found
        return len(found)


def _text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    file.seek(0)
    return io.TextIOWrapper(_Unclosed(file), encoding=encoding, errors="replace", newline="")


def _sample(file: BinaryIO, encoding: str) -> str:
    return _text(file, encoding).read(64 * 1024).lstrip("\ufeff").replace("\x00", "")


def find_delimiter(sample: str) -> str:
    """Return the mark between cells that gives the most rows the same number of them."""
    told = re.match(r'"?sep=(.)"?\r?\n', sample, re.IGNORECASE)
    if told:
        return told[1]
    best, best_score = ",", 0.0
    # The last line of a sample may be cut.
    lines = sample.splitlines(keepends=True)
    lines = lines[:-1] if len(lines) > 1 else lines
    for delimiter in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(lines[:200], delimiter=delimiter) if row]
        except csv.Error:
            continue
        usual = max(set(widths), key=widths.count, default=1)
        agreed = widths.count(usual) / len(widths) if widths else 0.0
        found = (usual - 1) * agreed
        if found > best_score:
            best, best_score = delimiter, found
    return best


def _csv_rows(file: BinaryIO, encoding: str, delimiter: str) -> Generator[list[str], None, None]:
    lines = (line.replace("\x00", "") for line in _text(file, encoding))
    reader = csv.reader(_without_mark(lines), delimiter=delimiter or ",")
    try:
        yield from reader
    except csv.Error:
        # A quotation mark that is never closed swallows the rest of the file.
        raise TableProblem("open_quote", row=reader.line_num) from None


def _without_mark(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        yield line.lstrip("\ufeff") if number == 0 else line


def _header(rows: Generator[list[str], None, None]) -> tuple[int, tuple[str, ...]]:
    """Return the row that names the columns: the one among the first with the most known names."""
    best: tuple[int, int, Sequence[str]] | None = None
    with closing(rows):
        for number, cells in enumerate(rows, start=1):
            if number > _HEADER_WITHIN:
                break
            words = [_tidy(cell)[:100] for cell in cells[:MOST_COLUMNS]]
            filled = sum(1 for word in words if word)
            is_told = bool(words) and words[0].lower().startswith("sep=")
            if filled == 0 or is_told:
                continue
            points = score(words) * 100 + (1 if filled > 1 else 0)
            if best is None or points > best[0]:
                best = (points, number, words)
    if best is None:
        raise TableProblem("empty")
    names = list(best[2])
    while names and not names[-1]:
        names.pop()
    return best[1], tuple(names)

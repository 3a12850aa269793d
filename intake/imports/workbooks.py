"""XLSX workbooks, read as a stream and within bounds. No Django.

A workbook is a ZIP archive of XML. Sizes are looked at before anything is unpacked, document types
are refused, and rows are taken one by one, so that neither a bomb nor a sheet of a billion empty
rows costs more than its bounds.
"""

import io
import math
import zipfile
from collections.abc import Generator
from datetime import date, datetime, time
from typing import BinaryIO

from intake.imports.problems import TableProblem

LARGEST_SHEET = 400 * 1024 * 1024
LARGEST_WORDS = 120 * 1024 * 1024
LARGEST_OTHER = 20 * 1024 * 1024
MOST_PARTS = 2000
_PROLOGUE = 64 * 1024
# From here on a number in a sheet has lost its last digits.
_ROUNDED_FROM = 10**15


def is_workbook(head: bytes) -> bool:
    """Tell whether a file begins as an archive does."""
    return head.startswith(b"PK\x03\x04")


def open_workbook_rows(file: BinaryIO, most_columns: int) -> Generator[list[str], None, None]:
    """Yield the rows of the first sheet that holds something, as text. Raises TableProblem."""
    # Takes a while to load, and only this needs it.
    from openpyxl import load_workbook

    file.seek(0)
    check_archive(file)
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except Exception as error:
        # Whatever a broken workbook may make the library raise.
        raise TableProblem("broken_workbook") from error
    try:
        sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
        if sheet is None:
            raise TableProblem("empty")
        # What a sheet says of its own size need not be true.
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield [cell_text(value) for value in row[:most_columns]]
    except TableProblem:
        raise
    except Exception as error:
        raise TableProblem("broken_workbook") from error
    finally:
        book.close()


def check_archive(file: BinaryIO) -> None:
    """Refuse what would unpack to too much, or defines entities. Raises TableProblem."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise TableProblem("bomb")
            for part in parts:
                _check_part(archive, part)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        raise TableProblem("broken_workbook") from error
    except (ValueError, io.UnsupportedOperation) as error:
        raise TableProblem("broken_workbook") from error


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    name = part.filename.lower()
    if name.startswith("xl/media/"):
        return  # Pictures are never opened.
    largest = LARGEST_OTHER
    if name.startswith("xl/worksheets/"):
        largest = LARGEST_SHEET
    elif name.endswith("sharedstrings.xml"):
        largest = LARGEST_WORDS
    if part.file_size > largest:
        raise TableProblem("bomb")
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    with archive.open(part) as opened:
        # What is written here as size is all that is ever unpacked.
        head = opened.read(_PROLOGUE)
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head or b"\x00" in head[:200]:
        raise TableProblem("broken_workbook")


def cell_text(value: object) -> str:
    """Return what a cell shows, more or less."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, int | float):
        return _number(value)
    return str(value).replace("\x00", "")


def _number(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if abs(value) >= _ROUNDED_FROM:
        # As Excel shows it, so that the loss is seen.
        return f"{value:.14E}"
    return str(int(value)) if value == int(value) else repr(value)

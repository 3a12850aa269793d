"""What is wrong with a file or a row, and what a column means, in words for people."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from intake.imports.mapping import RowProblem

Words = str | Promise

FILE_PROBLEMS: dict[str, Words] = {
    "empty": _("There is nothing in this file."),
    "old_workbook": _(
        "This is a workbook of the old kind (.xls). Open it and save it as .xlsx or as CSV."
    ),
    "web_page": _("This is a web page, not a table. Open it and save it as .xlsx or as CSV."),
    "broken_workbook": _("This workbook cannot be opened. Save it anew as .xlsx or as CSV."),
    "bomb": _("This workbook unpacks to far more than it should. It was not opened."),
    "too_many_rows": _("There are more than 200,000 rows. Split the file."),
    "too_large": _("The file is larger than 50 MB. Split it."),
    "open_quote": _("A quotation mark that opens before row %(row)s is never closed."),
    "no_file": _("The file is not there any more."),
}

FIELD_NAMES: dict[str, Words] = {
    "review_id": _("Number of the review or complaint"),
    "text": _("Text of the message"),
    "follow_up": _("Text added later"),
    "subject": _("Subject"),
    "written_at": _("Time"),
    "order_number": _("Order number"),
    "buyer_id": _("Buyer's id"),
    "buyer_name": _("Buyer's name"),
    "rating": _("Stars"),
    "product": _("Product"),
    "sku": _("Product number"),
    "kind": _("Reason"),
    "reply_wanted": _("Reply wanted"),
    "phone": _("Phone"),
    "email": _("E-mail"),
    "url": _("Link"),
}

_ROW_PROBLEMS: dict[str, Words] = {
    "bad_time": _("“%(value)s” is not a time that can be read."),
    "future": _("“%(value)s” lies in the future. Is the order of day and month right?"),
    "bad_rating": _("“%(value)s” is not a number of stars from 1 to 5."),
    "rounded": _(
        "A program has rounded “%(value)s”. Export again and open it with this column as text."
    ),
    "no_text": _("There are neither words nor stars."),
    "too_long": _("What stands in “%(column)s” is too long: “%(value)s…”"),
}


def file_problem(code: str, row: int = 0) -> str:
    """Return what is wrong with a file."""
    words = FILE_PROBLEMS.get(code, FILE_PROBLEMS["broken_workbook"])
    return str(words) % {"row": row} if row else str(words).replace("%(row)s", "?")


def row_problem(problem: RowProblem | Mapping[str, str]) -> str:
    """Return what is wrong with a row."""
    if not isinstance(problem, RowProblem):
        problem = RowProblem(
            problem.get("code", ""), problem.get("field", ""), problem.get("value", "")
        )
    words = _ROW_PROBLEMS.get(problem.code)
    if words is None:
        return str(_("This row cannot be read."))
    column = str(FIELD_NAMES.get(problem.field, problem.field))
    return str(words) % {"value": problem.value, "column": column}

"""How much of one mail is read. What lies beyond is named in the mail's defects."""

import re

from common import safe_html

MAX_MAIL_BYTES = 50 * 1024 * 1024
MAX_DEPTH = 100
MAX_PARTS = 1_000
MAX_HEADERS = 5_000
MAX_HEADER_CHARS = 100_000
MAX_ADDRESSES = 100
MAX_REFERENCES = 200
MAX_PART_BYTES = 25 * 1024 * 1024
MAX_TEXT_CHARS = 1_000_000
MAX_HTML_CHARS = safe_html.MOST_CHARS
MAX_HTML_LINKS = safe_html.MOST_LINKS
MAX_HTML_TAGS = safe_html.MOST_TAGS
MAX_NAME_BYTES = 255
MAX_DEFECTS = 50

_LOSS = re.compile(r"\bcut$|left out|deeper than|more than|shown as text only")


def names_loss(defect: str) -> bool:
    """Whether a defect says that something of the mail is not in what was read."""
    return bool(_LOSS.search(defect))

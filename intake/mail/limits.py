"""How much of one mail is read. What lies beyond is named in the mail's defects."""

MAX_MAIL_BYTES = 50 * 1024 * 1024
MAX_DEPTH = 100
MAX_PARTS = 1_000
MAX_HEADERS = 5_000
MAX_HEADER_CHARS = 100_000
MAX_ADDRESSES = 100
MAX_REFERENCES = 200
MAX_PART_BYTES = 25 * 1024 * 1024
MAX_TEXT_CHARS = 1_000_000
MAX_HTML_CHARS = 1_000_000
#: Beyond these a page is shown as text only: browser and sanitiser would choke on it.
MAX_HTML_LINKS = 5_000
MAX_HTML_DEPTH = 400
MAX_HTML_TAGS = 60_000
MAX_NAME_BYTES = 255
MAX_DEFECTS = 50

"""What a person fills in to set up a source: one field each, with words and checks."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

TRY_IT = _("Write to this channel from a phone or account of your own.")
TOKEN = r"[A-Za-z0-9_-]{3,32}"  # noqa: S105
SECRET_BYTES = 24


@dataclass(frozen=True, slots=True)
class Field:
    """One setting or secret.

    ``ours``: we make it up when it is left empty, and the platform is given it. ``pattern`` is
    matched against the whole value, ``fault`` says what is wrong in the platform's terms.
    ``shape`` is text, number, url, json, lines, yes or choice. ``for_replies``: not needed to
    receive.
    """

    name: str
    label: Words
    help: Words = ""
    secret: bool = False
    required: bool = False
    ours: bool = False
    for_replies: bool = False
    shape: str = "text"
    pattern: str = ""
    fault: Words = ""
    example: str = ""
    choices: tuple[tuple[str, Words], ...] = ()

    def check(self, value: str) -> Words:
        """Return what is wrong with a value that is not empty, "" when nothing is."""
        if self.pattern and not re.fullmatch(self.pattern, value):
            return self.fault or _("This does not look like what the platform shows.")
        if self.shape == "number" and not (value.isascii() and value.isdigit() and len(value) < 7):
            return _("Write a whole number.")
        if self.shape == "url" and not _is_url(value):
            return _("Write a whole address that begins with https://.")
        if self.shape == "json" and not _is_json(value):
            return _("This is not valid JSON.")
        return ""


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)


def _is_json(value: str) -> bool:
    try:
        return isinstance(json.loads(value), list | dict)
    except (ValueError, RecursionError):
        return False


@dataclass(frozen=True, slots=True)
class Setup:
    """How a kind of source is set up.

    ``plain`` names the one secret that is stored as plain text instead of a JSON object.
    ``steps`` say what to click at the platform, in order. ``address``: the platform is given our
    address; ``key_in_address``: with the named secret in it. ``page`` is a url name where more is
    set, for kinds that have a page of their own.
    """

    kind: str
    about: Words
    fields: tuple[Field, ...] = ()
    steps: tuple[Words, ...] = ()
    name: Words = ""
    plain: str = ""
    address: bool = True
    key_in_address: str = ""
    page: str = ""
    try_it: Words = TRY_IT

    def field(self, name: str) -> Field | None:
        """Return a field by its name."""
        return next((one for one in self.fields if one.name == name), None)


def read_secrets(stored: str, setup: Setup) -> dict[str, str]:
    """Return the secrets of a source by name, whichever way they are stored."""
    if setup.plain:
        return {setup.plain: stored} if stored else {}
    try:
        found = json.loads(stored) if stored.startswith("{") else None
    except ValueError:
        found = None
    if isinstance(found, dict):
        return {str(k): v for k, v in found.items() if isinstance(v, str) and v}
    # A plain text is the secret that the adapter takes alone: the first one of the table.
    first = next((one.name for one in setup.fields if one.secret), "")
    return {first: stored} if first and stored else {}


def store_secrets(secrets: Mapping[str, str], setup: Setup) -> str:
    """Return the secrets as they are stored."""
    kept = {name: value for name, value in secrets.items() if value}
    if setup.plain:
        return kept.get(setup.plain, "")
    return json.dumps(kept, ensure_ascii=False, sort_keys=True) if kept else ""


def hint(value: str) -> str:
    """Return the end of a secret, enough to tell two apart; nothing of a short one."""
    return value[-4:] if len(value) >= 12 else ""

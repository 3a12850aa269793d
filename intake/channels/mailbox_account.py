"""Where a mailbox is and how to get in, read from a source's settings. No Django.

Settings of an e-mail source; without ``imap_host`` it has no mailbox:

imap_host, imap_port    the server; 993, or 143 where ``imap_tls`` is not "tls"
imap_tls                "tls" (default), "starttls", or "none" for a server on this machine
imap_user               the name to log in with
imap_login              "password" (default) or "xoauth2"
imap_token_url          with xoauth2: where a fresh access token is fetched (https)
imap_folder             the folder to look into; INBOX
imap_after              what becomes of a mail that was taken: "seen" (default), "move", "delete"
imap_move_to            the folder for "move"; "Redress"
imap_start              at the first look: "unseen" (default), "all" or "new" (later mails alone)
imap_poll_seconds       the longest time between two looks, whatever IDLE says; 120

Secret: the password as plain text, or a JSON object with ``password``; for xoauth2 either
``token``, or ``refresh_token``, ``client_id`` and ``client_secret``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from intake.channels.base import secret_named

DEFAULT_POLL_SECONDS = 120
_CHOICES = {
    "imap_tls": ("tls", "starttls", "none"),
    "imap_login": ("password", "xoauth2"),
    "imap_after": ("seen", "move", "delete"),
    "imap_start": ("unseen", "all", "new"),
}
_PORTS = {"tls": 993, "starttls": 143, "none": 143}


class BadAccount(Exception):
    """The settings cannot be used; the text says which and why."""


@dataclass(frozen=True, slots=True)
class Account:
    """One mailbox. Two that are equal need no new connection."""

    host: str
    port: int
    tls: str
    user: str
    login: str
    folder: str
    after: str
    move_to: str
    start: str
    poll_seconds: int
    token_url: str = ""
    secret: str = field(default="", repr=False)

    def secret_named(self, name: str) -> str:
        """Return one of the secrets; a plain one is the password or the token."""
        return secret_named(self.secret, name, alone=name in {"password", "token"})


def has_mailbox(settings: Mapping[str, Any]) -> bool:
    """Tell whether a source's settings name a mailbox."""
    return bool(_text(settings, "imap_host"))


def account_of(settings: Mapping[str, Any], secret: str) -> Account:
    """Return the mailbox of a source. Raises BadAccount."""
    chosen = {name: _choice(settings, name) for name in _CHOICES}
    host, user = _text(settings, "imap_host"), _text(settings, "imap_user")
    if not host or not user:
        raise BadAccount("imap_host and imap_user are needed")
    return Account(
        host=host,
        port=_number(settings, "imap_port", _PORTS[chosen["imap_tls"]], 1, 65535),
        tls=chosen["imap_tls"],
        user=user,
        login=chosen["imap_login"],
        folder=_text(settings, "imap_folder") or "INBOX",
        after=chosen["imap_after"],
        move_to=_text(settings, "imap_move_to") or "Redress",
        start=chosen["imap_start"],
        poll_seconds=_number(settings, "imap_poll_seconds", DEFAULT_POLL_SECONDS, 5, 1500),
        token_url=_text(settings, "imap_token_url"),
        secret=secret,
    )


def _text(settings: Mapping[str, Any], name: str) -> str:
    found = settings.get(name)
    return str(found).strip() if isinstance(found, str | int) else ""


def _choice(settings: Mapping[str, Any], name: str) -> str:
    found, allowed = _text(settings, name) or _CHOICES[name][0], _CHOICES[name]
    if found not in allowed:
        raise BadAccount(f"{name} is “{found}”; write one of: {', '.join(allowed)}")
    return found


def _number(settings: Mapping[str, Any], name: str, default: int, low: int, high: int) -> int:
    found = _text(settings, name)
    if not found:
        return default
    if not (found.isascii() and found.isdigit() and low <= int(found) <= high):
        raise BadAccount(f"{name} is “{found}”; write a number from {low} to {high}")
    return int(found)

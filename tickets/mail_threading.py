"""Message-IDs and reply addresses that a stranger cannot guess. No Django."""

import hashlib
import hmac
import re

_KEYED = re.compile(r"^rd\.(?P<ticket>\d{1,18})\.(?P<part>\d{1,18})\.(?P<mac>[0-9a-f]{20})$")
# Our own mails bear it, with the key of the message; one that comes back is known by it.
LOOP_HEADER = "X-Redress-Loop"
_PLUS = re.compile(r"^[^+@]*\+(?P<key>rd\.[0-9a-f.]+)@", re.IGNORECASE)


def keyed(ticket_id: int, part: int, secret: str) -> str:
    """Return a token that names the ticket and proves that we made it."""
    return f"rd.{ticket_id}.{part}.{_mac(ticket_id, part, secret)}"


def message_id(ticket_id: int, message_id: int, *, secret: str, domain: str) -> str:
    """Return the Message-ID (with angle brackets) of one of our messages."""
    return f"<{keyed(ticket_id, message_id, secret)}@{domain}>"


def reply_address(address: str, ticket_id: int, secret: str) -> str:
    """Return our address with the ticket's keyed plus-part."""
    local, _, domain = address.rpartition("@")
    return f"{local}+{keyed(ticket_id, 0, secret)}@{domain}"


def part_of(token: str, secret: str) -> int | None:
    """Return the message that a token of ours names; None for none, or a forged one."""
    if ticket_of(token, secret) is None:
        return None
    match = _KEYED.match(token.strip("<>").partition("@")[0].lower())
    return int(match["part"]) or None if match else None


def ticket_of(token: str, secret: str) -> int | None:
    """Return the ticket that a token of ours names; None for a forged or foreign one."""
    match = _KEYED.match(token.strip("<>").partition("@")[0].lower())
    if match is None:
        return None
    ticket, part = int(match["ticket"]), int(match["part"])
    good = hmac.compare_digest(match["mac"], _mac(ticket, part, secret))
    return ticket if good else None


def key_in_address(address: str) -> str:
    """Return the keyed plus-part of a reply address, "" where there is none."""
    match = _PLUS.match(address.strip())
    return match["key"].lower() if match else ""


def _mac(ticket_id: int, part: int, secret: str) -> str:
    text = f"mail-threading:{ticket_id}:{part}".encode()
    return hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()[:20]

"""Checks that rooms above may put before a reply, such as the tone rules."""

from collections.abc import Callable

from accounts.models import User
from tickets.models import Ticket

# Raises a DomainError when the text must not be sent.
ReplyGuard = Callable[[Ticket, str, User], None]

_reply_guards: list[ReplyGuard] = []


def register_reply_guard(guard: ReplyGuard) -> None:
    """Ask this guard before every public reply that a person sends."""
    if guard not in _reply_guards:
        _reply_guards.append(guard)


def check_reply(ticket: Ticket, text: str, by: User) -> None:
    """Ask every guard; the first that refuses wins."""
    for guard in _reply_guards:
        guard(ticket, text, by)

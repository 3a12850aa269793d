"""IDLE (RFC 2177): wait until the server has something to say. No Django.

imapclient's own ``idle_check`` reads lines from a socket that does not block, and breaks on one
that comes in pieces. Here nothing is read while waiting: whatever comes ends the wait, and the
lines are read when IDLE is over, where reading may block. What came together with the server's
word that it idles already lies in the buffer, where no look at the socket would find it.
"""

import select
import time
from collections.abc import Callable
from typing import Any

from imapclient.exceptions import IMAPClientError


def idle(client: Any, *, seconds: float, slice_seconds: float, stop: Callable[[], bool]) -> bool:
    """Return True when the server said anything; False after so many seconds, or on ``stop``.

    Raises as imapclient does when the line is dead; a server that fell silent long ago does not
    answer the end of IDLE, and so is found out here.
    """
    # Asked for now: between IDLE and its end the server takes no other command.
    client.capabilities()
    _begin(client)
    until = time.monotonic() + seconds
    is_called = False
    while not is_called and not stop() and time.monotonic() < until:
        is_called = _says_something(client, slice_seconds)
    client.idle_done()
    return is_called


def _begin(client: Any) -> None:
    wire = client._imap  # noqa: SLF001
    tag = wire._command("IDLE")  # noqa: SLF001
    # None is the "+" of the server; news of mails may come before it.
    while wire._get_response() is not None:  # noqa: SLF001
        if wire.tagged_commands.get(tag):
            raise IMAPClientError("the server does not idle")
    client._idle_tag = tag  # noqa: SLF001


def _says_something(client: Any, seconds: float) -> bool:
    """Tell whether there is something to read, or the end of the line."""
    if _has_buffered(client):
        return True
    poller = select.poll()
    poller.register(client.socket().fileno(), select.POLLIN)
    return bool(poller.poll(seconds * 1000))


def _has_buffered(client: Any) -> bool:
    wire, line = client._imap, client.socket()  # noqa: SLF001
    file = getattr(wire, "_file", None) or wire.file
    timeout = line.gettimeout()
    line.setblocking(False)
    try:
        # At most one read, which does not wait; b"" also where there is nothing.
        return bool(file.peek(1))
    except (OSError, ValueError):
        # TLS has its own word for "nothing there yet".
        return False
    finally:
        line.settimeout(timeout)

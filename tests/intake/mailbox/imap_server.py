"""A real IMAP server on loopback (pymap, in memory), behind a line that can be cut."""

import asyncio
import contextlib
import socket
import threading
from argparse import Namespace
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any

from imapclient import IMAPClient
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPService
from pymap.user import UserMetadata
from pysasl.hashing import BuiltinHash

PASSWORD = "opensesame"


class ImapServer:
    """Mailboxes by user name; all have the same password. ``port`` is that of the line."""

    def __init__(self, *users: str, cert: str = "", key: str = "") -> None:
        self._users, self._cert, self._key = users, cert, key
        self._loop = asyncio.new_event_loop()
        self._ready, self._ended = threading.Event(), asyncio.Event()
        self._inner_port = _free_port()
        self.line = Line(self._inner_port)
        self._thread = threading.Thread(target=self._run, daemon=True)

    @property
    def port(self) -> int:
        return self.line.port

    def __enter__(self) -> "ImapServer":
        self._thread.start()
        assert self._ready.wait(10)
        self.line.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.line.close()
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        # Connections that are still open end with the loop.
        for task in asyncio.all_tasks(self._loop):
            task.cancel()
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    async def _serve(self) -> None:
        args = Namespace(
            host=["127.0.0.1"], port=str(self._inner_port), debug=False, cert=self._cert or None,
            key=self._key or None, tls=bool(self._cert), inherited_sockets=None,
            proxy_protocol=None, passlib_cfg=None, demo_data=False, demo_user="nobody",
            demo_password=PASSWORD,
        )  # fmt: skip
        backend, config = await DictBackend.init(args, invalid_user_sleep=0.0)
        config.apply_context()
        # One round: half a second for each log-in is for real passwords.
        hashed = BuiltinHash(rounds=1).hash(PASSWORD)
        for user in self._users:
            identity = await backend.login.authorize(_Known(user), user)
            await identity.set(UserMetadata(config, user, password=hashed))
        async with AsyncExitStack() as stack:
            await backend.start(stack)
            await IMAPService(backend, config).start(stack)
            self._ready.set()
            await self._ended.wait()

    @contextmanager
    def session(self, user: str = "care", folder: str = "INBOX") -> Iterator[Any]:
        """Somebody else in the same mailbox."""
        client = IMAPClient("127.0.0.1", port=self._inner_port, ssl=False, timeout=10)
        try:
            client.login(user, PASSWORD)
            client.select_folder(folder)
            yield client
        finally:
            with contextlib.suppress(Exception):
                client.logout()

    def deliver(self, raw: bytes, user: str = "care", flags: tuple[bytes, ...] = ()) -> None:
        with self.session(user) as client:
            client.append("INBOX", raw, flags)

    def flags(self, user: str = "care", folder: str = "INBOX") -> list[set[bytes]]:
        with self.session(user, folder) as client:
            found = client.fetch(client.search("ALL"), ["FLAGS"]) if client.search("ALL") else {}
        return [set(found[uid][b"FLAGS"]) - {b"\\Recent"} for uid in sorted(found)]


class _Known:
    """Lets the test itself name users."""

    def __init__(self, name: str) -> None:
        self.name, self.roles = name, frozenset({"admin"})


class Line:
    """Passes bytes on between client and server until it is cut, or falls silent."""

    def __init__(self, target: int) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._pairs: list[socket.socket] = []
        self.connections = 0
        self.is_silent = False
        self.is_cut_on = b""

    def open(self) -> None:
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # shutdown, or the thread would go on waiting in accept().
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()

    def cut(self) -> None:
        """Hang up on everybody."""
        pairs, self._pairs = self._pairs, []
        for one in pairs:
            _hang_up(one)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._target))
            except OSError:
                return
            self.connections += 1
            self._pairs += [near, far]
            threading.Thread(target=self._pass, args=(near, far, True), daemon=True).start()
            threading.Thread(target=self._pass, args=(far, near, False), daemon=True).start()

    def _pass(self, source: socket.socket, sink: socket.socket, is_client: bool) -> None:
        try:
            while data := source.recv(65536):
                if is_client and self.is_cut_on and self.is_cut_on in data:
                    self.is_cut_on = b""
                    self.cut()
                    return
                if not self.is_silent:
                    sink.sendall(data)
        except OSError:
            pass
        finally:
            _hang_up(source)
            _hang_up(sink)


def _hang_up(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])

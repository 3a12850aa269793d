"""Who starts the embedded server and who stops it: the first that needs it, the last to leave.

Every process that uses the database holds a shared lock on a file beside the data. Whoever ends
and can turn its lock into an exclusive one was the last, and stops the server. The kernel drops
the locks of processes that were killed, so nothing is left to clean up after a crash.
"""

import atexit
import fcntl
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from config.embedded.server import PORT, SUPERUSER, Server
from config.embedded.tuning import server_settings

DATABASE_NAME = "redress"


class EmbeddedDatabase:
    """The database of one ``var`` folder, shared by all processes that work on it."""

    def __init__(self, data_dir: Path, *, extra_settings: dict[str, str] | None = None) -> None:
        settings = {**server_settings(), **(extra_settings or {})}
        self.server = Server(data_dir=data_dir.absolute(), settings=settings)
        self._users_file = data_dir.with_name(f"{data_dir.name}.users")
        self._start_file = data_dir.with_name(f"{data_dir.name}.start")
        self._lock: IO[str] | None = None
        self._lock_pid = 0
        self._mutex = threading.Lock()

    def django_settings(self) -> dict[str, Any]:
        """Return the entry for DATABASES; its backend starts the server when it is first needed."""
        return {
            "ENGINE": "config.embedded.backend",
            "NAME": DATABASE_NAME,
            "USER": SUPERUSER,
            "HOST": str(self.server.socket_dir),
            "PORT": str(PORT),
        }

    def ensure_running(self) -> None:
        """Start the server unless it runs, and keep it up at least until this process ends."""
        with self._mutex:
            if self._lock is not None and self._lock_pid == os.getpid():
                return
            lock = self._open(self._users_file)
            # Waits here while somebody who was the last stops the server.
            fcntl.flock(lock, fcntl.LOCK_SH)
            try:
                self.start()
            except BaseException:
                lock.close()
                raise
            self._lock, self._lock_pid = lock, os.getpid()
            atexit.register(self.release)

    def start(self) -> None:
        """Start the server unless it runs; two that try at once start one."""
        with self._exclusive(self._start_file):
            if not self.server.is_running():
                self.server.start()
                self.server.create_database(DATABASE_NAME)

    def release(self) -> None:
        """Say that this process is done; the last one stops the server."""
        with self._mutex:
            lock, self._lock = self._lock, None
            if lock is None or self._lock_pid != os.getpid():
                return
            atexit.unregister(self.release)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            else:
                self.server.stop()
            finally:
                lock.close()

    @contextmanager
    def _exclusive(self, file: Path) -> Iterator[None]:
        with self._open(file) as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            yield

    @staticmethod
    def _open(file: Path) -> IO[str]:
        file.parent.mkdir(parents=True, exist_ok=True)
        return file.open("a", encoding="utf-8")

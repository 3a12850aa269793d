"""One `up` per folder, and what a killed `up` left behind. No Django here."""

import fcntl
import json
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any

import psutil

from config.errors import StartError

END_SECONDS = 10.0


class RunFile:
    """`var/up.json`: who runs here; locked for as long as it does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "up.json"
        self._lock: IO[str] | None = None
        self._address = ""

    def claim(self, address: str) -> None:
        """Take the folder, or raise StartError if another `up` has it."""
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = (self._folder / "up.lock").open("a", encoding="utf-8")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            known = self._read()
            raise StartError(
                f"Redress already runs from this folder (process {known.get('pid', '?')}, "
                f"{known.get('address', 'starting')}); stop that one, or set REDRESS_VAR to "
                "another folder."
            ) from None
        self._lock, self._address = lock, address

    def end_left_overs(self) -> int:
        """End what a killed `up` started and could not end. Return how many processes."""
        processes = [process for entry in self._children() if (process := _same(entry))]
        for process in processes:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGTERM)
        deadline = time.monotonic() + END_SECONDS
        while time.monotonic() < deadline and any(_is_alive(process) for process in processes):
            time.sleep(0.1)
        for process in processes:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        return len(processes)

    def write(self, pids: Iterable[int]) -> None:
        """Note our processes; replaced in one step, so that a reader never sees half of it."""
        children = []
        for pid in pids:
            with suppress(psutil.NoSuchProcess):
                children.append({"pid": pid, "started": psutil.Process(pid).create_time()})
        content = {"pid": os.getpid(), "address": self._address, "children": children}
        draft = self._file.with_suffix(".new")
        draft.write_text(json.dumps(content), encoding="utf-8")
        draft.replace(self._file)

    def release(self) -> None:
        """Give the folder back."""
        self._file.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _children(self) -> list[dict[str, Any]]:
        children = self._read().get("children", [])
        return children if isinstance(children, list) else []

    def _read(self) -> dict[str, Any]:
        try:
            content = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return content if isinstance(content, dict) else {}


def _same(entry: dict[str, Any]) -> psutil.Process | None:
    """Return the noted process, unless its number belongs to another one by now."""
    try:
        process = psutil.Process(int(entry["pid"]))
        is_same = abs(process.create_time() - float(entry["started"])) < 1
    except (psutil.Error, KeyError, TypeError, ValueError):
        return None
    return process if is_same and _is_alive(process) else None


def _is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

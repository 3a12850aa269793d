"""What must be true before the processes start. No Django here."""

import shutil
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from config.errors import StartError

DISK_BYTES_NEEDED = 200 * 1024 * 1024
READY_SECONDS = 180.0


def check_disk(folder: Path) -> None:
    """Raise StartError when there is hardly any room for data."""
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    if free < DISK_BYTES_NEEDED:
        raise StartError(
            f"The disk of {folder} has {free // 2**20} MB left; free 200 MB and start again."
        )


def check_port(host: str, port: int) -> None:
    """Raise StartError when the port cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise StartError(
                f"Port {port} needs more rights; choose one above 1023, such as --port 8000."
            ) from None
        except OSError as error:
            raise StartError(
                f"Port {port} on {host} cannot be used ({error.strerror}); stop what uses it, "
                f"or choose another: python manage.py up --port {port + 1} "
                f"(make run PORT={port + 1})."
            ) from None


def wait_until_ready(address: str, *, give_up: threading.Event) -> bool:
    """Ask /readyz until it says yes. Return False when told to give up or after three minutes."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and not give_up.is_set():
        if _is_ready(address):
            return True
        give_up.wait(0.3)
    return False


def _is_ready(address: str) -> bool:
    # No proxy: the address is this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"{address}/readyz", timeout=5) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError, ValueError):
        return False


def in_background(work: Callable[[], None]) -> threading.Thread:
    """Run the work in a thread that does not keep the process alive."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread

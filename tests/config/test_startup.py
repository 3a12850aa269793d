"""config/startup.py and config/secret_key.py: one sentence for what is wrong."""

import shutil
import socket
import stat
import threading
from types import SimpleNamespace

import pytest

from config import secret_key, startup
from config.errors import SettingError, StartError


def test_a_taken_port_is_named_with_the_way_out():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=f"Port {port} .*--port {port + 1}"):
            startup.check_port("127.0.0.1", port)


def test_a_free_port_is_fine(free_port):
    startup.check_port("127.0.0.1", free_port())


def test_a_full_disk_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=5 * 2**20))
    with pytest.raises(StartError, match="has 5 MB left"):
        startup.check_disk(tmp_path / "var")


def test_waiting_ends_when_told_to_give_up(free_port):
    give_up = threading.Event()
    give_up.set()
    address = f"http://127.0.0.1:{free_port()}"
    assert startup.wait_until_ready(address, give_up=give_up) is False


def test_the_key_is_made_once_and_kept_from_others(tmp_path):
    file = tmp_path / "var" / "secret_key"
    first = secret_key.load_or_create(file)
    assert len(first) >= 50
    assert secret_key.load_or_create(file) == first
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [entry.name for entry in file.parent.iterdir()] == ["secret_key"]


def test_processes_that_start_at_once_agree_on_one_key(tmp_path):
    file = tmp_path / "secret_key"
    keys: list[str] = []
    threads = [
        threading.Thread(target=lambda: keys.append(secret_key.load_or_create(file)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 8
    assert len(set(keys)) == 1


def test_a_key_that_is_too_short_is_refused(tmp_path):
    file = tmp_path / "secret_key"
    file.write_text("abc")
    with pytest.raises(SettingError, match="too short"):
        secret_key.load_or_create(file)

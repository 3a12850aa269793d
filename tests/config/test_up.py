"""`manage.py up` with real processes: starts, heals, refuses a second, ends, keeps the data."""

import signal
import socket
import subprocess
import sys

import psutil
import pytest

from tests.stack import PROJECT_DIR, Stack, wait_for

pytestmark = [pytest.mark.stack, pytest.mark.xdist_group("up")]


def worker_pids(stack: Stack) -> set[int]:
    return {process.pid for process in stack.processes(" worker ")}


def said(stack: Stack, words: str) -> bool:
    return any(words in line for line in stack.lines)


def test_it_heals_refuses_a_second_one_ends_cleanly_and_keeps_the_data(own_stack):
    own_stack.start("--no-demo")
    with own_stack.connect() as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('投诉')")

    killed = worker_pids(own_stack)
    own_stack.kill_worker()
    wait_for(lambda: bool(worker_pids(own_stack) - killed), "the worker runs again")
    assert said(own_stack, "ended (signal SIGKILL)")

    second = subprocess.run(
        [sys.executable, "manage.py", "up", "--port", str(own_stack.port + 1)],
        cwd=PROJECT_DIR,
        env=own_stack.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode != 0
    assert f"already runs from this folder (process {own_stack.pid}" in second.stderr
    assert "Traceback" not in second.stderr

    family = own_stack.processes("")
    assert own_stack.stop(signal.SIGINT) == 0
    assert [process.pid for process in family if is_alive(process)] == []
    assert not own_stack.database_server().is_alive()
    assert own_stack.lines[-1].endswith("stopped")

    own_stack.start("--no-demo")
    with own_stack.connect() as connection:
        assert connection.execute("SELECT word FROM kept").fetchone() == ("投诉",)
    assert own_stack.stop(signal.SIGTERM) == 0


def test_a_taken_port_is_named_before_anything_starts(own_stack):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", own_stack.port))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "manage.py", "up", "--port", str(own_stack.port)],
            cwd=PROJECT_DIR,
            env=own_stack.environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert f"Port {own_stack.port} on 127.0.0.1 cannot be used" in done.stderr
    assert not own_stack.database_server().is_alive()


def test_a_setting_that_makes_no_sense_is_one_sentence(own_stack):
    done = subprocess.run(
        [sys.executable, "manage.py", "up"],
        cwd=PROJECT_DIR,
        env={**own_stack.environment, "REDRESS_WEB_THREADS": "many"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert done.stderr.strip() == "Redress: REDRESS_WEB_THREADS is 'many'; write a whole number."


def test_a_database_that_cannot_be_reached_is_one_sentence(own_stack):
    address = f"postgresql://nobody@127.0.0.1:{own_stack.port}/nothing"
    done = subprocess.run(
        [sys.executable, "manage.py", "up", "--no-demo", "--port", str(own_stack.port)],
        cwd=PROJECT_DIR,
        env={**own_stack.environment, "DATABASE_URL": address},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "check DATABASE_URL" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False

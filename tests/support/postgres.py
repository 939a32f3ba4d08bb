"""A PostgreSQL server of the tests' own: private port, temporary folder, stopped by its process id."""

import contextlib
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.ports import free_ports

DEBIAN_FOLDER = Path("/usr/lib/postgresql")


class PostgresMissing(Exception):
    """PostgreSQL's server programs are not installed."""


@dataclass
class PostgresServer:
    """A server that can be stopped and started again in the middle of a test."""

    folder: Path
    port: int
    binaries: Path
    password: str = field(repr=False)
    _process: subprocess.Popen[bytes] | None = None

    def url(self, database: str = "postgres") -> str:
        """The URL of one database on this server, with the right to create others."""
        return f"postgresql://ringdesk:{self.password}@127.0.0.1:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and return when it answers."""
        command = [
            str(self.binaries / "postgres"),
            *("-D", str(self.folder / "data"), "-p", str(self.port), "-h", "127.0.0.1"),
            *("-k", str(self.folder), "-c", "fsync=off", "-c", "max_connections=60"),
        ]
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.folder, **ordinary_user()
            )
        self._wait_until_it_answers()

    def stop(self) -> None:
        """Stop the server at once; clients lose their connections."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(timeout=30)
            self._process = None

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            assert self._process is not None
            if self._process.poll() is not None:
                break
            ready = subprocess.run(
                [self.binaries / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port)], check=False
            )
            if ready.returncode == 0:
                return
            time.sleep(0.05)
        log = (self.folder / "server.log").read_text(errors="replace")
        raise RuntimeError(f"PostgreSQL did not start:\n{log[-2000:]}")


@contextlib.contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A fresh server for as long as the block runs."""
    binaries = find_binaries()
    folder = Path(tempfile.mkdtemp(prefix="ringdesk-pg-"))
    _give_to_ordinary_user(folder)
    server = PostgresServer(folder, free_ports(1)[0], binaries, password=secrets.token_hex(16))
    try:
        _init_data_folder(server)
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def find_binaries() -> Path:
    """The folder with the newest installed server's programs; PATH is looked at last."""
    candidates = sorted(DEBIAN_FOLDER.glob("*/bin"), key=lambda path: int(path.parent.name))
    on_path = shutil.which("initdb")
    if on_path:
        candidates.insert(0, Path(on_path).resolve().parent)
    if not candidates:
        raise PostgresMissing("PostgreSQL is not installed: apt-get install postgresql")
    return candidates[-1]


def ordinary_user() -> Mapping[str, Any]:
    """Arguments for `subprocess` that give up root, which PostgreSQL refuses; none for an ordinary user."""
    if os.geteuid() != 0:
        return {}
    account = _account_without_root()
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _account_without_root() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise PostgresMissing("there is no account other than root to run PostgreSQL as")


def _give_to_ordinary_user(folder: Path) -> None:
    if os.geteuid() == 0:
        account = _account_without_root()
        os.chown(folder, account.pw_uid, account.pw_gid)


def _init_data_folder(server: PostgresServer) -> None:
    password_file = server.folder / "password"
    password_file.write_text(server.password)
    _give_to_ordinary_user(password_file)
    command = [
        str(server.binaries / "initdb"),
        *("-D", str(server.folder / "data"), "-U", "ringdesk", "--pwfile", str(password_file)),
        *("--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd=server.folder, **ordinary_user())

"""A PostgreSQL server for the length of a run, in a temporary folder, durable like a real one unless told otherwise."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.ports import free_port

START_SECONDS = 120


class NoPostgres(RuntimeError):
    """PostgreSQL's programs are not installed."""


def programs() -> Path:
    """The folder with ``initdb`` and ``postgres``; raises :class:`NoPostgres`."""
    found = shutil.which("initdb")
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True) + ([Path(found).parent] if found else [])
    for folder in folders:
        if (folder / "postgres").exists():
            return folder
    raise NoPostgres("PostgreSQL is not installed: no initdb found")


def _as_postgres(*command: str | Path) -> list[str | Path]:
    """The command; not as root, which PostgreSQL refuses."""
    not_as_root: list[str | Path] = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    return [*not_as_root, *command]


class Server:
    """A PostgreSQL of its own; fsync and synchronous_commit stay on, except where nobody asks what outlasts a kill.

    There nothing is vacuumed either, but by the tests themselves.
    """

    def __init__(self, *, durable: bool = True) -> None:
        careless = ("fsync", "synchronous_commit", "full_page_writes", "autovacuum")
        self.careless = () if durable else tuple(part for name in careless for part in ("-c", f"{name}=off"))
        self.folder = Path(tempfile.mkdtemp(prefix="zengyi-pg-"))
        self.data = self.folder / "data"
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres")
        self.folder.chmod(0o700)
        self.port = free_port()
        self.url = f"postgresql://zengyi@127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        made = _as_postgres(programs() / "initdb", "-D", self.data, "-U", "zengyi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, cwd="/")

    def start(self) -> None:
        """Start, and wait until it takes connections. After a kill that takes as long as its children need to see it."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=256MB"
        command = _as_postgres(programs() / "postgres", "-D", self.data, *options.split(), *self.careless, "-c", "log_min_messages=fatal")
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if self.process is None or self.process.poll() is not None:
                self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
            ready: list[str | Path] = [programs() / "pg_isready", "-h", "127.0.0.1", "-p", str(self.port)]
            if subprocess.run(ready, stdout=subprocess.DEVNULL).returncode == 0:
                return
            time.sleep(0.1)
        raise NoPostgres("the temporary PostgreSQL did not start")

    def kill(self) -> None:
        """``kill -9`` of the server; its children end when they see that it is gone."""
        assert self.process is not None
        os.kill(int((self.data / "postmaster.pid").read_text().splitlines()[0]), signal.SIGKILL)
        self.process.wait(START_SECONDS)

    def remove(self) -> None:
        """Stop it and throw it away."""
        if self.process is not None and self.process.poll() is None:
            stop = _as_postgres(programs() / "pg_ctl", "-D", self.data, "-m", "immediate", "stop")
            subprocess.run(stop, stdout=subprocess.DEVNULL, cwd="/")
            self.process.wait(START_SECONDS)
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def server(*, durable: bool = True) -> Iterator[str]:
    """The URL of a running server without a database name."""
    one = Server(durable=durable)
    try:
        one.start()
        yield one.url
    finally:
        one.remove()

"""A PostgreSQL server for the length of a run, in a temporary folder, durable like a real one."""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 30


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


def _as_postgres() -> list[str]:
    return ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []


@contextmanager
def server() -> Iterator[str]:
    """Yields the server's URL without a database name; fsync and synchronous_commit stay on."""
    folder = Path(tempfile.mkdtemp(prefix="zengyi-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    folder.chmod(0o700)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    as_postgres, data = _as_postgres(), folder / "data"
    subprocess.run(
        [*as_postgres, programs() / "initdb", "-D", data, "-U", "zengyi", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd="/",
    )
    options = (
        f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=200 -c shared_buffers=256MB -c log_min_messages=fatal"
    )
    process = subprocess.Popen(
        [*as_postgres, programs() / "postgres", "-D", data, *options.split()], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
    )
    try:
        _wait(port)
        yield f"postgresql://zengyi@127.0.0.1:{port}"
    finally:
        subprocess.run([*as_postgres, programs() / "pg_ctl", "-D", data, "-m", "immediate", "stop"], stdout=subprocess.DEVNULL, cwd="/")
        process.wait(20)
        shutil.rmtree(folder, ignore_errors=True)


def _wait(port: int) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        probe = subprocess.run([programs() / "pg_isready", "-h", "127.0.0.1", "-p", str(port)], stdout=subprocess.DEVNULL)
        if probe.returncode == 0:
            return
        time.sleep(0.1)
    raise NoPostgres("the temporary PostgreSQL did not start")

"""Starting what is measured: databases, servers, the load; each in a process of its own, all ended with this one."""

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import ground, postgres
from benchmarks.ports import free_port

ROOT = Path(__file__).parent.parent
START_SECONDS = 60
LOAD_SECONDS = 600
PEER = "benchmarks.peer.wsgi:application"


class Failed(RuntimeError):
    """A run whose result does not count."""


@dataclass(frozen=True, slots=True)
class Place:
    """A database with its run-time folder, and whom the ground put into it."""

    name: str
    environment: dict[str, str]
    people: dict[str, int]

    @property
    def address(self) -> list[str]:
        """How PostgreSQL's own programs reach it."""
        url = self.environment["ZENGYI_DATABASE"]
        return ["-h", "127.0.0.1", "-p", url.rsplit(":", 1)[1].partition("/")[0], "-U", "zengyi"]

    def python(self, *words: str) -> Any:
        """Run one of our modules on it; what it printed."""
        return json.loads(run([sys.executable, "-m", *words], self.environment))


def run(command: Sequence[str | Path], environment: dict[str, str]) -> str:
    """Run a program; what it printed. Raises :class:`Failed` with its complaint."""
    try:
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=LOAD_SECONDS)
    except subprocess.TimeoutExpired as late:
        raise Failed(f"{command[0]} … {command[-1]} took more than {LOAD_SECONDS} seconds") from late
    if done.returncode:
        raise Failed(f"{command[0]} … {command[-1]}: {done.stderr.strip() or done.stdout.strip()}")
    return done.stdout


@contextmanager
def place(kind: str, *, orders: int = 0, delivered: int = 0, members: int = 1) -> Iterator[Place]:
    """A temporary database of that kind, ``sqlite`` or ``postgres``, with its ground."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZENGYI_", "DJANGO_"))}
    with tempfile.TemporaryDirectory(prefix="zengyi-bench-") as folder:
        environment = {**kept, "ZENGYI_VAR": folder, "ZENGYI_DATABASE": f"sqlite:{folder}/bench.sqlite3"}
        sizes = ["--orders", str(orders), "--delivered", str(delivered), "--members", str(members)]
        if kind == "sqlite":
            yield Place(kind, environment, Place(kind, environment, {}).python("benchmarks.ground", *sizes))
            return
        with postgres.server() as url:
            made = Place(kind, {**environment, "ZENGYI_DATABASE": f"{url}/bench"}, {})
            run([postgres.programs() / "createdb", *made.address, "bench"], environment)
            yield Place(kind, made.environment, made.python("benchmarks.ground", *sizes))


@contextmanager
def served(at: Place, peer: bool = False, *, workers: int, threads: int) -> Iterator[int]:
    """Our server, or the peer's, on a free port."""
    port = free_port()
    sizes = ["--workers", str(workers)]
    if peer:
        command = [sys.executable, "-m", "granian", "--interface", "wsgi", *sizes, "--blocking-threads", str(threads), "--no-ws"]
        command += ["--host", "127.0.0.1", "--port", str(port), "--blocking-threads-idle-timeout", "600", PEER]
    else:
        command = [sys.executable, "-m", "zengyi", "serve", "--port", str(port), *sizes, "--threads", str(threads)]
    log = Path(at.environment["ZENGYI_VAR"]) / f"server-{port}.log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, env=at.environment, cwd=ROOT, stdout=out, stderr=out, process_group=0)
    try:
        _wait(process, port, log)
        yield port
    except Failed as failure:
        raise Failed(f"{failure}\n{log.read_text()[-2000:]}") from failure
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _wait(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise Failed("the server did not start")


@dataclass(frozen=True, slots=True)
class Load:
    """How a server did under load."""

    a_second: float
    p50: float
    p99: float


def claims(at: Place, port: int, numbers: range, *, connections: int, seconds: float) -> Load:
    """Claim the orders with those numbers over HTTP, each as a member of its own kind; every answer must be 200."""
    lines = [f"/api/v1/orders/{ground.ORDERS + number}/claim {ground.token(ground.claimant(number))}" for number in numbers]
    file = Path(at.environment["ZENGYI_VAR"]) / "load.txt"
    file.write_text("\n".join(lines))
    told = at.python("benchmarks.load", str(port), str(file), "--connections", str(connections), "--seconds", str(seconds))
    if set(told["statuses"]) != {"200"}:
        raise Failed(f"answers other than 200: {told['statuses']}")
    return measured(told)


def measured(told: dict[str, Any]) -> Load:
    """The rate and latencies of what a process of ours told about its run."""
    times = sorted(told["milliseconds"])
    return Load(len(times) / told["seconds"], times[len(times) // 2], times[len(times) * 99 // 100])

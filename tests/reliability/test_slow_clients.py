"""Many clients that never finish what they send: everybody else is still answered."""

import os
import select
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from tests.live import Live
from zengyi.command.serve import HEAD_MILLISECONDS
from zengyi.project.front import PAUSE_MOST

pytestmark = [pytest.mark.enable_socket, pytest.mark.databases("sqlite")]

SLOW = 200
PAGES = ("/health", "/ready", "/help/", "/", "/sign-in", "/orders/", "/api/v1/openapi.json")
HALF_A_HEAD = b"GET / HTTP/1.1\r\nHost: local"
HALF_A_BODY = (
    b'POST /api/v1/tokens HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"username":'
)
#: Long, so that the test passes on a busy machine, too: a server whose threads are all held would never answer.
SECONDS = 15


@contextmanager
def held(port: int, number: int, sent: bytes) -> Iterator[list[socket.socket]]:
    """Connections on which a request has begun and does not go on."""
    with ExitStack() as stack:
        clients = []
        for _number in range(number):
            client = stack.enter_context(socket.create_connection(("127.0.0.1", port), timeout=SECONDS))
            client.sendall(sent)
            clients.append(client)
        yield clients


def status(url: str, seconds: float = SECONDS) -> int:
    """The status a page answers with."""
    try:
        with urllib.request.urlopen(url, timeout=seconds) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def told(client: socket.socket, until: float) -> bytes:
    """What the server says until it hangs up. Fails when it does not hang up in time."""
    said = b""
    while True:
        ready, _, _ = select.select([client], [], [], max(0.0, until - time.monotonic()))
        assert ready, f"still open after: {said!r}"
        try:
            part = client.recv(65536)
        except ConnectionResetError:
            return said
        if not part:
            return said
        said += part


def test_two_hundred_slow_clients_keep_nobody_waiting_and_are_let_go(live: Live) -> None:
    began = time.monotonic()
    with held(live.port, SLOW // 2, HALF_A_HEAD) as heads, held(live.port, SLOW // 2, HALF_A_BODY) as bodies:
        took = []
        for path in PAGES * 3:
            asked = time.monotonic()
            assert status(live.url + path) == 200, path
            took.append(time.monotonic() - asked)
        assert live.post("/api/v1/tokens", {"username": "nobody", "password": "x"}).status == 401
        print(f"\n{SLOW} slow clients: {len(took)} pages, slowest {max(took) * 1000:.0f} ms")
        until = began + max(HEAD_MILLISECONDS / 1000, PAUSE_MOST) + 2 * SECONDS
        assert {told(client, until) for client in heads} == {b""}
        answers = [told(client, until) for client in bodies]
        assert all(answer.startswith(b"HTTP/1.1 408 ") and b"application/problem+json" in answer for answer in answers)


def is_stuck(url: str, until: float) -> bool:
    """Whether a page is not answered. Each thread must have taken up its body before; on a busy machine that may take a while."""
    while time.monotonic() < until:
        try:
            status(url, 2)
        except OSError as error:
            return "timed out" in str(error)
    return False


def test_a_server_that_reads_in_its_threads_is_stopped_by_five(live: Live, tmp_path: Path) -> None:
    """The broken twin: the same pages, served as before, where a thread waits for the body."""
    live.kill()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--blocking-threads", "5", "--port", str(live.port)]
    with (tmp_path / "twin.log").open("wb") as log:
        twin = subprocess.Popen(
            [*command, "zengyi.project.wsgi:application"], env=live.environment, stdout=log, stderr=log, start_new_session=True
        )
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                if status(f"{live.url}/health", 1) == 200:
                    break
            except OSError:
                time.sleep(0.1)
        with held(live.port, 5, HALF_A_BODY):
            assert is_stuck(f"{live.url}/health", until)
        assert status(f"{live.url}/health") == 200
    finally:
        os.killpg(twin.pid, signal.SIGKILL)  # its serving process, too
        twin.wait()


def test_what_a_visitor_may_not_send_is_refused_before_it_is_read(live: Live) -> None:
    """150 MB of multipart: the refusal comes, the connection goes, and no temporary file was ever made."""
    length, part = 150 * 1024 * 1024, b"x" * 65536
    head = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    for path, status_wanted in (("/orders/new", b"401"), ("/sign-in", b"413"), ("/api/v1/orders", b"401"), ("/no/such/page", b"404")):
        with socket.create_connection(("127.0.0.1", live.port), timeout=SECONDS) as client:
            kind = "Content-Type: multipart/form-data; boundary=b"
            client.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost\r\n{kind}\r\nContent-Length: {length}\r\n\r\n".encode() + head)
            sent = 0
            try:
                while sent < length and not select.select([client], [], [], 0.01)[0]:
                    sent += client.send(part)
            except (BrokenPipeError, ConnectionResetError):
                pass
            assert sent < 16 * 1024 * 1024, path  # at most what the sockets' buffers between client and server hold
            answer = told(client, time.monotonic() + SECONDS)
        assert answer[9:12] == status_wanted, (path, answer[:200])
    assert live.process is not None
    for pid in (int(one.name) for one in Path("/proc").iterdir() if one.name.isdigit()):
        assert not _large_files(pid, live.process.pid)


def _large_files(pid: int, group: int) -> list[str]:
    """Deleted temporary files that a process of the server's group holds open."""
    try:
        if os.getpgid(pid) != group:
            return []
        return [link for fd in Path(f"/proc/{pid}/fd").iterdir() if "/tmp/" in (link := str(fd.readlink())) and "(deleted)" in link]
    except (OSError, ProcessLookupError):
        return []

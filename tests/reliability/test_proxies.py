"""nginx and Caddy as the documents set them up: the visitor's address, sizes, slow clients and static files."""

import http.client
import os
import re
import select
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.ports import free_port
from tests.live import Live
from tests.reliability.test_slow_clients import HALF_A_BODY, HALF_A_HEAD, held

pytestmark = [pytest.mark.live, pytest.mark.databases("sqlite")]

DOCS = Path(__file__).parents[2] / "docs" / "proxy"
SECONDS = 30


def nginx(folder: Path, front: int, back: int, static: Path) -> list[str]:
    """The command that starts nginx by the document's file, without TLS, on ports and paths of the test."""
    text = (DOCS / "nginx.conf").read_text()
    text = re.sub(r"listen 443 ssl;", f"listen 127.0.0.1:{front};", re.sub(r"\n +ssl_certificate.*", "", text))
    text = (
        text.replace("127.0.0.1:8000", f"127.0.0.1:{back}")
        .replace("/srv/zengyi/static", str(static))
        .replace("user www-data;", "user root;")
    )
    paths = "".join(f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    text = text.replace("http {\n", f"http {{\naccess_log off;\n{paths}", 1)
    (folder / "nginx.conf").write_text(f"daemon off;\nerror_log {folder}/error.log;\npid {folder}/pid;\n{text}")
    return ["nginx", "-e", str(folder / "error.log"), "-c", str(folder / "nginx.conf")]


def caddy(folder: Path, front: int, back: int, static: Path) -> list[str]:
    """The same for Caddy."""
    text = (DOCS / "Caddyfile").read_text()
    text = text.replace("zengyi.example.org {", f"http://127.0.0.1:{front}, http://localhost:{front} {{")
    text = text.replace("127.0.0.1:8000", f"127.0.0.1:{back}").replace("/srv/zengyi/static", str(static))
    (folder / "Caddyfile").write_text(text)
    return ["caddy", "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


@pytest.fixture(params=[nginx, caddy])
def proxied(request: pytest.FixtureRequest, transactional_db: None, tmp_path: Path) -> Iterator[tuple[Live, int]]:
    """The real server behind the proxy, and the proxy's port."""
    live, front = Live(tmp_path), free_port()
    live.environment |= {"ZENGYI_HTTPS": "1"}
    static = tmp_path / "var" / "static"
    with live:
        command: Any = request.param(tmp_path, front, live.port, static)
        with (tmp_path / "proxy.log").open("wb") as log:
            home = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path)}
            process = subprocess.Popen(command, stdout=log, stderr=log, env=home)
        try:
            until = time.monotonic() + SECONDS
            while True:
                try:
                    socket.create_connection(("127.0.0.1", front), timeout=1).close()
                    break
                except OSError:
                    assert process.poll() is None and time.monotonic() < until, (tmp_path / "proxy.log").read_text()
                    time.sleep(0.1)
            yield live, front
        finally:
            process.terminate()
            process.wait(SECONDS)


def ask(port: int, method: str, path: str, body: bytes = b"", source: str = "127.0.0.1", **headers: str) -> tuple[int, bytes]:
    """Status and content."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=SECONDS, source_address=(source, 0))
    named = {name.replace("_", "-"): value for name, value in headers.items()} | {"Host": "localhost"}
    try:
        line.request(method, path, body or None, named)
        answer = line.getresponse()
        return answer.status, answer.read()
    finally:
        line.close()


def too_much(front: int) -> bytes:
    """The status for a body of 100 MB, which comes before all of it is sent: the server refuses it by its head and drops the rest."""
    with socket.create_connection(("127.0.0.1", front), timeout=SECONDS) as client:
        client.sendall(b"POST /orders/new HTTP/1.1\r\nHost: localhost\r\nContent-Length: 104857600\r\n\r\n")
        sent = 0
        while sent < 104857600 and not select.select([client], [], [], 0.01)[0]:
            sent += client.send(b"x" * 65536)
        assert sent < 104857600
        return client.recv(12)[9:12]


def test_behind_a_proxy(proxied: tuple[Live, int]) -> None:
    live, front = proxied
    assert shutil.which("nginx") and shutil.which("caddy")
    # Pages and static files, those without the server.
    status, page = ask(front, "GET", "/help/")
    assert status == 200
    style = re.search(rb'href="(/static/[^"]+\.css)"', page)
    assert style is not None
    assert ask(front, "GET", style[1].decode())[0] == 200
    # The visitor's own word on where they come from is not believed, the proxy's is.
    wrong = b'{"username": "nobody", "password": "wrong"}'
    more = {"Content_Type": "application/json", "X_Forwarded_For": "203.0.113.9", "X_Forwarded_Proto": "http"}
    assert ask(front, "POST", "/api/v1/tokens", wrong, source="127.0.0.2", **more)[0] == 401
    lines = [line for line in live.log.read_text().splitlines() if "sign-in failed" in line]
    assert len(lines) == 1 and lines[0].endswith("from 127.0.0.2"), lines
    # What is larger than any address takes does not reach the server.
    assert {too_much(front) for _try in range(5)} <= {b"413", b"401"}
    # Slow ones keep nobody waiting; nginx takes at most 64 connections of one address.
    with held(front, 30, HALF_A_HEAD), held(front, 20, HALF_A_BODY):
        for path in ("/health", "/ready", "/help/", "/sign-in"):
            assert ask(front, "GET", path)[0] == 200, path

"""A real server in a process of its own, over the test's database."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from django.db import connection

from benchmarks.ports import free_port
from tests import groups

START_SECONDS = 120
WAIT_SECONDS = 120


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    body: Any
    headers: dict[str, str]


class Live:
    """``zengyi serve`` on a free port of this machine."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        (folder / "var").mkdir(exist_ok=True)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("ZENGYI_", "DJANGO_", "PYTEST_"))}
        secrets = Path(os.environ["ZENGYI_VAR"]) / "secrets.json"
        self.environment = {**kept, "ZENGYI_VAR": str(folder / "var"), "ZENGYI_SECRETS": str(secrets), "ZENGYI_DATABASE": _url()}
        self.environment["ZENGYI_SMS"] = "console"  # so that everything is offered that needs SMS
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers."""
        groups.assert_live()
        command = [sys.executable, "-m", "zengyi", "serve", "--port", str(self.port)]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            try:
                if self.get("/health").status == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError(f"the server did not start:\n{self.log.read_text()}")

    def kill(self) -> None:
        """``kill -9``, the whole group at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def get(self, path: str, token: str = "") -> Answer:
        """GET a path of the server."""
        return self._ask("GET", path, None, token, {})

    def post(self, path: str, body: Any = None, token: str = "", key: str = "") -> Answer:
        """POST JSON to a path of the server."""
        return self._ask("POST", path, body or {}, token, {"Idempotency-Key": key} if key else {})

    def token(self, username: str, password: str = "demo-zengyi", acting_as: str = "") -> str:
        """A bearer token."""
        answer = self.post("/api/v1/tokens", {"username": username, "password": password, "acting_as": acting_as})
        assert answer.status == 201, answer
        return str(answer.body["token"])

    def _ask(self, method: str, path: str, body: Any, token: str, more: dict[str, str]) -> Answer:
        headers = {"Content-Type": "application/json", **more} | ({"Authorization": f"Bearer {token}"} if token else {})
        request = urllib.request.Request(self.url + path, json.dumps(body).encode() if body is not None else None, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=WAIT_SECONDS) as answer:
                return Answer(answer.status, _parsed(answer.read()), dict(answer.headers))
        except urllib.error.HTTPError as refusal:
            return Answer(refusal.code, _parsed(refusal.read()), dict(refusal.headers))

    def __enter__(self) -> "Live":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.process is not None and self.process.poll() is None:
            self.kill()


def _parsed(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except ValueError:
        return raw.decode("utf-8", "replace")


def _url() -> str:
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:{at['NAME']}"
    return f"postgresql://{at['USER']}@{at['HOST']}:{at['PORT']}/{at['NAME']}"

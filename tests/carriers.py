"""A carrier to test against: a server on this machine that takes SMS and robots' messages and behaves as badly as it is told.

It knows the three formats by their documents, with a reading of its own of each signature, and keeps what it has really sent on.
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, quote

MEET_SECONDS = 6
ID, SECRET = "testId", "testSecret"


@dataclass
class Fake:
    """What is to happen to the next requests, and what was taken. Behaviours:

    ``ok``; ``busy`` and ``wrong``: 200 with an error; ``drop``: gone before it was taken; ``mute``: taken, and no answer; ``late``: taken,
    and answered when nobody waits any more; ``meet``: answered when another one is here, too, or after a while;
    ``broken``: 500 after it was taken; ``html``: a page of somebody else's.
    """

    port: int = 0
    plan: list[str] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    forged: int = 0
    once: bool = False
    waiting: threading.Event = field(default_factory=threading.Event)
    met: threading.Event = field(default_factory=threading.Event)
    here: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/"

    def take(self, key: str, text: str) -> None:
        """Send it on; whoever promises to do so once looks at the key."""
        if not (self.once and key in {known for known, _text in self.taken}):
            self.taken.append((key, text))

    def meet(self, key: str) -> None:
        """Stay until another request is here at the same time, for so long as nobody gives up on the answer."""
        self.here.append(key)
        if len(self.here) > 1:
            self.met.set()
        self.met.wait(MEET_SECONDS)
        self.here.remove(key)


class _Handler(BaseHTTPRequestHandler):
    """One request to the fake."""

    fake: Fake

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        kind, key, text, signed = _read(dict(self.headers), body)
        key = self.path if kind == "robot" else key  # the address says which robot
        if signed:
            self._behave(self.fake.plan.pop(0) if self.fake.plan else "ok", kind, key, text)
        else:
            self.fake.forged += 1
            self._say(200, _refused(kind))

    def _behave(self, how: str, kind: str, key: str, text: str) -> None:
        if how not in ("busy", "wrong", "html", "drop"):
            self.fake.take(key, text)
        match how:
            case "drop" | "mute":
                self.close_connection = True
            case "late":
                self.fake.waiting.wait(5)
            case "meet":
                self.fake.meet(key)
                self._say(200, _answer(kind, "ok"))
            case "broken":
                self._raw(500, b"")
            case "html":
                self._raw(200, b"<html>")
            case _:
                self._say(200, _answer(kind, how))

    def _say(self, status: int, told: dict[str, Any]) -> None:
        self._raw(status, json.dumps(told).encode())

    def _raw(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *given: Any) -> None:
        return


class Served(Protocol):
    """A fake that wants to know on which port it is reached."""

    port: int


@contextmanager
def served(handler: type[BaseHTTPRequestHandler], fake: Served) -> Iterator[None]:
    """The fake behind a server of its own, whose handlers know it."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), {"fake": fake}))
    server.daemon_threads = True
    fake.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def carrier(*plan: str, once: bool = False) -> Iterator[Fake]:
    """A carrier that does as planned and then behaves well."""
    fake = Fake(plan=list(plan), once=once)
    with served(_Handler, fake):
        try:
            yield fake
        finally:
            fake.waiting.set()


def _read(headers: dict[str, str], body: bytes) -> tuple[str, str, str, bool]:
    """Format, key and text of a request, and whether its signature is right."""
    if "X-Zengyi-Signature" in headers:
        told = json.loads(body)
        mine = hmac.new(SECRET.encode(), headers["X-Zengyi-Time"].encode() + b"\n" + body, hashlib.sha256).hexdigest()
        return "own", told["key"], told["text"], mine == headers["X-Zengyi-Signature"]
    if headers.get("Authorization", "").startswith("TC3-HMAC-SHA256"):
        told = json.loads(body)
        return "tencent", told["SessionContext"], told["TemplateParamSet"][0], _tencent(headers, body)
    if headers.get("Content-Type") == "application/x-www-form-urlencoded":
        given = dict(parse_qsl(body.decode()))
        return "aliyun", given["OutId"], next(iter(json.loads(given["TemplateParam"]).values())), _aliyun(given)
    told = json.loads(body)
    return "robot", "", told["text"]["content"], True


def _tencent(headers: dict[str, str], body: bytes) -> bool:
    moment, given = headers["X-TC-Timestamp"], headers["Authorization"]
    scope = given.partition("Credential=")[2].partition(",")[0].partition("/")[2]
    asked = "\n".join(["POST", "/", "", f"content-type:{headers['Content-Type']}", f"host:{headers['Host']}", "", "content-type;host"])
    asked += "\n" + hashlib.sha256(body).hexdigest()
    text = "\n".join(["TC3-HMAC-SHA256", moment, scope, hashlib.sha256(asked.encode()).hexdigest()])
    key = ("TC3" + SECRET).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == given.rpartition("=")[2]


def _aliyun(given: dict[str, str]) -> bool:
    signature = given.pop("Signature")
    pairs = [f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in sorted(given.items())]
    text = "POST&%2F&" + quote("&".join(pairs), safe="~")
    return base64.b64encode(hmac.new((SECRET + "&").encode(), text.encode(), hashlib.sha1).digest()).decode() == signature


def _answer(kind: str, how: str) -> dict[str, Any]:
    good = how == "ok"
    if kind == "robot":
        return {"errcode": {"ok": 0, "busy": 45009, "wrong": 93000}.get(how, 0), "errmsg": how}
    if kind == "aliyun":
        return {"Code": {"ok": "OK", "busy": "isv.BUSINESS_LIMIT_CONTROL", "wrong": "isv.MOBILE_NUMBER_ILLEGAL"}[how]}
    if kind == "tencent":
        code = {"ok": "Ok", "busy": "LimitExceeded.PhoneNumberOneHourLimit", "wrong": "FailedOperation.PhoneNumberInBlacklist"}[how]
        return {"Response": {"SendStatusSet": [{"Code": code}], "RequestId": "1"}}
    return {"sent": True} if good else {"error": how, "again": how == "busy"}


def _refused(kind: str) -> dict[str, Any]:
    if kind == "tencent":
        return {"Response": {"Error": {"Code": "AuthFailure.SignatureFailure", "Message": ""}, "RequestId": "1"}}
    return {"Code": "SignatureDoesNotMatch"} if kind == "aliyun" else {"error": "signature"}

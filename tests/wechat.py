"""WeChat to test against: a server on this machine that knows codes, tokens, followers and templates, and behaves as badly as it is told.

It checks every request by WeChat's documents, with readings of its own: the account's id and secret, a code once, a token that is good and
not for ever, who follows, the template's fields and how long they may be, and the same ``client_msg_id`` for one person once.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.carriers import served

APP_ID, SECRET, TEMPLATE = "wx0123456789abcdef", "0123456789abcdef0123456789abcdef", "ngqIpbwh8bUfcSsECmogfXcV14J0tQlEpBO27izEYtY"
FIELDS = {"thing1": 20, "time2": 32}


@dataclass
class WeChat:
    """What WeChat knows and what it has done. ``plan``: what is to happen to the next template messages:

    ``ok``; a number: that errcode, nothing sent; ``drop``: gone before it was taken; ``mute``: taken, and no answer; ``broken``: 500
    after it was taken; ``html``: a page of somebody else's.
    """

    port: int = 0
    plan: list[str] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)
    snapshots: set[str] = field(default_factory=set)
    spent: set[str] = field(default_factory=set)
    followers: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    taken: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    keys: dict[tuple[str, str], int] = field(default_factory=dict)
    token: str = "T1"
    tokens: int = 0
    forced: int = 0
    wrong: list[int] = field(default_factory=list)
    secret: str = SECRET

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def asked_for_a_token(self, told: dict[str, Any]) -> dict[str, Any]:
        """``cgi-bin/stable_token``: the same one while it is good, another when forced."""
        if told.get("grant_type") != "client_credential":
            return {"errcode": 40002}
        if told.get("appid") != APP_ID:
            return {"errcode": 40013}
        if told.get("secret") != self.secret:
            return {"errcode": 40125}
        self.tokens += 1
        if told.get("force_refresh"):
            self.forced += 1
            self.token += "+"
        return {"access_token": self.token, "expires_in": 7200}

    def asked_for_an_openid(self, asked: dict[str, str]) -> dict[str, Any]:
        """``sns/oauth2/access_token``: a code is good once."""
        if asked.get("appid") != APP_ID or asked.get("grant_type") != "authorization_code":
            return {"errcode": 40013}
        if asked.get("secret") != self.secret:
            return {"errcode": 40125}
        code = asked.get("code", "")
        if code in self.spent or code not in self.codes:
            return {"errcode": 40163 if code in self.spent else 40029}
        self.spent.add(code)
        more = {"is_snapshotuser": 1} if code in self.snapshots else {}
        return {"access_token": "W", "expires_in": 7200, "refresh_token": "R", "openid": self.codes[code], "scope": "snsapi_base", **more}

    def refusal(self, token: str, told: dict[str, Any]) -> int:
        """Why a template message is not taken; 0 when it is."""
        data = told.get("data", {})
        if token != self.token:
            return 40001
        if told.get("touser") not in self.known:
            return 40003
        if told["touser"] not in self.followers:
            return 43004
        if told.get("template_id") != TEMPLATE:
            return 40037
        fits = set(data) == set(FIELDS) and all(0 < len(data[name]["value"]) <= most for name, most in FIELDS.items())
        return 0 if fits and len(told.get("client_msg_id", "")) <= 64 else 47003

    def take(self, told: dict[str, Any]) -> int:
        """Send it on, once for each person and key; its number."""
        key = (told["touser"], told["client_msg_id"])
        if key not in self.keys:
            self.keys[key] = 200_163_836 + len(self.keys)
            self.taken.append((told["touser"], {name: one["value"] for name, one in told["data"].items()}, told["url"]))
        return self.keys[key]


class _Handler(BaseHTTPRequestHandler):
    """One request to the fake."""

    fake: WeChat

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        assert parts.path == "/sns/oauth2/access_token"
        self._say(self.fake.asked_for_an_openid({name: values[0] for name, values in parse_qs(parts.query).items()}))

    def do_POST(self) -> None:
        parts, fake = urlsplit(self.path), self.fake
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if parts.path == "/cgi-bin/stable_token":
            self._say(fake.asked_for_a_token(told))
            return
        assert parts.path == "/cgi-bin/message/template/send"
        how = fake.plan.pop(0) if fake.plan else "ok"
        refused = int(how) if how.lstrip("-").isdigit() else fake.refusal(parse_qs(parts.query)["access_token"][0], told)
        if refused:
            fake.wrong.append(refused)
            self._say({"errcode": refused, "errmsg": "no"})
            return
        number = fake.take(told) if how in ("ok", "mute", "broken") else 0
        match how:
            case "drop" | "mute":
                self.close_connection = True
            case "broken":
                self._raw(500, b"")
            case "html":
                self._raw(200, b"<html>")
            case _:
                self._say({"errcode": 0, "errmsg": "ok", "msgid": number})

    def _say(self, told: dict[str, Any]) -> None:
        self._raw(200, json.dumps(told).encode())

    def _raw(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *given: Any) -> None:
        return


@contextmanager
def wechat(*plan: str) -> Iterator[WeChat]:
    """WeChat as planned, and well-behaved afterwards."""
    fake = WeChat(plan=list(plan))
    with served(_Handler, fake):
        yield fake


def signed(token: str, at: float, nonce: str = "n1", **more: str) -> dict[str, str]:
    """What stands in the address of a push, signed as WeChat's document says: the three sorted, put together, SHA-1."""
    stamp = str(int(at))
    return {
        "signature": hashlib.sha1("".join(sorted([token, stamp, nonce])).encode()).hexdigest(),
        "timestamp": stamp,
        "nonce": nonce,
        **more,
    }


def event(kind: str, openid: str, **more: str) -> bytes:
    """A pushed event, as in WeChat's examples."""
    fields = {
        "ToUserName": "gh_7f083739789a",
        "FromUserName": openid,
        "CreateTime": "1395658920",
        "MsgType": "event",
        "Event": kind,
        **more,
    }
    return f"<xml>{''.join(f'<{name}><![CDATA[{text}]]></{name}>' for name, text in fields.items())}</xml>".encode()

"""What keeps a browser safe: headers on every answer, flags on cookies, tokens in forms, and the checks Django makes for a deployment."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.trust.cases import Case, every_case
from tests.trust.ground import Ground, undone
from tests.trust.test_table import TABLE, WAYS
from tests.trust.walk import OPEN_API, Walker, expected, token, watched

pytestmark = pytest.mark.databases("sqlite")

CSP = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "object-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
}
#: Rich text to be copied: its looks stand in it, and nothing else is let in.
RICH = dict.fromkeys(("default-src", "base-uri", "form-action", "frame-ancestors"), "'none'")
RICH |= {"img-src": "'self'", "style-src": "'unsafe-inline'"}
SANDBOXED = {"default-src": "'none'", "sandbox": ""}
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
#: What a browser keeps of a public page that somebody without a login reads (docs/decisions/0037), and which pages those are.
KEPT = "private, no-cache"
PUBLIC = {
    "home", "hub", "board", "help", "orders", "order", "quarter", "rules", "topics", "topic", "sessions", "session", "activities",
    "occasion", "difficulty", "patrols", "finding", "eradication", "news", "piece", "site", "search",
}  # fmt: skip
#: Opened by a signed address and nothing else: a mail program (RFC 8058) and WeChat post to them by themselves, without a page.
BY_LINK = {"inbox-stop", "wechat-push"}
DEPLOY = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]


def missing(answer: Any, *, photo: bool = False, public: bool = False, rich: bool = False, lies: bool = False) -> list[str]:
    """What an answer lacks. ``public``: it is a page that anybody may read, and nobody is signed in; ``lies``: it is kept on the phone."""
    policy = dict(part.strip().partition(" ")[::2] for part in answer.get("Content-Security-Policy", "").split(";"))
    lacks = [name for name, value in ALWAYS.items() if answer.get(name) != value]
    if policy != (SANDBOXED if photo else RICH if rich else CSP):
        lacks.append(f"policy is {policy}")
    if "geolocation=()" not in answer.get("Permissions-Policy", "") or "camera" in answer.get("Permissions-Policy", ""):
        lacks.append("Permissions-Policy")
    kept = answer.get("Cache-Control", "")
    if public and answer.status_code == 200:
        fits = kept == KEPT and "Cookie" in answer.get("Vary", "")
    else:
        fits = "private" in kept if photo or lies else "no-store" in kept and "public" not in kept
    if not fits:
        lacks.append(f"Cache-Control is {kept}")
    return lacks


def untold(page: str) -> list[str]:
    """What of a public page a shared link and a search would not show."""
    told = dict(re.findall(r'<meta (?:name|property)="([\w:]+)" content="([^"]*)">', page))
    lacks = [name for name in ("description", "og:title", "og:description", "og:url", "og:type", "og:site_name") if not told.get(name)]
    return lacks or [name for name in ("description", "og:title") if told[name] != " ".join(told[name].split())]


def first_of_each(ground: Ground, role: str) -> Iterator[Case]:
    """For every way and method the first case, and the first that is refused."""
    seen = set()
    for case in every_case(ground, role):
        kind = (case.way, case.method, min(expected(TABLE, role, case)))
        if kind not in seen:
            seen.add(kind)
            yield case


@pytest.mark.parametrize("role", ["anonymous", "resident", "secretary"])
def test_headers_on_every_answer(ground: Ground, role: str) -> None:
    walker, lacking, ways = Walker(ground, role), [], set()
    for case in first_of_each(ground, role):
        with undone():
            answer = walker.ask(case)
        ways.add(case.way)
        public = role == "anonymous" and case.method == "GET" and case.way in PUBLIC
        rich = case.way == "news-rich" and answer.status_code == 200
        lies = case.way == "roll-kept" and answer.status_code == 200
        if lacks := missing(answer, photo=answer.get("Content-Type") == "image/jpeg", public=public, rich=rich, lies=lies):
            lacking.append((str(case), answer.status_code, lacks))
        if public and answer.status_code == 200 and (lacks := untold(answer.content.decode())):
            lacking.append((str(case), answer.status_code, lacks))
    assert ways == WAYS
    assert not lacking


def broken(**_asked: Any) -> Any:
    """A fault of ours."""
    raise ZeroDivisionError("phone 13900001206")


def busy(**_asked: Any) -> Any:
    """A database that is not there."""
    raise OperationalError("database is locked")


@pytest.mark.parametrize(("fault", "status"), [(broken, 500), (busy, 503)])
def test_headers_and_plain_words_when_something_breaks(ground: Ground, monkeypatch: pytest.MonkeyPatch, fault: Any, status: int) -> None:
    monkeypatch.setattr("zengyi.orders.queries.listing", fault)
    client = Client(raise_request_exception=False)
    client.force_login(ground.users["resident"])
    api = client.get("/api/v1/orders", headers={"Authorization": f"Bearer {token(ground, 'resident')}"})
    for answer in (client.get("/orders/"), api):
        assert answer.status_code == status
        assert not missing(answer)
        assert (answer.get("Retry-After") is not None) == (status == 503)
        for word in ("13900001206", "ZeroDivisionError", "Traceback", "listing", "locked"):
            assert word not in answer.content.decode()
    assert api["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["/nowhere", "/api/v1/nowhere", "/api/v2/", "/static/nowhere.css", "/orders/x/", "/photos/x.jpg"])
def test_headers_where_nothing_is(ground: Ground, path: str) -> None:
    answer = Client().get(path)
    assert answer.status_code == 404 and not missing(answer)


def test_headers_for_a_host_that_is_not_ours(ground: Ground) -> None:
    for path in ("/", "/api/v1/orders"):
        answer = Client(raise_request_exception=False).get(path, HTTP_HOST="evil.example")
        assert answer.status_code == 400 and not missing(answer), path
        assert "evil.example" not in answer.content.decode()


def test_every_unsafe_page_wants_its_token(ground: Ground) -> None:
    """The token is asked for before the role, so a visitor tries every page; somebody signed in is no better off."""
    refused, ways = 0, set()
    for role in ("anonymous", "secretary"):
        walker = Walker(ground, role)
        walker.client.handler.enforce_csrf_checks = True
        for case in first_of_each(ground, role):
            if not case.api and case.method != "GET" and case.way not in BY_LINK:
                for given in ({}, {"csrfmiddlewaretoken": "x" * 64}):
                    with undone(), watched() as written:
                        data = {**(case.data or {}), **given} if case.method == "POST" else case.data
                        answer = walker.ask(Case(case.way, case.method, case.path, data))
                    assert (answer.status_code, written) == (403, set()), str(case)
                    refused += 1
                    ways.add(case.way)
    assert refused > 200
    assert ways == {way for way in WAYS if not way.startswith("api:")} - BY_LINK


def test_a_token_from_the_page_opens_it_and_from_elsewhere_it_does_not(ground: Ground) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(ground.users["resident"])
    client.get("/help/")
    sent = {"care": "1", "next": "/help/", "csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert client.post("/appearance", sent).status_code == 303
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        assert client.post("/appearance", sent, headers=headers).status_code == 403
    for headers in ({}, {"Referer": "https://evil.example/"}, {"Referer": "http://testserver/"}):
        assert client.post("/appearance", sent, headers=headers, secure=True).status_code == 403, headers
    assert client.post("/appearance", sent, headers={"Referer": "https://testserver/"}, secure=True).status_code == 303


def test_a_session_opens_no_operation(ground: Ground) -> None:
    """The API asks for a token; what a browser sends along by itself is none. So no page elsewhere can use it."""
    client = Client()
    client.force_login(ground.users["worker"])
    for case in every_case(ground, "worker"):
        if case.api and case.way not in OPEN_API:
            assert client.generic(case.method, case.path, b"{}", content_type="application/json").status_code == 401, str(case)


def test_flags_of_cookies(ground: Ground) -> None:
    client = Client()
    client.get("/sign-in")
    assert client.post("/sign-in", {"username": "resident", "password": "demo-zengyi"}).status_code == 303
    client.post("/appearance", {"care": "1", "theme": "dark", "language": "en", "next": "/"})
    flags = {name: (bool(cookie["httponly"]), cookie["samesite"], cookie["path"]) for name, cookie in client.cookies.items()}
    assert flags.pop("csrftoken") == (False, "Lax", "/")
    assert set(flags) == {"sessionid", "zengyi_care", "zengyi_theme", "django_language"}
    assert set(flags.values()) == {(True, "Lax", "/")}


def test_a_session_gets_a_new_name_when_somebody_signs_in(ground: Ground) -> None:
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    client.post("/sign-in", {"username": "resident", "password": "demo-zengyi"})
    first = client.cookies["sessionid"].value
    assert first != "a" * 32
    client.post("/sign-out")
    client.post("/sign-in", {"username": "resident", "password": "demo-zengyi"})
    assert client.cookies["sessionid"].value not in ("", first)


def test_the_deployment_checks_find_nothing_behind_tls(tmp_path: Path) -> None:
    """And without TLS they do find something, so that this test could fail."""
    environment = {**os.environ, "ZENGYI_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "zengyi.project.settings"}
    done = subprocess.run(DEPLOY, env={**environment, "ZENGYI_HTTPS": "1"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    plain = subprocess.run(DEPLOY, env=environment, capture_output=True, text=True, check=False)
    assert plain.returncode == 1 and "security.W010" in plain.stderr

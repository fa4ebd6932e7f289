"""Calls with a token go past what is made for pages, and are answered as if they had gone through it."""

import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from tests.api import Api
from tests.cast import Cast
from zengyi.orders import queries
from zengyi.people.middleware import Keeping
from zengyi.project import middleware

pytestmark = [pytest.mark.databases("sqlite"), pytest.mark.usefixtures("stopped")]

#: Who asks for what: method, path behind ``/api``, body, headers.
CALLS: list[tuple[str, str, str, Any, dict[str, str]]] = [
    ("member", "GET", "/v1/orders", None, {}),
    ("member", "GET", "/v1/orders", None, {"Accept-Language": "en", "Accept-Encoding": "gzip"}),
    ("member", "GET", "/v1/orders?size=0", None, {}),
    ("member", "GET", "/v1/orders/999999", None, {"Accept-Language": "en"}),
    ("member", "GET", "/v1/bank/accounts/me", None, {"Cookie": "django_language=en"}),
    ("member", "POST", "/v1/orders", {"kind": "WISH", "title": "一"}, {}),
    ("member", "POST", "/v1/orders", "{", {}),
    ("member", "POST", "/v1/orders", {"kind": "WISH", "text": "字" * 70_000}, {}),
    ("member", "POST", "/v1/orders/1/triage", {"difficulty": 3}, {}),
    ("member", "DELETE", "/v1/orders", None, {}),
    ("member", "HEAD", "/v1/orders", None, {}),
    ("member", "OPTIONS", "/v1/orders", None, {}),
    ("member", "GET", "/v1/nowhere", None, {}),
    ("member", "GET", "/v1/orders/", None, {}),
    ("member", "GET", "/v1/openapi.json", None, {}),
    ("", "GET", "/v1/orders", None, {"Authorization": "Bearer "}),
    ("", "GET", "/v1/orders", None, {"Authorization": "Bearer nobody's"}),
    ("", "GET", "/v1/orders", None, {"Authorization": "Basic bWVtYmVyOng="}),
    ("", "GET", "/v1/orders", None, {}),
]


def said(client: Client, call: tuple[str, str, str, Any, dict[str, str]], token: str) -> Any:
    who, method, path, body, headers = call
    content = body if isinstance(body, str) else json.dumps(body)
    sent = headers | ({"Authorization": f"Bearer {token}"} if who else {})
    answer = client.generic(method, f"/api{path}", content if body else "", content_type="application/json", headers=sent)
    return answer.status_code, dict(answer.headers), answer.content


def test_both_ways_lead_to_the_same_answer(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    token, client = Api("member").token, Client()
    straight = [said(client, call, token) for call in CALLS]
    monkeypatch.setattr(middleware, "_called", lambda request: None)
    long = [said(client, call, token) for call in CALLS]
    assert {status for status, _headers, _content in straight} >= {200, 401, 403, 404, 405, 413, 422}
    for call, one, other in zip(CALLS, straight, long, strict=True):
        assert one == other, call


def test_a_database_that_is_away_is_told_the_same_way(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*args: Any, **kwargs: Any) -> None:
        raise OperationalError("database is locked")

    api = Api("member")
    monkeypatch.setattr(queries, "listing", away)
    straight = api.get("/orders")
    monkeypatch.setattr(middleware, "_called", lambda request: None)
    long = api.get("/orders")
    assert straight.status == long.status == 503 and straight.body == long.body


def test_no_session_is_opened_for_a_token(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """And a page still has one, or what watches for sessions would see none at all."""

    def opened(keeping: Keeping, request: Any) -> None:
        raise AssertionError("a session was opened")

    order = cast.published()
    unit, page = Api("unit"), Client()
    monkeypatch.setattr(Keeping, "process_request", opened)
    assert unit.get("/orders").status == 200
    assert unit.post(f"/orders/{order.pk}/claim").status == 200
    with pytest.raises(AssertionError, match="session was opened"):
        page.get("/orders/")

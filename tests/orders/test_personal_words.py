"""Phones and doors written into an order: the community, the asker and whoever is at work read them; nobody else does, nor finds them."""

import importlib
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from tests.api import Api
from tests.cast import Cast
from zengyi.bank.models import Posting
from zengyi.core import search
from zengyi.orders import actions, queries
from zengyi.orders.models import Order
from zengyi.people.rules import NOBODY

PHONE, DOOR, PLATE = "13800138000", "1206", "苏F12345"
WRITTEN: dict[str, Any] = {
    "title": f"路灯坏了请打{PHONE}",
    "text": f"住2单元{DOOR}室，{PLATE}挡着，打 138 0013 8000。单号2026-0148，201幢。",
    "spot": f"2单元{DOOR}",
}
CANARIES = (PHONE, "138 0013 8000", f"{DOOR}室", f"单元{DOOR}", PLATE)
QUERIES = (PHONE, DOOR, "1380013", PLATE, "苏", "138 0013 8000", f"路灯 {DOOR}", "8000")
#: Who must not read them: visitors, neighbours, members and units who are not at work on it, and strangers.
OTHERS = (
    "",
    "neighbour",
    "resident2",
    "member2",
    "kin",
    "unit2",
    "property",
    "supervisor",
    "district",
    "admin",
    "far_worker",
    "far_member",
)
READERS = ("resident", "worker", "secretary", "member")


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    if name:
        client.force_login(cast.users[name])
    return client


def told(cast: Cast, name: str, order: Order) -> Iterator[tuple[str, str]]:
    """All that this login gets of the order: every page that lists or shows orders, and the API."""
    client, api = browser(cast, name), Api(name)
    pages = [
        "/",
        "/orders/",
        "/mine/",
        "/bank/",
        "/desk/",
        f"/desk/?order={order.pk}",
        f"/orders/{order.pk}/",
        f"/orders/{order.pk}/history",
    ]
    pages += ["/board/", "/district/", "/bank/entries/", "/help/", "/me/"]
    for path in pages:
        yield path, client.get(path).content.decode()
    yield "similar", client.post("/orders/similar", {"title": "路灯坏了", "category": "LIGHT"}).content.decode()
    for path in ("/orders", f"/orders/{order.pk}", "/orders?mine=true", "/orders?q=路灯", "/entries"):
        address, _mark, query = path.partition("?")
        yield f"api {path}", str(api.get(address, **dict(part.split("=") for part in query.split("&") if part)).body)


def plain(text: str) -> str:
    """Without the person's own search words, which a page says again."""
    return re.sub(r'value="[^"]*"', "", text)


@pytest.fixture
def order(cast: Cast, stopped: datetime) -> Order:
    """Such an order, published; another one, confirmed, stands on the boards."""
    done = cast.delivered("member", "resident", at=stopped, category="LIGHT", **WRITTEN)
    actions.confirm(done.pk, by=cast.actor("resident"), at=stopped)
    return cast.published("resident", at=stopped, category="LIGHT", **WRITTEN)


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.databases("sqlite")
def test_nobody_else_reads_them(cast: Cast, order: Order, name: str) -> None:
    for where, text in told(cast, name, order):
        assert not [canary for canary in CANARIES if canary in plain(text)], where


@pytest.mark.parametrize("name", OTHERS)
def test_nobody_else_finds_them(cast: Cast, order: Order, stopped: datetime, name: str) -> None:
    by, client, api = cast.actor(name) if name else NOBODY, browser(cast, name), Api(name)
    for query in QUERIES:
        assert queries.listing(by=by, at=stopped, q=query).rows == [], query
        assert queries.listing(by=by, at=stopped, q=query, public=True).rows == [], query
        assert f"/orders/{order.pk}/" not in client.get("/orders/", {"q": query}).content.decode(), query
        assert api.get("/orders", q=query).body.get("items", []) == [], query


def test_what_is_public_in_it_is_found_by_everybody(cast: Cast, order: Order, stopped: datetime) -> None:
    for query in ("路灯坏了", "201", "2026-0148"[:4]):
        assert order.pk in [row.id for row in queries.listing(by=NOBODY, at=stopped, q=query).rows], query


def test_the_community_finds_them(cast: Cast, order: Order, stopped: datetime) -> None:
    worker = cast.actor("worker")
    for query in QUERIES:
        assert order.pk in [row.id for row in queries.listing(by=worker, at=stopped, q=query).rows], query
        assert order.pk in [row.id for row in queries.desk(by=worker, at=stopped, q=query).queue], query
        assert queries.listing(by=worker, at=stopped, q=query, public=True).rows == [], query


@pytest.mark.parametrize("name", READERS)
@pytest.mark.databases("sqlite")
def test_who_needs_them_reads_them(cast: Cast, order: Order, stopped: datetime, name: str) -> None:
    actions.claim(order.pk, by=cast.actor("member"), at=stopped)
    actions.open_contact(order.pk, by=cast.actor("member"), at=stopped)
    page = browser(cast, name).get(f"/orders/{order.pk}/").content.decode()
    assert WRITTEN["title"] in page and DOOR in page and PLATE in page
    assert Api(name).get(f"/orders/{order.pk}").body["title"] == WRITTEN["title"]


@pytest.mark.databases("sqlite")
def test_who_helps_reads_them_once_they_have_opened_them(cast: Cast, order: Order, stopped: datetime) -> None:
    """The words are no way around: what is written in them is opened together with the phone and the door."""
    actions.claim(order.pk, by=cast.actor("member"), at=stopped)
    for where, text in told(cast, "member", order):
        if where not in ("/mine/", "/orders/", "/bank/"):
            assert not [canary for canary in CANARIES if canary in plain(text)], where


@pytest.mark.databases("sqlite")
def test_who_gave_it_back_reads_them_no_more(cast: Cast, order: Order, stopped: datetime) -> None:
    actions.claim(order.pk, by=cast.actor("member"), at=stopped)
    actions.open_contact(order.pk, by=cast.actor("member"), at=stopped)
    actions.release(order.pk, reason="来不了", by=cast.actor("member"), at=stopped)
    for where, text in told(cast, "member", order):
        if where not in ("/mine/", "/orders/", "/bank/"):  # the confirmed one is theirs
            assert PHONE not in plain(text), where


@pytest.mark.databases("sqlite")
def test_what_is_said_later_is_hidden_too(cast: Cast, order: Order, stopped: datetime) -> None:
    actions.claim(order.pk, by=cast.actor("member"), at=stopped)
    actions.deliver(order.pk, text=f"修好了，有事打{PHONE}", by=cast.actor("member"), at=stopped)
    assert PHONE not in browser(cast, "").get(f"/orders/{order.pk}/").content.decode()
    assert PHONE in browser(cast, "resident").get(f"/orders/{order.pk}/").content.decode()


def test_no_entry_of_the_bank_holds_them(cast: Cast, order: Order) -> None:
    memos = list(Posting.objects.values_list("memo", flat=True))
    assert [memo for memo in memos if "路灯" in memo]
    assert not [memo for memo in memos if PHONE in memo]


def test_orders_from_before_are_cleared_by_the_migration(cast: Cast, order: Order, stopped: datetime) -> None:
    """The words as they stood before: all of them where everybody searched."""
    other = cast.published("resident", at=stopped, title="路灯不亮", text="晚上看不清")
    untouched = Order.objects.values_list("search", flat=True).get(pk=other.pk)
    all_words = search.tokens(f"{WRITTEN['title']} {WRITTEN['text']} {WRITTEN['spot']}")
    Order.objects.filter(pk=order.pk).update(search=all_words, inner_search=None)
    assert queries.listing(by=NOBODY, at=stopped, q=PHONE).rows
    importlib.import_module("zengyi.orders.migrations.0007_inner_search").fill(apps, None)
    assert queries.listing(by=NOBODY, at=stopped, q=PHONE).rows == []
    assert queries.listing(by=cast.actor("worker"), at=stopped, q=PHONE).rows
    assert Order.objects.values_list("search", "inner_search").get(pk=other.pk) == (untouched, None)

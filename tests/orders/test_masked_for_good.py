"""A phone, an ID number or a door in an order's words: on placing, on triage and on publishing somebody is asked, and one tap hides it."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.api import Api
from tests.cast import Cast
from zengyi.core.errors import NotAllowed, WrongState
from zengyi.core.models import Event
from zengyi.orders import actions, queries
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")

PHONE, ID, DOOR = "13800138000", "320602194912310012", "1206室"
WORDS: dict[str, Any] = {"title": f"路灯坏了请打{PHONE}", "text": f"身份证{ID}，晚上看不清。", "spot": f"2单元{DOOR}"}
FORM = {**WORDS, "kind": "DEMAND", "category": "LIGHT", "urgency": "2"}
HIDDEN = ("路灯坏了请打***", "身份证***，晚上看不清。", "2单元***")


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    client.force_login(cast.users[name])
    return client


def words_of(order: Order) -> tuple[str, ...]:
    return Order.objects.values_list("title", "text", "spot").get(pk=order.pk)


@pytest.fixture
def order(cast: Cast, stopped: datetime) -> Order:
    return cast.triaged("resident", at=stopped, **WORDS)


@pytest.mark.parametrize(("who", "behalf"), [("resident", {}), ("worker", {"name": "王五", "phone": "13900001299", "channel": "PAPER"})])
@pytest.mark.parametrize(("choice", "left"), [("mask", HIDDEN), ("keep", tuple(WORDS.values()))])
def test_placing_asks_first_and_does_what_is_chosen(
    cast: Cast, stopped: datetime, who: str, behalf: dict[str, str], choice: str, left: tuple[str, ...]
) -> None:
    """The loss: it went on the board as it was typed, or the asker learned of it when it was too late. Nothing typed is lost, either."""
    client = browser(cast, who)
    asked = client.post("/orders/new", FORM | behalf)
    page = asked.content.decode()
    assert asked.status_code == 422 and not Order.objects.exists()
    for word in ("手机号", "证件号", "门牌号", 'name="words" value="mask"', 'name="words" value="keep"', *WORDS.values()):
        assert word in page, word
    assert client.post("/orders/new", FORM | behalf | {"words": choice}).status_code == 303
    order = Order.objects.get()
    assert words_of(order) == left
    assert (order.inner_search is None) == (choice == "mask")


def test_words_without_anything_personal_are_not_asked_about(cast: Cast, stopped: datetime) -> None:
    plain = FORM | {"title": "路灯坏了", "text": "201幢前，单号2026-0148。", "spot": "桥上"}
    assert browser(cast, "resident").post("/orders/new", plain).status_code == 303


@pytest.mark.parametrize("who", ["resident", "worker", "secretary"])
def test_one_tap_hides_it_from_everybody(cast: Cast, order: Order, stopped: datetime, who: str) -> None:
    client = browser(cast, who)
    assert f'action="/orders/{order.pk}/mask' in client.get(f"/orders/{order.pk}/").content.decode()
    assert client.post(f"/orders/{order.pk}/mask").status_code == 303
    assert words_of(order) == HIDDEN
    for reader in ("resident", "worker"):
        page = browser(cast, reader).get(f"/orders/{order.pk}/").content.decode()
        assert not [word for word in (PHONE, ID, DOOR, f"/orders/{order.pk}/mask") if word in page], reader
    assert queries.listing(by=cast.actor("worker"), at=stopped, q=PHONE).rows == []
    event = Event.objects.get(verb="mask")
    assert PHONE not in f"{event.before}{event.after}{event.reason}"
    with pytest.raises(WrongState, match="没有要遮"):
        actions.mask(order.pk, by=cast.actor(who), at=stopped)


def test_publishing_offers_it_and_takes_either(cast: Cast, order: Order, stopped: datetime) -> None:
    client = browser(cast, "worker")
    for path in (f"/orders/{order.pk}/publish", f"/desk/?order={order.pk}"):
        assert "遮住再发" in client.get(path).content.decode(), path
    assert "里面写了手机号" in client.get(f"/orders/{order.pk}/triage").content.decode()
    assert client.post(f"/orders/{order.pk}/publish", {"mask": "1"}).status_code == 303
    assert words_of(order) == HIDDEN
    other = cast.triaged("resident", at=stopped, **WORDS)
    assert client.post(f"/orders/{other.pk}/publish").status_code == 303
    assert words_of(other) == tuple(WORDS.values())
    assert {order.pk, other.pk} == {row["id"] for row in Api("worker").get("/orders", state="PUBLISHED").body["items"]}


def test_others_may_not_and_the_api_may(cast: Cast, order: Order, stopped: datetime) -> None:
    actions.publish(order.pk, by=cast.actor("worker"), at=stopped)
    actions.claim(order.pk, by=cast.actor("member"), at=stopped)
    for name in ("member", "neighbour"):
        with pytest.raises(NotAllowed):
            actions.mask(order.pk, by=cast.actor(name), at=stopped)
    answer = Api("resident").post(f"/orders/{order.pk}/mask")
    assert (answer.status, answer.body["title"]) == (200, HIDDEN[0])

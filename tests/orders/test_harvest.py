"""Nobody collects phones and doors by taking orders and giving them back, and who gives no name stays unknown."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.api import Api
from tests.cast import Cast
from zengyi.core.errors import NotAllowed, WrongState
from zengyi.orders import actions, queries
from zengyi.orders.models import Order
from zengyi.orders.rules import COOL_OFF, GIVEN_BACK_MOST, Verb, why_not
from zengyi.people.models import Place

NAME, PHONE, DOOR = "居民1206", "13900001206", "1206"
MINUTE = timedelta(minutes=1)


def collected(cast: Cast, who: str, orders: list[Order], at: datetime) -> list[str]:
    """What the attack of claiming, reading and giving back brings: as much as is let through."""
    by, got = cast.actor(who), []
    for _round in range(2):
        for order in orders:
            at += MINUTE
            try:
                actions.claim(order.pk, by=by, at=at)
            except WrongState as refused:
                assert refused.sentence == why_not(Verb.CLAIM, queries.detail(order.pk, by=by, at=at).situation)
                continue
            try:
                actions.open_contact(order.pk, by=by, at=at)
            except NotAllowed as refused:
                assert "没有留名" in refused.sentence
            found = queries.detail(order.pk, by=by, at=at)
            got.append((found.requester.phone or "") if found.requester else "")
            actions.release(order.pk, reason="来不了", by=by, at=at)
    return got


@pytest.mark.parametrize("who", ["member", "unit2"])
def test_seven_anonymous_complaints_tell_nothing(cast: Cast, at: datetime, who: str) -> None:
    orders = [cast.published("resident", at=at, anonymous=True, title=f"投诉{n}") for n in range(7)]
    assert set(collected(cast, who, orders, at)) == {""}


@pytest.mark.parametrize("who", ["member", "unit2"])
def test_giving_back_again_and_again_comes_to_an_end(cast: Cast, at: datetime, who: str) -> None:
    orders = [cast.published("resident", at=at, title=f"灯{n}") for n in range(7)]
    assert collected(cast, who, orders, at) == [PHONE] * GIVEN_BACK_MOST


def test_an_order_is_left_to_others_after_it_was_given_back(cast: Cast, at: datetime) -> None:
    order, by = cast.claimed("member", "resident", at=at), cast.actor("member")
    actions.release(order.pk, reason="来不了", by=by, at=at)
    with pytest.raises(WrongState, match="刚退过"):
        actions.claim(order.pk, by=by, at=at + COOL_OFF - MINUTE)
    assert actions.claim(order.pk, by=cast.actor("member2"), at=at).state == "CLAIMED"
    actions.release(order.pk, reason="来不了", by=cast.actor("member2"), at=at)
    assert actions.claim(order.pk, by=by, at=at + COOL_OFF).state == "CLAIMED"


def test_the_desk_may_still_ask_them(cast: Cast, at: datetime) -> None:
    order, by = cast.claimed("member", "resident", at=at), cast.actor("member")
    actions.release(order.pk, reason="来不了", by=by, at=at)
    actions.assign(order.pk, member_id=cast.member_id("member"), by=cast.actor("worker"), at=at)
    assert actions.accept(order.pk, by=by, at=at).state == "CLAIMED"


@pytest.mark.parametrize("who", ["member", "unit2"])
def test_who_gave_no_name_stays_unknown_to_who_does_the_work(cast: Cast, stopped: datetime, who: str) -> None:
    Place.objects.filter(pk=cast.community.pk).update(phone="0513-85500000")
    order = cast.published("resident", at=stopped, anonymous=True, contact="13700001111")
    actions.claim(order.pk, by=cast.actor(who), at=stopped)
    client = Client()
    client.force_login(cast.users[who])
    for path in (f"/orders/{order.pk}/", f"/orders/{order.pk}/history", "/mine/", "/"):
        page = client.get(path).content.decode()
        assert not [word for word in (NAME, PHONE, DOOR, "13700001111") if word in page], path
    page = client.get(f"/orders/{order.pk}/").content.decode()
    assert "请社区转告" in page and "tel:0513-85500000" in page
    told = Api(who).get(f"/orders/{order.pk}").body
    assert told["requester"] is None
    assert NAME not in str(told)
    client.force_login(cast.users["worker"])
    assert NAME in client.get(f"/orders/{order.pk}/").content.decode()


def test_who_gave_a_name_is_known_to_who_does_the_work(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member", "resident", at=at)
    actions.open_contact(order.pk, by=cast.actor("member"), at=at)
    found = queries.detail(order.pk, by=cast.actor("member"), at=at).requester
    assert found is not None and (found.name, found.phone) == (NAME, PHONE)

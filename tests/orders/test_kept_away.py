"""A unit that was complained about, or that whoever asked does not want, neither finds nor gets the order, and is not told why."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from tests.api import Api
from tests.cast import Cast
from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.core.models import Event
from zengyi.orders import actions, queries
from zengyi.orders.models import Claim, Exclusion, Order
from zengyi.orders.rules import Channel, OnBehalf
from zengyi.people.rules import NOBODY

#: The contact of the unit in each of their roles, and a member who works there.
THEIRS = ("unit", "colleague")
NEUTRAL = "这一单要请别人来接。"


def browser(cast: Cast, name: str) -> Client:
    client = Client()
    if name:
        client.force_login(cast.users[name])
    return client


@pytest.fixture
def order(cast: Cast, stopped: datetime) -> Order:
    """A complaint about the unit, published."""
    return cast.published("resident", at=stopped, title="电梯没人修", about_unit=cast.unit.pk)


@pytest.mark.parametrize("name", THEIRS)
def test_it_neither_finds_nor_takes_the_complaint_about_it(cast: Cast, order: Order, stopped: datetime, name: str) -> None:
    by, client = cast.actor(name), browser(cast, name)
    for path in ("/orders/", "/orders/?q=电梯", f"/orders/?q={order.number}", "/mine/", "/bank/", "/", "/orders/?state=PUBLISHED"):
        assert f"/orders/{order.pk}/" not in client.get(path).content.decode(), path
    for asked in ({}, {"q": "电梯"}, {"state": "PUBLISHED"}):
        assert order.pk not in [row["id"] for row in Api(name).get("/orders", **asked).body["items"]], asked
    assert "电梯没人修" not in client.post("/orders/similar", {"title": "电梯没人修", "category": order.category}).content.decode()
    assert queries.on_offer(cast.community.pk, by=by).count == 0
    with pytest.raises(NotAllowed, match=NEUTRAL):
        actions.claim(order.pk, by=by, at=stopped)
    refused = client.post(f"/orders/{order.pk}/claim")
    assert refused.status_code == 403 and NEUTRAL in refused.content.decode()
    assert not [word for word in ("回避", "反映") if word in refused.content.decode()]


@pytest.mark.parametrize("name", THEIRS)
def test_it_reads_what_a_visitor_reads(cast: Cast, order: Order, stopped: datetime, name: str) -> None:
    seen, told = browser(cast, "").get(f"/orders/{order.pk}/"), browser(cast, name).get(f"/orders/{order.pk}/")
    assert (seen.status_code, told.status_code) == (200, 200)
    page = told.content.decode()
    assert not [word for word in ("回避", "反映", "居民1206", "13900001206") if word in page]
    body = Api(name).get(f"/orders/{order.pk}").body
    assert (body["requester"], body["excluded"], body["moves"]) == (None, [], [])
    history = queries.history(order.pk, by=cast.actor(name), at=stopped)
    assert [line.verb for line in history.lines] == ["place", "triage", "publish"]


def test_others_find_and_take_it(cast: Cast, order: Order, stopped: datetime) -> None:
    for by in (cast.actor("unit2"), cast.actor("member"), NOBODY):
        assert order.pk in [row.id for row in queries.listing(by=by, at=stopped).rows]
    assert actions.claim(order.pk, by=cast.actor("unit2"), at=stopped).state == "CLAIMED"


def test_the_desk_does_not_send_it_there(cast: Cast, order: Order, stopped: datetime) -> None:
    worker = cast.actor("worker")
    assert [unit.name for unit in queries.detail(order.pk, by=worker, at=stopped).excluded] == ["机关事务中心"]
    assert not [s for s in queries.suggestions(order.pk, by=worker, at=stopped) if s.organisation_id == cast.unit.pk]
    page = browser(cast, "worker").get(f"/orders/{order.pk}/assign").content.decode()
    assert f"organisation:{cast.unit.pk}" not in page and f"organisation:{cast.second_unit.pk}" in page
    for party in ({"organisation_id": cast.unit.pk}, {"member_id": cast.member_id("colleague")}):
        with pytest.raises(Invalid, match="请这个单位回避"):
            actions.assign(order.pk, **party, by=worker, at=stopped)
    actions.claim(order.pk, by=cast.actor("unit2"), at=stopped)
    assert "回避" not in browser(cast, "unit2").get(f"/orders/{order.pk}/").content.decode(), "who helps need not know"


@pytest.mark.parametrize("who", ["resident", "worker"])
def test_what_is_in_its_hands_is_taken_back_without_blame(cast: Cast, stopped: datetime, who: str) -> None:
    """The asker thinks better of it, or says so on the phone: the claim ends, the order is open, and nobody has given anything back."""
    order = cast.claimed("unit", "resident", at=stopped)
    unit = cast.actor("unit")
    actions.open_contact(order.pk, by=unit, at=stopped)
    moved = actions.exclude(order.pk, cast.unit.pk, by=cast.actor(who), at=stopped)
    assert (moved.state, moved.taken) == ("PUBLISHED", 0)
    assert Claim.objects.filter(order=order).values_list("state", "reason").get() == ("RELEASED", "")
    assert queries.detail(order.pk, by=unit, at=stopped).requester is None
    with pytest.raises(NotAllowed, match=NEUTRAL):
        actions.claim(order.pk, by=unit, at=stopped)
    assert actions.claim(order.pk, by=cast.actor("member"), at=stopped).state == "CLAIMED"


def test_a_proposal_to_it_ends_and_others_at_work_stay(cast: Cast, stopped: datetime) -> None:
    order = cast.published("resident", at=stopped)
    actions.assign(order.pk, organisation_id=cast.unit.pk, by=cast.actor("worker"), at=stopped)
    assert actions.exclude(order.pk, cast.unit.pk, by=cast.actor("resident"), at=stopped).state == "PUBLISHED"
    shared = cast.published("resident", at=stopped, places=3)
    for name in ("colleague", "member"):
        actions.claim(shared.pk, by=cast.actor(name), at=stopped)
    moved = actions.exclude(shared.pk, cast.unit.pk, by=cast.actor("resident"), at=stopped)
    assert (moved.state, moved.taken) == ("CLAIMED", 1)
    assert Claim.objects.get(order=shared, state="ACTIVE").member_id == cast.member_id("member")


def test_who_has_delivered_is_confirmed_or_sent_back_first(cast: Cast, stopped: datetime) -> None:
    order = cast.delivered("unit", "resident", at=stopped)
    with pytest.raises(WrongState, match="请先确认"):
        actions.exclude(order.pk, cast.unit.pk, by=cast.actor("resident"), at=stopped)
    actions.send_back(order.pk, reason="还不行", by=cast.actor("resident"), at=stopped)
    assert actions.exclude(order.pk, cast.unit.pk, by=cast.actor("resident"), at=stopped).state == "PUBLISHED"


def test_it_is_let_in_again(cast: Cast, order: Order, stopped: datetime) -> None:
    client = browser(cast, "resident")
    assert client.post(f"/orders/{order.pk}/exclude", {"unit": f"in:{cast.unit.pk}"}).status_code == 303
    assert not Exclusion.objects.exists()
    assert actions.claim(order.pk, by=cast.actor("unit"), at=stopped).state == "CLAIMED"
    assert list(Event.objects.filter(object_type="exclusion").values_list("verb", flat=True)) == ["readmit"]


def test_placing_keeps_away_by_page_paper_and_api(cast: Cast, stopped: datetime) -> None:
    words = {"kind": "DEMAND", "category": "LIFT", "title": "电梯没人修", "text": "报了三次。", "urgency": "2"}
    units = {"about_unit": str(cast.unit.pk), "without_unit": str(cast.second_unit.pk)}
    assert "请哪个单位回避" in browser(cast, "resident").get("/orders/new").content.decode()
    assert browser(cast, "resident").post("/orders/new", {**words, **units}).status_code == 303
    behalf = {"name": "王五", "phone": "13900001299", "channel": "PAPER"}
    assert browser(cast, "worker").post("/orders/new", {**words, **units, **behalf}).status_code == 303
    body: dict[str, Any] = {"kind": "DEMAND", "title": "电梯没人修", "text": "报了三次。"}
    told = Api("resident").post("/orders", body | {"about_unit": cast.unit.pk, "excluded_units": [cast.second_unit.pk]})
    assert told.status == 201
    for order in Order.objects.all():
        kept = order.exclusions.order_by("organisation_id").values_list("organisation_id", "complaint")
        assert list(kept) == [(cast.unit.pk, True), (cast.second_unit.pk, False)]
    wrong = Api("resident").post("/orders", body | {"about_unit": cast.far_unit.pk})
    assert (wrong.status, set(wrong.body["fields"])) == (422, {"about_unit"})
    assert Api("resident").post("/orders", body | {"excluded_units": [cast.far_unit.pk]}).status == 422
    assert Order.objects.count() == 3


def test_only_the_asker_and_the_community_keep_away(cast: Cast, order: Order, stopped: datetime) -> None:
    for name in ("member", "unit2", "neighbour", "district"):
        with pytest.raises(NotAllowed):
            actions.exclude(order.pk, cast.second_unit.pk, by=cast.actor(name), at=stopped)
    assert Api("worker").post(f"/orders/{order.pk}/exclude", {"organisation_id": cast.second_unit.pk}).status == 200
    with pytest.raises(WrongState, match="已经请它回避"):
        actions.exclude(order.pk, cast.second_unit.pk, by=cast.actor("resident"), at=stopped)
    with pytest.raises(Invalid):
        actions.exclude(order.pk, cast.far_unit.pk, by=cast.actor("resident"), at=stopped)


def test_who_works_there_keeps_their_own_order(cast: Cast, stopped: datetime) -> None:
    behalf = OnBehalf(person_id=cast.users["colleague"].person_id, channel=Channel.PHONE)
    order = actions.place(
        kind="DEMAND", category="LIFT", title="电梯没人修", text="报了三次。", about_unit=cast.unit.pk, on_behalf=behalf,
        by=cast.actor("worker"), at=stopped,
    )  # fmt: skip
    assert order.pk in [row.id for row in queries.listing(by=cast.actor("colleague"), at=stopped, mine=True).rows]
    assert queries.detail(order.pk, by=cast.actor("colleague"), at=stopped).is_mine

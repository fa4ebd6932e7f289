"""Orders that arise from a step of another package: proposed or left to the desk, and settled by a later look."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast
from tests.trail import refused
from zengyi.bank import queries as bank
from zengyi.core import audit
from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.core.models import Event
from zengyi.core.steps import StepError, action
from zengyi.orders import actions, queries
from zengyi.orders.models import Order
from zengyi.orders.rules import Category, Matter, Source
from zengyi.people.rules import Actor

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@action
def decide(*matters: Matter, by: Actor, at: datetime) -> list[Order]:
    """The step of a package above."""
    orders = [actions.arise(matter, by=by, at=at) for matter in matters]
    audit.record("decide", "decision", 7, by=by, at=at, community_id=by.community_id, after={"orders": [order.pk for order in orders]})
    return orders


@action
def look_again(order_id: int, passed: bool, *, by: Actor, at: datetime) -> Order:
    """The same, later."""
    return actions.settle(order_id, passed=passed, reason="有两个还是黑的", by=by, at=at)


def matter(cast: Cast, **more: Any) -> Matter:
    asker = cast.users["resident"].person
    assert asker is not None
    given: dict[str, Any] = {"source": Source.DECISION, "community_id": cast.community.pk, "requester_id": asker.pk}
    given |= {
        "title": "修好南区摄像头",
        "text": "南区 104 个摄像头修好，夜里看得清。",
        "origin_kind": "decision",
        "origin_id": 7,
        "origin_title": "摄像头大面积坏了",
    }
    return Matter(**given | more)


def given(cast: Cast, at: datetime, **more: Any) -> Order:
    party = {"organisation_id": cast.unit.pk, "points": 12, "due_at": at + 20 * DAY, "weighed_by_id": cast.users["secretary"].pk}
    return decide(matter(cast, **party | more), by=cast.actor("secretary"), at=at)[0]


def delivered(cast: Cast, at: datetime) -> Order:
    order = given(cast, at)
    actions.accept(order.pk, by=cast.actor("unit"), at=at + HOUR)
    return actions.deliver(order.pk, text="都亮了。", by=cast.actor("unit"), at=at + DAY)


def test_without_a_party_the_desk_takes_it_on_and_the_promised_date_stays(cast: Cast, at: datetime) -> None:
    order = decide(matter(cast, due_at=at + 30 * DAY), by=cast.actor("worker"), at=at)[0]
    assert (order.state, order.source, order.difficulty) == ("PLACED", "DECISION", None)
    order = actions.triage(order.pk, difficulty=5, by=cast.actor("worker"), at=at)
    assert order.due_at == at + 30 * DAY
    assert actions.triage(order.pk, difficulty=6, due_at=at + DAY, by=cast.actor("worker"), at=at).due_at == at + DAY


def test_with_a_party_it_is_weighed_and_proposed_and_the_asker_confirms(cast: Cast, at: datetime) -> None:
    order = given(cast, at)
    assert (order.state, order.difficulty, order.due_at, cast.balance(order=order)) == ("ASSIGNED", 12, at + 20 * DAY, 12)
    assert [event.verb for event in Event.objects.filter(object_id=7, object_type="decision")] == ["decide"]
    actions.accept(order.pk, by=cast.actor("unit"), at=at + HOUR)
    actions.deliver(order.pk, text="都亮了。", by=cast.actor("unit"), at=at + DAY)
    actions.confirm(order.pk, by=cast.actor("resident"), at=at + 2 * DAY)
    assert cast.balance(unit=cast.unit) == 12
    assert bank.check_ledger().problems == []
    history = queries.history(order.pk, by=cast.actor("resident"), at=at + 2 * DAY)
    assert [line.verb for line in history.lines] == ["place", "accept", "deliver", "confirm"]
    assert history.lines[0].text == "摄像头大面积坏了"


def test_the_page_says_what_it_arose_from(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    from zengyi.orders.queries import origins

    monkeypatch.setattr(origins, "_KINDS", {})
    queries.arises_from("decision", "议事决定", lambda number: f"/topics/{number}/")
    origin = queries.detail(given(cast, at).pk, by=cast.actor("unit"), at=at).origin
    assert origin == queries.OriginCard("议事决定", "摄像头大面积坏了", "/topics/7/")
    assert queries.detail(cast.place().pk, by=cast.actor("worker"), at=at).origin is None


def test_the_title_of_what_it_arose_from_tells_no_phone(cast: Cast, at: datetime) -> None:
    order = decide(matter(cast, origin_title="找13900001206的老人商量"), by=cast.actor("worker"), at=at)[0]
    origin = queries.detail(order.pk, by=cast.actor("worker"), at=at).origin
    assert origin is not None and "13900001206" not in origin.title


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"organisation_id": 10**9}, "party"),
        ({"member_id": 1}, "party"),
        ({"points": None}, "points"),
        ({"points": 21}, "points"),
        ({"due_at": datetime.fromisoformat("2020-01-01T08:00+08:00")}, "due_at"),
        ({"title": ""}, "title"),
        ({"place_id": 10**9}, "place"),
        ({"category": "NONE"}, "category"),
    ],
)
def test_what_cannot_be_taken_leaves_nothing_behind(cast: Cast, at: datetime, more: dict[str, Any], field: str) -> None:
    with refused(Invalid, fields={field}):
        given(cast, at, **more)
    assert not Order.objects.exists() and not Event.objects.filter(object_type="decision").exists()


def test_a_party_with_a_stake_in_it_is_refused(cast: Cast, at: datetime) -> None:
    asker = cast.users["colleague"].person
    assert asker is not None
    with refused(Invalid, fields={"party"}):
        given(cast, at, requester_id=asker.pk)


def test_it_arises_in_a_step_only(cast: Cast, at: datetime) -> None:
    with pytest.raises(StepError):
        actions.arise(matter(cast), by=cast.actor("worker"), at=at)


def test_a_look_that_passes_confirms_and_posts_once(cast: Cast, at: datetime) -> None:
    order = delivered(cast, at)
    look_again(order.pk, True, by=cast.actor("worker"), at=at + 2 * DAY)
    order.refresh_from_db()
    assert (order.state, cast.balance(unit=cast.unit), cast.balance(order=order)) == ("CONFIRMED", 12, 0)
    with refused(WrongState):
        look_again(order.pk, True, by=cast.actor("worker"), at=at + 2 * DAY)
    assert cast.balance(unit=cast.unit) == 12 and bank.check_ledger().problems == []


def test_a_look_that_fails_sends_the_same_order_back(cast: Cast, at: datetime) -> None:
    order = delivered(cast, at)
    look_again(order.pk, False, by=cast.actor("worker"), at=at + 2 * DAY)
    order.refresh_from_db()
    assert (order.state, order.delivered_at, cast.balance(unit=cast.unit)) == ("CLAIMED", None, 0)
    assert queries.history(order.pk, by=cast.actor("unit"), at=at + 2 * DAY).lines[-1].text == "有两个还是黑的"


@pytest.mark.parametrize("login", ["unit", "colleague", "secretary"])
def test_nobody_settles_what_they_did_or_weighed(cast: Cast, at: datetime, login: str) -> None:
    order = delivered(cast, at)
    with refused(NotAllowed):
        look_again(order.pk, True, by=cast.actor(login), at=at + 2 * DAY)
    assert cast.balance(unit=cast.unit) == 0


def test_how_orders_stand_is_told_by_what_they_arose_from(cast: Cast, at: datetime) -> None:
    first, second = given(cast, at), given(cast, at, organisation_id=None, member_id=cast.member_id("member2"), origin_id=8)
    cast.place()
    found = queries.arisen("decision", [7, 8, 9])
    assert {key: [standing.id for standing in standings] for key, standings in found.items()} == {7: [first.pk], 8: [second.pk]}
    assert (found[7][0].party, found[7][0].state, found[7][0].due_at) == ("机关事务中心", "ASSIGNED", at + 20 * DAY)
    assert found[8][0].party == "党*"
    assert set(queries.states_of([first.pk, 10**9])) == {first.pk}
    assert queries.arisen("defect", [7]) == {}


def test_how_many_orders_stand_costs_two_statements(cast: Cast, at: datetime, sql: Callable[[], Any]) -> None:
    bare = replace(matter(cast), category=Category.CAMERA)
    for number in (1, 9, 90):
        decide(*[bare] * number, by=cast.actor("worker"), at=at)
        with sql() as seen:
            standings = queries.arisen("decision", [7])[7]
        assert len(standings) in (1, 10, 100) and len(seen) == 2

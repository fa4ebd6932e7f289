"""Claiming, proposing, giving back and lapsing."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import Cast, asked_by
from tests.trail import refused, told
from zengyi.core.errors import Invalid, NotAllowed, NotThere, WrongState
from zengyi.orders import actions, queries
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import COOL_OFF, OnBehalf
from zengyi.people.models import Grant, Member, Organisation
from zengyi.people.rules import SYSTEM

HOUR = timedelta(hours=1)


def claims(order: Order) -> list[tuple[str, int]]:
    return list(Claim.objects.filter(order=order).order_by("pk").values_list("state", "places"))


def fresh(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def test_a_member_claims_one_place(cast: Cast, at: datetime) -> None:
    order = cast.published("resident", places=2)
    with told("claim") as step:
        order = actions.claim(order.pk, by=cast.actor("member"), at=at)
    held = Claim.objects.get(order=order)
    assert (held.member_id, held.organisation_id, held.state, held.places) == (cast.member_id("member"), None, "ACTIVE", 1)
    assert (order.state, order.taken, order.claimed_at) == ("CLAIMED", 1, at)
    assert step.event.after == {"state": "CLAIMED", "claim": held.pk, "places": 1} and step.postings == []
    actions.claim(order.pk, by=cast.actor("member2"), at=at + HOUR)
    assert (fresh(order).taken, fresh(order).claimed_at) == (2, at)
    with refused(WrongState, "已被别人接走"):
        actions.claim(order.pk, by=cast.actor("member3"), at=at)


def test_an_organisation_takes_all_places(cast: Cast, at: datetime) -> None:
    order = cast.published("resident", places=3)
    order = actions.claim(order.pk, by=cast.actor("unit"), at=at)
    assert claims(order) == [("ACTIVE", 3)] and order.taken == 3
    with refused(WrongState, "已被别人接走"):
        actions.claim(order.pk, by=cast.actor("unit2"), at=at)
    with refused(WrongState, "已被别人接走"):
        actions.claim(order.pk, by=cast.actor("member2"), at=at)
    with refused(NotAllowed):
        actions.release(order.pk, reason="不归我管", by=cast.actor("member2"), at=at)


def test_an_organisation_does_not_come_in_beside_members(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident", places=3)
    with refused(WrongState, "已被别人接走"):
        actions.claim(order.pk, by=cast.actor("unit"), at=at)


def test_twice_is_once(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident", places=3)
    with refused(WrongState, "您已经接了这一单"):
        actions.claim(order.pk, by=cast.actor("member2"), at=at)


def test_the_lease_is_three_working_days_or_until_due(cast: Cast, at: datetime) -> None:
    short = cast.claimed("member2", "resident", urgency=1)
    assert Claim.objects.get(order=short).lease_until > short.due_at  # type: ignore[operator]
    long = cast.claimed("member2", "resident", urgency=4)
    assert Claim.objects.get(order=long).lease_until == long.due_at


@pytest.mark.parametrize(
    ("who", "asked_by", "sentence"),
    [
        ("member", "member", "自己点的单"),
        ("kin", "resident", "一家人"),
        ("unit", "colleague", "同单位"),
        ("unit", "unit", "自己点的单"),
    ],
)
def test_nobody_takes_what_is_their_own(cast: Cast, at: datetime, who: str, asked_by: str, sentence: str) -> None:
    order = cast.published(asked_by)
    with refused(NotAllowed, sentence):
        actions.claim(order.pk, by=cast.actor(who), at=at)
    assert fresh(order).state == "PUBLISHED"


def test_colleagues_and_contacts_of_the_askers_unit_take_nothing(cast: Cast, at: datetime) -> None:
    cast.member("colleague2", "党员己", "0006", unit=cast.unit)
    cast.login("unit_b", cast.person("联系人丙", cast.community))
    cast.grant("unit_b", "organisation", cast.community, organisation=cast.unit)
    asked_by_member, asked_by_contact = cast.published("colleague"), cast.published("unit")
    for order in (asked_by_member, asked_by_contact):
        for who in ("colleague2", "unit_b"):
            with refused(NotAllowed, "同单位"):
                actions.claim(order.pk, by=cast.actor(who), at=at)


def test_the_asker_may_be_the_contact_of_several_units(cast: Cast, at: datetime) -> None:
    """Units whose contact they have been, or will be, have no stake: only those of today."""
    third, fourth = (Organisation.objects.create(name=f"{name}公司", short_name=name, kind="OFFICE") for name in ("第三", "第四"))
    cast.grant("resident", "organisation", cast.community, organisation=third)
    cast.grant("resident", "organisation", cast.community, organisation=cast.unit)
    cast.grant("resident", "organisation", cast.community, organisation=cast.second_unit)
    cast.grant("resident", "organisation", cast.community, organisation=fourth)
    Grant.objects.filter(user=cast.users["resident"], organisation=third).update(ends_at=at)
    Grant.objects.filter(user=cast.users["resident"], organisation=fourth).update(starts_at=at + HOUR)
    cast.member("old", "党员己", "0006", unit=third)
    cast.member("next", "党员庚", "0007", unit=fourth)
    order = actions.place(**asked_by("resident"), by=cast.actor("resident", "resident"), at=at)
    actions.triage(order.pk, difficulty=8, places=3, by=cast.actor("worker"), at=at)
    actions.publish(order.pk, by=cast.actor("worker"), at=at)
    for who in ("unit", "unit2", "colleague"):
        with refused(NotAllowed, "同单位"):
            actions.claim(order.pk, by=cast.actor(who), at=at)
    for unit in (cast.unit, cast.second_unit):
        with refused(Invalid, "同单位", fields={"party"}):
            actions.assign(order.pk, organisation_id=unit.pk, by=cast.actor("worker"), at=at)
    with refused(NotAllowed, "同单位"):
        actions.claim(order.pk, by=cast.actor("next"), at=at + HOUR)
    assert actions.claim(order.pk, by=cast.actor("next"), at=at).taken == 1
    assert actions.claim(order.pk, by=cast.actor("old"), at=at).taken == 2


def test_a_role_does_not_hide_who_one_is(cast: Cast, at: datetime) -> None:
    """The contact asks as a resident and comes back as the unit's contact."""
    order = actions.place(**asked_by("resident"), by=cast.actor("unit", "resident"), at=at)
    actions.triage(order.pk, difficulty=8, by=cast.actor("worker"), at=at)
    actions.publish(order.pk, by=cast.actor("worker"), at=at)
    with refused(NotAllowed, "自己点的单"):
        actions.claim(order.pk, by=cast.actor("unit"), at=at)


@pytest.mark.parametrize(("who", "most"), [("member2", 5), ("unit", 20)])
def test_nobody_hoards(cast: Cast, at: datetime, who: str, most: int) -> None:
    orders = [cast.published("resident" if n < 20 else "resident2", title=f"第{n}单") for n in range(most + 1)]
    for order in orders[:most]:
        actions.claim(order.pk, by=cast.actor(who), at=at)
    with refused(WrongState, f"已经有 {most} 单"):
        actions.claim(orders[most].pk, by=cast.actor(who), at=at)
    actions.release(orders[0].pk, reason="赶不过来", by=cast.actor(who), at=at)
    assert actions.claim(orders[most].pk, by=cast.actor(who), at=at).state == "CLAIMED"


@pytest.mark.parametrize("who", ["resident2", "worker", "secretary", "property", "supervisor", "district", "admin"])
def test_who_does_not_claim(cast: Cast, at: datetime, who: str) -> None:
    order = cast.published("resident")
    with refused(NotAllowed if who != "admin" else NotThere):
        actions.claim(order.pk, by=cast.actor(who), at=at)


@pytest.mark.parametrize("who", ["far_member", "far_unit", "far_worker", "far_secretary", "far_resident"])
def test_another_communitys_order_is_not_there(cast: Cast, at: datetime, who: str) -> None:
    order, by = cast.delivered("member2", "resident"), cast.actor(who)
    tries: list[Callable[[], object]] = [
        lambda: actions.claim(order.pk, by=by, at=at),
        lambda: actions.triage(order.pk, difficulty=3, by=by, at=at),
        lambda: actions.confirm(order.pk, channel="PHONE", by=by, at=at),
        lambda: actions.send_back(order.pk, reason="不行不行", by=by, at=at),
        lambda: actions.merge(order.pk, into_id=order.pk, by=by, at=at),
        lambda: actions.cancel(order.pk, reason="不要了", by=by, at=at),
        lambda: actions.close(order.pk, by=by, at=at),
        lambda: actions.note(order.pk, text="看看", by=by, at=at),
    ]
    for attempt in tries:
        with refused(NotThere):
            attempt()


@pytest.mark.parametrize("order_id", [0, -1, 10**6, 2**63, 2**80])
def test_an_unknown_order_is_not_there(cast: Cast, at: datetime, order_id: int) -> None:
    moves: list[tuple[str, Any]] = [("member", actions.claim), ("worker", actions.publish), ("member", actions.accept)]
    for who, act in moves:
        with refused(NotThere):
            act(order_id, by=cast.actor(who), at=at)


def test_proposed_and_accepted(cast: Cast, at: datetime) -> None:
    order = cast.triaged("resident", places=2)
    with told("assign") as step:
        order = actions.assign(order.pk, member_id=cast.member_id("member"), points=5, by=cast.actor("worker"), at=at)
    assert (order.state, order.taken, claims(order)) == ("ASSIGNED", 0, [("PROPOSED", 1)])
    assert step.event.after == {"state": "ASSIGNED", "member": cast.member_id("member"), "organisation": None}
    for who in ("member2", "unit"):
        with refused(NotThere):
            actions.accept(order.pk, by=cast.actor(who), at=at)
    with told("accept"):
        order = actions.accept(order.pk, by=cast.actor("member"), at=at + HOUR)
    held = Claim.objects.get(order=order)
    assert (order.state, order.taken, order.claimed_at, held.state, held.points) == ("CLAIMED", 1, at + HOUR, "ACTIVE", 5)
    assert held.by_id == cast.users["member"].pk
    actions.claim(order.pk, by=cast.actor("member2"), at=at)
    actions.deliver(order.pk, text="都办好了", by=cast.actor("member2"), at=at)
    actions.confirm(order.pk, by=cast.actor("resident"), at=at)
    assert (cast.balance(member="member"), cast.balance(member="member2")) == (5, 3)


def test_proposed_and_refused(cast: Cast, at: datetime) -> None:
    order = cast.triaged("resident")
    actions.assign(order.pk, organisation_id=cast.unit.pk, by=cast.actor("worker"), at=at)
    with refused(Invalid, fields={"reason"}):
        actions.refuse(order.pk, reason=" ", by=cast.actor("unit"), at=at)
    with told("refuse") as step:
        order = actions.refuse(order.pk, reason="人手不够", by=cast.actor("unit"), at=at)
    assert (order.state, order.published_at, claims(order), step.event.reason) == ("PUBLISHED", at, [("REFUSED", 1)], "人手不够")
    assert actions.claim(order.pk, by=cast.actor("member"), at=at).state == "CLAIMED"


@pytest.mark.parametrize(
    ("party", "field"),
    [
        ({}, "party"),
        ({"member_id": "member", "organisation_id": "unit"}, "party"),
        ({"member_id": "far_member"}, "party"),
        ({"organisation_id": "far_unit"}, "party"),
        ({"member_id": "kin"}, "party"),
        ({"member_id": "member", "points": 9}, "points"),
        ({"member_id": "member", "points": -1}, "points"),
    ],
)
def test_to_whom_nothing_is_proposed(cast: Cast, at: datetime, party: dict[str, object], field: str) -> None:
    order = cast.triaged("resident", difficulty=8)
    units = {"unit": cast.unit.pk, "far_unit": cast.far_unit.pk}
    given = {
        name: cast.member_id(str(value)) if name == "member_id" else units[str(value)] if name == "organisation_id" else value
        for name, value in party.items()
    }
    with refused(Invalid, fields={field}):
        actions.assign(order.pk, **given, by=cast.actor("worker"), at=at)  # type: ignore[arg-type]


def test_nothing_is_proposed_to_the_askers_own_unit(cast: Cast, at: datetime) -> None:
    for who in ("colleague", "unit"):
        order = cast.triaged(who)
        with refused(Invalid, "同单位", fields={"party"}):
            actions.assign(order.pk, organisation_id=cast.unit.pk, by=cast.actor("worker"), at=at)


def test_whoever_accepts_for_a_unit_has_no_stake_either(cast: Cast, at: datetime) -> None:
    cast.login("unit_kin", cast.person("联系人丁", cast.community, home=cast.buildings[0], door="1206"))
    cast.grant("unit_kin", "organisation", cast.community, organisation=cast.second_unit)
    order = cast.triaged("resident")
    actions.assign(order.pk, organisation_id=cast.second_unit.pk, by=cast.actor("worker"), at=at)
    with refused(NotAllowed, "一家人"):
        actions.accept(order.pk, by=cast.actor("unit_kin"), at=at)
    assert actions.accept(order.pk, by=cast.actor("unit2"), at=at).state == "CLAIMED"


def test_whoever_weighed_it_takes_nothing_of_it(cast: Cast, at: datetime) -> None:
    """A worker who is a member, too, does not set the points and take them; nor as the contact of a unit."""
    cast.second_role("worker", "0077")
    cast.grant("worker", "organisation", cast.community, organisation=cast.second_unit)
    as_contact = next(c.acting_as for c in cast.roles("worker") if c.role == "organisation")
    order, proposed = cast.published("resident"), cast.triaged("resident")
    for acting_as in ("member", as_contact):
        by = cast.actor("worker", acting_as)
        with refused(NotAllowed, "自己定分的单"):
            actions.claim(order.pk, by=by, at=at)
        assert "claim" not in [move.verb for move in queries.detail(order.pk, by=by, at=at).moves]
    for who in ("worker", "worker2"):
        with refused(Invalid, "自己定分的单", fields={"party"}):
            actions.assign(order.pk, member_id=cast.member_id("worker"), by=cast.actor(who), at=at)
    with refused(Invalid, "代点或定分的是", fields={"party"}):
        actions.assign(proposed.pk, organisation_id=cast.second_unit.pk, by=cast.actor("worker2"), at=at)
    actions.assign(proposed.pk, organisation_id=cast.unit.pk, by=cast.actor("worker"), at=at)
    cast.grant("worker", "organisation", cast.community, organisation=cast.unit)
    last = [c.acting_as for c in cast.roles("worker") if c.role == "organisation"][-1]
    with refused(NotAllowed, "自己定分的单"):
        actions.accept(proposed.pk, by=cast.actor("worker", last), at=at)
    actions.triage(other := cast.place("resident").pk, difficulty=3, by=cast.actor("worker2"), at=at)
    actions.publish(other, by=cast.actor("worker"), at=at)
    assert actions.claim(other, by=cast.actor("worker", "member"), at=at).state == "CLAIMED"


@pytest.mark.parametrize("hand", ["weigher", "placer"])
def test_nor_do_their_family_and_their_unit(cast: Cast, at: datetime, hand: str) -> None:
    """Otherwise a worker and a relative at home could make points out of nothing. A colleague may take it, for themselves."""
    person = cast.users["worker2"].person
    assert person is not None
    person.household_index = cast.members["kin"].person.household_index
    person.save()
    cast.grant("worker2", "organisation", cast.community, organisation=cast.second_unit)
    cast.member("mate", "党员辛", "0008", unit=cast.second_unit)
    behalf: dict[str, Any] = {"on_behalf": OnBehalf(name="居民0808", phone="13900000808")} if hand == "placer" else {}
    order = cast.place("worker2" if behalf else "resident2", **behalf)
    actions.triage(order.pk, difficulty=8, places=3, by=cast.actor("worker" if behalf else "worker2"), at=at)
    actions.publish(order.pk, by=cast.actor("worker"), at=at)
    for who in ("kin", "unit2"):
        with refused(NotAllowed, "代点或定分的是一家人或本单位的人"):
            actions.claim(order.pk, by=cast.actor(who), at=at)
    assert actions.claim(order.pk, by=cast.actor("mate"), at=at).state == "CLAIMED"


def test_whoever_placed_it_for_somebody_takes_nothing_of_it(cast: Cast, at: datetime) -> None:
    """Otherwise the worker could invent a person and take their order."""
    cast.second_role("worker2", "0077")
    order = cast.published("worker2", on_behalf=OnBehalf(name="居民0808", phone="13900000808"))
    with refused(NotAllowed, "自己代点的单"):
        actions.claim(order.pk, by=cast.actor("worker2", "member"), at=at)
    with refused(Invalid, "自己代点的单", fields={"party"}):
        actions.assign(order.pk, member_id=cast.member_id("worker2"), by=cast.actor("worker"), at=at)
    assert actions.claim(order.pk, by=cast.actor("member2"), at=at).state == "CLAIMED"


def test_whoever_weighed_or_placed_it_is_not_suggested(cast: Cast, at: datetime) -> None:
    for who, number in (("worker", "0077"), ("worker2", "0078"), ("secretary", "0079")):
        cast.second_role(who, number)
        Member.objects.filter(pk=cast.member_id(who)).update(skills=["ROAD"])
    order = cast.triaged("worker2", on_behalf=OnBehalf(name="居民0808", phone="13900000808"))
    suggested = {one.member_id for one in queries.suggestions(order.pk, by=cast.actor("secretary"), at=at)}
    assert cast.member_id("secretary") in suggested
    assert not suggested & {cast.member_id("worker"), cast.member_id("worker2")}


def test_given_back_by_oneself(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident", places=2)
    actions.claim(order.pk, by=cast.actor("member3"), at=at)
    with told("release") as step:
        order = actions.release(order.pk, reason="要出差", by=cast.actor("member2"), at=at)
    assert (order.state, order.taken, order.claimed_at, step.event.reason) == ("CLAIMED", 1, at, "要出差")
    order = actions.release(order.pk, reason="也要出差", by=cast.actor("member3"), at=at)
    assert (order.state, order.taken, order.claimed_at) == ("PUBLISHED", 0, None)
    assert claims(order) == [("RELEASED", 1), ("RELEASED", 1)]
    again = actions.claim(order.pk, by=cast.actor("member2"), at=at + COOL_OFF)
    assert (again.taken, again.claimed_at) == (1, at + COOL_OFF)


def test_given_back_by_staff(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident", places=3)
    other = actions.claim(order.pk, by=cast.actor("member3"), at=at)
    first, second = Claim.objects.filter(order=other).order_by("pk")
    with refused(Invalid, "请选退掉谁", fields={"claim_id"}):
        actions.release(order.pk, reason="联系不上", by=cast.actor("worker"), at=at)
    with refused(Invalid, fields={"claim_id"}):
        actions.release(order.pk, reason="联系不上", claim_id=first.pk + 999, by=cast.actor("worker"), at=at)
    with refused(NotAllowed, "只能退自己接的单"):
        actions.release(order.pk, reason="换人", claim_id=second.pk, by=cast.actor("member2"), at=at)
    actions.release(order.pk, reason="联系不上", claim_id=second.pk, by=cast.actor("worker"), at=at)
    assert claims(order) == [("ACTIVE", 1), ("RELEASED", 1)]
    order = actions.release(order.pk, reason="联系不上", by=cast.actor("secretary"), at=at)
    assert (order.state, order.taken) == ("PUBLISHED", 0)


def test_an_ended_claim_is_not_given_back_again(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident", places=2)
    actions.claim(order.pk, by=cast.actor("member3"), at=at)
    mine = Claim.objects.get(order=order, member_id=cast.member_id("member2"))
    actions.release(order.pk, reason="要出差", by=cast.actor("member2"), at=at)
    with refused(Invalid, fields={"claim_id"}):
        actions.release(order.pk, reason="联系不上", claim_id=mine.pk, by=cast.actor("worker"), at=at)
    with refused(NotAllowed):
        actions.release(order.pk, reason="再退一次", by=cast.actor("member2"), at=at)


def test_a_proposal_lapses(cast: Cast, at: datetime) -> None:
    order = cast.triaged("resident")
    actions.assign(order.pk, member_id=cast.member_id("member"), by=cast.actor("worker"), at=at)
    held = Claim.objects.get(order=order)
    with refused(WrongState):
        actions.lapse(order.pk, held.pk, by=SYSTEM, at=held.lease_until - HOUR)
    for who in ("worker", "secretary", "resident"):
        with refused(NotAllowed):
            actions.lapse(order.pk, held.pk, by=cast.actor(who), at=held.lease_until)
    with told("lapse"):
        order = actions.lapse(order.pk, held.pk, by=SYSTEM, at=held.lease_until)
    assert (order.state, order.taken, claims(order)) == ("PUBLISHED", 0, [("LAPSED", 1)])


def test_a_claim_lapses_and_the_others_stay(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident", places=2)
    actions.claim(order.pk, by=cast.actor("member3"), at=at)
    held = Claim.objects.filter(order=order).earliest("pk")
    order = actions.lapse(order.pk, held.pk, by=SYSTEM, at=held.lease_until)
    assert (order.state, order.taken, claims(order)) == ("CLAIMED", 1, [("LAPSED", 1), ("ACTIVE", 1)])
    with refused(WrongState):
        actions.lapse(order.pk, held.pk, by=SYSTEM, at=held.lease_until)


def test_what_is_delivered_does_not_lapse(cast: Cast, at: datetime) -> None:
    """Whichever of the two comes first wins; the other is told."""
    order = cast.delivered("member2", "resident")
    held = Claim.objects.get(order=order)
    with refused(WrongState):
        actions.lapse(order.pk, held.pk, by=SYSTEM, at=held.lease_until)
    other = cast.claimed("member3", "resident")
    held = Claim.objects.get(order=other)
    actions.lapse(other.pk, held.pk, by=SYSTEM, at=held.lease_until)
    with refused(NotAllowed):
        actions.deliver(other.pk, text="办好了", by=cast.actor("member3"), at=held.lease_until)

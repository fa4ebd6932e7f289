"""Whom one could ask: the one statement that weighs everybody, held against weighing each by hand."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db.models import Q

from tests.cast import AT, Cast
from zengyi.core.prepared import Statement
from zengyi.orders import queries
from zengyi.orders.models import Claim, Order
from zengyi.orders.queries import suggesting
from zengyi.orders.rules import stake
from zengyi.people.models import Member, Organisation
from zengyi.people.queries import Party

DUTY = {"HELP": "GIVING", "OTHER": "DELIBERATION"}


def everybody(community_id: int) -> Iterator[Party]:
    """Who may be asked."""
    for unit in Organisation.objects.filter(registrations__community_id=community_id, registrations__state="ACTIVE"):
        yield Party(name=unit.short_name, organisation_id=unit.pk, skills=tuple(unit.skills))
    for member in Member.objects.filter(community_id=community_id).select_related("person__home"):
        one = member.person
        household = None if one.household_index is None else bytes(one.household_index)
        yield Party(
            name=one.name,
            member_id=member.pk,
            person_id=one.pk,
            household=household,
            unit_id=member.unit_id,
            duty=member.duty,
            skills=tuple(member.skills),
            home_id=one.home_id,
            estate_id=one.home.parent_id if one.home else None,
        )


def by_hand(order: Order, at: datetime) -> list[tuple[str, int, int | None]]:
    """The best five: who, orders in hand, share of those lately done that were in time."""
    found = []
    for party in everybody(order.community_id):
        whose = Q(member_id=party.member_id, organisation_id=party.organisation_id)
        claims = Claim.objects.filter(whose, order__community_id=order.community_id).select_related("order")
        if any(claim.order_id == order.pk for claim in claims) or stake(order.asker(at), party):
            continue
        load = sum(claim.state in ("PROPOSED", "ACTIVE") for claim in claims)
        done = [claim.order for claim in claims if claim.state == "DONE" and claim.claimed_at > at - timedelta(days=180)]
        in_time = sum(bool(o.delivered_at and o.due_at and o.delivered_at <= o.due_at) for o in done)
        points = [
            4 if order.category in party.skills else 0,
            2 if party.duty and party.duty == DUTY.get(order.category, "GOVERNANCE") else 0,
            2 if order.place_id and party.home_id == order.place_id else 0,
            1 if order.place and party.home_id != order.place_id and party.estate_id and party.estate_id == order.place.parent_id else 0,
            2 * (in_time / len(done)) if done else 0,
            1 if party.organisation_id and order.places > 1 else 0,
        ]
        if any(points[:4]) or done or points[5]:
            value = f"member:{party.member_id}" if party.member_id else f"organisation:{party.organisation_id}"
            score = sum(points) - load * 0.8 - (10 if load >= 5 else 0)
            found.append((-score, load, value, round(in_time * 100 / len(done)) if done else None))
    return [(value, load, share) for _score, load, value, share in sorted(found, key=lambda one: one[:3])[:5]]


def fill(cast: Cast, chance: random.Random) -> list[int]:
    """Members and units with skills and a past, and orders of every kind to propose; the ids of these in an order of chance."""
    for number in range(40):
        cast.member(f"m{number}", f"党员{number}", f"1{number:03}", home=chance.choice([*cast.buildings, None]))
        member = cast.members[f"m{number}"]
        member.skills = chance.choice([[], ["ROAD"], ["LIGHT", "ROAD"], ["HELP"]])
        member.duty = chance.choice(["", "GIVING", "GOVERNANCE", "DELIBERATION"])
        member.unit = chance.choice([None, None, cast.unit])
        member.save()
    cast.unit.skills = ["ROAD"]
    cast.unit.save()
    holders = [{"member": member} for member in Member.objects.filter(community=cast.community)] + [{"organisation": cast.unit}] * 4
    claims, asker = [], cast.users["resident"]
    orders = Order.objects.bulk_create(
        Order(
            community=cast.community,
            year=2026,
            sequence=90_000 + number,
            kind="DEMAND",
            category=chance.choice(["ROAD", "LIGHT", "HELP", "OTHER"]),
            title="桥面破损",
            state="PUBLISHED",
            requester_id=asker.person_id or 0,
            placed_by=asker,
            place=chance.choice([*cast.buildings, None]),
            places=chance.choice([1, 1, 3]),
            placed_at=AT,
            due_at=AT,
            delivered_at=AT + timedelta(hours=chance.choice([-5, 0, 5])),
        )
        for number in range(150)
    )
    for order in orders:
        state = chance.choice(["DONE", "DONE", "DONE", "ACTIVE", "PROPOSED", "RELEASED", "REFUSED"])
        claims.append(
            Claim(
                order=order,
                community=order.community,
                state=state,
                by=cast.users["worker"],
                claimed_at=AT - timedelta(days=chance.choice([1, 100, 179, 181, 400])),
                lease_until=AT,
                ended_at=None if state in ("PROPOSED", "ACTIVE") else AT,
                on_time=order.delivered_at is not None and order.delivered_at <= AT if state == "DONE" else None,
                **chance.choice(holders),
            )
        )
    Claim.objects.bulk_create(claims)
    return [order.pk for order in chance.sample(orders, len(orders))]


def differences(cast: Cast, wanted: list[int]) -> Iterator[str]:
    """Orders for which the statement suggests others than a weighing by hand."""
    by = cast.actor("worker")
    for order in Order.objects.with_asker().filter(pk__in=wanted).select_related("place"):
        found = [(one.value, one.load, one.on_time) for one in queries.suggestions(order.pk, by=by, at=AT)]
        if found != by_hand(order, AT):
            yield f"{order}: {found} instead of {by_hand(order, AT)}"


@pytest.mark.parametrize("looked_at", [60, 5])
def test_the_best_are_those_weighed_by_hand(cast: Cast, monkeypatch: pytest.MonkeyPatch, looked_at: int) -> None:
    """Also when those read first are too few, because some of them have a stake in the order."""
    wanted = fill(cast, random.Random(5))[:25]
    monkeypatch.setattr(suggesting, "LOOKED_AT", looked_at)
    assert list(differences(cast, wanted)) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("THEN 4", "THEN 1"),
        ("* CAST(0.8 AS", "* CAST(0.0 AS"),
        ("claimed_at > %(since)s", "claimed_at <= %(since)s"),
        ("WHERE COALESCE(here, 0) = 0", ""),
    ],
)
def test_another_weight_is_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch, right: str, wrong: str) -> None:
    wanted = fill(cast, random.Random(5))
    text = suggesting._BEST.text
    assert right in text
    monkeypatch.setattr(suggesting, "_BEST", Statement(f"orders_suggest_{abs(hash(right))}", text.replace(right, wrong)))
    assert next(differences(cast, wanted), None) is not None

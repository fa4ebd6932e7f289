"""Lists show exactly what one may see: compared with the rule written out plainly, for many orders and filters."""

import random
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Exists, OuterRef, Q

from tests.cast import AT, Cast
from zengyi.core import search
from zengyi.orders.models import Claim, Order
from zengyi.orders.queries import lists
from zengyi.orders.rules import OPEN_STATES, PUBLIC_STATES, State
from zengyi.people.rules import COMMUNITY_ROLES, NOBODY, Actor, Role, Scope, scopes

WHO = ("resident", "resident2", "kin", "member", "member2", "unit", "worker", "secretary", "district", "far_resident", "far_worker", "")
WORDS = ("桥面破损", "路灯不亮", "桥", "Café 坏了", "二单元 226")
HELD = ("PROPOSED", "ACTIVE", "DONE")
FILTERS = 15


def plain_rule(by: Actor) -> Q:
    """Who may look at what, as the table of roles says it."""
    seen, public = Q(pk=None), Q(state__in=PUBLIC_STATES, private=False)
    for scope in scopes(by.role, "order.list"):
        match scope:
            case Scope.PUBLIC:
                seen |= public
            case Scope.OWN if by.person_id is not None:
                seen |= Q(requester_id=by.person_id)
            case Scope.ASSIGNED:
                seen |= held(by)
            case Scope.NEIGHBOUR if by.community_id is not None:
                seen |= Q(community_id=by.community_id) & public
            case Scope.COMMUNITY if by.community_id is not None:
                seen |= Q(community_id=by.community_id)
            case Scope.SUBTREE if by.place_path:
                seen |= Q(community__path__startswith=by.place_path)
    return seen


def held(by: Actor) -> Q:
    """What one holds or has done, as a member or for a unit."""
    claims, found = Claim.objects.filter(order_id=OuterRef("pk"), state__in=HELD), Q(pk=None)
    if by.organisation_id is not None:
        found |= Q(Exists(claims.filter(organisation_id=by.organisation_id)))
    if by.member_id is not None:
        found |= Q(Exists(claims.filter(member_id=by.member_id)))
    return found


def plain_mine(by: Actor) -> Q:
    """What is one's own."""
    own = Q(pk=None) if by.person_id is None else Q(requester_id=by.person_id)
    if by.role in COMMUNITY_ROLES:
        return own | Q(placed_by_id=by.user_id)
    return own | held(by) if by.role in (Role.MEMBER, Role.ORGANISATION) else own


def expected(by: Actor, asked: dict[str, Any]) -> list[int]:
    """All the orders there should be, newest first."""
    rows = Order.objects.filter(plain_rule(by)).order_by("-pk")
    names = ("state", "kind", "category", "community_id")
    rows = rows.filter(**{name: asked[name] for name in names if name in asked})
    rows = rows.filter(plain_mine(by)) if asked.get("mine") else rows
    rows = rows.filter(plain_rule(NOBODY)) if asked.get("public") else rows
    rows = rows.filter(state__in=OPEN_STATES) if asked.get("only_open") else rows
    rows = rows.filter(lists.in_light(asked["light"], AT)) if "light" in asked else rows
    wanted = [word for word in asked.get("q", "").split() if word]
    return [order.pk for order in rows if all(word in f" {order.search}" for word in wanted)]


def found(by: Actor, asked: dict[str, Any], size: int) -> list[int]:
    """All the orders there are, page by page."""
    ids: list[int] = []
    after: int | None = None
    while True:
        page = lists.listing(by=by, at=AT, after=after, size=size, **asked)
        ids += [row.id for row in page.rows]
        after = page.next_after
        if after is None:
            return ids


def fill(cast: Cast, chance: random.Random) -> None:
    """Orders of everybody in every state, here and elsewhere, some of them private, held by this one and that."""
    people = [cast.users[name] for name in ("resident", "resident2", "kin", "member", "member2", "unit", "worker", "far_resident")]
    states = [state.value for state in State] * 2 + ["CONFIRMED", "PUBLISHED"] * 3
    orders = []
    for number in range(160):
        who, state = chance.choice(people), chance.choice(states)
        ended = state in ("CONFIRMED", "CLOSED")
        words = chance.choice(WORDS)
        assert who.person is not None
        orders.append(
            Order(
                community=chance.choice([who.person.community, cast.community, cast.elsewhere]),
                year=2026,
                sequence=90_000 + number,
                kind=chance.choice(["DEMAND", "WISH", "REPORT"]),
                source="RESIDENT",
                category=chance.choice(["ROAD", "LIGHT", "LIFT"]),
                title=words,
                text=words,
                search=search.tokens(words),
                state=state,
                outcome="" if not ended else "HELPED",
                ended_at=AT if ended else None,
                requester=who.person,
                placed_by=chance.choice([who, cast.users["worker"]]),
                private=chance.random() < 0.2,
                placed_at=AT,
                due_at=AT + timedelta(hours=chance.randint(-50, 80)),
            )
        )
    made = Order.objects.bulk_create(orders)
    holders = [{"member": cast.members[name]} for name in ("member", "member2", "member3")] + [{"organisation": cast.unit}]
    Claim.objects.bulk_create(
        Claim(
            order=order,
            community_id=order.community_id,
            state=state,
            by=cast.users["member2"],
            claimed_at=AT,
            lease_until=AT,
            ended_at=None if state in ("PROPOSED", "ACTIVE") else AT,
            **chance.choice(holders),
        )
        for order in made
        for state in chance.sample(["PROPOSED", "ACTIVE", "DONE", "RELEASED", "REFUSED", "LAPSED"], chance.choice([0, 1, 1]))
    )


def asking(cast: Cast, chance: random.Random) -> dict[str, Any]:
    """Some of the filters there are."""
    filters: dict[str, Callable[[], Any]] = {
        "state": lambda: chance.choice([state.value for state in State]),
        "kind": lambda: chance.choice(["DEMAND", "WISH"]),
        "category": lambda: chance.choice(["ROAD", "LIFT"]),
        "community_id": lambda: chance.choice([cast.community.pk, cast.elsewhere.pk]),
        "light": lambda: chance.choice(["late", "soon", "ok"]),
        "q": lambda: chance.choice(["桥面", "桥", "破", "cafe", "没有", "226", "亮"]),
        "mine": lambda: True,
        "public": lambda: True,
        "only_open": lambda: True,
    }
    return {name: filters[name]() for name in chance.sample(list(filters), chance.choice([0, 1, 1, 2, 3]))}


def differences(cast: Cast, chance: random.Random) -> Iterator[str]:
    """The differences between the lists and the plain rule, for everybody and many filters."""
    for name in WHO:
        by = cast.actor(name) if name else NOBODY
        for _ in range(FILTERS):
            asked = asking(cast, chance)
            if found(by, asked, chance.choice([7, 20, 100])) != expected(by, asked):
                yield f"{name}: {asked}"


@pytest.mark.parametrize("seed", [1, 2])
def test_lists_hold_what_the_plain_rule_says(cast: Cast, seed: int) -> None:
    chance = random.Random(seed)
    fill(cast, chance)
    for name in ("member2", "unit", "resident", "district", "worker"):
        assert len(expected(cast.actor(name), {})) > 20, name
    assert list(differences(cast, chance)) == []


PLAIN, NEWEST = lists.reaches, lists.newest
BROKEN: dict[str, tuple[str, Callable[..., Any]]] = {
    "private ones are shown": (
        "reaches",
        lambda by, state="": [Q(part.children[0], ("state__in", PUBLIC_STATES)) if len(part) > 1 else part for part in PLAIN(by, state)],
    ),
    "a part is forgotten": ("reaches", lambda by, state="": PLAIN(by, state)[:1]),
    "a part more": ("reaches", lambda by, state="": [*PLAIN(by, state), Q(private=True)]),
    "one's own without looking whether one may": ("any_of", lambda parts: Q()),
    "too few of each part": ("newest", lambda rows, parts, size: NEWEST(rows, parts, size // 2)),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_list_is_seen(cast: Cast, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    chance = random.Random(3)
    fill(cast, chance)
    monkeypatch.setattr(lists, *BROKEN[name])
    assert next(differences(cast, chance), None) is not None

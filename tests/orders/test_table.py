"""The table of moves is the whole truth: in every state every verb is possible exactly as the table says."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.trail import refused, told
from zengyi.core.errors import NotAllowed, NotThere, WrongState
from zengyi.orders import actions
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import MOVES, OPEN_STATES, State, Verb, moves_from
from zengyi.people.rules import SYSTEM, table

LATER = timedelta(days=1)
Step = Callable[[Cast, Order, datetime], Order]


def assigned(cast: Cast) -> Order:
    order = cast.triaged("resident")
    return actions.assign(order.pk, member_id=cast.member_id("member"), by=cast.actor("worker"), at=order.placed_at)


def silent(cast: Cast, at: datetime) -> Order:
    """Delivered, and reminded twice; whoever has time to close it may."""
    order = cast.delivered("member", "resident", at=at)
    for day in (3, 6):
        actions.remind(order.pk, by=SYSTEM, at=at + timedelta(days=day))
    return Order.objects.get(pk=order.pk)


def taken_back(cast: Cast, at: datetime) -> Order:
    """Confirmed, and all that it brought is taken back: whoever has time to open it again may."""
    order = actions.confirm(cast.delivered("member", "resident").pk, by=cast.actor("resident"), at=at + LATER)
    cast.taken_back(order, at + 2 * LATER)
    return order


MADE: dict[State, Callable[[Cast, datetime], Order]] = {
    State.PLACED: lambda cast, at: cast.place("resident"),
    State.TRIAGED: lambda cast, at: cast.triaged("resident"),
    State.PUBLISHED: lambda cast, at: cast.published("resident"),
    State.ASSIGNED: lambda cast, at: assigned(cast),
    State.CLAIMED: lambda cast, at: cast.claimed("member", "resident", places=2),
    State.DELIVERED: silent,
    State.CONFIRMED: taken_back,
    State.CLOSED: lambda cast, at: actions.close(silent(cast, at).pk, by=SYSTEM, at=at + timedelta(days=9)),
}


def claim_of(order: Order) -> int:
    return Claim.objects.filter(order=order).values_list("pk", flat=True).first() or 0


def twin() -> int:
    """The order into which others are merged."""
    return Order.objects.get(title="同一座桥").pk


STEPS: dict[Verb, Step] = {
    Verb.TRIAGE: lambda cast, o, at: actions.triage(o.pk, difficulty=5, by=cast.actor("worker"), at=at),
    Verb.PUBLISH: lambda cast, o, at: actions.publish(o.pk, by=cast.actor("worker"), at=at),
    Verb.ASSIGN: lambda cast, o, at: actions.assign(
        o.pk, member_id=cast.member_id("member2"), instead=claim_of(o) or None, by=cast.actor("worker"), at=at
    ),
    Verb.ACCEPT: lambda cast, o, at: actions.accept(o.pk, by=cast.actor("member"), at=at),
    Verb.REFUSE: lambda cast, o, at: actions.refuse(o.pk, reason="没空", by=cast.actor("member"), at=at),
    Verb.CLAIM: lambda cast, o, at: actions.claim(o.pk, by=cast.actor("member2"), at=at),
    Verb.RELEASE: lambda cast, o, at: actions.release(o.pk, reason="没空", by=cast.actor("worker"), at=at),
    Verb.LAPSE: lambda cast, o, at: actions.lapse(o.pk, claim_of(o), by=SYSTEM, at=at + timedelta(days=60)),
    Verb.DELIVER: lambda cast, o, at: actions.deliver(o.pk, text="办好了", by=cast.actor("member"), at=at),
    Verb.CONFIRM: lambda cast, o, at: actions.confirm(o.pk, by=cast.actor("resident"), at=at),
    Verb.RETURN: lambda cast, o, at: actions.send_back(o.pk, reason="还不行", by=cast.actor("resident"), at=at),
    Verb.DECLINE: lambda cast, o, at: actions.decline(o.pk, reason="不受理", by=cast.actor("worker"), at=at),
    Verb.MERGE: lambda cast, o, at: actions.merge(o.pk, into_id=twin(), by=cast.actor("worker"), at=at),
    Verb.CANCEL: lambda cast, o, at: actions.cancel(o.pk, reason="不要了", by=cast.actor("worker"), at=at),
    Verb.CLOSE: lambda cast, o, at: actions.close(o.pk, by=cast.actor("worker"), at=at),
    Verb.REOPEN: lambda cast, o, at: actions.reopen(o.pk, reason="没有办", by=cast.actor("worker"), at=at),
}


#: Where the refusal comes before the state is looked at: the actor may not know of the order, or has no claim to make the move with.
UNSEEN = {
    (state, verb): error
    for verb, states, error in (
        (Verb.CLAIM, (State.PLACED, State.TRIAGED, State.ASSIGNED), NotThere),
        (Verb.ACCEPT, (State.PLACED, State.TRIAGED), NotThere),
        (Verb.REFUSE, (State.PLACED, State.TRIAGED), NotThere),
        (Verb.DELIVER, (State.PLACED, State.TRIAGED), NotThere),
        (Verb.ACCEPT, (State.PUBLISHED,), NotAllowed),
        (Verb.REFUSE, (State.PUBLISHED,), NotAllowed),
        (Verb.DELIVER, (State.PUBLISHED,), NotAllowed),
    )
    for state in states
}


def test_every_verb_is_tried_in_every_state() -> None:
    assert set(STEPS) | {Verb.PLACE} == set(Verb) == set(MOVES)
    assert set(MADE) == set(State)
    assert {verb.value for verb in Verb} <= {name.removeprefix("order.") for name in table() if name.startswith("order.")}


@pytest.mark.parametrize("state", State)
def test_a_verb_is_possible_exactly_as_the_table_says(cast: Cast, at: datetime, state: State) -> None:
    order = MADE[state](cast, at)
    assert order.state == state
    later = at + timedelta(days=10)
    cast.place("resident2", title="同一座桥")
    for verb, step in STEPS.items():
        move = MOVES[verb]
        if state not in move.sources:
            with refused(UNSEEN.get((state, verb), WrongState)):
                step(cast, order, later)
            continue
        mine = MADE[state](cast, at)
        with told(verb.value) as seen:
            moved = step(cast, mine, later)
        assert moved.state == Order.objects.get(pk=mine.pk).state == move.target, verb
        assert seen.event.after["state"] == move.target and seen.event.object_id == mine.pk
        assert bool(seen.event.reason) >= move.needs_reason


def test_nothing_leads_on_from_the_end() -> None:
    assert [move.verb for move in moves_from(State.CONFIRMED)] == [Verb.REOPEN] and not moves_from(State.CLOSED)
    assert all(moves_from(state) for state in OPEN_STATES)


def test_every_state_can_be_reached() -> None:
    reached = {State.PLACED}
    while more := {move.target for state in reached for move in moves_from(state)} - reached:
        reached |= more
    assert reached == set(State)

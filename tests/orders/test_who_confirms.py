"""Who says whether an order is done well: nobody who did it, weighed it or wrote it down, nor family and colleagues of theirs."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.cast import Cast
from tests.trail import refused
from zengyi.core.errors import NotAllowed, NotThere
from zengyi.core.guards import NotPrepared
from zengyi.orders import actions, queries
from zengyi.orders.models import Order
from zengyi.orders.rules import Channel, OnBehalf, SentMember
from zengyi.people import actions as people
from zengyi.people.models import User
from zengyi.people.rules import Actor

DAY = timedelta(days=1)


def answers(order: Order, at: datetime) -> list[Callable[[Actor], Order]]:
    """What one says of a delivered order: it is good, or not yet."""
    return [
        lambda by: actions.confirm(order.pk, channel="PHONE", by=by, at=at),
        lambda by: actions.send_back(order.pk, reason="还不行", by=by, at=at),
    ]


def offered(order: Order, by: Actor, at: datetime) -> set[str]:
    """Which of the two their page offers."""
    return {"confirm", "return"} & {move.verb for move in queries.detail(order.pk, by=by, at=at).moves}


Make = Callable[[Cast], None]


def in_the_house(cast: Cast) -> None:
    """A worker who lives with the member at it."""
    person = cast.users["worker2"].person
    assert person is not None
    person.household_index = cast.members["kin"].person.household_index
    person.save()


def of_the_unit(cast: Cast) -> None:
    """A worker who also works for the unit at it."""
    cast.second_role("worker2", "0077", unit=cast.unit)


def at_it(cast: Cast) -> None:
    """A worker who is a member, too, and at it."""
    cast.second_role("worker2", "0077")


@pytest.mark.parametrize(
    ("make", "taker", "acting_as"), [(in_the_house, "kin", ""), (of_the_unit, "unit", ""), (at_it, "worker2", "member")]
)
def test_helpers_family_and_colleagues_do_not_confirm(cast: Cast, at: datetime, make: Make, taker: str, acting_as: str) -> None:
    make(cast)
    order = cast.published("resident2")
    actions.claim(order.pk, by=cast.actor(taker, acting_as), at=at)
    actions.deliver(order.pk, text="办好了", by=cast.actor(taker, acting_as), at=at)
    for act in answers(order, at + DAY):
        with refused(NotAllowed, "办的人不能自己确认"):
            act(cast.actor("worker2"))
    assert offered(order, cast.actor("worker2"), at) == set()
    assert offered(order, cast.actor("resident2"), at) == {"confirm", "return"}
    assert actions.confirm(order.pk, by=cast.actor("resident2"), at=at + DAY).state == "CONFIRMED"


def test_whoever_was_sent_does_not_confirm(cast: Cast, at: datetime) -> None:
    cast.second_role("worker2", "0077")
    order = cast.claimed("unit", "resident")
    actions.deliver(order.pk, text="办好了", sent=[SentMember(cast.member_id("worker2"), 8)], by=cast.actor("unit"), at=at)
    with refused(NotAllowed, "办的人不能自己确认"):
        actions.confirm(order.pk, channel="PHONE", by=cast.actor("worker2"), at=at + DAY)
    assert offered(order, cast.actor("worker2"), at) == set()


def test_a_contact_of_the_unit_at_it_does_not_confirm(cast: Cast, at: datetime) -> None:
    """In whatever role they act, and whoever of the unit took it; nor does an asker who has become its contact since."""
    cast.grant("worker2", "organisation", cast.community, organisation=cast.second_unit)
    order = cast.delivered("unit2", "resident2")
    cast.grant("resident2", "organisation", cast.community, organisation=cast.second_unit)
    for by in (cast.actor("worker2"), cast.actor("resident2", "resident")):
        for act in answers(order, at + DAY):
            with refused(NotAllowed, "办的人不能自己确认"):
                act(by)
        assert offered(order, by, at) == set()
    assert offered(order, cast.actor("worker"), at) == {"return"}, "who weighed it"


def test_a_colleague_of_the_member_at_it_does_not_confirm(cast: Cast, at: datetime) -> None:
    cast.second_role("worker2", "0077", unit=cast.second_unit)
    cast.member("mate", "党员辛", "0008", unit=cast.second_unit)
    order = cast.delivered("mate", "resident2")
    with refused(NotAllowed, "办的人不能自己确认"):
        actions.confirm(order.pk, channel="PHONE", by=cast.actor("worker2"), at=at + DAY)
    assert offered(order, cast.actor("worker2"), at) == set()


def test_a_login_handed_out_by_whoever_placed_the_order_does_not_confirm_it(cast: Cast, at: datetime) -> None:
    """One person could invent somebody, sign in as them and confirm. What somebody placed themselves, they confirm."""
    opened = people.open_login(cast.users["resident2"].person_id or 0, by=cast.actor("worker2"), at=at)
    User.objects.filter(pk=opened.user_id).update(must_change=False)
    for handler in ("placed", "weighed"):
        placer, weigher = ("worker2", "worker") if handler == "placed" else ("worker", "worker2")
        behalf = OnBehalf(person_id=cast.users["resident2"].person_id, channel=Channel.PHONE)
        order = cast.place(placer, on_behalf=behalf, title=handler)
        actions.triage(order.pk, difficulty=2, by=cast.actor(weigher), at=at)
        actions.publish(order.pk, by=cast.actor("worker"), at=at)
        actions.claim(order.pk, by=cast.actor("member2"), at=at)
        actions.deliver(order.pk, text="办好了", by=cast.actor("member2"), at=at)
        with refused(NotAllowed, "同一位同事经手"):
            actions.confirm(order.pk, by=cast.actor("resident2"), at=at)
        assert offered(order, cast.actor("resident2"), at) == {"return"}
        assert actions.confirm(order.pk, channel="PHONE", by=cast.actor("secretary"), at=at).state == "CONFIRMED"
    own = cast.delivered("member2", "resident2")
    assert actions.confirm(own.pk, by=cast.actor("resident2"), at=at + DAY).state == "CONFIRMED"


def test_whoever_took_it_for_a_unit_does_not_confirm(cast: Cast, at: datetime) -> None:
    """The unit's contact is a worker of the community, too."""
    cast.grant("worker2", "organisation", cast.community, organisation=cast.second_unit)
    as_contact = next(c.acting_as for c in cast.roles("worker2") if c.role == "organisation")
    claimed, accepted = cast.published("resident"), cast.triaged("resident")
    actions.claim(claimed.pk, by=cast.actor("worker2", as_contact), at=at)
    actions.assign(accepted.pk, organisation_id=cast.second_unit.pk, by=cast.actor("worker"), at=at)
    actions.accept(accepted.pk, by=cast.actor("worker2", as_contact), at=at)
    for order in (claimed, accepted):
        actions.deliver(order.pk, text="办好了", by=cast.actor("unit2"), at=at)
        with refused(NotAllowed, "办的人不能自己确认"):
            actions.confirm(order.pk, channel="PHONE", by=cast.actor("worker2"), at=at + DAY)
        assert offered(order, cast.actor("worker2"), at) == set()


@pytest.mark.parametrize("who", ["member", "member2", "neighbour", "unit", "unit2", "district", "supervisor"])
def test_who_confirms_nothing(cast: Cast, at: datetime, who: str) -> None:
    order = cast.delivered("unit", "resident")
    for act in answers(order, at + DAY):
        with refused(NotAllowed):
            act(cast.actor(who))
    with refused(NotThere):
        actions.confirm(order.pk, by=cast.actor("admin"), at=at + DAY)


def test_an_order_read_without_those_behind_it_is_a_fault(cast: Cast, at: datetime) -> None:
    """It would look like an order that nobody asked for, weighed or wrote down, and let everybody pass."""
    order = cast.delivered("unit", "resident")
    with pytest.raises(NotPrepared):
        Order.objects.get(pk=order.pk).asker(at)
    with pytest.raises(NotPrepared):
        Order.objects.with_asker(("asker_person",)).get(pk=order.pk).asker(at)
    assert Order.objects.with_asker().get(pk=order.pk).asker(at).asker.person_id == cast.users["resident"].person_id

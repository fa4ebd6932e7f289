"""Two who put the same two entries together at the same moment, each keeping the other one; and an order placed meanwhile."""

from collections.abc import Callable
from functools import partial

import pytest

from tests.cast import AT, Cast, asked_by
from tests.reliability.hands import at_once
from zengyi.bank.queries import check_ledger
from zengyi.core.errors import Refused, WrongState
from zengyi.core.models import Event
from zengyi.orders.actions import place
from zengyi.orders.models import Order
from zengyi.people import actions
from zengyi.people.models import Merger, Person, User
from zengyi.people.rules import Actor

pytestmark = pytest.mark.live


def tried(step: Callable[[], object]) -> str:
    try:
        step()
    except Refused as refusal:
        return type(refusal).__name__
    return "done"


def merging(kept: int, gone: int, by: Actor) -> Callable[[], object]:
    return partial(actions.merge_persons, kept, gone, reason="同一个人", by=by, at=AT)


def test_of_two_who_merge_at_once_one_does(live: object, cast: Cast) -> None:
    one, other = (User.objects.get(username=name).person_id or 0 for name in ("resident2", "neighbour"))
    hands = [(cast.actor("worker"), one, other), (cast.actor("secretary"), other, one)]
    answers = at_once([partial(tried, merging(kept, gone, by)) for by, kept, gone in hands])
    assert answers.count("done") == 1 and set(answers) <= {"done", "NotThere", "WrongState"}, answers
    assert Person.objects.filter(pk__in=[one, other]).count() == 1
    assert Merger.objects.count() == 1
    assert check_ledger().problems == []


def test_an_order_placed_meanwhile_is_not_lost(live: object, cast: Cast) -> None:
    """It is placed and follows, or the merger gives way; placed a moment late it is refused, and nothing of it is left."""
    kept, gone = (User.objects.get(username=name).person_id or 0 for name in ("member", "resident2"))
    steps: list[Callable[[], object]] = [merging(kept, gone, cast.actor("worker")), partial(cast.place, "resident2")]
    answers = at_once([partial(tried, step) for step in steps])
    merged, placed = (answer == "done" for answer in answers)
    assert merged or placed, answers
    assert Order.objects.count() == placed
    assert set(Order.objects.values_list("requester_id", flat=True)) <= {kept if merged else gone}
    assert Person.objects.filter(pk=gone).exists() is not merged


def test_an_order_placed_a_moment_late_is_refused_in_a_sentence(live: object, cast: Cast) -> None:
    """Whoever placed it was read before the merger and written after it: not an error of ours, and nothing is left."""
    kept, gone = (User.objects.get(username=name).person_id or 0 for name in ("member", "resident2"))
    late = cast.actor("resident2")
    actions.merge_persons(kept, gone, reason="同一个人", by=cast.actor("worker"), at=AT)
    with pytest.raises(WrongState, match="再交一次"):
        place(**asked_by("resident2"), place_id=cast.bridge.pk, by=late, at=AT)
    assert not Order.objects.exists() and not Event.objects.filter(verb="place").exists()

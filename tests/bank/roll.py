"""Roll-calls made short."""

from collections.abc import Mapping
from datetime import date, datetime

from tests.cast import AT, Cast
from zengyi.bank import actions
from zengyi.bank.models import RollCall, RollCallEntry
from zengyi.people.models import Branch

DAY = date(2026, 11, 20)


def proposed(
    cast: Cast,
    marks: Mapping[str, str],
    *,
    rule: str = "B02",
    held_on: date = DAY,
    by: str = "worker",
    branch: Branch | None = None,
    at: datetime = AT,
) -> RollCall:
    """A roll-call that waits for a second person; ``marks`` by login."""
    by_id = {cast.member_id(name): mark for name, mark in marks.items()}
    return actions.propose_roll_call((branch or cast.branch).pk, rule, held_on, by_id, by=cast.actor(by), at=at)


def posted(cast: Cast, marks: Mapping[str, str], *, rule: str = "B02", held_on: date = DAY, at: datetime = AT) -> RollCall:
    """A roll-call on the books; held later than ``at``, it is put down that evening."""
    later = datetime.combine(held_on, at.timetz())
    at = max(at, later)
    waiting = proposed(cast, marks, rule=rule, held_on=held_on, at=at)
    return actions.decide_roll_call(waiting.pk, True, by=cast.actor("secretary"), at=at)


def points(cast: Cast, roll_call: RollCall, name: str) -> int:
    """What a member got on it."""
    return RollCallEntry.objects.get(roll_call=roll_call, member_id=cast.member_id(name)).points

"""Roll-calls and changed rules made short."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import AT, Cast
from zengyi.bank import actions, queries
from zengyi.bank.models import RollCall, RollCallEntry, RuleVersion
from zengyi.core.clock import SHANGHAI
from zengyi.people.models import Branch
from zengyi.people.rules import Actor

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
    note: str = "",
) -> RollCall:
    """A roll-call that waits for a second person; ``marks`` by login."""
    by_id = {cast.member_id(name): mark for name, mark in marks.items()}
    return actions.propose_roll_call((branch or cast.branch).pk, rule, held_on, by_id, note=note, by=cast.actor(by), at=at)


def posted(cast: Cast, marks: Mapping[str, str], *, rule: str = "B02", held_on: date = DAY, at: datetime = AT) -> RollCall:
    """A roll-call on the books; held later than ``at``, it is put down that evening."""
    later = datetime.combine(held_on, at.timetz())
    at = max(at, later)
    waiting = proposed(cast, marks, rule=rule, held_on=held_on, at=at)
    return actions.decide_roll_call(waiting.pk, True, by=cast.actor("secretary"), at=at)


def points(cast: Cast, roll_call: RollCall, name: str) -> int:
    """What a member got on it."""
    return RollCallEntry.objects.get(roll_call=roll_call, member_id=cast.member_id(name)).points


def changed_rule(by: Actor, code: str, *, valid_from: date, at: datetime = AT, **changed: Any) -> RuleVersion:
    """A version that waits for a second person: the rule as it stands, with what is changed."""
    rule = queries.rulebook(by.community_id or 0).in_force(code, valid_from - timedelta(days=1))
    assert rule is not None
    as_it_is = {name: getattr(rule, name) for name in ("points", "cap_activity", "cap_quarter", "cap_year")}
    return actions.propose_rule(code, **{**as_it_is, **changed}, valid_from=valid_from, why="大家商量过", by=by, at=at)


def adopted(cast: Cast, code: str, *, valid_from: date, **changed: Any) -> RuleVersion:
    """A version that two people adopted the evening before it came into force."""
    before = datetime.combine(valid_from - timedelta(days=1), AT.timetz()).astimezone(SHANGHAI)
    made = changed_rule(cast.actor("worker"), code, valid_from=valid_from, at=before, **changed)
    return actions.decide_rule(made.pk, True, by=cast.actor("secretary"), at=before)

"""A year of a branch made short: meetings, deeds, and what the branch meeting decides about it."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from tests.bank.deeds import approved
from tests.cast import AT, Cast
from zengyi.bank import actions as bank
from zengyi.bank.actions import appraisals as actions
from zengyi.bank.models import Appraisal
from zengyi.bank.queries.appraisals import year_sums
from zengyi.bank.rules.appraisals import Verdict, proposed, tiers_of
from zengyi.core.clock import SHANGHAI
from zengyi.people import queries as people

YEAR, HELD = 2025, date(2026, 1, 16)
MINUTES = "书记主持。先看积分表，逐个议，举手通过。"


def noon(day: date) -> datetime:
    """That day at noon."""
    return datetime.combine(day, time(12), SHANGHAI)


def met(cast: Cast, day: date, marks: Mapping[str, str], *, rule: str = "B02") -> None:
    """A meeting of the first branch in the year, with its points."""
    at = noon(day)
    given = {cast.member_id(name): mark for name, mark in marks.items()}
    made = bank.propose_roll_call(cast.branch.pk, rule, day, given, by=cast.actor("worker"), at=at)
    bank.decide_roll_call(made.pk, True, by=cast.actor("secretary"), at=at)


def helped(cast: Cast, who: str, day: date, *, rule: str = "V19", **more: Any) -> None:
    """A deed with its points: a lecture given, 3 points."""
    approved(cast, who, rule=rule, day=day, at=noon(day), **more)


def verdicts(cast: Cast, year: int = YEAR, **changed: tuple[str, str]) -> dict[int, Verdict]:
    """Everybody of the first branch was there and got what the points propose, or what is given: tier and reason by login."""
    roster = people.branch_roster(cast.branch.pk)
    sums = year_sums(cast.community.pk, year, [one.id for one in roster])
    by_id = {cast.member_id(name): said for name, said in changed.items()}
    found = {}
    for one in roster:
        points = proposed(sums[one.id], tiers_of(year))
        tier, reason = by_id.get(one.id, (points or "DEFERRED", "" if points else "刚到支部，明年再评"))
        found[one.id] = Verdict(tier, reason, present=True)
    return found


def appraised(cast: Cast, *, who: str = "worker", at: datetime = AT, held_on: date = HELD, **more: Any) -> Appraisal:
    """What the meeting of the first branch decided about the year, waiting for a second person."""
    given = {"minutes": MINUTES, "verdicts": more.pop("found", None) or verdicts(cast), **more}
    return actions.propose_appraisal(cast.branch.pk, YEAR, held_on, by=cast.actor(who), at=at, **given)

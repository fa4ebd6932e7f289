"""Putting a drill down: its record, the day of the next one, and an order for each thing that did not go well."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zengyi.activities.actions.holding import hold
from zengyi.activities.models import Drill, DrillProblem, Occasion, SignUp
from zengyi.activities.rules import drills as rules
from zengyi.activities.rules.programme import OccasionState, sentence
from zengyi.activities.rules.signing import SignUpState
from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.orders import actions as orders
from zengyi.orders import rules as order_rules
from zengyi.people import queries as people
from zengyi.people.rules import Actor


@action
def record_drill(
    occasion_id: int,
    *,
    content: str,
    departments: str,
    people_count: int,
    place_id: int | None = None,
    seconds: int | None = None,
    every_months: int = rules.DrillInterval.YEAR,
    problems: str = "",
    by: Actor,
    at: datetime,
) -> Drill:
    """Put a drill down, once. ``place_id``: which building drilled, where the occasion does not say so. ``problems``: one a line.

    With it an occasion is over for which nobody had to sign up; where people are on the list, the roll closes it.

    Raises :class:`Invalid` with the field, :class:`WrongState` the second time.
    """
    occasion = hold(occasion_id)
    rules.check_drill(by, occasion.facts if occasion else None, occasion.activity.kind if occasion else "", at=at)
    assert occasion is not None
    rules.check_figures(people_count, seconds, every_months)
    where = _place(place_id or occasion.place_id, occasion)
    held_on = clock.local_date(occasion.starts_at)
    if Drill.objects.filter(occasion=occasion).exists():
        raise WrongState(_("这一场的演练记录已经写好了。"))
    lines = rules.problem_lines(problems)
    if lines and by.person_id is None:
        raise Invalid.on("problems", _("这个账号没有登记是谁，请到社区登记。"))
    made = Drill(
        occasion=occasion,
        community_id=occasion.community_id,
        place_id=where,
        held_on=held_on,
        content=sentence(content, "content", rules.CONTENT_MOST, least=2),
        departments=sentence(departments.replace("\n", " "), "departments", rules.DEPARTMENTS_MOST, least=2),
        people=people_count,
        seconds=seconds,
        every_months=every_months,
        next_on=rules.next_due(held_on, every_months),
        by_id=by.login_id,
        at=at,
    )
    before = Drill.objects.filter(place_id=where, is_last=True)
    made.is_last = not before.filter(held_on__gt=held_on).exists()
    if made.is_last:
        before.update(is_last=False)
    made.save(force_insert=True)
    arisen = [_order(made, occasion, line, by=by, at=at) for line in lines]
    DrillProblem.objects.bulk_create(DrillProblem(drill=made, text=line, order_id=pk) for line, pk in zip(lines, arisen, strict=True))
    after = {"drill": made.pk, "place": where, "people": people_count, "next_on": made.next_on.isoformat()}
    after |= {"orders": arisen, "closed": _close(occasion, by=by, at=at)}
    audit.record("drill", "occasion", occasion.pk, by=by, at=at, community_id=occasion.community_id, after=after)
    return made


@in_action
def _close(occasion: Occasion, *, by: Actor, at: datetime) -> bool:
    if SignUp.objects.filter(occasion=occasion, state=SignUpState.CONFIRMED).exists():
        return False
    changes = {"state": OccasionState.CLOSED, "closed_by_id": by.login_id, "closed_at": at}
    return bool(Occasion.objects.filter(pk=occasion.pk, state=OccasionState.PLANNED).update(**changes))


def _place(place_id: int | None, occasion: Occasion) -> int:
    message = _("请选演练的楼栋或地点。")
    if place_id is None or not 0 < place_id <= ID_MOST:
        raise Invalid.on("place_id", message)
    try:
        return people.place(place_id, community_id=occasion.community_id).id
    except NotThere as missing:
        raise Invalid.on("place_id", message) from missing


@in_action
def _order(made: Drill, occasion: Occasion, line: str, *, by: Actor, at: datetime) -> int:
    given: dict[str, Any] = {"community_id": made.community_id, "requester_id": by.person_id or 0, "place_id": made.place_id}
    matter = order_rules.Matter(
        source=order_rules.Source.INSPECTION,
        title=line[:40],
        text=_("%(title)s时发现：%(line)s") % {"title": occasion.activity.title, "line": line},
        origin_kind="drill",
        origin_id=occasion.pk,
        origin_title=occasion.activity.title,
        category=order_rules.Category.OTHER,
        spot="",
        **given,
    )
    return orders.arise(matter, by=by, at=at).pk

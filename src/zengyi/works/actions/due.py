"""What falls due by itself: demands and milestones whose day is over are told again weekly, to more and more people, until they move."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from django.db.models import Q

from zengyi.core import audit, clock
from zengyi.core.errors import Refused, WrongState
from zengyi.core.steps import action
from zengyi.people.rules import SYSTEM, Actor
from zengyi.works.actions import photos
from zengyi.works.models import Demand, Milestone
from zengyi.works.rules.demands import WEEK, carried
from zengyi.works.rules.projects import ProjectState, moved_on

BATCH = 200
#: The verb of a reminder in the trail. It changes nothing but the day of the next one.
REMIND = "remind"


def run_due(at: datetime) -> int:
    """Remind of what is late at ``at``, at most a few hundred steps, and remove photos that no row names; returns how many were done."""
    today = clock.local_date(at)
    again = Q(remind_on=None) | Q(remind_on__lte=today)
    demands = Demand.objects.filter(again, closed_at=None, due_on__lt=today).order_by("due_on", "pk")
    nodes = Milestone.objects.filter(again, done=None, ends__lt=today, lot__project__state=ProjectState.EXECUTING).order_by("ends", "pk")
    done = _each(demands.values_list("pk", flat=True)[:BATCH], lambda pk: remind_of_demand(pk, by=SYSTEM, at=at))
    done += _each(nodes.values_list("pk", flat=True)[:BATCH], lambda pk: remind_of_milestone(pk, by=SYSTEM, at=at))
    return done + photos.sweep(at)


def _each(found: Iterable[int], step: Callable[[int], object]) -> int:
    done = 0
    for pk in list(found):
        try:
            step(pk)
        except Refused:
            continue  # somebody moved it in the meantime
        done += 1
    return done


def next_reminder(due: date, today: date) -> date:
    """The day of the reminder after today's: a day after it was due, then every week.

    >>> due = date(2026, 11, 25)
    >>> [str(next_reminder(due, due + timedelta(days=n))) for n in (1, 7, 8)]
    ['2026-12-03', '2026-12-03', '2026-12-10']
    """
    return due + timedelta(days=1) + WEEK * carried(due, today)


@action
def remind_of_demand(demand_id: int, *, by: Actor, at: datetime) -> Demand:
    """Tell whoever has the ball, and each week more people, that a demand is late. Raises :class:`WrongState` when it is not, any more."""
    today = clock.local_date(at)
    found = Demand.objects.filter(pk=demand_id, closed_at=None, due_on__lt=today).first()
    if found is None:
        raise WrongState(moved_on())
    then = next_reminder(found.due_on, today)
    rows = Demand.objects.filter(pk=found.pk, due_on=found.due_on, state=found.state).filter(Q(remind_on=None) | Q(remind_on__lte=today))
    if not rows.update(remind_on=then):
        raise WrongState(moved_on())
    found.remind_on = then
    after = {"late": (today - found.due_on).days, "weeks": carried(found.due_on, today), "ball": found.ball}
    audit.record(REMIND, "demand", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return found


@action
def remind_of_milestone(milestone_id: int, *, by: Actor, at: datetime) -> Milestone:
    """Tell its builder, and each week more people, that a milestone is late. Raises :class:`WrongState` when it is not, any more."""
    today = clock.local_date(at)
    found = Milestone.objects.filter(pk=milestone_id, done=None, ends__lt=today).select_related("lot__project").first()
    if found is None:
        raise WrongState(moved_on())
    then = next_reminder(found.ends, today)
    rows = Milestone.objects.filter(pk=found.pk, done=None, ends=found.ends).filter(Q(remind_on=None) | Q(remind_on__lte=today))
    if not rows.update(remind_on=then):
        raise WrongState(moved_on())
    found.remind_on = then
    after = {"late": (today - found.ends).days, "weeks": carried(found.ends, today)}
    audit.record(REMIND, "milestone", found.pk, by=by, at=at, community_id=found.lot.project.community_id, after=after)
    return found

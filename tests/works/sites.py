"""A site made short: an old estate that is renovated, with a lot, its milestones, and demands in every state."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from tests.cast import AT, Cast
from zengyi.works import actions
from zengyi.works.models import Demand, Lot, Milestone, Project

#: Monday; the three-party meeting is on Wednesday.
TODAY = AT.date()
MEETING = TODAY + timedelta(days=2)
WHY = "老人天天爬楼"


@dataclass(frozen=True)
class Site:
    """A project in work with a lot and two milestones."""

    project: Project
    lot: Lot
    milestones: list[Milestone]


def fund(project: Project, at: datetime = AT) -> None:
    """The money is there, without the steps that lead to it."""
    Project.objects.filter(pk=project.pk).update(state="FUNDED", funded_at=at)


def proposed(cast: Cast, title: str = "虹桥新村改造", *, who: str = "worker", at: datetime = AT, **more: Any) -> Project:
    """A candidate."""
    return actions.propose_project(title, **more, by=cast.actor(who), at=at)


def ranked(cast: Cast, *, who: str = "worker", at: datetime = AT, **more: Any) -> Project:
    """A candidate that was ranked."""
    return actions.rank_project(proposed(cast, who=who, at=at, **more).pk, 1, 2, WHY, by=cast.actor(who), at=at)


def site(cast: Cast, *, who: str = "worker", unit: Any = None, at: datetime = AT, **more: Any) -> Site:
    """A project in work: its lot is built by ``unit``, the contact of which is the login ``unit``."""
    by, project = cast.actor(who), ranked(cast, who=who, at=at, **more)
    lot = actions.add_lot(project.pk, "三标段", (unit or cast.unit).pk, extent="216–226 幢", by=by, at=at)
    days = ((date(2026, 11, 6), date(2026, 11, 20)), (date(2026, 12, 28), date(2026, 12, 28)))
    made = [
        actions.add_milestone(lot.pk, name, *span, gate=gate, by=by, at=at)
        for name, span, gate in zip(("车位", "验收"), days, (False, True), strict=True)
    ]
    fund(project, at)
    return Site(actions.start_project(project.pk, by=by, at=at), lot, made)


def raised(
    cast: Cast, where: Site, title: str = "井盖高出路面 3 厘米", *, who: str = "supervisor", at: datetime = AT, **more: Any
) -> Demand:
    """A demand that waits for its answer."""
    return actions.raise_demand(where.project.pk, title, **more, by=cast.actor(who), at=at)


def accepted(cast: Cast, where: Site, *, by: str = "unit", at: datetime = AT, who: str = "supervisor", **more: Any) -> Demand:
    """A demand that the contractor has accepted."""
    found = raised(cast, where, at=at, who=who, **more)
    return actions.answer_demand(found.pk, "ACCEPT", promised=at.date() + timedelta(days=5), by=cast.actor(by), at=at)


def done(cast: Cast, where: Site, *, by: str = "unit", at: datetime = AT, **more: Any) -> Demand:
    """A demand that the contractor says is done."""
    return actions.do_demand(accepted(cast, where, by=by, at=at, **more).pk, "放平了，压了三遍", by=cast.actor(by), at=at)


def explained(cast: Cast, where: Site, *, by: str = "unit", at: datetime = AT, who: str = "supervisor", **more: Any) -> Demand:
    """A demand that was explained."""
    found = raised(cast, where, at=at, who=who, **more)
    return actions.answer_demand(found.pk, "EXPLAIN", text="管线在下面，挪不动", by=cast.actor(by), at=at)


def passed(cast: Cast, where: Site, *, at: datetime = AT, **more: Any) -> Demand:
    """A demand that ended well, and of which the raiser has not heard."""
    return actions.pass_demand(done(cast, where, at=at, **more).pk, by=cast.actor("supervisor"), at=at)

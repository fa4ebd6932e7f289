"""What of this package is told to whom: to whoever wanted something what became of it, to builders what came back, to neighbours that
work begins and what it led to; to whoever is late, and each week to more people, that they are.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from zengyi.people.queries.inbox import ASK, Subject, Template, Topic
from zengyi.works.queries import concerned
from zengyi.works.rules.demands import DemandState, DemandVerb
from zengyi.works.rules.projects import ProjectVerb

RAISER, BUILDER, NEIGHBOUR = "raiser", "builder", "neighbour"
#: Whose move it is, and who is told from the second and from the third week on.
HOLDER, DESK, HEAD = "holder", "desk", "head"
DESK_FROM, HEAD_FROM = 2, 3
REMIND = "remind"


def _subject(one: concerned.Concerned) -> Subject:
    logins = {RAISER: one.raisers, BUILDER: one.builders, NEIGHBOUR: one.neighbours, HOLDER: one.holders, DESK: one.desk, HEAD: one.heads}
    persons = {RAISER: one.wanted, NEIGHBOUR: one.alone}
    return Subject(logins, {"title": one.title}, stands_at=one.project_id, persons=persons)


def _demands(demand_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: _subject(one) for pk, one in concerned.demands(demand_ids, at).items()}


def _milestones(milestone_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: _subject(one) for pk, one in concerned.milestones(milestone_ids, at).items()}


def _projects(project_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: _subject(one) for pk, one in concerned.projects(project_ids, at).items()}


def _lines(line_ids: Collection[int], at: datetime) -> dict[int, Subject]:
    return {pk: _subject(one) for pk, one in concerned.fund_lines(line_ids).items()}


def _due(after: Mapping[str, Any]) -> dict[str, str]:
    due = after.get("due")
    day = date.fromisoformat(due) if isinstance(due, str) else None
    return {"until": f"{day:%Y-%m-%d}" if day else "", "days": str(after.get("late") or 0)}


def _from_week(week: int) -> Callable[[Mapping[str, Any]], bool]:
    return lambda after: int(after.get("weeks") or 0) >= week


def _answered(state: DemandState) -> Callable[[Mapping[str, Any]], bool]:
    return lambda after: after.get("state") == state


def _project(project_id: int) -> str:
    return reverse("project", args=[project_id])


_LATE = _("晚了 %(days)s 天：%(title)s")
_LATER = (DemandVerb.PASS, DemandVerb.RETURN, DemandVerb.SETTLE)

_MOVED = (DemandVerb.ANSWER, DemandVerb.DO, DemandVerb.INSIST, *_LATER)

TOPICS = (
    Topic(
        object_type="demand",
        subjects=_demands,
        url=lambda demand_id: reverse("demand", args=[demand_id]),
        values=_due,
        templates=(
            Template(verb=DemandVerb.RAISE, to=RAISER, words=_("替您记下了：%(title)s"), more=_("下次三方会上答复")),
            Template(
                verb=DemandVerb.ANSWER,
                to=RAISER,
                words=_("答应了：%(title)s"),
                more=_("%(until)s 前做好"),
                case="accepted",
                fits=_answered(DemandState.ACCEPTED),
                settled_by=(DemandVerb.DO, *_LATER),
            ),
            Template(
                verb=DemandVerb.ANSWER,
                to=RAISER,
                words=_("作了解释：%(title)s"),
                more=_("说得通不通，点开看看"),
                paper=ASK,
                case="explained",
                fits=_answered(DemandState.EXPLAINED),
                settled_by=_LATER,
            ),
            Template(
                verb=DemandVerb.ANSWER,
                to=RAISER,
                words=_("没有答应：%(title)s"),
                more=_("为什么，点开看看"),
                paper=ASK,
                case="refused",
                fits=_answered(DemandState.REFUSED),
                settled_by=_LATER,
            ),
            Template(
                verb=DemandVerb.DO, to=RAISER, words=_("做好了，请您也去看一眼：%(title)s"), more=_("监理队会去看"), settled_by=_LATER
            ),
            Template(verb=DemandVerb.PASS, to=RAISER, words=_("做好了，也看过了：%(title)s")),
            Template(verb=DemandVerb.PASS, to=BUILDER, words=_("看过，行：%(title)s")),
            Template(verb=DemandVerb.RETURN, to=RAISER, words=_("还没做好，退回去了：%(title)s"), settled_by=(DemandVerb.PASS,)),
            Template(verb=DemandVerb.RETURN, to=BUILDER, words=_("退回来了：%(title)s"), more=_("请定个新日子"), settled_by=_LATER[:1]),
            Template(verb=DemandVerb.SETTLE, to=RAISER, words=_("说通了，不再办：%(title)s"), more=_("您觉得不对，告诉监理队")),
            Template(verb=REMIND, to=HOLDER, words=_LATE, more=_("每周提醒一次，直到有人动"), settled_by=_MOVED),
            Template(verb=REMIND, to=DESK, words=_LATE, more=_("两次会没动，请您过问"), fits=_from_week(DESK_FROM), settled_by=_MOVED),
            Template(verb=REMIND, to=HEAD, words=_LATE, more=_("拖了三次会，要您定下来"), fits=_from_week(HEAD_FROM), settled_by=_MOVED),
            Template(verb=DemandVerb.INSIST, to=BUILDER, words=_("下次会上再答一次：%(title)s"), settled_by=(DemandVerb.ANSWER, *_LATER)),
        ),
    ),
    Topic(
        object_type="milestone",
        subjects=_milestones,
        url=_project,
        values=_due,
        templates=(
            Template(verb=REMIND, to=HOLDER, words=_LATE, more=_("做完了就报一声；日子要改，请社区改"), settled_by=("report", "move")),
            Template(verb=REMIND, to=DESK, words=_LATE, more=_("第二周了，请您过问"), fits=_from_week(2), settled_by=("report", "move")),
            Template(verb=REMIND, to=HEAD, words=_LATE, more=_("第三周了，请您过问"), fits=_from_week(3), settled_by=("report", "move")),
        ),
    ),
    Topic(
        object_type="project",
        subjects=_projects,
        url=_project,
        templates=(
            Template(
                verb=ProjectVerb.START,
                to=NEIGHBOUR,
                words=_("您家附近开工了：%(title)s"),
                more=_("几号做到哪、找谁说，写在里面"),
                paper=ASK,
            ),
            Template(verb=ProjectVerb.START, to=BUILDER, words=_("开工了：%(title)s"), more=_("居民提的，每周三方会上答复")),
            Template(verb=ProjectVerb.INSPECT, to=BUILDER, words=_("验收过了：%(title)s")),
            Template(verb=ProjectVerb.SHOW, to=RAISER, words=_("您提过意见的工程完工了：%(title)s"), more=_("前后照片、花了多少，都写着")),
            Template(
                verb=ProjectVerb.SHOW,
                to=NEIGHBOUR,
                words=_("您家附近的工程完工了：%(title)s"),
                more=_("前后照片、花了多少，都写着"),
                paper=ASK,
            ),
        ),
    ),
    Topic(
        object_type="fund-line",
        subjects=_lines,
        url=_project,
        templates=(
            Template(verb="approve", to=RAISER, words=_("钱批下来了：%(title)s")),
            Template(verb="reject", to=RAISER, words=_("钱没有批：%(title)s"), more=_("为什么，写在里面")),
            Template(verb="raise", to=RAISER, words=_("追加了钱：%(title)s"), more=_("%(reason)s")),
        ),
    ),
)

"""What of this package waits for somebody: demands to answer, to look at, to tell of; work to report and inspect; money to decide on."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import DateTimeField, Q, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Role
from zengyi.works.models import Demand, FundLine, Milestone, Project
from zengyi.works.rules.demands import Ball, DemandState
from zengyi.works.rules.funds import Basis, LineState
from zengyi.works.rules.funds import Source as Money
from zengyi.works.rules.projects import ProjectState

Rows = QuerySet[Any, Any]
#: Days before a promised one on which it is told again.
SOON = 2


def _to_answer(by: Actor, at: datetime) -> Rows | None:
    """What the contractor, or the community, has been asked and has not answered, or promised and not done."""
    if by.role == Role.ORGANISATION and by.organisation_id is not None:
        rows = Demand.objects.filter(ball=Ball.CONTRACTOR, contractor_id=by.organisation_id)
    elif by.role in COMMUNITY_ROLES and by.community_id is not None:
        rows = Demand.objects.filter(community_id=by.community_id, closed_at=None, ball=Ball.COMMUNITY)
    else:
        return None
    soon = Q(due_on__lte=clock.local_date(at) + timedelta(days=SOON))
    rows = rows.filter(~Q(state=DemandState.ACCEPTED) | soon)  # what is promised waits once its day is near
    return told(rows.order_by("due_on", "pk"), since="ball_since", title="title", detail="state")


def _tell_answer(row: Row) -> Waiting:
    asked = {
        DemandState.ACCEPTED: (_("答应了，做好了就来说一声"), _("去做")),
        DemandState.RETURNED: (_("退回了，请另定一个日子"), _("定日子")),
    }
    detail, verb = asked.get(DemandState(row.detail), (_("监理队等着答复"), _("答复")))
    back = row.detail == DemandState.RETURNED
    return Waiting(title=row.title, detail=detail, verb=verb, url=_demand(row), since=row.since, back=back)


def _to_check(by: Actor, at: datetime) -> Rows | None:
    """What was done or answered and waits for a look: the supervisors', or whoever wanted it."""
    rows = Demand.objects.filter(ball=Ball.SUPERVISORS)
    if by.role == Role.SUPERVISOR and by.community_id is not None:
        rows = rows.filter(community_id=by.community_id, closed_at=None).exclude(Q(done_by_id__isnull=False) & Q(done_by_id=by.user_id))
    elif by.role in (Role.RESIDENT, Role.MEMBER) and by.person_id is not None:
        rows = rows.filter(raiser_id=by.person_id, community_id=by.community_id)
    else:
        return None
    return told(rows.order_by("due_on", "pk"), since="ball_since", title="title", detail="state")


def _tell_check(row: Row) -> Waiting:
    detail = _("做好了，请去看一眼") if row.detail == DemandState.DONE else _("有答复了，看说得通不通")
    return Waiting(title=row.title, detail=detail, verb=_("看一眼"), url=_demand(row), since=row.since)


def _to_tell(by: Actor, at: datetime) -> Rows | None:
    """Demands that ended, as long as nobody has told whoever wanted it."""
    if by.role != Role.SUPERVISOR or by.community_id is None:
        return None
    rows = Demand.objects.filter(community_id=by.community_id, closed_at__isnull=False, told_at=None)
    return told(rows.order_by("closed_at", "pk"), since="closed_at", title="title")


def _tell_tell(row: Row) -> Waiting:
    return Waiting(title=row.title, detail=_("了结了，请告诉提的人"), verb=_("告诉"), url=_demand(row), since=row.since)


def _to_report(by: Actor, at: datetime) -> Rows | None:
    """Milestones whose day has come, until their builder says that they are done."""
    if by.role != Role.ORGANISATION or by.organisation_id is None:
        return None
    rows = Milestone.objects.filter(done=None, lot__contractor_id=by.organisation_id, lot__project__state=ProjectState.EXECUTING)
    due = rows.filter(ends__lte=clock.local_date(at)).order_by("ends", "pk")
    # They owe the report since that day, not since the milestone was planned.
    return told(due, since=Cast("ends", DateTimeField()), title="lot__project__title", detail="name")


def _tell_report(row: Row) -> Waiting:
    detail = _("“%(name)s”计划的日子到了，做完了没有") % {"name": row.detail}
    return Waiting(title=row.title, detail=detail, verb=_("报进度"), url=reverse("milestone-report", args=[row.id]), since=row.since)


def _to_inspect(by: Actor, at: datetime) -> Rows | None:
    """Projects on which nothing is left to do."""
    if by.role != Role.SUPERVISOR and by.role not in COMMUNITY_ROLES or by.community_id is None:
        return None
    rows = Project.objects.filter(community_id=by.community_id, state=ProjectState.EXECUTING, open_demands=0, open_milestones=0)
    return told(rows.filter(lot_count__gt=0).order_by("pk"), since="started_at", title="title")


def _tell_inspect(row: Row) -> Waiting:
    url = reverse("project-move", args=[row.id, "inspect"])
    return Waiting(title=row.title, detail=_("节点做完了，诉求了结了"), verb=_("验收"), url=url, since=row.since)


def _to_decide(by: Actor, at: datetime) -> Rows | None:
    """Money that somebody else has asked for."""
    if by.role != Role.SECRETARY or by.community_id is None:
        return None
    rows = FundLine.objects.filter(community_id=by.community_id, state=LineState.PROPOSED).exclude(proposed_by_id=by.user_id)
    return told(rows.order_by("pk"), since="proposed_at", title="title", detail="source")


def _tell_decide(row: Row) -> Waiting:
    detail = _("有人提了一笔钱，%(source)s") % {"source": Money(row.detail).label}
    return Waiting(title=row.title, detail=detail, verb=_("批"), url=reverse("fund-line-move", args=[row.id, "decide"]), since=row.since)


def _to_sign(by: Actor, at: datetime) -> Rows | None:
    """Emergencies that one person has signed, for who keeps the money."""
    if by.role != Role.ORGANISATION or by.organisation_id is None:
        return None
    rows = FundLine.objects.filter(payer_id=by.organisation_id, state=LineState.PROPOSED, signed_by__isnull=False)
    return told(rows.exclude(signed_by_id=by.user_id).order_by("pk"), since="signed_at", title="title")


def _tell_sign(row: Row) -> Waiting:
    url = reverse("fund-line-move", args=[row.id, "sign"])
    return Waiting(title=row.title, detail=_("应急，还差一个人签字"), verb=_("签字"), url=url, since=row.since)


def _to_post(by: Actor, at: datetime) -> Rows | None:
    """Emergencies that are approved and hang nowhere yet."""
    if by.role not in COMMUNITY_ROLES or by.community_id is None:
        return None
    rows = FundLine.objects.filter(community_id=by.community_id, state=LineState.APPROVED, basis=Basis.EMERGENCY, posted_on=None)
    return told(rows.order_by("pk"), since="decided_at", title="title")


def _tell_post(row: Row) -> Waiting:
    url = reverse("fund-line-move", args=[row.id, "post"])
    return Waiting(title=row.title, detail=_("应急批了，先张贴，再付"), verb=_("贴出来了"), url=url, since=row.since)


def _demand(row: Row) -> str:
    return reverse("demand", args=[row.id])


ITEMS = (
    Source("demand-answer", _to_answer, _tell_answer),
    Source("demand-check", _to_check, _tell_check),
    Source("demand-tell", _to_tell, _tell_tell),
    Source("milestone-report", _to_report, _tell_report),
    Source("project-inspect", _to_inspect, _tell_inspect),
    Source("line-decide", _to_decide, _tell_decide),
    Source("line-sign", _to_sign, _tell_sign),
    Source("line-post", _to_post, _tell_post),
)

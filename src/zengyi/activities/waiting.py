"""What of this package waits for somebody.

For people a seat that is kept for them, and an occasion that was moved and asks them again; for staff the same of those who have no
login and are rung up, rolls to be closed, absences that are contested, reports to be
looked at, ledgers whose next look is due, buildings that are to drill.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, F, Q, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.activities.models import Attendee, Drill, Finding, Ledger, Occasion, SignUp
from zengyi.activities.queries.drills import planned_for
from zengyi.activities.rules import programme
from zengyi.activities.rules.attending import CLOSED_WITHIN
from zengyi.activities.rules.drills import SOON, WITHIN
from zengyi.activities.rules.patrols import LedgerState, What
from zengyi.activities.rules.signing import SignUpState
from zengyi.core import clock, personal
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Scope, may, scopes

Rows = QuerySet[Any, Any]


def _own(by: Actor) -> "Rows | None":
    if by.person_id is None or Scope.OWN not in scopes(by.role, "signup.answer"):
        return None
    return SignUp.objects.filter(person_id=by.person_id).order_by("until", "pk")


def _offered(by: Actor, at: datetime) -> Rows | None:
    """Seats that are kept until they answer."""
    rows = _own(by)
    return None if rows is None else _told(rows.filter(state=SignUpState.OFFERED, until__gt=at), "offered_at")


def _asked(by: Actor, at: datetime) -> Rows | None:
    """Occasions that were moved."""
    rows = _own(by)
    return None if rows is None else _told(rows.filter(asked=True, until__gt=at), "occasion__changed_at")


def _told(rows: Rows, since: str) -> Rows:
    return told(rows, since=since, due="until", title="occasion__activity__title")


def _tell_offered(row: Row) -> Waiting:
    detail = _("有位了，替您留着，请答一声")
    return Waiting(title=personal.masked(row.title), detail=detail, verb=_("去答"), url=_url(row), since=row.since, due=row.due)


def _tell_asked(row: Row) -> Waiting:
    detail = _("改了时间，新时间来不来")
    return Waiting(title=personal.masked(row.title), detail=detail, verb=_("去答"), url=_url(row), since=row.since, due=row.due)


def _url(row: Row) -> str:
    return reverse("sign-up-card", args=[row.id])


def _staff(by: Actor, action: str) -> bool:
    return by.community_id is not None and by.role in COMMUNITY_ROLES and may(by, action)


def _to_ring(by: Actor, at: datetime) -> Rows | None:
    """Those of the community's own people who are to answer and have no login."""
    if not _staff(by, "signup.answer"):
        return None
    rows = SignUp.objects.filter(Q(state=SignUpState.OFFERED) | Q(asked=True), community_id=by.community_id, person__user=None)
    rows = rows.filter(until__gt=at).order_by("until", "pk")
    return told(rows, since="occasion__changed_at", due="until", title="occasion__activity__title", detail="person__name")


def _tell_ring(row: Row) -> Waiting:
    detail = _("%(who)s没有账号，打电话问一声来不来") % {"who": row.detail}
    return Waiting(title=row.title, detail=detail, verb=_("去答"), url=_url(row), since=row.since, due=row.due)


def _to_close(by: Actor, at: datetime) -> Rows | None:
    """Occasions that are over and whose roll is open. Where nobody signed up there is no roll."""
    if not _staff(by, "attendance.take"):
        return None
    rows = Occasion.objects.filter(community_id=by.community_id, state=programme.OccasionState.PLANNED, numbered__gt=0)
    rows = rows.filter(starts_at__gt=at - CLOSED_WITHIN - programme.LONGEST, ends_at__gt=at - CLOSED_WITHIN, ends_at__lte=at)
    return told(rows.order_by("ends_at", "pk"), since="ends_at", title="activity__title")


def _tell_close(row: Row) -> Waiting:
    return Waiting(
        title=row.title,
        detail=_("散场了，点完名，时长才出得来"),
        verb=_("点名"),
        url=reverse("roll", args=[row.id]),
        since=row.since,
        due=row.since + timedelta(days=3),
    )


def _contested(by: Actor, at: datetime) -> Rows | None:
    """Absences that somebody contests. A later correction of the roll answers them, whatever it says."""
    if not _staff(by, "attendance.take"):
        return None
    rows = Attendee.objects.filter(contested_at__isnull=False, absent_at__lte=F("contested_at"), contested_at__gt=at - CLOSED_WITHIN)
    rows = rows.filter(occasion__community_id=by.community_id).order_by("contested_at", "pk")
    return told(rows, since="contested_at", title="occasion__activity__title", detail="contest")


def _tell_contested(row: Row) -> Waiting:
    detail = _("记了没来，本人说来了：%(words)s") % {"words": row.detail}
    return Waiting(title=row.title, detail=detail, verb=_("更正"), url=reverse("roll-correct", args=[row.id]), since=row.since)


def _to_verify(by: Actor, at: datetime) -> Rows | None:
    """Reports that another person is to look at."""
    if not _staff(by, "finding.verify"):
        return None
    rows = Finding.objects.filter(community_id=by.community_id, verdict="").exclude(what=What.NOTHING).exclude(by_id=by.user_id)
    return told(rows.order_by("at", "pk"), since="at", title="spot", detail="place__name")


def _tell_verify(row: Row) -> Waiting:
    where = " ".join(part for part in (row.detail, row.title) if part)
    url = reverse("finding", args=[row.id])
    title = _("巡查发现：%(where)s") % {"where": where}
    return Waiting(title=title, detail=_("去看一眼，是不是真的"), verb=_("查实"), url=url, since=row.since)


def _to_look(by: Actor, at: datetime) -> Rows | None:
    """Places where somebody is to look again, on that day or before it."""
    if not _staff(by, "eradication.enter"):
        return None
    rows = Ledger.objects.filter(community_id=by.community_id, state=LedgerState.OPEN, look_on__lte=clock.local_date(at))
    return told(rows.order_by("look_on", "pk"), since="opened_at", title="spot", detail="place__name")


def _tell_look(row: Row) -> Waiting:
    where = row.detail or row.title
    url = reverse("eradication-visit", args=[row.id])
    title = _("清除账：%(where)s") % {"where": where}
    return Waiting(title=title, detail=_("到日子了，去回看一次"), verb=_("记一次"), url=url, since=row.since)


def _to_record(by: Actor, at: datetime) -> Rows | None:
    """Drills that are over and of which nothing is put down."""
    if not _staff(by, "drill.record"):
        return None
    rows = Occasion.objects.filter(community_id=by.community_id, activity__kind=programme.ActivityKind.DRILL, drill=None)
    rows = rows.exclude(state=programme.OccasionState.CANCELLED)
    rows = rows.filter(starts_at__gt=at - WITHIN - programme.LONGEST, ends_at__gt=at - WITHIN, ends_at__lte=at)
    return told(rows.order_by("ends_at", "pk"), since="ends_at", title="activity__title")


def _tell_record(row: Row) -> Waiting:
    detail, url = _("演完了，还没有演练记录，下次的日子也排不出来"), reverse("drill-record", args=[row.id])
    return Waiting(title=row.title, detail=detail, verb=_("记演练"), url=url, since=row.since, due=row.since + timedelta(days=3))


def _to_drill(by: Actor, at: datetime) -> Rows | None:
    """Buildings whose next drill falls due within a month, and for which none is planned."""
    if not _staff(by, "drill.record"):
        return None
    rows = Drill.objects.filter(community_id=by.community_id, is_last=True, next_on__lte=clock.local_date(at) + SOON)
    rows = rows.filter(~Exists(planned_for(at))).order_by("next_on", "pk")
    return told(rows, since="at", title="place__name", detail=Cast("next_on", TextField()))


def _tell_drill(row: Row) -> Waiting:
    due = datetime.combine(date.fromisoformat(row.detail[:10]), time(17, 30), clock.SHANGHAI)
    title = _("消防演练：%(where)s") % {"where": row.title}
    detail = _("最晚 %(day)s，该排下一次") % {"day": row.detail[:10]}
    return Waiting(title=title, detail=detail, verb=_("排演练"), url=reverse("drills"), since=due - SOON, due=due)


ITEMS = (
    Source("seat-offered", _offered, _tell_offered),
    Source("seat-asked", _asked, _tell_asked),
    Source("seat-to-ring", _to_ring, _tell_ring),
    Source("roll-to-close", _to_close, _tell_close),
    Source("absence-contested", _contested, _tell_contested),
    Source("finding-to-verify", _to_verify, _tell_verify),
    Source("ledger-to-look", _to_look, _tell_look),
    Source("drill-to-record", _to_record, _tell_record),
    Source("drill-due", _to_drill, _tell_drill),
)

"""Sessions that wait for whoever runs them: to begin, to be signed, to be published; and for whoever sat there: to sign the minutes."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core import personal
from zengyi.councils.models import Participant, Session
from zengyi.councils.queries.minutes import unsigned
from zengyi.councils.rules.sessions import AHEAD_STATES, SIGNED_IN, Attendance, Part, SessionState
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import Actor, may


def _to_run(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    if by.community_id is None or not may(by, "session.run"):
        return None
    open_ones = (SessionState.HELD, SessionState.MINUTED, SessionState.SIGNED)
    due = Q(state__in=open_ones) | Q(state__in=AHEAD_STATES, starts_at__lte=at)
    rows = Session.objects.filter(due, community_id=by.community_id).order_by("starts_at", "pk")
    return told(rows, since="starts_at", title="title", detail=F("state"))


def _tell_run(row: Row) -> Waiting:
    words = {
        SessionState.HELD: _("正在开会"),
        SessionState.MINUTED: _("纪要等各方签字"),
        SessionState.SIGNED: _("签好了，等公布"),
    }
    detail = words.get(SessionState(row.detail), _("到时间了，开会吧"))
    return Waiting(title=row.title, detail=detail, verb=_("去会场"), url=reverse("session", args=[row.id]), since=row.since)


def _to_sign(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Minutes of sessions in which somebody sat, for whom they have not signed yet."""
    if by.person_id is None or by.community_id is None or not may(by, "session.sign"):
        return None
    seats = Participant.objects.filter(unsigned(), person_id=by.person_id, state=Attendance.ATTENDED, session__state__in=SIGNED_IN)
    seats = seats.filter(session__community_id=by.community_id).exclude(part=Part.OBSERVER).order_by("session__closed_at", "pk")
    return told(seats, since="session__closed_at", title="session__title", pk="session_id")


def _tell_sign(row: Row) -> Waiting:
    url = reverse("session-minutes", args=[row.id])
    title = personal.masked(row.title)
    return Waiting(title=title, detail=_("您到了会，纪要写好了，请您看看再签字"), verb=_("看纪要"), url=url, since=row.since)


ITEMS = (Source("session-run", _to_run, _tell_run), Source("minutes-sign", _to_sign, _tell_sign))

"""Sessions that wait for whoever runs them: to begin, to be signed, to be published."""

from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.councils.models import Session
from zengyi.councils.rules.sessions import AHEAD_STATES, SessionState
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


ITEMS = (Source("session-run", _to_run, _tell_run),)

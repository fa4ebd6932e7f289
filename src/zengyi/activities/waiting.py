"""What of this package waits for somebody: a seat that is kept for them, and an occasion that was moved and asks them again."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.activities.models import SignUp
from zengyi.activities.rules.signing import SignUpState
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import Actor, Scope, scopes

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
    return Waiting(title=row.title, detail=detail, verb=_("去答"), url=_url(row), since=row.since, due=row.due)


def _tell_asked(row: Row) -> Waiting:
    detail = _("改了时间，新时间来不来")
    return Waiting(title=row.title, detail=detail, verb=_("去答"), url=_url(row), since=row.since, due=row.due)


def _url(row: Row) -> str:
    return reverse("sign-up-card", args=[row.id])


ITEMS = (Source("seat-offered", _offered, _tell_offered), Source("seat-asked", _asked, _tell_asked))

"""What of this package waits for somebody: registrations that nobody has confirmed."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.people.models import Registration
from zengyi.people.queries.lists import QUERY_LENGTH_MOST
from zengyi.people.queries.ties import has_second
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import COMMUNITY_ROLES, Actor, RegistrationState, Role, may, scopes


def _members(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _registrations(by)
    if rows is None:
        return None
    rows = rows.filter(member__isnull=False).exclude(member_id=by.member_id)
    return told(rows, since="registered_at", title="member__person__name", detail="member__number")


def _units(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _registrations(by)
    if rows is None:
        return None
    name = Coalesce(F("organisation__name"), Value(""))
    return told(rows.filter(organisation__isnull=False), since="registered_at", title="organisation__short_name", detail=name)


def _registrations(by: Actor) -> "QuerySet[Any, Any] | None":
    if by.community_id is None or not may(by, "people.registrations"):
        return None
    return Registration.objects.filter(community_id=by.community_id, state=RegistrationState.PENDING).order_by("registered_at", "pk")


def _third(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Registrations that nobody in their community may confirm, as whoever could has asked for it or written it down: for the district."""
    if by.role != Role.DISTRICT or not by.place_path:
        return None
    roles = [role for role in COMMUNITY_ROLES if scopes(role, "people.registrations")]
    rows = Registration.objects.filter(state=RegistrationState.PENDING, community__path__startswith=by.place_path)
    rows = rows.filter(~has_second("entered_by_id", roles, at, but="member__person_id")).order_by("registered_at", "pk")
    return told(rows, since="registered_at", title="community__name")


def _tell_third(row: Row) -> Waiting:
    detail = _("有一位来报到，那里没有第二个人能确认，请派一位代班一天")
    return Waiting(title=row.title, detail=detail, verb=_("派人代班"), url=reverse("stand-in"), since=row.since)


def _tell_member(row: Row) -> Waiting:
    return _tell(row, _("%(name)s 来报到") % {"name": row.title}, f"{reverse('members')}?{urlencode({'q': row.detail})}")


def _tell_unit(row: Row) -> Waiting:
    asked = urlencode({"q": row.detail[:QUERY_LENGTH_MOST]})
    return _tell(row, _("%(name)s 来报到") % {"name": row.title}, f"{reverse('organisations')}?{asked}")


def _tell(row: Row, title: str, url: str) -> Waiting:
    return Waiting(title=title, detail=_("双报到，等社区确认"), verb=_("确认"), url=url, since=row.since)


ITEMS = (
    Source("registration", _members, _tell_member),
    Source("unit-registration", _units, _tell_unit),
    Source("third-registration", _third, _tell_third),
)

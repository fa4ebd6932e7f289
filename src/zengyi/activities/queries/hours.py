"""志愿服务时长 by year and month: one's own, and for staff everybody's of their community. Minutes as the rolls have come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import ExtractMonth

from zengyi.activities.models import Attendee
from zengyi.activities.queries.roll import how_recorded
from zengyi.activities.rules.programme import OccasionState, not_here
from zengyi.core import clock
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Target, check, check_role

PAGE_SIZE = 50
#: So many lines are written into a sheet; a community has no more in a year.
LINES_MOST = 20_000
FIRST_YEAR = 2020


@dataclass(frozen=True, slots=True)
class Attended:
    """One time that somebody was there."""

    day: date
    name: str
    what: str
    host: str
    minutes: int
    how: str


@dataclass(frozen=True, slots=True)
class Year:
    """Somebody's year: how often, how long, and the minutes of each month. ``sign_up_id``: the latest, by which a record is issued."""

    person_id: int
    name: str
    times: int
    minutes: int
    months: tuple[int, ...] = ()
    sign_up_id: int | None = None

    @property
    def hours(self) -> tuple[int, int]:
        """Hours and minutes."""
        return divmod(self.minutes, 60)


def _counted(year: int) -> "QuerySet[Attendee]":
    """Those who signed up and were there in that year, as far as rolls are closed. Children and others who came along have no record."""
    begin, end = (datetime(one, 1, 1, tzinfo=clock.SHANGHAI) for one in (year, year + 1))
    rows = Attendee.objects.filter(letter="", minutes__gt=0, occasion__state=OccasionState.CLOSED)
    return rows.filter(occasion__starts_at__gte=begin, occasion__starts_at__lt=end)


def check_year(year: int | None, *, at: datetime) -> int:
    """The year asked for, or this one."""
    this = clock.year_of(at)
    return year if year is not None and FIRST_YEAR <= year <= this else this


def own_year(year: int, *, by: Actor, person_id: int | None = None) -> tuple[Year, list[Attended]]:
    """One's own year with every time, the latest first; staff ask for one of their community's people. Two statements.

    Raises :class:`NotThere`, :class:`NotAllowed`.
    """
    check_role(by, "hours.read")
    staff = by.role in COMMUNITY_ROLES
    whose = person_id if staff else by.person_id
    if whose is None or not 0 < whose <= ID_MOST:
        raise not_here()
    rows = _counted(year).filter(sign_up__person_id=whose)
    if staff:
        check(by, "hours.read", Target(community_id=by.community_id), sees=True)
        rows = rows.filter(sign_up__community_id=by.community_id)
    read: Any = rows.select_related("occasion__activity", "occasion__community", "sign_up__slot", "sign_up__person")
    found = list(read.prefetch_related("stays").order_by("-occasion__starts_at", "-pk")[:LINES_MOST])
    if staff and not found:
        raise not_here()
    months = [0] * 12
    for row in found:
        months[clock.local_date(row.occasion.starts_at).month - 1] += row.minutes
    name = found[0].sign_up.person.name if found else by.name
    latest = found[0].sign_up_id if found else None
    return Year(whose, name, len(found), sum(months), tuple(months), latest), list(map(_line, found))


def _line(row: Attendee) -> Attended:
    what = " ".join(part for part in (row.occasion.activity.title, row.sign_up.slot.name) if part)
    day = clock.local_date(row.occasion.starts_at)
    return Attended(day, row.sign_up.person.name, what, row.occasion.community.name, row.minutes or 0, how_recorded(row.stays.all()))


def years(year: int, *, by: Actor, after: int | None = None) -> Page[Year]:
    """The year of everybody of the community who was there, in the order in which they are registered: nobody is ranked. One statement."""
    _check_community(by)
    rows = _counted(year).filter(sign_up__community_id=by.community_id, sign_up__person_id__gt=after or 0)
    told = rows.values_list("sign_up__person_id", "sign_up__person__name").annotate(times=Count("pk"), sum=Sum("minutes"))
    found = [Year(*row) for row in told.order_by("sign_up__person_id")[: PAGE_SIZE + 1]]
    return Page(found[:PAGE_SIZE], found[PAGE_SIZE - 1].person_id if len(found) > PAGE_SIZE else None)


def _check_community(by: Actor) -> None:
    check_role(by, "hours.read")
    check(by, "hours.read", Target(community_id=by.community_id), sees=True)


def whole_year(year: int, *, by: Actor) -> tuple[list[Year], list[Attended]]:
    """Everybody's months, and every time, for a sheet. Three statements."""
    _check_community(by)
    rows = _counted(year).filter(sign_up__community_id=by.community_id)
    month = ExtractMonth("occasion__starts_at", tzinfo=clock.SHANGHAI)
    told = rows.annotate(month=month).values_list("sign_up__person_id", "sign_up__person__name", "month")
    sums = told.annotate(times=Count("pk"), sum=Sum("minutes")).order_by("sign_up__person_id", "month")
    read: Any = rows.select_related("occasion__activity", "occasion__community", "sign_up__slot", "sign_up__person")
    lines = read.prefetch_related("stays").order_by("occasion__starts_at", "pk")[:LINES_MOST]
    return list(_by_person(sums)), list(map(_line, lines))


def _by_person(sums: Iterable[Any]) -> Iterable[Year]:
    found: dict[int, tuple[str, int, list[int]]] = {}
    for person_id, name, month, times, minutes in sums:
        _name, before, months = found.setdefault(person_id, (name, 0, [0] * 12))
        months[month - 1] = minutes
        found[person_id] = (name, before + times, months)
    for person_id, (name, times, months) in found.items():
        yield Year(person_id, name, times, sum(months), tuple(months))

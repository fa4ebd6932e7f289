"""Rounds: what is to be walked, what was found on one, and what a phone needs to walk it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.facilities.models import Check, Item, Photo, Round, Route, Stop
from zengyi.facilities.rules import CLOCK_OFF, CheckResult, FacilityState, NotApplicable, NotReached, RoundState, Schedule, guards, kinds
from zengyi.people.rules import Actor, Role, allows, check_role

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    class _Numbers(TypedDict):
        n: int
        fails: int
        stops: int

    _Counted = WithAnnotations[Round, _Numbers]

SIZE = 20


@dataclass(frozen=True, slots=True)
class RoundRow:
    """A round in a list."""

    id: int
    route_id: int
    route: str
    schedule: str
    due_date: date
    state: str
    stops: int
    checks: int
    fails: int
    started_at: datetime | None
    submitted_at: datetime | None
    walked_by_id: int | None
    walker: str

    @property
    def label(self) -> str:
        """The state in words."""
        return str(RoundState(self.state).label)


def rounds(*, by: Actor, state: str = "", due: date | None = None, after: int | None = None, size: int = SIZE) -> Page[RoundRow]:
    """The rounds that the actor may see, the newest first. One statement."""
    check_role(by, "round.list")
    rows = Round.objects.all()
    if by.role == Role.DISTRICT:
        rows = rows.filter(community__path__startswith=by.place_path or "-")
    else:
        rows = rows.filter(community_id=by.community_id or 0)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(due_date=due) if due else rows
    return cut(_counted(rows), after, size, newest_first=True).map(_row)


def _counted(rows: "QuerySet[Round]") -> "QuerySet[_Counted]":
    """With the numbers of checks, of failures and of stops. Each is a subquery on an index: joined, the counts would multiply each
    other."""
    checks = Check.objects.filter(round_id=OuterRef("pk"))
    return rows.select_related("route__walker").annotate(
        n=_number(checks),
        fails=_number(checks.filter(result=CheckResult.FAIL)),
        stops=_number(Stop.objects.filter(route_id=OuterRef("route_id"))),
    )


def _number(rows: "QuerySet[Any]") -> Coalesce:
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))


def _row(row: "_Counted") -> RoundRow:
    return RoundRow(
        row.pk,
        row.route_id,
        row.route.name,
        str(Schedule(row.route.schedule).label),
        row.due_date,
        row.state,
        row.stops,
        row.n,
        row.fails,
        row.started_at,
        row.submitted_at,
        row.walked_by_id,
        row.route.walker.short_name if row.route.walker else "",
    )


@dataclass(frozen=True, slots=True)
class Question:
    """An item of the checklist in the round's version."""

    key: str
    kind: str
    title: str
    look: list[str]
    stops: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """A facility on the round, in the order of the way."""

    id: int
    code: str
    name: str
    kind: str
    where: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What somebody needs to walk a round: its questions and facilities, as its version has them."""

    id: int
    route: str
    due_date: date
    state: str
    version: int | None
    community: str
    walker: str
    items: list[Question]
    facilities: list[Passed]

    def pairs(self) -> Iterable[tuple[Passed, Question]]:
        """Every question in the order of the way."""
        for facility in self.facilities:
            for item in self.items:
                if item.kind == facility.kind:
                    yield facility, item


def sheet(round_id: int, *, by: Actor) -> Sheet:
    """The round's sheet; raises :class:`NotThere` where the actor has no business. Three statements."""
    row = _found(round_id, by)
    checklist = row.route.checklist
    version = row.version or checklist.version
    items = Item.objects.filter(checklist=checklist, since__lte=version).exclude(gone__lte=version).order_by("sort", "pk")
    stops = Stop.objects.filter(route_id=row.route_id).exclude(facility__state__in=(FacilityState.RETIRED, FacilityState.PLANNED))
    columns = ("facility_id", "facility__code", "facility__name", "facility__kind", "facility__place__name", "facility__spot")
    places = [
        Passed(pk, code, name, kind, " · ".join(filter(None, (place, spot))))
        for pk, code, name, kind, place, spot in stops.order_by("position", "pk").values_list(*columns)
    ]
    there = {one.kind for one in places}
    questions = [Question(one.key, one.kind, one.title, list(one.look), one.stops) for one in items if one.kind in there]
    walker = row.route.walker.short_name if row.route.walker else ""
    return Sheet(row.pk, row.route.name, row.due_date, row.state, row.version, row.community.name, walker, questions, places)


def _found(round_id: int, by: Actor) -> Round:
    rows = Round.objects.select_related("route__checklist", "route__walker", "community").annotate(path=F("community__path"))
    row = rows.filter(pk=round_id).first() if 0 < round_id <= ID_MOST else None
    if row is None or not allows(by, "round.list", guards.Where(row.community_id, row.path).target):
        raise NotThere(_("没有找到这一趟，或者不在您的社区。"))
    return row


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A check as the round's page shows it."""

    id: int
    uid: str
    facility_id: int
    facility: str
    key: str
    item: str
    result: str
    label: str
    reason: str
    note: str
    at: datetime
    late: bool
    clock_off: bool
    photos: list[str]

    @property
    def mark(self) -> str:
        """The shape beside it."""
        return {"OK": "up", "FAIL": "down"}.get(self.result, "unk")


@dataclass(frozen=True, slots=True)
class RoundCard:
    """A round with all that was found."""

    row: RoundRow
    community_id: int
    version: int | None
    reviewed_at: datetime | None
    review_note: str
    handed_in_at: datetime | None
    photos_missing: int
    checks: list[CheckRow]
    still: list[tuple[str, list[str]]]

    @property
    def sums(self) -> dict[str, int]:
        """How many of each answer."""
        return {name: sum(1 for one in self.checks if one.result == name) for name in CheckResult.values}

    @property
    def left(self) -> int:
        """How many questions nobody has answered."""
        return sum(len(names) for _title, names in self.still)

    @property
    def late(self) -> list[CheckRow]:
        """Failures that came too late to count."""
        return [one for one in self.checks if one.late]


def round_card(round_id: int, *, by: Actor) -> RoundCard:
    """The round with its checks; raises :class:`NotThere` where the actor has no business. Six statements."""
    row = _found(round_id, by)
    counted = _counted(Round.objects.filter(pk=round_id)).get()
    photos: dict[int, list[str]] = {}
    for check_id, photo_id in Photo.objects.filter(check_row__round_id=round_id).order_by("added_at").values_list("check_row_id", "pk"):
        photos.setdefault(check_id, []).append(str(photo_id))
    titles = dict(Item.objects.filter(checklist_id=row.route.checklist_id).values_list("key", "title"))
    checks = [
        _check(one, titles, photos) for one in Check.objects.filter(round_id=round_id).select_related("facility").order_by("at", "pk")
    ]
    there = {(one.facility_id, one.key) for one in checks}
    still: dict[str, list[str]] = {}
    for facility, question in sheet(round_id, by=by).pairs():
        if (facility.id, question.key) not in there:
            still.setdefault(question.title, []).append(f"{facility.code} {facility.name}")
    named = sum(len(hashes) for hashes in (row.manifest or {}).values())
    missing = max(0, named - sum(len(one) for one in photos.values()))
    return RoundCard(
        _row(counted),
        row.community_id,
        row.version,
        row.reviewed_at,
        row.review_note,
        row.handed_in_at,
        missing,
        checks,
        list(still.items()),
    )


def _check(one: Check, titles: dict[str, str], photos: dict[int, list[str]]) -> CheckRow:
    return CheckRow(
        id=one.pk,
        uid=str(one.uid),
        facility_id=one.facility_id,
        facility=str(one.facility),
        key=one.item,
        item=titles.get(one.item, one.item),
        result=one.result,
        label=str(CheckResult(one.result).label),
        reason=why(one.facility.kind, one.result, one.reason),
        note=one.note,
        at=one.at,
        late=one.late,
        clock_off=abs(one.phone_at - one.at) > CLOCK_OFF,
        photos=photos.get(one.pk, []),
    )


def why(kind: str, result: str, reason: str) -> str:
    """A reason in words."""
    if not reason:
        return ""
    if result == CheckResult.FAIL:
        word = kinds()[kind].reason(reason)
        return word.text if word else reason
    words = {**{one.value: one.label for one in NotReached}, **{one.value: one.label for one in NotApplicable}}
    return str(words.get(reason, reason))


@dataclass(frozen=True, slots=True)
class RouteRow:
    """A route: how many stops, on which days, when it was last walked."""

    id: int
    name: str
    schedule: str
    stops: int
    last: date | None
    version: int
    checklist_id: int
    ends_on: date | None
    walker: str


def routes(*, by: Actor) -> list[RouteRow]:
    """The routes of the actor's community. One statement."""
    check_role(by, "round.list")
    walked = Q(state__in=(RoundState.SUBMITTED, RoundState.REVIEWED))
    rows = Route.objects.filter(community_id=by.community_id or 0).select_related("checklist", "walker").order_by("pk")
    last = Round.objects.filter(walked, route_id=OuterRef("pk")).order_by("-due_date").values("due_date")[:1]
    rows = rows.annotate(n=_number(Stop.objects.filter(route_id=OuterRef("pk"))), last=Subquery(last))
    return [
        RouteRow(
            row.pk,
            row.name,
            str(Schedule(row.schedule).label),
            row.n,
            row.last,
            row.checklist.version,
            row.checklist_id,
            row.ends_on,
            row.walker.short_name if row.walker else "",
        )
        for row in rows
    ]

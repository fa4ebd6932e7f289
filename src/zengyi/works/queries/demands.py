"""Demands read: whose move it is, one of them with its way, and the week's sheet for the three-party meeting."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict, cast
from uuid import UUID

from django.db.models import F, QuerySet

from zengyi.core import clock
from zengyi.core.errors import NotAllowed
from zengyi.core.guards import refusal_of
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.people.queries import makers_of
from zengyi.people.rules import Actor, allows, check, check_role
from zengyi.works.models import Demand, DemandStep, Stage
from zengyi.works.queries.projects import reads_names, visible, words
from zengyi.works.rules import demands as rules
from zengyi.works.rules.demands import CHECKS, OWED, Ball, DemandState, DemandVerb, Side, Way, carried
from zengyi.works.rules.projects import not_there

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        place_name: str | None
        lot_name: str | None

    _Read = WithAnnotations[Demand, _Columns]

#: How many open demands a project's page shows, and how many of those that ended.
OPEN_MOST, CLOSED_SHOWN = 60, 8
#: The row that shows how many days somebody has held a ball has this many squares.
SQUARES = 14


@dataclass(frozen=True, slots=True)
class DemandRow:
    """A demand in a list. ``held``: for how many days whoever has the ball has had it. ``left``: days until it is due, below 0 late."""

    id: int
    number: int
    title: str
    where: str
    state: str
    ball: str
    held: int
    left: int
    due_on: date
    promised_on: date | None
    said: str
    returns: int
    carries: int
    raised_on: date
    households: int

    @property
    def name(self) -> str:
        """Its number as people say it."""
        return f"S-{self.number}"

    @property
    def label(self) -> str:
        """The state in words."""
        return str(DemandState(self.state).label)

    @property
    def ball_name(self) -> str:
        """Whose move it is, in words; empty when it is over."""
        return str(Ball(self.ball).label) if self.ball else ""

    @property
    def light(self) -> str:
        """``late``, ``soon`` within two days, or ``ok``; empty when it is over."""
        if not self.ball:
            return ""
        return "late" if self.left < 0 else "soon" if self.left <= 2 else "ok"

    @property
    def days_late(self) -> int:
        """For how many days it has been overdue."""
        return max(0, -self.left)

    @property
    def squares(self) -> list[tuple[float, str]]:
        """One square a day that it has been held, up to two weeks: where it stands and how it looks."""
        filled = min(self.held + 1, SQUARES)
        late = min(self.days_late, filled)
        looks = ["is-held"] * (filled - late) + ["is-late"] * late + ["is-free"] * (SQUARES - filled)
        return [(round(n * 7.2, 1), look) for n, look in enumerate(looks)]

    @property
    def asks_for_decision(self) -> bool:
        """Whether it has been carried over so often that it must be decided."""
        return self.carries >= rules.CARRIES_MOST


@dataclass(frozen=True, slots=True)
class Court:
    """Whose move it is, with what they hold, longest first."""

    ball: str
    rows: list[DemandRow]

    @property
    def name(self) -> str:
        """In words."""
        return str(Ball(self.ball).label)


@dataclass(frozen=True, slots=True)
class StepRow:
    """A step that a demand took, as its page tells it."""

    verb: str
    side: str
    state: str
    text: str
    due_on: date
    day: date

    @property
    def what(self) -> str:
        """What was done, in words."""
        return str(DemandVerb(self.verb).label)

    @property
    def who(self) -> str:
        """Which side did it."""
        return str(Side(self.side).label)

    @property
    def label(self) -> str:
        """Where it stood then."""
        return str(DemandState(self.state).label)


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo of a demand: what it shows, and its size."""

    id: UUID
    stage: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class DemandCard:
    """A demand with its way. ``raiser``: who wanted it, for those who may know. ``verbs``: what the reader may do. ``why_not``: why the
    reader, who may look at what others did, may not look at this.
    """

    row: DemandRow
    project_id: int
    project: str
    text: str
    way: str
    addressee: str
    lot: str
    raiser: str
    told: bool
    steps: list[StepRow]
    photos: list[Photo]
    verbs: tuple[str, ...]
    why_not: str
    pin: tuple[int, int, int] | None
    facts: rules.DemandFacts

    @property
    def way_name(self) -> str:
        """How it was collected."""
        return str(Way(self.way).label)

    @property
    def asked(self) -> list[Photo]:
        """The photos that came with it."""
        return [one for one in self.photos if one.stage == Stage.ASKED]

    @property
    def done(self) -> list[Photo]:
        """The photos that show what was done."""
        return [one for one in self.photos if one.stage == Stage.DONE]


def open_demands(project_id: int, *, by: Actor, at: datetime, most: int = OPEN_MOST) -> list[Court]:
    """The project's open demands by whose move it is, those due first. One statement."""
    rows = _rows(by).filter(project_id=project_id, closed_at=None).order_by("due_on", "pk")[:most]
    found = [_row(row, by, at) for row in rows]
    return [Court(ball, mine) for ball in Ball.values if (mine := [row for row in found if row.ball == ball])]


def closed_lately(project_id: int, *, by: Actor, at: datetime) -> list[DemandRow]:
    """The demands of a project that ended last. One statement."""
    rows = _rows(by).filter(project_id=project_id, closed_at__isnull=False).order_by("-closed_at", "-pk")[:CLOSED_SHOWN]
    return [_row(row, by, at) for row in rows]


def demands(project_id: int, *, by: Actor, at: datetime, after: int | None = None, size: int = OPEN_MOST) -> Page[DemandRow]:
    """All demands of a project that the reader may see, open or over, by number of entry. One statement."""
    check_role(by, "project.read")
    rows = _rows(by).filter(project_id=project_id if 0 < project_id <= ID_MOST else 0)
    return cut(rows, after, size).map(lambda row: _row(row, by, at))


def _rows(by: Actor) -> "QuerySet[_Read]":
    rows = Demand.objects.filter(visible(by)).annotate(place_name=F("place__name"), lot_name=F("lot__name"))
    return cast("QuerySet[_Read]", rows)


def _row(row: "_Read", by: Actor, at: datetime) -> DemandRow:
    today = clock.local_date(at)
    where = " ".join(part for part in (row.place_name or row.lot_name or "", words(row.spot, by)) if part)
    return DemandRow(
        id=row.pk,
        number=row.number,
        title=words(row.title, by),
        where=where,
        state=row.state,
        ball=row.ball,
        held=(today - clock.local_date(row.ball_since)).days,
        left=(row.due_on - today).days,
        due_on=row.due_on,
        promised_on=row.promised_on,
        said=words(row.said, by),
        returns=row.returns,
        carries=carried(row.due_on, today) if row.state in OWED else 0,
        raised_on=clock.local_date(row.raised_at),
        households=row.households,
    )


def demand(demand_id: int, *, by: Actor, at: datetime) -> DemandCard:
    """One demand with its way and its photos. Raises :class:`NotThere` for whoever may not see it. Three statements."""
    check_role(by, "project.read")
    rows = (
        _rows(by)
        .filter(pk=demand_id)
        .annotate(
            project_title=F("project__title"),
            raiser_name=F("raiser__name"),
            path=F("community__path"),
            doer_made=makers_of("done_by_id"),
        )
    )
    found = rows.first() if 0 < demand_id <= ID_MOST else None
    if found is None:
        raise not_there()
    facts = found.facts(at)
    check(by, "project.read", facts.target, sees=False)
    mine = by.person_id is not None and by.person_id == found.raiser_id
    refused = {verb: refusal_of(guard, by, facts) for verb, guard in CHECKS.items()}
    why = refused[DemandVerb.PASS] if facts.state == DemandState.DONE and allows(by, "demand.check", facts.target) else None
    steps = DemandStep.objects.filter(demand=found).order_by("pk")
    photos = found.photos.order_by("added_at", "pk").values_list("pk", "stage", "width", "height")
    return DemandCard(
        row=_row(found, by, at),
        project_id=found.project_id,
        project=words(found.project_title, by),
        text=words(found.text, by),
        way=found.way,
        addressee=found.addressee,
        lot=found.lot_name or "",
        raiser=(found.raiser_name or "") if reads_names(by) or mine else "",
        told=found.told_at is not None,
        steps=[StepRow(one.verb, one.side, one.state, words(one.text, by), one.due_on, one.on_day) for one in steps],
        photos=[Photo(*one) for one in photos],
        verbs=tuple(str(verb) for verb, refusal in refused.items() if refusal is None),
        why_not=why.sentence if isinstance(why, NotAllowed) else "",
        pin=None if found.pin_on_id is None else (found.pin_on_id, found.pin_x or 0, found.pin_y or 0),
        facts=facts,
    )

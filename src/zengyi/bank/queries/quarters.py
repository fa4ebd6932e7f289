"""A community's quarters: as the desk closes them, as everybody may read them once they are published."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from zengyi.bank.models import Quarter
from zengyi.bank.rules import (
    CLOSED_STATES,
    UNANSWERED,
    ObjectionState,
    QuarterFacts,
    QuarterState,
    check_object,
    groups_of,
)
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.guards import refusal_of
from zengyi.people import queries as people
from zengyi.people.rules import Actor, Target, allows, check, check_role, may

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    from zengyi.people.queries.ties import MakerRows

    class _Columns(TypedDict):
        path: str
        phone: str
        unanswered: int
        made: MakerRows

    _Read = WithAnnotations[Quarter, _Columns]

#: So many quarters that are over stand in lists: a year, and the one before it began.
BACK = 5


def quarter_row(community_id: int, quarter: str, *, signed: bool = False) -> Quarter:
    """The quarter's row with what :func:`quarter_facts` needs; one that is not saved while nobody has begun to close it.

    ``signed``: with the name of whoever took each step, as ``prepared_who``.
    """
    rows = _rows().annotate(**_WHO) if signed else _rows()
    found = rows.filter(community_id=community_id, quarter=quarter).first()
    if found is not None:
        return found
    try:
        first, following = clock.quarter_bounds(quarter)
    except ValueError as wrong:
        raise NotThere(_("没有这个季度。")) from wrong
    card = people.community(community_id)
    row = Quarter(community_id=card.id, quarter=quarter, first=first, last=date.fromordinal(following.toordinal() - 1))
    extra: Any = row
    extra.path, extra.unanswered, extra.made = card.path, 0, None
    return row


#: The steps of which a row keeps when and by whom they were taken.
SIGNED = ("tallied", "prepared", "published", "sealed")
_WHO = {f"{step}_who": Coalesce(f"{step}_by__person__name", f"{step}_by__username") for step in SIGNED}


def _rows() -> "QuerySet[_Read]":
    waiting = Count("objections", filter=Q(objections__state__in=UNANSWERED))
    return Quarter.objects.defer("inside").annotate(
        path=F("community__path"), phone=F("community__phone"), unanswered=waiting, made=people.makers_of("prepared_by_id")
    )


def quarter_facts(row: Quarter, at: datetime) -> QuarterFacts:
    """What the guards look at; the row was read by :func:`quarter_row`."""
    read: Any = row
    return QuarterFacts(
        community_id=row.community_id,
        path=read.path,
        state=QuarterState(row.state),
        following=date.fromordinal(row.last.toordinal() + 1),
        today=clock.local_date(at),
        preparer=people.first_person(row.prepared_by_id, read.made, at),
        objections_until=row.objections_until,
        unanswered=read.unanswered,
    )


@dataclass(frozen=True, slots=True)
class PublicObjection:
    """An objection as the publication tells it: its number, how far it is, and a sentence without names."""

    number: int
    state: str
    public: str

    @property
    def label(self) -> str:
        """The state in words."""
        return str(ObjectionState(self.state).label)


@dataclass(frozen=True, slots=True)
class Publication:
    """A published quarter: its statement, the digits, its days, the objections so far; ``phone`` is the community's."""

    community_id: int
    quarter: str
    state: str
    statement: dict[str, Any]
    digits: tuple[str, ...]
    published_at: datetime
    objections_until: date
    sealed_at: datetime | None
    objections: tuple[PublicObjection, ...]
    phone: str
    may_object: bool
    may_read_inside: bool

    @property
    def label(self) -> str:
        """The state in words."""
        return str(QuarterState(self.state).label)

    @property
    def deeds(self) -> list[tuple[str, int]]:
        """What was done, in words, and its points: several of one title are one line, with their number."""
        return self.deeds_within(None)

    def deeds_within(self, most: int | None) -> list[tuple[str, int]]:
        """The same where there is room for so many characters of a title."""
        return [(_told(_cut(one["title"], most), one.get("count", 1)), one["points"]) for one in self.statement["deeds"]]


def _cut(title: str, most: int | None) -> str:
    return title if most is None or len(title) <= most else f"{title[: most - 1]}…"


def _told(title: str, count: int) -> str:
    return title if count == 1 else ngettext("%(what)s（%(n)d 件）", "%(what)s（%(n)d 件）", count) % {"what": title, "n": count}


def publication(community_id: int, quarter: str, *, to_object: bool = False, by: Actor, at: datetime) -> Publication:
    """A published quarter, for everybody. Raises :class:`NotThere` before it is published. Two statements.

    ``to_object``: for somebody who would object to it; raises for whoever may not object to anything there.
    """
    row = _published(community_id, quarter, by)
    facts = quarter_facts(row, at)
    if to_object:
        check(by, "quarter.object", facts.target, sees=True)
    told = row.objections.order_by("number").values_list("number", "state", "public")
    assert row.published_at is not None
    assert row.objections_until is not None
    return Publication(
        community_id=row.community_id,
        quarter=row.quarter,
        state=row.state,
        statement=json.loads(row.statement),
        digits=tuple(groups_of(row.digits)),
        published_at=row.published_at,
        objections_until=row.objections_until,
        sealed_at=row.sealed_at,
        objections=tuple(PublicObjection(*one) for one in told),
        phone=row.phone,
        may_object=refusal_of(check_object, by, facts, own_open=0) is None,
        may_read_inside=_may_read_inside(by, row),
    )


def _published(community_id: int, quarter: str, by: Actor, *, inside: bool = False) -> "_Read":
    """The row; with ``inside`` the members' points, too."""
    check_role(by, "quarter.read")
    rows = _rows().defer(None) if inside else _rows()
    row = rows.filter(community_id=community_id, quarter=quarter, state__in=CLOSED_STATES).first()
    target = Target(community_id=community_id, path=row.path) if row else None
    if row is None or target is None or not allows(by, "quarter.read", target):
        raise NotThere(_("这一季还没有公示。"))
    return row


def _may_read_inside(by: Actor, row: "_Read") -> bool:
    if not may(by, "quarter.inside") or by.community_id != row.community_id:
        return False
    return allows(by, "quarter.inside", Target(community_id=row.community_id, path=row.path, branch_id=by.branch_id))


def exported(community_id: int, quarter: str, *, by: Actor, inside: bool = False) -> bytes:
    """The statement as a file that ``zengyi quarter check`` recomputes; with ``inside`` the members' points, for staff only."""
    row = _published(community_id, quarter, by, inside=inside)
    listed = ""
    if inside:
        check(by, "quarter.prepare", Target(community_id=row.community_id, path=row.path), sees=True)
        listed = f',"inside":{row.inside}'
    return f'{{"digits":"{" ".join(groups_of(row.digits))}","statement":{row.statement}{listed}}}\n'.encode()


@dataclass(frozen=True, slots=True)
class QuarterCard:
    """A quarter's state, its figures where they may be seen, and its days."""

    community: int
    quarter: str
    state: str
    totals: dict[str, int] | None
    equation: dict[str, int] | None
    digits: str
    published_at: datetime | None
    objections_until: date | None
    sealed_at: datetime | None
    unanswered: int


def quarter_state(community_id: int, quarter: str, *, by: Actor) -> QuarterCard:
    """The quarter; to whoever does not close it, one that is not published is open and has no figures."""
    check_role(by, "quarter.read")
    row = quarter_row(community_id, quarter)
    read: Any = row
    target = Target(community_id=community_id, path=read.path)
    if row.state in CLOSED_STATES or allows(by, "quarter.prepare", target):
        return quarter_card(row)
    return QuarterCard(community_id, quarter, QuarterState.OPEN, None, None, "", None, None, None, 0)


def quarter_card(row: Quarter) -> QuarterCard:
    """The quarter's row as a card."""
    statement = json.loads(row.statement) if row.statement else {}
    return QuarterCard(
        community=row.community_id,
        quarter=row.quarter,
        state=row.state,
        totals=statement.get("totals"),
        equation=statement.get("equation"),
        digits=" ".join(groups_of(row.digits)),
        published_at=row.published_at,
        objections_until=row.objections_until,
        sealed_at=row.sealed_at,
        unanswered=getattr(row, "unanswered", 0),
    )


@dataclass(frozen=True, slots=True)
class MemberSums:
    """A member's quarter, as it is read inside the branch."""

    number: str
    name: str
    branch: str
    base: int
    gain: int
    held: int


def members_sums(community_id: int, quarter: str, *, by: Actor) -> list[MemberSums]:
    """Every member's points of a published quarter: of one's own branch, for staff of all. Raises as :func:`publication` does."""
    row = _published(community_id, quarter, by, inside=True)
    branches = dict(people.branches_of(community_id))
    target = Target(community_id=row.community_id, path=row.path, branch_id=by.branch_id if by.branch_id in branches else None)
    check_role(by, "quarter.inside")
    check(by, "quarter.inside", target, sees=False)
    found = [MemberSums(**one) for one in json.loads(row.inside)["members"]]
    if by.branch_id is not None and not allows(by, "quarter.prepare", target):
        found = [one for one in found if one.branch == branches[by.branch_id]]
    return found


def quarters_published(community_id: int) -> list[str]:
    """The quarters of a community that are published, newest first."""
    rows = Quarter.objects.filter(community_id=community_id, state__in=CLOSED_STATES).order_by("-quarter")
    return list(rows.values_list("quarter", flat=True)[:BACK])


def in_closed_quarter(day: str) -> Exists:
    """Whether a row's ``day`` falls into a published or sealed quarter of its community, read along with the row."""
    rows = Quarter.objects.filter(community=OuterRef("community"), first__lte=OuterRef(day), last__gte=OuterRef(day))
    return Exists(rows.filter(state__in=CLOSED_STATES))

"""One cause with all that lies at it: its positions, its one order, and what could still be said to lie there."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, OuterRef, Q, Value, When
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.facilities.models import Defect, Facility
from zengyi.facilities.queries.cards import DefectRow, defects, reason_name
from zengyi.facilities.rules import LIVE, FacilityState, guards, kinds
from zengyi.orders.queries import Standing, states_of
from zengyi.people.rules import Actor, allows

SIZE, OFFERED = 30, 60


@dataclass(frozen=True, slots=True)
class Position:
    """Something that does not work because of the cause."""

    id: int
    facility_id: int
    facility: str
    where: str
    reason: str
    open: bool
    own_number: str
    own_order_id: int | None


@dataclass(frozen=True, slots=True)
class CauseCard:
    """A defect that stands by itself. ``may_carry``: it is at something on which others hang."""

    root: DefectRow
    community_id: int
    place: str
    may_carry: bool
    positions: Page[Position]
    total: int
    broken: int
    offered: list[tuple[int, str]]
    causes: list[tuple[int, str]]


def cause(defect_id: int, *, by: Actor, after: int | None = None) -> CauseCard:
    """The defect, or the one that it lies at, with its positions. Raises :class:`NotThere` where the actor has no business. Seven
    statements, however much lies at it."""
    rows = Defect.objects.annotate(path=F("community__path"))
    row = rows.filter(pk=defect_id).first() if 0 < defect_id <= ID_MOST else None
    if row is None or not allows(by, "facility.read", guards.Where(row.community_id, row.path).target):
        raise NotThere(_("没有找到这处设施，或者不在您的社区。"))
    root = defects(Q(pk=row.cause_id or row.pk), size=1)[0]
    standing = Facility.objects.filter(pk=root.facility_id).values_list("kind", "state", "place__name", "spot").get()
    may_carry = kinds()[standing[0]].cause and standing[1] in LIVE
    page = cut(Defect.objects.filter(cause_id=root.id).select_related("facility__place"), after, SIZE)
    standing_of = states_of([one.order_id for one in page.rows if one.order_id])
    sums = Defect.objects.filter(cause_id=root.id).aggregate(n=Count("pk"), broken=Count("pk", filter=Q(fixed_at=None)))
    return CauseCard(
        root=root,
        community_id=row.community_id,
        place=" · ".join(filter(None, standing[2:])),
        may_carry=may_carry,
        positions=page.map(lambda one: _position(one, standing_of)),
        total=sums["n"],
        broken=sums["broken"],
        offered=_offered(root, row.community_id) if may_carry and not root.fixed_at else [],
        causes=[] if root.fixed_at else _causes(root, row.community_id),
    )


def _position(row: Defect, standing: Mapping[int, Standing]) -> Position:
    facility = row.facility
    where = " · ".join(filter(None, (facility.place.name if facility.place else "", facility.spot)))
    stands = standing.get(row.order_id or 0)
    own = stands if stands and stands.is_open else None
    return Position(
        id=row.pk,
        facility_id=row.facility_id,
        facility=str(facility),
        where=where,
        reason=reason_name(row),
        open=row.fixed_at is None,
        own_number=own.number if own else "",
        own_order_id=own.id if own else None,
    )


def _offered(root: DefectRow, community_id: int) -> list[tuple[int, str]]:
    """Open defects that stand by themselves; those that hang on the cause first."""
    carries = Exists(Defect.objects.filter(cause_id=OuterRef("pk"), fixed_at=None))
    rows = Defect.objects.filter(~carries, community_id=community_id, fixed_at=None, cause=None).exclude(pk=root.id)
    hangs = Q(facility__hangs_on_id=root.facility_id) | Q(facility__hangs_on__hangs_on_id=root.facility_id)
    near = Case(When(hangs, then=Value(0)), default=Value(1))
    found = rows.select_related("facility").annotate(near=near).order_by("near", "facility__code", "pk")[:OFFERED]
    return [(row.pk, " · ".join(filter(None, (str(row.facility), reason_name(row))))) for row in found]


def _causes(root: DefectRow, community_id: int) -> list[tuple[int, str]]:
    """Switches, lines and power supplies at which it could lie, its own first."""
    carrying = [kind.code for kind in kinds().values() if kind.cause]
    rows = Facility.objects.filter(community_id=community_id, kind__in=carrying, state__in=LIVE).exclude(pk=root.facility_id)
    first = Case(When(pk=root.up_id or 0, then=Value(0)), When(state=FacilityState.DOWN, then=Value(1)), default=Value(2))
    return [(row.pk, str(row)) for row in rows.annotate(first=first).order_by("first", "code")[:OFFERED]]

"""One facility: all that its page says, and what its label tells whoever scans it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.ids import ID_MOST
from zengyi.facilities.models import Clock, Defect, Device, Facility, Label, Report
from zengyi.facilities.queries.availability import days_of
from zengyi.facilities.queries.photos import of_defects, pictures_of
from zengyi.facilities.rules import LIVE, FacilityHealth, FacilityState, Kind, guards, kinds
from zengyi.orders.queries import Standing, states_of
from zengyi.people import queries as people
from zengyi.people.queries import CommunityCard
from zengyi.people.rules import Actor, allows

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        path: str
        n_fed: int

    _Read = WithAnnotations[Facility, _Columns]

DAYS = 30
SHOWN = 20


@dataclass(frozen=True, slots=True)
class Due:
    """A service that comes round; ``due_on`` is nothing until it was done once."""

    code: str
    name: str
    law: str
    last_on: date | None
    due_on: date | None
    light: str
    left: int


@dataclass(frozen=True, slots=True)
class DefectRow:
    """A defect with its order; ``cause`` is what it lies at."""

    id: int
    facility_id: int
    facility: str
    item: str
    reason: str
    fails: int
    opened_at: datetime
    fixed_at: datetime | None
    up_id: int | None
    up: str
    root_id: int | None
    cause_id: int | None
    cause: str
    repeat: bool
    returned: int
    order_id: int | None
    number: str
    order_state: str
    over: bool
    due_at: datetime | None
    who: str
    photos: list[str]

    @property
    def to_recheck(self) -> bool:
        """Whether it is repaired, or its order is over, and it waits for somebody else to look."""
        return self.fixed_at is None and (self.order_state == "DELIVERED" or self.over)


@dataclass(frozen=True, slots=True)
class Card:
    """A facility as its page shows it."""

    id: int
    code: str
    name: str
    kind: Kind
    state: str
    health: str
    place: str
    spot: str
    community_id: int
    seen_at: datetime | None
    in_service_at: datetime | None
    up_id: int | None
    up: str
    repairer: str
    model: str
    serial: str
    warranty_until: date | None
    token: str
    days: list[str]
    clocks: list[Due]
    defects: list[DefectRow]
    reports: list[tuple[str, datetime]]
    fed: int
    pictures: list[str] = field(default_factory=list)

    @property
    def label(self) -> str:
        """The state in words: what nobody has looked at lately is called so."""
        return str(_("没查到")) if self.health == "unk" and self.state in LIVE else str(FacilityState(self.state).label)

    @property
    def summary(self) -> str:
        """The last thirty days in words."""
        up, down, unknown = (self.days.count(word) for word in ("up", "down", "unk"))
        return _("%(up)d 天能用，%(down)d 天坏，%(unknown)d 天没查到") % {"up": up, "down": down, "unknown": unknown}


def facility(facility_id: int, *, by: Actor, at: datetime) -> Card:
    """The facility of that id; raises :class:`NotThere` where the actor has no business. Seven statements."""
    rows = _rows().filter(pk=facility_id) if 0 < facility_id <= ID_MOST else _rows().none()
    row = rows.first()
    if row is None or not allows(by, "facility.read", guards.Where(row.community_id, row.path).target):
        raise NotThere(_("没有找到这处设施，或者不在您的社区。"))
    return replace(_card(row, at), pictures=pictures_of(row.pk))


def _rows() -> "QuerySet[_Read]":
    return Facility.objects.select_related("place", "hangs_on", "repairer").annotate(path=F("community__path"), n_fed=Count("fed"))


def _card(row: "_Read", at: datetime) -> Card:
    device = Device.objects.filter(facility_id=row.pk, removed_on=None).first()
    label = Label.objects.filter(facility_id=row.pk, revoked_at=None).first()
    kind, days = kinds()[row.kind], days_of(row.pk, days=DAYS, at=at)
    reports = Report.objects.filter(facility_id=row.pk, settled_at=None).order_by("-pk").values_list("fault", "reported_at")[:SHOWN]
    return Card(
        id=row.pk,
        code=row.code,
        name=row.name,
        kind=kind,
        state=row.state,
        health=health_of(row, at),
        place=row.place.name if row.place else "",
        spot=row.spot,
        community_id=row.community_id,
        seen_at=row.seen_at,
        in_service_at=row.in_service_at,
        up_id=row.hangs_on_id,
        up=str(row.hangs_on) if row.hangs_on else "",
        repairer=row.repairer.short_name if row.repairer else "",
        model=device.model if device else "",
        serial=device.serial if device else "",
        warranty_until=device.warranty_until if device else None,
        token=label.token if label else "",
        days=days,
        clocks=_clocks(row.pk, kind, clock.local_date(at)),
        defects=defects(Q(facility_id=row.pk), size=SHOWN),
        reports=[(fault_name(kind, fault), when) for fault, when in reports],
        fed=row.n_fed,
    )


def health_of(row: Facility, at: datetime) -> str:
    """``up``, ``down`` or ``unk`` at ``at``."""
    if row.state == FacilityState.DOWN:
        return "down"
    up = row.spans.filter(until_s=None, health=FacilityHealth.UP, good_s__gt=int(at.timestamp()))
    return "up" if row.state in LIVE and up.exists() else "unk"


def fault_name(kind: Kind, code: str) -> str:
    """What was reported, in words."""
    word = kind.fault(code)
    others = {"MOVED": _("标签贴错了地方"), "FINE": _("路过看，好着")}
    return word.text if word else others.get(code, code)


def _clocks(facility_id: int, kind: Kind, today: date) -> list[Due]:
    if not kind.clocks:
        return []
    kept = {row.code: row for row in Clock.objects.filter(facility_id=facility_id)}
    found = []
    for rule in kind.clocks:
        row = kept.get(rule.code)
        light = rule.light(row.due_on, today) if row else "soon"
        left = (row.due_on - today).days if row else 0
        found.append(Due(rule.code, rule.name, rule.law, row.last_on if row else None, row.due_on if row else None, light, left))
    return found


def defects(which: Q, *, size: int, after: int | None = None) -> list[DefectRow]:
    """Defects, the newest first, each with where its order stands and the photos of what was found. Three statements."""
    rows = Defect.objects.filter(which).select_related("facility__hangs_on", "cause__facility").order_by("-pk")
    found = list((rows.filter(pk__lt=after) if after is not None else rows)[:size])
    photos = of_defects(found)
    standing = states_of(sorted({order for row in found for order in (row.order_id, row.cause.order_id if row.cause else None) if order}))
    told = []
    for row in found:
        order = _order_of(row, standing)
        stands = standing.get(order) if order is not None else None
        told.append(
            DefectRow(
                id=row.pk,
                facility_id=row.facility_id,
                facility=str(row.facility),
                item=row.item,
                reason=reason_name(row),
                fails=row.fails,
                opened_at=row.opened_at,
                fixed_at=row.fixed_at,
                up_id=row.facility.hangs_on_id,
                up=str(row.facility.hangs_on) if row.facility.hangs_on_id else "",
                root_id=row.cause_id,
                cause_id=row.cause.facility_id if row.cause else None,
                cause=str(row.cause.facility) if row.cause else "",
                repeat=row.repeat_of_id is not None,
                returned=row.returned,
                order_id=order,
                number=stands.number if stands else "",
                order_state=str(stands.state) if stands else "",
                over=stands is not None and stands.over and row.cause_id is None,
                due_at=stands.due_at if stands else None,
                who=stands.party if stands else "",
                photos=photos.get(row.pk, []),
            )
        )
    return told


def _order_of(row: Defect, standing: Mapping[int, Standing]) -> int | None:
    """The order that mends it: its own, or the cause's once its own has ended."""
    own = standing.get(row.order_id or 0)
    if row.cause is not None and row.fixed_at is None and (own is None or not own.is_open):
        return row.cause.order_id or row.order_id
    return row.order_id or (row.cause.order_id if row.cause else None)


def reason_name(row: Defect) -> str:
    """Why a defect's check failed, in words."""
    word = kinds()[row.facility.kind].reason(row.reason)
    return word.text if word else ""


@dataclass(frozen=True, slots=True)
class Scan:
    """What whoever stands before a facility reads on their phone: no names, no cost, no register."""

    card: Card
    community: CommunityCard
    reports: int

    @property
    def open(self) -> list[DefectRow]:
        """What is being repaired."""
        return [row for row in self.card.defects if row.fixed_at is None]


def scan(token: str, *, at: datetime) -> Scan:
    """The facility on which that label hangs; raises :class:`NotThere` for one that is not in force."""
    label = Label.objects.filter(token=token, revoked_at=None).values_list("facility_id", flat=True).first()
    row = _rows().filter(pk=label).first() if label is not None else None
    if row is None:
        raise NotThere(_("这张标签不再用了。请看看旁边有没有新的，或者打社区电话。"))
    card = _card(row, at)
    return Scan(card, people.community(row.community_id), len(card.reports))


@dataclass(frozen=True, slots=True)
class Printed:
    """A label as it is printed."""

    code: str
    name: str
    where: str
    token: str


def labels(*, by: Actor, ids: list[int] | None = None, kind: str = "") -> list[Printed]:
    """The labels in force of the actor's community, to be printed. One statement."""
    where = guards.of(by)
    guards.check_register(by, where)
    rows = Label.objects.filter(facility__community_id=where.community_id, revoked_at=None).exclude(facility__state=FacilityState.RETIRED)
    rows = rows.filter(facility_id__in=ids) if ids else rows
    rows = rows.filter(facility__kind=kind) if kind else rows
    found = rows.order_by("facility__code").values_list(
        "facility__code", "facility__name", "facility__place__name", "facility__spot", "token"
    )
    return [Printed(code, name, " · ".join(filter(None, (place, spot))), token) for code, name, place, spot, token in found]


def unlabelled(*, by: Actor, kind: str = "") -> list[int]:
    """The facilities of the actor's community that hang without a label. One statement."""
    where = guards.of(by)
    guards.check_register(by, where)
    rows = Facility.objects.filter(community_id=where.community_id).exclude(state=FacilityState.RETIRED)
    rows = rows.exclude(labels__in=Label.objects.filter(revoked_at=None))
    return list((rows.filter(kind=kind) if kind else rows).values_list("pk", flat=True))


def where_of_defect(defect_id: int) -> int:
    """The facility of a defect, for the link on its order's page. One statement."""
    return Defect.objects.filter(pk=defect_id).values_list("facility_id", flat=True).first() or 0


def defect(defect_id: int, *, by: Actor) -> DefectRow:
    """The defect of that id; raises :class:`NotThere` where the actor has no business. Three statements."""
    rows = Defect.objects.filter(pk=defect_id) if 0 < defect_id <= ID_MOST else Defect.objects.none()
    row = rows.annotate(path=F("community__path")).values("community_id", "path").first()
    if row is None or not allows(by, "facility.read", guards.Where(row["community_id"], row["path"]).target):
        raise NotThere(_("没有找到这处设施，或者不在您的社区。"))
    return defects(Q(pk=defect_id), size=1)[0]


def ids_of(kinds_wanted: list[str], *, by: Actor) -> list[int]:
    """The facilities in service of these kinds in the actor's community, by number. One statement."""
    rows = Facility.objects.filter(community_id=guards.of(by).community_id, kind__in=kinds_wanted, state__in=LIVE)
    return list(rows.order_by("code").values_list("pk", flat=True))

"""What a sheet of facilities would do, and what its words may name. Writes nothing."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.ids import ID_MOST
from zengyi.facilities.models import Clock, Device, Facility
from zengyi.facilities.rules import guards, kinds
from zengyi.facilities.rules.sheets import Ground, Known, Plan, plain_place, plan
from zengyi.people import queries as people
from zengyi.people.queries.imports import units_named
from zengyi.people.rules import Actor, PlaceKind, allows
from zengyi.people.rules.sheets import Table


def plan_import(table: Table, community_id: int, *, at: datetime) -> Plan:
    """What importing the table into the community would do now. Raises :class:`Invalid` when the table has no header."""
    return plan(table, ground(table, community_id, at=at))


@dataclass(frozen=True, slots=True)
class Entry:
    """What the register says of a facility, as its sheet would; ``given`` by the keys of the columns."""

    id: int
    code: str
    kind: str
    place_id: int | None
    given: dict[str, object]


def entry(facility_id: int, *, by: Actor) -> Entry:
    """Of the facility of that id, for whoever may change it; raises :class:`NotThere`. Two statements."""
    rows = Facility.objects.select_related("place", "hangs_on", "repairer").annotate(path=F("community__path"))
    row = rows.filter(pk=facility_id).first() if 0 < facility_id <= ID_MOST else None
    if row is None or not allows(by, "facility.read", guards.Where(row.community_id, row.path).target):
        raise NotThere(_("没有找到这处设施，或者不在您的社区。"))
    guards.check_change(by, guards.Where(row.community_id, row.path), row.state)
    device = Device.objects.filter(facility_id=row.pk, removed_on=None).first()
    given: dict[str, object] = {"name": row.name, "spot": row.spot, "x": row.x, "y": row.y}
    given |= {"place": row.place.name if row.place else "", "up": row.hangs_on.code if row.hangs_on else ""}
    given |= {"repairer": row.repairer.short_name if row.repairer else ""}
    if device is not None:
        given |= {"model": device.model, "serial": device.serial, "warranty": f"{device.warranty_until or ''}"}
    return Entry(row.pk, row.code, kinds()[row.kind].name, row.place_id, given)


def plan_to_import(table: Table, *, by: Actor, at: datetime) -> Plan:
    """The same for the actor's community; raises where they may not import."""
    where = guards.of(by)
    guards.check_register(by, where)
    return plan_import(table, where.community_id, at=at)


def ground(table: Table, community_id: int, *, at: datetime) -> Ground:
    """The places, units and facilities that the table may name. Six statements, however long it is."""
    places: dict[str, int] = {}
    twice: set[str] = set()
    for card in people.places_of(community_id):
        if card.kind in (PlaceKind.BUILDING, PlaceKind.SPOT, PlaceKind.ESTATE):
            name = plain_place(card.name)
            twice |= {name} & places.keys()
            places.setdefault(name, card.id)
    for name in twice:
        del places[name]
    words = {cell.strip() for row in table for cell in row}
    return Ground(places, units_named(words), known(community_id), clock.local_date(at))


def known(community_id: int) -> dict[str, Known]:
    """The community's facilities by number, each with the device that is in it now."""
    devices = {
        facility: (model, serial, warranty)
        for facility, model, serial, warranty in Device.objects.filter(facility__community_id=community_id, removed_on=None).values_list(
            "facility_id", "model", "serial", "warranty_until"
        )
    }
    columns = ("code", "pk", "name", "kind", "place_id", "spot", "state", "hangs_on__code", "repairer_id", "x", "y")
    rows = Facility.objects.filter(community_id=community_id).values_list(*columns)
    lasts: dict[int, dict[str, date]] = {}
    for facility, service, day in Clock.objects.filter(community_id=community_id).values_list("facility_id", "code", "last_on"):
        lasts.setdefault(facility, {})[service] = day
    found = {}
    for code, pk, name, kind, place, spot, state, up, repairer, x, y in rows:
        found[code] = Known(
            pk, name, kind, place, spot, state, up or "", repairer, *devices.get(pk, ("", "", None)), x, y, lasts.get(pk, {})
        )
    return found

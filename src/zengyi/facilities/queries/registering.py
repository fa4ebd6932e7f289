"""What a sheet of facilities would do, and what its words may name. Writes nothing."""

from zengyi.facilities.models import Device, Facility
from zengyi.facilities.rules import guards
from zengyi.facilities.rules.sheets import Ground, Known, Plan, plain_place, plan
from zengyi.people import queries as people
from zengyi.people.queries.imports import units_named
from zengyi.people.rules import Actor, PlaceKind
from zengyi.people.rules.sheets import Table


def plan_import(table: Table, community_id: int) -> Plan:
    """What importing the table into the community would do now. Raises :class:`Invalid` when the table has no header."""
    return plan(table, ground(table, community_id))


def plan_to_import(table: Table, *, by: Actor) -> Plan:
    """The same for the actor's community; raises where they may not import."""
    where = guards.of(by)
    guards.check_register(by, where)
    return plan_import(table, where.community_id)


def ground(table: Table, community_id: int) -> Ground:
    """The places, units and facilities that the table may name. Five statements, however long it is."""
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
    return Ground(places, units_named(words), known(community_id))


def known(community_id: int) -> dict[str, Known]:
    """The community's facilities by number, each with the device that is in it now."""
    devices = {
        facility: (model, serial, warranty)
        for facility, model, serial, warranty in Device.objects.filter(facility__community_id=community_id, removed_on=None).values_list(
            "facility_id", "model", "serial", "warranty_until"
        )
    }
    columns = ("code", "pk", "name", "kind", "place_id", "spot", "state", "hangs_on__code", "repairer_id")
    found = {}
    for code, pk, name, kind, place, spot, state, up, repairer in Facility.objects.filter(community_id=community_id).values_list(*columns):
        found[code] = Known(pk, name, kind, place, spot, state, up or "", repairer, *devices.get(pk, ("", "", None)))
    return found

"""What importing a sheet would do: who is new, who changes, who stays, and what stands in the way. Writes nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from zengyi.people.models import Branch, Member, Merger, Organisation, Person, Place, Registration, household_index, phone_index
from zengyi.people.rules import NOBODY, Actor, OrganisationKind, PlaceKind, RegistrationState, normal_name
from zengyi.people.rules.identity import ImportPlan, Known, compare
from zengyi.people.rules.new_homes import NewHome, new_homes
from zengyi.people.rules.sheets import Homes, Parsed, Sheet, SheetRow, Table, normal_building, normal_estate, parse


def plan_import(sheet: Sheet, table: Table, *, kinds: Mapping[str, str] | None = None, community_id: int, by: Actor = NOBODY) -> ImportPlan:
    """What the actor's importing the table into the community would do now. Raises :class:`Invalid` when the table has no header.

    ``kinds``: the kinds of units that the sheet names without one.
    """
    return plan_rows(sheet, with_kinds(parse(sheet, table, homes(community_id)), kinds or {}), community_id=community_id, by=by)


def with_kinds(parsed: Parsed, kinds: Mapping[str, str]) -> Parsed:
    """The rows with the kind of each unit that the sheet names without one."""
    known = {name: kind for name, kind in kinds.items() if kind in OrganisationKind.values}
    if known:
        parsed.rows = [replace(row, unit_kind=known[row.unit]) if row.unit in known and not row.unit_kind else row for row in parsed.rows]
    return parsed


def homes(community_id: int) -> Homes:
    """The buildings of a community by estate and number; under an empty estate, too, where no other building has that number."""
    found: dict[tuple[str, str], int] = {}
    alone: dict[str, list[int]] = {}
    rows = Place.objects.filter(community_id=community_id, kind=PlaceKind.BUILDING)
    for pk, name, estate in rows.values_list("pk", "name", "parent__name"):
        number = normal_building(name)
        found[(normal_estate(estate or ""), number)] = pk
        alone.setdefault(number, []).append(pk)
    found.update({("", number): pks[0] for number, pks in alone.items() if len(pks) == 1})
    return found


def homes_to_add(sheet: Sheet, table: Table, *, community_id: int) -> list[NewHome]:
    """The buildings that a sheet names and the community lacks. Two statements."""
    estates = Place.objects.filter(community_id=community_id, kind=PlaceKind.ESTATE).order_by("sort", "pk")
    return new_homes(sheet, table, homes(community_id), list(estates.values_list("name", flat=True)))


def plan_rows(sheet: Sheet, parsed: Parsed, *, community_id: int, by: Actor = NOBODY) -> ImportPlan:
    """Compare the rows of a sheet with the people of the community. A row that would change the actor is for a colleague to import."""
    known = _known(sheet, community_id, parsed.rows)
    known.own = by.person_id
    return compare(sheet, parsed, known)


def _known(sheet: Sheet, community_id: int, rows: Iterable[SheetRow]) -> Known:
    known = Known(phone_index, household_index)
    persons = Person.objects.filter(community_id=community_id)
    columns = ("pk", "name", "phone_index", "home_id", "household_index")
    for pk, name, kept_phone, home, kept_household in persons.values_list(*columns).iterator():
        phone, household = _bytes(kept_phone), _bytes(kept_household)
        known.persons[pk] = (name, phone, home, household)
        if phone:
            known.by_phone.setdefault(phone, []).append(pk)
        known.by_household.setdefault((normal_name(name), household), []).append(pk)
    # What stood in an entry that was put together with another one: an old sheet still means the same person.
    doubles = Merger.objects.filter(community_id=community_id)
    for pk, name, kept_phone, kept_household in doubles.values_list("kept_id", "name", "phone_index", "household_index").iterator():
        phone, household = _bytes(kept_phone), _bytes(kept_household)
        known.formerly.setdefault(pk, set()).update(each for each in (phone, household) if each)
        if phone and pk not in known.by_phone.setdefault(phone, []):
            known.by_phone[phone].append(pk)
        if household and pk not in known.by_household.setdefault((normal_name(name), household), []):
            known.by_household[(normal_name(name), household)].append(pk)
    members = Member.objects.filter(community_id=community_id)
    for pk, person_id, number, branch, status, duty, unit in members.values_list(
        "pk", "person_id", "number", "branch_id", "status", "duty", "unit_id"
    ).iterator():
        known.members[number] = (pk, person_id, branch, status, duty, unit)
        known.number_of[person_id] = number
    if sheet == Sheet.MEMBERS:
        live = Registration.objects.filter(community_id=community_id, state=RegistrationState.ACTIVE, member__isnull=False)
        known.registered = {pk for pk in live.values_list("member_id", flat=True) if pk}
        known.branches = dict(Branch.objects.filter(community_id=community_id).values_list("name", "pk"))
        known.units = units_named({row.unit for row in rows if row.unit})
    return known


def _bytes(kept: bytes | memoryview | None) -> bytes | None:
    return None if kept is None else bytes(kept)


def units_named(names: set[str]) -> dict[str, int]:
    """Ids of units by name, for those of ``names`` that are the full or short name of exactly one unit."""
    found: dict[str, int] = {}
    short: dict[str, list[int]] = {}
    for pk, name, short_name in Organisation.objects.values_list("pk", "name", "short_name").iterator():
        if name in names:
            found[name] = pk
        if short_name in names:
            short.setdefault(short_name, []).append(pk)
    return {name: pks[0] for name, pks in short.items() if len(pks) == 1} | found

# Chinese in this file is data: words and titles of the spreadsheets.
"""Importing the members or residents of a community from a sheet: all of it in one step, or nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action
from zengyi.people.models import Branch, Left, Member, Organisation, Person, Registration, household_index, phone_index
from zengyi.people.queries.imports import homes, plan_rows, units_named, with_kinds
from zengyi.people.rules import Actor, RegistrationState, Target, check
from zengyi.people.rules.identity import STATUS_UNSAID, Change, ImportPlan
from zengyi.people.rules.sheets import Parsed, Sheet, SheetRow, Table, parse

_SCOPES = {"幢号": "home", "门牌": "door", "工作单位": "unit"}


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in people."""

    new: int
    changed: int
    unchanged: int


def import_sheet(sheet: str, table: Table, *, kinds: Mapping[str, str] | None = None, by: Actor, at: datetime) -> Imported:
    """Import a table of texts into the actor's community.

    Raises :class:`Invalid` when a single row is wrong; then nothing is written. A row whose member's number (or, for residents,
    phone and name, or name and door) is known updates that person with what is filled in; the same sheet twice changes nothing.
    ``kinds``: the kinds of units that the sheet names without one.
    """
    if by.community_id is None:
        raise Invalid(_("请先选一个社区的身份。"))
    parsed = with_kinds(parse(Sheet(sheet), table, homes(by.community_id)), kinds or {})
    try:
        return _import(Sheet(sheet), parsed, by.community_id, by=by, at=at)
    except IntegrityError as error:
        # Between comparing and writing somebody else entered the same member's number, phone or unit.
        raise WrongState(_("名单刚才被别人改过，什么都没有导入，请再试一次。")) from error


@action
def _import(sheet: Sheet, parsed: Parsed, community_id: int, *, by: Actor, at: datetime) -> Imported:
    check(by, "people.import", Target(community_id=community_id, path=by.place_path), sees=True)
    plan = plan_rows(sheet, parsed, community_id=community_id, by=by)
    if plan.errors:
        raise Invalid(_("表里还有 %(count)d 处要改，什么都没有导入。") % {"count": len(plan.errors)})
    persons = Person.objects.bulk_create(_person(row, community_id, by, at) for row in plan.new)
    households = _update_persons(plan.changed + plan.joining, by)
    units = _write_members(plan, [p.pk for p in persons], community_id, by, at) if sheet == Sheet.MEMBERS else {}
    left = sorted(households.keys() | units.keys())
    Left.objects.bulk_create(Left(person_id=pk, household=households.get(pk), unit_id=units.get(pk), at=at) for pk in left)
    done = Imported(len(plan.new) + len(plan.joining), len(plan.changed), plan.unchanged)
    after = {"sheet": sheet.value, "new": done.new, "changed": done.changed, "unchanged": done.unchanged, "moved": _moved(plan)}
    audit.record("import", "community", community_id, by=by, at=at, community_id=community_id, after=after)
    return done


def _moved(plan: ImportPlan) -> dict[str, list[str]]:
    """Whose door or unit the sheet changes, by person, and which: who somebody belongs to goes by these, so the trail names them."""
    changes = ((change.person_id, change.person_columns + change.member_columns) for change in (*plan.changed, *plan.joining))
    found = {str(person_id): [_SCOPES[title] for title in titles if title in _SCOPES] for person_id, titles in changes}
    return {person_id: which for person_id, which in found.items() if which}


def _person(row: SheetRow, community_id: int, by: Actor, at: datetime) -> Person:
    return Person(
        community_id=community_id,
        name=row.name,
        phone=row.phone,
        phone_index=phone_index(row.phone),
        home_id=row.home_id,
        door=row.door,
        household_index=household_index(row.home_id, row.door),
        created_by_id=by.user_id,
        created_at=at,
        by_sheet=True,
    )


def _update_persons(changes: Iterable[Change], by: Actor) -> dict[int, bytes]:
    """Write what the rows say of persons; returns the households that some of them leave."""
    left: dict[int, bytes] = {}
    by_person = {c.person_id: c.row for c in changes if c.person_columns}
    persons = Person.objects.in_bulk(list(by_person))
    for pk, person in persons.items():
        row, household = by_person[pk], person.household_index
        person.name = row.name
        if row.phone and row.phone != person.phone:
            person.phone, person.phone_index, person.phone_by_id = row.phone, phone_index(row.phone), by.user_id
        if row.home_id and row.home_id != person.home_id:
            # Without a new door number: the old one belongs to the old building.
            person.home_id, person.door = row.home_id, row.door
        elif row.door:
            person.door = row.door
        person.household_index = household_index(person.home_id, person.door)
        if household is not None and bytes(household) != person.household_index:
            left[pk] = bytes(household)
    # One statement per batch of rows; bulk_update's CASE per column is ten times slower for 20,000 rows.
    Person.objects.bulk_create(
        persons.values(),
        update_conflicts=True,
        unique_fields=["id"],
        update_fields=["name", "phone", "phone_index", "phone_by", "home", "door", "household_index"],
    )
    return left


def _write_members(plan: ImportPlan, new_person_ids: Sequence[int], community_id: int, by: Actor, at: datetime) -> dict[int, int]:
    """Write what the rows say of members; returns the units that some of them leave, by person."""
    Branch.objects.bulk_create(Branch(community_id=community_id, name=name) for name in plan.new_branches)
    Organisation.objects.bulk_create(Organisation(name=name, short_name=name[:40], kind=kind) for name, kind in plan.new_units)
    rows = [*plan.new, *(c.row for c in plan.joining), *(c.row for c in plan.changed)]
    branches = dict(Branch.objects.filter(community_id=community_id).values_list("name", "pk"))
    units = units_named({row.unit for row in rows if row.unit})
    joining = [*zip(plan.new, new_person_ids, strict=True), *((c.row, c.person_id) for c in plan.joining)]
    made = Member.objects.bulk_create(
        Member(
            person_id=person_id,
            community_id=community_id,
            branch_id=branches[row.branch],
            number=row.number,
            status=row.status or STATUS_UNSAID,
            duty=row.duty,
            unit_id=units.get(row.unit),
        )
        for row, person_id in joining
    )
    changes = {c.member_id: c.row for c in plan.changed if c.member_id is not None}
    members = Member.objects.in_bulk(list(changes))
    left: dict[int, int] = {}
    for pk, member in members.items():
        row, unit = changes[pk], member.unit_id
        member.branch_id = branches[row.branch]
        member.status = row.status or member.status
        member.duty = row.duty or member.duty
        member.unit_id = units.get(row.unit, unit)
        if unit is not None and unit != member.unit_id:
            left[member.person_id] = unit
    Member.objects.bulk_create(
        members.values(), update_conflicts=True, unique_fields=["id"], update_fields=["branch", "status", "duty", "unit"]
    )
    registered = [m.pk for m, (row, _person_id) in zip(made, joining, strict=True) if row.registered]
    registered += [c.member_id for c in plan.changed if "报到" in c.member_columns and c.member_id is not None]
    _register(registered, community_id, by, at)
    return left


def _register(member_ids: Sequence[int], community_id: int, by: Actor, at: datetime) -> None:
    waiting = Registration.objects.filter(community_id=community_id, state=RegistrationState.PENDING)
    pending = {pk for pk in waiting.values_list("member_id", flat=True) if pk} & set(member_ids)
    waiting.filter(member_id__in=pending).update(state=RegistrationState.ACTIVE)
    Registration.objects.bulk_create(
        Registration(community_id=community_id, member_id=pk, state=RegistrationState.ACTIVE, registered_at=at, entered_by_id=by.user_id)
        for pk in member_ids
        if pk not in pending
    )

"""The register: one facility, a whole sheet of them, what becomes of one, and the services that come round."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.facilities import rules
from zengyi.facilities.actions import spans, sums
from zengyi.facilities.models import Clock, Device, Facility
from zengyi.facilities.queries.registering import plan_import
from zengyi.facilities.rules import FacilityState, guards
from zengyi.facilities.rules.sheets import COLUMNS, Change, Plan, SheetRow
from zengyi.facilities.rules.sums import Steps
from zengyi.people.rules import Actor
from zengyi.people.rules.sheets import Table

_CHANGED = ("name", "place_id", "spot", "state", "repairer_id", "hangs_on_id", "in_service_at", "retired_at", "x", "y")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in facilities."""

    new: int
    changed: int
    unchanged: int


def add(
    *,
    code: str,
    name: str,
    kind: str,
    place: str = "",
    spot: str = "",
    state: str = "",
    since: str = "",
    up: str = "",
    repairer: str = "",
    model: str = "",
    serial: str = "",
    warranty: str = "",
    x: str = "",
    y: str = "",
    by: Actor,
    at: datetime,
) -> int:
    """Enter one facility: the same words as in a sheet of one line. Returns its id; raises :class:`Invalid` with its fields."""
    where = guards.of(by)
    guards.check_register(by, where)
    given = {key: value for key, value in locals().items() if key in {column.key for column in COLUMNS}}
    columns = [column for column in COLUMNS if column.key in given]
    table = [[column.title for column in columns], [given[column.key] for column in columns]]
    plan = plan_import(table, where.community_id, at=at)
    keys = {column.title: column.key for column in COLUMNS}
    if plan.errors:
        raise Invalid(_("有几处要改。"), {keys.get(error.column, "code"): error.sentence for error in plan.errors})
    if not plan.new:
        raise Invalid.on("code", _("这个编号已经有了。"))
    try:
        return _add(plan.new[0], where.community_id, by=by, at=at)
    except IntegrityError as error:
        raise WrongState(_("这个编号刚被别人登记了，请看一眼名单。")) from error


@action
def _add(row: SheetRow, community_id: int, *, by: Actor, at: datetime) -> int:
    steps = Steps()
    made = _enter([row], community_id, steps, by=by, at=at)[0]
    sums.write(steps)
    said = {"code": made.code, "kind": made.kind, "state": str(made.state)}
    audit.record("add", "facility", made.pk, by=by, at=at, community_id=community_id, after=said)
    return made.pk


def import_facilities(table: Table, *, by: Actor, at: datetime) -> Imported:
    """Import a sheet into the actor's community: all of it, or nothing. A number that is known updates that facility with what is
    filled in; the same sheet twice changes nothing. Raises :class:`Invalid` when a single row is wrong."""
    where = guards.of(by)
    guards.check_register(by, where)
    plan = plan_import(table, where.community_id, at=at)
    if plan.errors:
        first = plan.errors[0]
        what = {"count": len(plan.errors), "line": first.line, "sentence": str(first.sentence)}
        message = _("有 %(count)d 处要改，什么都没有导入。第 %(line)d 行：%(sentence)s") % what
        fields: dict[str, list[str]] = {}
        for error in plan.errors:
            fields.setdefault(str(error.line), []).append(
                f"{error.column}{_('：')}{error.sentence}" if error.column else str(error.sentence)
            )
        raise Invalid(message, fields)
    if plan.total > rules.FACILITIES_MOST:
        raise Invalid(_("一次最多 %(most)d 处，请分成几张表。") % {"most": rules.FACILITIES_MOST})
    if not plan.new and not plan.changed:
        return Imported(0, 0, plan.unchanged)
    try:
        return _import(plan, where.community_id, by=by, at=at)
    except IntegrityError as error:
        raise WrongState(_("刚才有人改了名单，请再传一次看看。")) from error


@action
def _import(plan: Plan, community_id: int, *, by: Actor, at: datetime) -> Imported:
    steps = Steps()
    made = _enter(plan.new, community_id, steps, by=by, at=at)
    _change(plan.changed, community_id, steps, at=at)
    if any(row.up for row in plan.new) or any("up" in change.columns for change in plan.changed):
        _hang([*plan.new, *(change.row for change in plan.changed)], community_id)
    sums.write(steps)
    done = Imported(len(made), len(plan.changed), plan.unchanged)
    after = {"new": done.new, "changed": done.changed, "unchanged": done.unchanged}
    audit.record("import", "facilities", community_id, by=by, at=at, community_id=community_id, after=after)
    return done


@in_action
def _enter(rows: list[SheetRow], community_id: int, steps: Steps, *, by: Actor, at: datetime) -> list[Facility]:
    made = Facility.objects.bulk_create(
        [
            Facility(
                community_id=community_id,
                kind=row.kind,
                code=row.code,
                name=row.name,
                place_id=row.place_id,
                spot=row.spot,
                state=row.state or FacilityState.IN_SERVICE,
                repairer_id=row.repairer_id,
                x=row.x,
                y=row.y,
                in_service_at=None if row.state == FacilityState.PLANNED else _since(row.since, at),
                retired_at=at if row.state == FacilityState.RETIRED else None,
                entered_by_id=by.user_id,
                entered_at=at,
            )
            for row in rows
        ],
        batch_size=_BATCH,
    )
    for one in made:
        spans.serve(one, steps)
    if len(rows) == 1 and rows[0].up:
        _hang(rows, community_id)
    _fill([(one.pk, row) for one, row in zip(made, rows, strict=True) if row.model or row.serial or row.warranty], at=at)
    _serviced([(one.pk, dict(row.lasts)) for one, row in zip(made, rows, strict=True)], community_id)
    return made


@in_action
def _serviced(done: Iterable[tuple[int, Mapping[str, date]]], community_id: int) -> None:
    """When services that come round were done last, and so when they are due again."""
    rules_ = rules.clocks()
    rows = [
        Clock(facility_id=pk, community_id=community_id, code=code, last_on=day, due_on=rules_[code].due(day))
        for pk, lasts in done
        for code, day in lasts.items()
    ]
    if rows:
        Clock.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["facility", "code"], update_fields=["last_on", "due_on"], batch_size=_BATCH
        )


def _since(day: date | None, at: datetime) -> datetime:
    moment = datetime.combine(day, time(), clock.SHANGHAI) if day else at
    return min(moment, at)


@in_action
def _fill(devices: list[tuple[int, SheetRow]], *, at: datetime) -> None:
    Device.objects.bulk_create(
        [
            Device(facility_id=pk, model=row.model, serial=row.serial, warranty_until=row.warranty, installed_on=clock.local_date(at))
            for pk, row in devices
        ],
        batch_size=_BATCH,
    )


@in_action
def _change(changes: list[Change], community_id: int, steps: Steps, *, at: datetime) -> None:
    rows = {one.pk: one for one in Facility.objects.filter(pk__in=[change.known.id for change in changes], community_id=community_id)}
    retired = []
    for change in changes:
        one, row = rows[change.known.id], change.row
        one.name, one.spot = row.name or one.name, row.spot or one.spot
        one.place_id, one.repairer_id = row.place_id or one.place_id, row.repairer_id or one.repairer_id
        if row.x is not None:
            one.x, one.y = row.x, row.y
        if "state" in change.columns and row.state == FacilityState.RETIRED:
            one.state, one.retired_at = FacilityState.RETIRED, at
            retired.append(one)
            spans.retired(one, steps, at=at)
        elif "state" in change.columns:
            one.state, one.in_service_at = FacilityState.IN_SERVICE, _since(row.since, at)
            spans.serve(one, steps)
        if {"model", "serial", "warranty"} & set(change.columns):
            _replace(one.pk, change, at=at)
    Facility.objects.bulk_update(rows.values(), [name.removesuffix("_id") for name in _CHANGED if name != "hangs_on_id"], batch_size=_BATCH)
    spans.end(retired, steps, at=at)
    _serviced([(one.known.id, _later(one)) for one in changes], community_id)


def _later(change: Change) -> dict[str, date]:
    """The services that the sheet knows to be done later than the register does."""
    return {code: day for code, day in change.row.lasts if f"last-{code}" in change.columns}


@in_action
def _replace(facility_id: int, change: Change, *, at: datetime) -> None:
    """Another serial number is another device: the old one keeps its place in the history."""
    row, was = change.row, change.known
    there = Device.objects.filter(facility_id=facility_id, removed_on=None)
    if row.serial and was.serial and row.serial != was.serial:
        there.update(removed_on=clock.local_date(at))
        _fill([(facility_id, row)], at=at)
    elif not there.update(model=row.model or was.model, serial=row.serial or was.serial, warranty_until=row.warranty or was.warranty):
        _fill([(facility_id, row)], at=at)


@in_action
def _hang(rows: Iterable[SheetRow], community_id: int) -> None:
    ids = dict(Facility.objects.filter(community_id=community_id).values_list("code", "pk"))
    hung = [Facility(pk=ids[row.code], hangs_on_id=ids[row.up]) for row in rows if row.up]
    Facility.objects.bulk_update(hung, ["hangs_on"], batch_size=_BATCH)


@action
def retire(facility_id: int, *, by: Actor, at: datetime) -> int:
    """It was taken down: it counts no more, and its number is never used again."""
    found = held(facility_id)
    guards.check_change(by, guards.Where(found.community_id), found.state)
    _moved(found, state=FacilityState.RETIRED, retired_at=at)
    steps = Steps()
    spans.retired(found, steps, at=at)
    spans.end([found], steps, at=at)
    sums.write(steps)
    _told("retire", found, by=by, at=at, before={"state": str(found.state)})
    return found.pk


@action
def take_up(facility_id: int, *, by: Actor, at: datetime) -> int:
    """What was planned stands there now and is in service."""
    found = held(facility_id)
    guards.check_change(by, guards.Where(found.community_id), found.state)
    if found.state != FacilityState.PLANNED:
        raise WrongState(_("这一处已经投用了。"))
    _moved(found, state=FacilityState.IN_SERVICE, in_service_at=at)
    steps = Steps()
    found.in_service_at = at
    spans.serve(found, steps)
    sums.write(steps)
    _told("take_up", found, by=by, at=at, before={"state": str(found.state)})
    return found.pk


@action
def note_service(facility_id: int, *, code: str, done_on: date, by: Actor, at: datetime) -> int:
    """A service that comes round was done that day: the next is due so many days later, as the kind's rule has it."""
    found = held(facility_id)
    guards.check_change(by, guards.Where(found.community_id), found.state)
    rule = rules.kinds()[found.kind].clock(code)
    if rule is None:
        raise Invalid.on("code", _("这类设施没有这一项。"))
    if not date(1950, 1, 1) <= done_on <= clock.local_date(at):
        raise Invalid.on("done_on", _("请写已经做过的那一天，不能写以后的日子。"))
    later = Clock.objects.filter(facility_id=found.pk, code=code, last_on__gt=done_on)
    if later.exists():
        raise WrongState(_("后来又做过一次，已经记了。"))
    Clock.objects.update_or_create(
        facility_id=found.pk,
        code=code,
        defaults={"last_on": done_on, "due_on": rule.due(done_on)},
        create_defaults={"community_id": found.community_id, "last_on": done_on, "due_on": rule.due(done_on)},
    )
    after = {"code": code, "done_on": done_on.isoformat(), "due_on": rule.due(done_on).isoformat()}
    audit.record("note_service", "facility", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return found.pk


def held(facility_id: int) -> Facility:
    """The facility of that id, locked for this step on PostgreSQL. Raises :class:`NotThere`."""
    found = Facility.objects.select_for_update().filter(pk=facility_id).first() if 0 < facility_id <= ID_MOST else None
    if found is None:
        raise NotThere(_("没有找到这处设施，或者不在您的社区。"))
    return found


def _moved(found: Facility, **changes: object) -> None:
    if not Facility.objects.filter(pk=found.pk, state=found.state).update(**changes):
        raise WrongState(_("刚才有人改了，请再看一眼。"))


def _told(verb: str, found: Facility, *, by: Actor, at: datetime, before: dict[str, object]) -> None:
    audit.record(verb, "facility", found.pk, by=by, at=at, community_id=found.community_id, before=before)

"""Correcting what the register says of one facility: its name, where it stands, what it hangs on, who repairs it, what is built in."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid
from zengyi.core.steps import action, in_action
from zengyi.facilities.actions.register import held
from zengyi.facilities.models import Device, Facility
from zengyi.facilities.queries.registering import ground
from zengyi.facilities.rules import guards
from zengyi.facilities.rules.sheets import COLUMNS, SheetRow, single
from zengyi.people.rules import Actor

#: What can be said anew, by the keys of the sheet's columns. Number and kind stay; the state changes by steps of its own.
CORRECTED = ("name", "place", "spot", "up", "repairer", "model", "serial", "warranty", "x", "y")


@action
def correct(facility_id: int, *, given: Mapping[str, str], by: Actor, at: datetime) -> int:
    """Replace what :data:`CORRECTED` names, in the words of a sheet; whatever is left out is emptied. Returns its id.

    Another serial number is another device: the old one keeps its place in the history. Raises :class:`Invalid` with its fields.
    """
    found = held(facility_id)
    guards.check_change(by, guards.Where(found.community_id), found.state)
    words = {"code": found.code, "kind": found.kind, **{key: given.get(key, "") for key in CORRECTED}}
    columns = [column for column in COLUMNS if column.key in words]
    table = [[column.title for column in columns], [words[column.key] for column in columns]]
    row, errors = single(table, ground(table, found.community_id, at=at))
    if errors:
        keys = {column.title: column.key for column in COLUMNS}
        raise Invalid(_("有几处要改。"), {keys.get(error.column, "name"): str(error.sentence) for error in errors})
    up = Facility.objects.filter(community_id=found.community_id, code=row.up).values_list("pk", flat=True).first() if row.up else None
    now = {"name": row.name, "place_id": row.place_id, "spot": row.spot, "hangs_on_id": up, "repairer_id": row.repairer_id}
    now |= {"x": row.x, "y": row.y}
    before = {key: getattr(found, key) for key, value in now.items() if getattr(found, key) != value}
    Facility.objects.filter(pk=found.pk).update(**now)
    device = _built_in(found.pk, row, at=at)
    after = {**{key: now[key] for key in before}, **device}
    if not after:
        raise Invalid(_("没有要改的。"))
    audit.record("correct", "facility", found.pk, by=by, at=at, community_id=found.community_id, before=before, after=after)
    return found.pk


@in_action
def _built_in(facility_id: int, row: SheetRow, *, at: datetime) -> dict[str, str]:
    """Keep which device is in it now; returns what is new about it."""
    said = {"model": row.model, "serial": row.serial, "warranty_until": row.warranty}
    there = Device.objects.filter(facility_id=facility_id, removed_on=None)
    known = there.first()
    was = {name: getattr(known, name) for name in said} if known else {"model": "", "serial": "", "warranty_until": None}
    changed = {name: str(value or "") for name, value in said.items() if value != was[name]}
    if not changed:
        return {}
    today = clock.local_date(at)
    if known is None or (was["serial"] and row.serial and was["serial"] != row.serial):
        there.update(removed_on=today)
        Device.objects.create(facility_id=facility_id, installed_on=today, **said)
    else:
        there.update(**said)
    return changed

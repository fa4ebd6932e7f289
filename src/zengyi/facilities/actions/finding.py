"""Defects: a failed check opens or joins exactly one, which places one order; somebody who did not repair it looks again.

Whoever comes second joins by one statement: the partial unique index of open defects decides, and the database tells which it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict
from uuid import UUID

from django.db import connection
from django.db.models import F
from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.facilities import rules
from zengyi.facilities.actions import spans, sums
from zengyi.facilities.models import Check, Defect, Facility, Item, Photo
from zengyi.facilities.rules import LIVE, FacilityHealth, FacilityState, guards
from zengyi.facilities.rules.schedule import good_for
from zengyi.facilities.rules.sums import Steps
from zengyi.orders import actions as orders
from zengyi.orders.queries import Standing, states_of
from zengyi.orders.rules import Matter, Source
from zengyi.people import queries as people
from zengyi.people.rules import Actor

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        path: str
        merged: int | None

    _Held = WithAnnotations[Defect, _Columns]

#: Points of an order that is proposed to the repairer at once, by urgency. Nobody weighs it first, so the rule sets them.
POINTS = {1: 4, 2: 3, 3: 2, 4: 1}
ORIGIN = "defect"
_OPEN = """
INSERT INTO facilities_defect (community_id, facility_id, item, reason, stops, fails, opened_at, last_fail_at, returned, cause_id)
VALUES {rows}
ON CONFLICT (facility_id, item) WHERE fixed_at IS NULL DO UPDATE SET
  fails = facilities_defect.fails + excluded.fails,
  last_fail_at = CASE WHEN excluded.last_fail_at > facilities_defect.last_fail_at THEN excluded.last_fail_at
                      ELSE facilities_defect.last_fail_at END
RETURNING id, facility_id, item, order_id, cause_id, fails
"""
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, 0, %s)"


@dataclass(frozen=True, slots=True)
class Found:
    """Something found broken: where, what, why, when; ``fails`` times."""

    facility_id: int
    item: str
    reason: str
    at: datetime
    fails: int = 1


@dataclass(frozen=True, slots=True)
class Opened:
    """A defect as it is after it was opened or joined."""

    id: int
    facility_id: int
    item: str
    order_id: int | None
    cause_id: int | None
    fails: int


@in_action
def open_for(found: Sequence[Found], checklist_id: int, steps: Steps, *, by: Actor, at: datetime) -> list[int]:
    """Open or join the defect of each failure, and place the orders of those that are new; returns the orders' ids.

    A failure whose reason lies with what the facility hangs on joins the one defect of that: three hundred dead cameras behind one
    switch are one order.
    """
    if not found:
        return []
    stops = dict(Item.objects.filter(checklist_id=checklist_id).values_list("key", "stops"))
    there = _with_causes({one.facility_id for one in found})
    causes: dict[int, Found] = {}
    for one in found:
        cause = _cause(there[one.facility_id], one.reason)
        if cause is not None:
            before = causes.get(cause.pk)
            causes[cause.pk] = Found(cause.pk, rules.CAUSE_ITEM, "", one.at, 1 + (before.fails if before else 0))
    roots = {row.facility_id: row for row in upsert(causes.values(), there, {rules.CAUSE_ITEM: True}, {})}
    cause_of = {}
    for one in found:
        cause = _cause(there[one.facility_id], one.reason)
        if cause is not None:
            root = roots[cause.pk]  # the desk may have said already that this one lies at another cause
            cause_of[one.facility_id, one.item] = root.cause_id or root.id
    own = upsert(found, there, stops, cause_of)
    reasons = {(one.facility_id, one.item): one.reason for one in found}
    last = {(one.facility_id, one.item): one.at for one in (*causes.values(), *found)}
    new = _nobody_at([row for row in (*roots.values(), *own) if row.cause_id is None], last)
    placed = [place(row, there[row.facility_id], reasons.get((row.facility_id, row.item), ""), by=by, at=at) for row in new]
    _repeats([row for row in (*roots.values(), *own) if row.order_id is None], at=at)
    down([*causes.values(), *found], stops, steps)
    return placed


def _nobody_at(opened: Sequence[Opened], last: Mapping[tuple[int, str], datetime]) -> list[Opened]:
    """Those at which nobody works: they have no order yet, or one that was over before they failed again."""
    standing = states_of([row.order_id for row in opened if row.order_id is not None])
    over = {pk: one.ended_at for pk, one in standing.items() if one.over}
    ended = {row.id: over.get(row.order_id) if row.order_id is not None else None for row in opened}
    return [
        row for row in opened if row.order_id is None or ((when := ended[row.id]) is not None and when < last[row.facility_id, row.item])
    ]


def opened(row: Defect) -> Opened:
    """A defect's row as it stands."""
    return Opened(row.pk, row.facility_id, row.item, row.order_id, row.cause_id, row.fails)


@in_action
def worked_on(row: Opened, facility: Facility, *, by: Actor, at: datetime) -> int:
    """The defect's order, or a new one where it has none or that one is over."""
    if row.order_id is not None:
        stands = states_of([row.order_id]).get(row.order_id)
        if stands is not None and stands.is_open:
            return row.order_id
    return place(row, facility, "", by=by, at=at)


def _with_causes(ids: Iterable[int]) -> dict[int, Facility]:
    """The facilities of these ids with what they hang on, four steps up. One statement."""
    rows = Facility.objects.filter(pk__in=ids).select_related("hangs_on__hangs_on__hangs_on__hangs_on")
    there: dict[int, Facility] = {}
    for row in rows:
        here: Facility | None = row
        while here is not None:
            there.setdefault(here.pk, here)
            here = _above(here)
    return there


def _above(facility: Facility) -> Facility | None:
    """What a facility hangs on, where that was read with it."""
    return facility.hangs_on if Facility._meta.get_field("hangs_on").is_cached(facility) else None


def _cause(facility: Facility, reason: str) -> Facility | None:
    """The facility at which a failure lies: the nearest one upwards of the kind that the reason names; ``None`` where the fault is its
    own."""
    word = rules.kinds()[facility.kind].reason(reason)
    if word is None or not word.up:
        return None
    here = _above(facility)
    for _step in range(4):
        if here is None or (here.kind == word.up and here.state in LIVE):
            return here
        here = _above(here)
    return None


def upsert(
    found: Iterable[Found], there: Mapping[int, Any], stops: Mapping[str, bool], cause_of: Mapping[tuple[int, str], int]
) -> list[Opened]:
    """Open or join defects in one statement. The rows are sorted, so that two rounds that find the same never block each other for good."""
    adapt = connection.ops.adapt_datetimefield_value
    values: list[Any] = []
    rows = sorted(found, key=lambda one: (one.facility_id, one.item))
    for one in rows:
        place = there[one.facility_id]
        values += [place.community_id, one.facility_id, one.item, one.reason, stops.get(one.item, True), one.fails]
        values += [adapt(one.at), adapt(one.at), cause_of.get((one.facility_id, one.item))]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_OPEN.format(rows=", ".join([_ROW] * len(rows))), values)
        return [Opened(*row) for row in cursor.fetchall()]


def _repeats(opened: Sequence[Opened], *, at: datetime) -> None:
    """What was repaired within the last thirty days and is broken again is a repeat of it."""
    if not opened:
        return
    lately = Defect.objects.filter(facility_id__in={row.facility_id for row in opened}, fixed_at__gte=at - rules.REPEAT_WITHIN).order_by(
        "fixed_at"
    )
    last = {(row.facility_id, row.item): row.pk for row in lately}
    again = [Defect(pk=row.id, repeat_of_id=last[row.facility_id, row.item]) for row in opened if (row.facility_id, row.item) in last]
    if again:
        Defect.objects.bulk_update(again, ["repeat_of"])


def place(row: Opened, facility: Facility, reason: str, *, by: Actor, at: datetime) -> int:
    """The defect's order. It is proposed to whoever repairs the facility, or waits at the desk."""
    kind = rules.kinds()[facility.kind]
    word = kind.reason(reason)
    what = word.text if word else str(_("坏了"))
    title = f"{facility.name}{_('：')}{what}"[:60]
    text = _("巡检发现：%(code)s %(name)s，%(what)s。修好以后由别人复查。") % {"code": facility.code, "name": facility.name, "what": what}
    party: dict[str, Any] = {}
    if _may_repair(facility, by):
        party = {"organisation_id": facility.repairer_id, "points": POINTS[kind.urgency]}
    matter = Matter(
        source=Source.INSPECTION,
        community_id=facility.community_id,
        requester_id=_asker(by),
        title=title,
        text=text,
        category=kind.category,  # type: ignore[arg-type]
        place_id=facility.place_id,
        spot=facility.spot,
        urgency=kind.urgency,
        origin_kind=ORIGIN,
        origin_id=row.id,
        origin_title=str(facility),
        **party,
    )
    order = orders.arise(matter, by=by, at=at)
    Defect.objects.filter(pk=row.id).update(order_id=order.pk)
    return order.pk


def _asker(by: Actor) -> int:
    if by.person_id is None:
        raise Invalid(_("巡检要用本人的账号：坏了的单子要写是谁报的。"))
    return by.person_id


def _may_repair(facility: Facility, by: Actor) -> bool:
    """Whether whoever repairs it can be asked at once: a unit of this community to which the one who found it does not belong."""
    unit = facility.repairer_id
    return (
        unit is not None and unit not in by.units and people.party(facility.community_id, member_id=None, organisation_id=unit) is not None
    )


def down(found: Iterable[Found], stops: Mapping[str, bool], steps: Steps) -> None:
    """Write that facilities are down, or degraded where what failed does not stop them."""
    halted: dict[int, datetime] = {}
    limping = set()
    for one in found:
        if one.item == rules.CAUSE_ITEM or stops.get(one.item, True):
            halted[one.facility_id] = min(one.at, halted.get(one.facility_id, one.at))
        else:
            limping.add(one.facility_id)
    Facility.objects.filter(pk__in=halted, state__in=(FacilityState.IN_SERVICE, FacilityState.DEGRADED)).update(state=FacilityState.DOWN)
    Facility.objects.filter(pk__in=limping, state=FacilityState.IN_SERVICE).update(state=FacilityState.DEGRADED)
    spans.note({pk: spans.Seen(FacilityHealth.DOWN, spans.seconds(when), 0) for pk, when in halted.items()}, steps)


def missing_of(round_id: int, manifest: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """Which checks and which photos of the manifest are not here yet: checks by their ids, photos as ``id/hash``. Two statements."""
    ids = {}
    for text in manifest:
        try:
            ids[str(UUID(text))] = text
        except ValueError as error:
            raise Invalid.on("manifest", _("清单里有读不懂的编号。")) from error
    known = {str(uid) for uid in Check.objects.filter(round_id=round_id, uid__in=list(ids)).values_list("uid", flat=True)}
    there = {
        (str(uid), bytes(sha).hex())
        for uid, sha in Photo.objects.filter(check_row__round_id=round_id).values_list("check_row__uid", "sha256")
    }
    missing = [text for uid, text in ids.items() if uid not in known]
    photos = [f"{uid}/{sha}" for uid, text in ids.items() for sha in manifest[text] if (uid, sha) not in there]
    return missing, photos


def recheck(defect_id: int, *, passed: bool, reason: str = "", by: Actor, at: datetime) -> int:
    """Somebody who did not repair it looks again. Good: the order is confirmed, and what lay at it works again. Not good: the same order
    goes back to whoever repaired it. Returns the order's id.

    An order that is over already (nobody took it on, whoever asked confirmed it unseen, it was closed) is left as it is: found good, the
    defect ends all the same; not good, it gets a new order.
    """
    found = Defect.objects.filter(pk=defect_id).first() if 0 < defect_id <= ID_MOST else None
    if found is None:
        raise NotThere(_("没有找到这处设施，或者不在您的社区。"))
    order_id = found.order_id
    stands = states_of([order_id]).get(order_id) if order_id is not None else None
    if stands is not None and stands.over and found.cause_id is None:
        return _look_after(defect_id, stands, passed=passed, by=by, at=at)
    return _recheck(defect_id, passed=passed, reason=reason, by=by, at=at)


def _held(defect_id: int, by: Actor) -> "_Held":
    """The defect, locked, for whoever may look again."""
    rows = Defect.objects.select_for_update(of=("self",)).select_related("facility")
    found = rows.annotate(path=F("community__path"), merged=F("order__merged_into")).get(pk=defect_id)
    guards.check_recheck(by, guards.Where(found.community_id, found.path), fixed=found.fixed_at is not None)
    return found


@action
def _recheck(defect_id: int, *, passed: bool, reason: str, by: Actor, at: datetime) -> int:
    """No event of its own: confirming the order or sending it back records one."""
    found, steps = _held(defect_id, by), Steps()
    if found.order_id is None or (found.cause_id is not None and found.merged):
        raise WrongState(_("它跟着另一处一起修，请到那一处复查。"))
    if passed:
        _fixed(found, steps, by=by, at=at)
    elif not Defect.objects.filter(pk=found.pk, fixed_at=None).update(returned=F("returned") + 1):
        raise WrongState(_("这一处已经复查过，好了。"))
    orders.settle(found.order_id, passed=passed, reason=reason, by=by, at=at)
    sums.write(steps)
    return found.order_id


@action
def _look_after(defect_id: int, stands: Standing, *, passed: bool, by: Actor, at: datetime) -> int:
    """Look again at what has no order any more that could be confirmed or sent back."""
    found, steps = _held(defect_id, by), Steps()
    if found.order_id != stands.id or found.cause_id is not None:
        raise WrongState(_("刚才有人改了，请再看一眼。"))
    guards.check_not_repairer(by, member_id=stands.member_id, organisation_id=stands.organisation_id)
    order = stands.id
    if passed:
        _fixed(found, steps, by=by, at=at)
    else:
        Defect.objects.filter(pk=found.pk).update(returned=F("returned") + 1)
        order = place(opened(found), found.facility, found.reason, by=by, at=at)
    sums.write(steps)
    after = {"passed": passed, "order": order}
    audit.record("recheck", "defect", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return order


@in_action
def _fixed(found: Defect, steps: Steps, *, by: Actor, at: datetime) -> None:
    """The defect and all that lay at it are fixed. Of these, only the facility that was looked at is known to be up."""
    if not Defect.objects.filter(pk=found.pk, fixed_at=None).update(fixed_at=at, fixed_by_id=by.login_id):
        raise WrongState(_("这一处已经复查过，好了。"))
    effects = list(Defect.objects.filter(cause_id=found.pk, fixed_at=None).values_list("facility_id", flat=True))
    Defect.objects.filter(cause_id=found.pk, fixed_at=None).update(fixed_at=at, fixed_by_id=by.login_id)
    works_again({found.facility_id, *effects}, steps, at=at)


@in_action
def works_again(ids: Iterable[int], steps: Steps, *, at: datetime) -> None:
    """Facilities without an open defect that stops them are in service again, and up until two days have passed."""
    wanted = set(ids)
    open_ = list(Defect.objects.filter(facility_id__in=wanted, fixed_at=None).values_list("facility_id", "stops"))
    stopped, limping = {pk for pk, stops in open_ if stops}, {pk for pk, _stops in open_}
    free = wanted - stopped
    rows = Facility.objects.filter(state__in=LIVE)
    rows.filter(pk__in=free & limping).update(state=FacilityState.DEGRADED, seen_at=at)
    rows.filter(pk__in=free - limping).update(state=FacilityState.IN_SERVICE, seen_at=at)
    now, good = spans.seconds(at), spans.seconds(good_for(at))
    spans.note({pk: spans.Seen(FacilityHealth.UP, now, good) for pk in free}, steps)

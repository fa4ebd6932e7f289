"""The cause tree by hand: saying that defects lie at one cause, which alone has an order, and taking apart what did not belong there."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from zengyi.core import audit
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.facilities import rules
from zengyi.facilities.actions import finding, sums
from zengyi.facilities.models import Defect, Facility
from zengyi.facilities.rules import guards
from zengyi.facilities.rules.sums import Steps
from zengyi.orders import actions as orders
from zengyi.orders.queries import states_of
from zengyi.people.rules import Actor

#: So many are said to lie at one cause in one step.
GATHERED_MOST = 200


def _not_here() -> NotThere:
    return NotThere(_("没有找到这处设施，或者不在您的社区。"))


def _moved_on() -> WrongState:
    return WrongState(_("刚才有人改了，请再看一眼。"))


@in_action
def _held(ids: Sequence[int]) -> dict[int, Any]:
    """The defects of these ids, locked in one order for everybody."""
    rows = Defect.objects.select_for_update(of=("self",)).select_related("facility").annotate(path=F("community__path"))
    return {row.pk: row for row in rows.filter(pk__in=[pk for pk in ids if 0 < pk <= ID_MOST]).order_by("pk")}


@action
def join(defect_id: int, *, cause_id: int, by: Actor, at: datetime) -> int:
    """Say that a defect lies at a switch, a line or a power supply: it is counted to that one's defect, which has the only order, along
    with all that was counted to it. Orders that nobody has taken on are absorbed. Returns the cause's id."""
    found = _held([defect_id]).get(defect_id)
    cause = Facility.objects.filter(pk=cause_id).first() if 0 < cause_id <= ID_MOST else None
    if found is None or cause is None or cause.community_id != found.community_id:
        raise _not_here()
    may = rules.kinds()[cause.kind].cause and cause.pk != found.facility_id
    where = guards.Where(found.community_id, found.path)
    guards.check_join(by, where, cause_state=cause.state, cause_kind_may=may, fixed=found.fixed_at is not None)
    one = finding.Found(cause.pk, rules.CAUSE_ITEM, "", at)
    root = finding.upsert([one], {cause.pk: cause}, {rules.CAUSE_ITEM: True}, {})[0]
    if root.cause_id is not None:
        raise WrongState(_("它跟着另一处一起修，请归到那一处。"))
    order = finding.worked_on(root, cause, by=by, at=at)
    steps = Steps()
    finding.down([one], {}, steps)
    sums.write(steps)
    if not Defect.objects.filter(pk=found.pk, fixed_at=None, cause_id=found.cause_id).update(cause_id=root.id):
        raise _moved_on()
    Defect.objects.filter(cause_id=found.pk, fixed_at=None).update(cause_id=root.id)
    after = {"cause": root.id, "order": order, "merged": _merged([found.order_id], order, by=by, at=at)}
    audit.record("join", "defect", found.pk, by=by, at=at, community_id=found.community_id, after=after)
    return root.id


@in_action
def _merged(order_ids: Iterable[int | None], into_id: int, *, by: Actor, at: datetime) -> list[int]:
    """Let the cause's order absorb those of what lies at it, as far as nobody has taken them on; returns which."""
    own = {pk for pk in order_ids if pk is not None} - {into_id}
    return orders.absorb(own, into_id=into_id, by=by, at=at) if own else []


@action
def gather(root_id: int, *, defect_ids: Sequence[int], by: Actor, at: datetime) -> int:
    """Say that several open defects lie at this one, whose order mends them all. Orders of their own that nobody has taken on are absorbed.
    Returns the cause's id."""
    wanted = sorted(set(defect_ids))
    rows = _held([root_id, *wanted])
    root = rows.pop(root_id, None)
    if root is None:
        raise _not_here()
    where = guards.Where(root.community_id, root.path)
    may = rules.kinds()[root.facility.kind].cause
    guards.check_join(by, where, cause_state=root.facility.state, cause_kind_may=may, fixed=root.fixed_at is not None)
    if root.cause_id is not None:
        raise WrongState(_("它跟着另一处一起修，请归到那一处。"))
    if not 0 < len(wanted) <= GATHERED_MOST:
        raise Invalid.on("defects", _("请选 1 到 %(most)d 处。") % {"most": GATHERED_MOST})
    if sorted(rows) != wanted or any(row.community_id != root.community_id for row in rows.values()):
        raise Invalid.on("defects", _("请从里面选。"))
    carries = Exists(Defect.objects.filter(cause_id=OuterRef("pk"), fixed_at=None))
    if Defect.objects.filter(~carries, pk__in=wanted, fixed_at=None, cause=None).update(cause_id=root.pk) != len(wanted):
        raise _moved_on()
    last = max(row.last_fail_at for row in (root, *rows.values()))
    Defect.objects.filter(pk=root.pk).update(fails=F("fails") + len(wanted), last_fail_at=last)
    order = finding.worked_on(finding.opened(root), root.facility, by=by, at=at)
    after = {"defects": wanted, "order": order, "merged": _merged([row.order_id for row in rows.values()], order, by=by, at=at)}
    audit.record("gather", "defect", root.pk, by=by, at=at, community_id=root.community_id, after=after)
    return int(root.pk)


@action
def part(defect_id: int, *, by: Actor, at: datetime) -> int:
    """Say that a defect does not lie at the cause it was counted to: it stands by itself again, with an order of its own. Returns the
    id of the cause that it was taken from."""
    found = _held([defect_id]).get(defect_id)
    if found is None:
        raise _not_here()
    joined = found.cause_id is not None
    guards.check_part(by, guards.Where(found.community_id, found.path), joined=joined, fixed=found.fixed_at is not None)
    root = int(found.cause_id)
    if not Defect.objects.filter(pk=found.pk, fixed_at=None, cause_id=root).update(cause=None):
        raise _moved_on()
    order = _own_order(found, by=by, at=at)
    audit.record("part", "defect", found.pk, by=by, at=at, community_id=found.community_id, after={"from": root, "order": order})
    return root


@in_action
def _own_order(found: Defect, *, by: Actor, at: datetime) -> int:
    """The order it had before, where that is still open; otherwise a new one."""
    stands = states_of([found.order_id]).get(found.order_id) if found.order_id else None
    if stands is not None and stands.is_open:
        return stands.id
    return finding.place(finding.opened(found), found.facility, found.reason, by=by, at=at)

"""Routes and what is asked on them. A checklist changes by versions; the key of an item is never used again for another one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError
from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.councils import queries as councils
from zengyi.facilities import rules
from zengyi.facilities.models import Checklist, Facility, Item, Route, Stop
from zengyi.facilities.rules import FacilityState, guards
from zengyi.orders.actions.finding import sentence
from zengyi.orders.queries import states_of
from zengyi.people import queries as people
from zengyi.people.rules import Actor

ITEMS_MOST, LOOKS_MOST = 100, 6
#: A route is planned at most so long before its first round, and not into the past: rounds are never filled in.
AHEAD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class NewItem:
    """A question to be added: for a kind of facility, in a few words, with what to look at."""

    key: str
    kind: str
    title: str
    look: tuple[str, ...] = ()
    stops: bool = True


def lay_out(
    *,
    name: str,
    schedule: str,
    facility_ids: Sequence[int],
    weekday: int = 0,
    starts_on: date | None = None,
    checklist_id: int | None = None,
    decision_id: int | None = None,
    walker_id: int | None = None,
    by: Actor,
    at: datetime,
) -> int:
    """A new route past these facilities in their order, with the community's usual checklist if none is named. Returns its id.

    ``decision_id``: the decision of a council that asks for it every day. ``walker_id``: the unit whose people walk it, by default the one
    that the decision's order names; without a decision anybody's.
    """
    where = guards.of(by)
    guards.check_route(by, where)
    given = sentence(name.replace("\n", " "), "name", rules.NAME_MOST)
    if schedule not in rules.Schedule.values:
        raise Invalid.on("schedule", _("请从里面选一个。"))
    if not 0 <= weekday <= 6:
        raise Invalid.on("weekday", _("请从里面选一个。"))
    walker_id = _walker(where.community_id, walker_id, decision_id)
    today = clock.local_date(at)
    first = starts_on or today
    if not today <= first <= today + AHEAD:
        raise Invalid.on("starts_on", _("从今天或以后的日子开始，不能补以前的。"))
    if not 0 < len(set(facility_ids)) <= rules.STOPS_MOST:
        raise Invalid.on("facilities", _("请选 1 到 %(most)d 处。") % {"most": rules.STOPS_MOST})
    try:
        stops, more = list(dict.fromkeys(facility_ids)), {"checklist_id": checklist_id, "decision_id": decision_id, "walker_id": walker_id}
        return _lay_out(given, schedule, weekday, first, stops, **more, by=by, at=at)
    except IntegrityError as error:
        raise WrongState(_("已经有一条叫这个名字的路线了。")) from error


def _walker(community_id: int, walker_id: int | None, decision_id: int | None) -> int | None:
    """The unit whose people walk it. For a decision there must be one: a duty that is nobody's would be done by nobody."""
    if walker_id is not None and walker_id not in {pk for pk, _name in people.units_of(community_id)}:
        raise Invalid.on("walker_id", _("请选在本社区报到的单位。"))
    if decision_id is None:
        return walker_id
    orders = [one.order_id for one in councils.daily_duties(community_id) if one.decision_id == decision_id]
    if not orders:
        raise Invalid.on("decision_id", _("请从里面选一个。"))
    named = [one.organisation_id for one in states_of(orders).values() if one.organisation_id is not None]
    if walker_id is None and not named:
        raise Invalid.on("walker_id", _("商量定的事要写清谁去查。"))
    return walker_id or named[0]


@action
def _lay_out(
    name: str,
    schedule: str,
    weekday: int,
    first: date,
    facility_ids: list[int],
    *,
    checklist_id: int | None,
    decision_id: int | None,
    walker_id: int | None,
    by: Actor,
    at: datetime,
) -> int:
    community_id = guards.of(by).community_id
    found = Facility.objects.filter(community_id=community_id, pk__in=facility_ids).exclude(state=FacilityState.RETIRED)
    there = set(found.values_list("pk", flat=True))
    if len(there) != len(facility_ids):
        raise Invalid.on("facilities", _("有的设施不在本社区，或者已经拆除。"))
    checklist = _usual(community_id) if checklist_id is None else checklist_of(checklist_id, community_id)
    made = Route.objects.create(
        community_id=community_id,
        name=name,
        checklist=checklist,
        schedule=schedule,
        weekday=weekday,
        decision_id=decision_id,
        walker_id=walker_id,
        planned_until=first - timedelta(days=1),
    )
    Stop.objects.bulk_create([Stop(route=made, facility_id=pk, position=at_) for at_, pk in enumerate(facility_ids)], batch_size=200)
    after: dict[str, object] = {"schedule": schedule, "stops": len(facility_ids), "checklist": checklist.pk, "decision": decision_id}
    after |= {"walker": walker_id}
    audit.record("lay_out", "route", made.pk, by=by, at=at, community_id=community_id, after=after)
    return made.pk


@action
def end(route_id: int, *, by: Actor, at: datetime) -> int:
    """Nobody walks it from tomorrow on. What is planned already is walked or missed; what was found stays."""
    where = guards.of(by)
    guards.check_route(by, where)
    rows = Route.objects.filter(pk=route_id, community_id=where.community_id) if 0 < route_id <= ID_MOST else Route.objects.none()
    if not rows.exists():
        raise NotThere(_("没有这条路线。"))
    today = clock.local_date(at)
    if not rows.filter(ends_on=None).update(ends_on=today):
        raise WrongState(_("这条路线已经不查了。"))
    audit.record("end", "route", route_id, by=by, at=at, community_id=where.community_id, after={"ends_on": today.isoformat()})
    return route_id


@in_action
def _usual(community_id: int) -> Checklist:
    """The checklist that a community begins with: the items of all kinds."""
    name = str(_("常用检查表"))
    found = Checklist.objects.filter(community_id=community_id).order_by("pk").first()
    if found is not None:
        return found
    made = Checklist.objects.create(community_id=community_id, name=name)
    rows = [(kind, item) for kind in rules.kinds().values() for item in kind.items]
    Item.objects.bulk_create(
        Item(
            checklist=made,
            key=f"{kind.code[:3]}-{item.key}"[:12],
            kind=kind.code,
            title=item.title,
            look=list(item.look),
            stops=item.stops,
            sort=sort,
            since=1,
        )
        for sort, (kind, item) in enumerate(rows)
    )
    return made


def checklist_of(checklist_id: int, community_id: int) -> Checklist:
    """The checklist of that id; raises :class:`NotThere` where it is not the community's."""
    found = Checklist.objects.select_for_update().filter(pk=checklist_id, community_id=community_id).first()
    if found is None:
        raise NotThere(_("没有这张检查表。"))
    return found


@action
def revise(checklist_id: int, *, add: Sequence[NewItem] = (), drop: Sequence[str] = (), by: Actor, at: datetime) -> int:
    """The checklist's next version, with some items more and some fewer. Returns its number.

    Rounds that have begun keep theirs. A question in other words is another question: drop the old one, add one under a new key.
    """
    where = guards.of(by)
    guards.check_route(by, where)
    checklist = checklist_of(checklist_id, where.community_id)
    there = {item.key: item for item in Item.objects.filter(checklist=checklist)}
    for item in add:
        _check_item(item, there)
    unknown = [key for key in drop if key not in there or there[key].gone is not None]
    if unknown:
        raise Invalid.on("drop", _("检查表里没有这一项：%(keys)s。") % {"keys": _("、").join(unknown)})
    if not add and not drop:
        raise Invalid(_("没有要改的。"))
    titles = [sentence(item.title, "title", rules.NAME_MOST) for item in add]
    looks = [[sentence(word, "look", rules.NAME_MOST, least=1) for word in item.look] for item in add]
    version = checklist.version + 1
    Checklist.objects.filter(pk=checklist.pk).update(version=version)
    Item.objects.filter(checklist=checklist, key__in=drop).update(gone=version)
    last = max((item.sort for item in there.values()), default=0)
    Item.objects.bulk_create(
        Item(
            checklist=checklist,
            key=item.key,
            kind=item.kind,
            title=title,
            look=look,
            stops=item.stops,
            sort=last + n,
            since=version,
        )
        for n, (item, title, look) in enumerate(zip(add, titles, looks, strict=True), start=1)
    )
    after = {"version": version, "added": [item.key for item in add], "dropped": list(drop)}
    audit.record("revise", "checklist", checklist.pk, by=by, at=at, community_id=where.community_id, after=after)
    return version


def _check_item(item: NewItem, there: dict[str, Item]) -> None:
    if item.kind not in rules.kinds():
        raise Invalid.on("kind", _("请从里面选一个。"))
    if not (item.key.isascii() and item.key.replace("-", "").isalnum() and item.key.isupper() and len(item.key) <= 12):
        raise Invalid.on("key", _("代号用 12 个以内的大写字母、数字和 -。"))
    if item.key in there or item.key == rules.CAUSE_ITEM:
        raise Invalid.on("key", _("代号 %(key)s 用过了，不再给别的问题用。") % {"key": item.key})
    if len(item.look) > LOOKS_MOST or len(there) >= ITEMS_MOST:
        raise Invalid.on("look", _("太多了，请少写几条。"))

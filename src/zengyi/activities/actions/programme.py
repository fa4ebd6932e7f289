"""Planning: an activity, its occasions, their places; moving and cancelling one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from zengyi.activities.actions.holding import hold, offer
from zengyi.activities.models import Activity, Host, Occasion, SignUp, Slot
from zengyi.activities.rules import programme as rules
from zengyi.activities.rules import repeating
from zengyi.activities.rules.signing import HOLDING, LIVE, SignUpState, offer_until
from zengyi.core import audit, search
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.ids import ID_MOST
from zengyi.core.steps import action, in_action
from zengyi.people import queries as people
from zengyi.people.rules import Actor

HOSTS_MOST = 20


@action
def create_activity(
    title: str,
    kind: str,
    *,
    text: str = "",
    minors: bool = False,
    along: str = "",
    hosts: Collection[int] = (),
    by: Actor,
    at: datetime,
) -> Activity:
    """Plan an activity, which so far has no occasion. ``hosts``: the other communities. Raises :class:`Invalid` with the field."""
    made = _create(title, kind, text=text, minors=minors, along=along, hosts=hosts, by=by, at=at)
    audit.record("create", "activity", made.pk, by=by, at=at, community_id=made.community_id, after=_said(made, hosts))
    return made


@action
def announce(activity: dict[str, Any], occasion: dict[str, Any], *, every: str = "", times: int = 1, by: Actor, at: datetime) -> Occasion:
    """Plan an activity with its first occasion: what :func:`create_activity` and :func:`add_occasion` take; and those that follow."""
    repeating.check_every(every, times)
    made = _create(**activity, by=by, at=at)
    first = _add(made, **occasion, by=by, at=at)
    more = _repeat(made, every, times, occasion, by=by, at=at)
    after = _said(made, activity.get("hosts", ())) | _times(first) | {"activity": made.pk} | _series(more)
    audit.record("announce", "occasion", first.pk, by=by, at=at, community_id=made.community_id, after=after)
    return first


@action
def add_occasion(
    activity_id: int,
    starts_at: datetime,
    ends_at: datetime,
    *,
    capacity: int | None = None,
    helpers: Sequence[tuple[str, int]] = (),
    place_id: int | None = None,
    spot: str = "",
    bring: str = "",
    care: str = "",
    by: Actor,
    at: datetime,
) -> Occasion:
    """Another occasion of the activity. Without ``capacity`` nobody need sign up; ``helpers``: what help is wanted, and how many.

    Raises :class:`Invalid` with the field.
    """
    activity = Activity.objects.filter(pk=activity_id).first() if 0 < activity_id <= ID_MOST else None
    rules.check_lead(by, activity.community_id if activity else None)
    assert activity is not None
    given: dict[str, Any] = {"capacity": capacity, "helpers": helpers, "place_id": place_id, "spot": spot, "bring": bring, "care": care}
    made = _add(activity, starts_at, ends_at, **given, by=by, at=at)
    after = _times(made) | {"activity": activity.pk}
    audit.record("add", "occasion", made.pk, by=by, at=at, community_id=made.community_id, after=after)
    return made


@action
def repeat(activity_id: int, every: str, times: int, *, by: Actor, at: datetime, **occasion: Any) -> list[Occasion]:
    """``times`` occasions of the activity in one step, the first when ``occasion`` says so, what :func:`add_occasion` takes.

    Those that would fall on a public holiday follow on the next day that is none. Raises :class:`Invalid` with the field.
    """
    activity = Activity.objects.filter(pk=activity_id).first() if 0 < activity_id <= ID_MOST else None
    rules.check_lead(by, activity.community_id if activity else None)
    assert activity is not None
    repeating.check_every(every, times)
    made = [_add(activity, **occasion, by=by, at=at), *_repeat(activity, every, times, occasion, by=by, at=at)]
    after = _times(made[0]) | {"activity": activity.pk} | _series(made[1:])
    audit.record("add", "occasion", made[0].pk, by=by, at=at, community_id=activity.community_id, after=after)
    return made


@in_action
def _repeat(activity: Activity, every: str, times: int, occasion: Mapping[str, Any], *, by: Actor, at: datetime) -> list[Occasion]:
    """The occasions that follow the first."""
    if not every:
        return []
    Activity.objects.filter(pk=activity.pk).update(every=every)
    first, lasts = occasion["starts_at"], occasion["ends_at"] - occasion["starts_at"]
    later = [begin for begin, _moved in repeating.beginnings(first, every, times)][1:]
    return [_add(activity, **{**occasion, "starts_at": begin, "ends_at": begin + lasts}, by=by, at=at) for begin in later]


def _series(more: Sequence[Occasion]) -> dict[str, Any]:
    return {"followed_by": [one.pk for one in more]} if more else {}


@in_action
def _create(
    title: str, kind: str, *, text: str = "", minors: bool = False, along: str = "", hosts: Collection[int] = (), by: Actor, at: datetime
) -> Activity:
    rules.check_announce(by)
    if kind not in rules.ActivityKind.values:
        raise Invalid.on("kind", _("请从里面选一种。"))
    others = set(hosts) - {by.community_id}
    if len(others) > HOSTS_MOST or not others <= {one.id for one in people.communities()}:
        raise Invalid.on("hosts", _("没有这个社区。"))
    title = rules.sentence(title.replace("\n", " "), "title", rules.TITLE_MOST, least=2)
    text = rules.sentence(text, "text", rules.TEXT_MOST)
    made = Activity.objects.create(
        community_id=by.community_id or 0,
        title=title,
        text=text,
        kind=kind,
        minors=minors,
        along=rules.sentence(along.replace("\n", " "), "along", rules.WORDS_MOST),
        created_by_id=by.login_id,
        created_at=at,
        search=search.public_words(title, text),
    )
    Host.objects.bulk_create(Host(activity=made, community_id=one) for one in sorted(others))
    return made


@in_action
def _add(
    activity: Activity,
    starts_at: datetime,
    ends_at: datetime,
    *,
    capacity: int | None = None,
    helpers: Sequence[tuple[str, int]] = (),
    place_id: int | None = None,
    spot: str = "",
    bring: str = "",
    care: str = "",
    by: Actor,
    at: datetime,
) -> Occasion:
    rules.check_times(starts_at, ends_at, at=at)
    rules.check_capacity(capacity)
    named = [(name.strip(), places) for name, places in helpers]
    rules.check_slots(named)
    if place_id is not None:
        _check_place(place_id, activity.community_id)
    made = Occasion.objects.create(
        activity=activity,
        community_id=activity.community_id,
        starts_at=starts_at,
        ends_at=ends_at,
        place_id=place_id,
        spot=rules.sentence(spot.replace("\n", " "), "spot", 60),
        bring=rules.sentence(bring, "bring", rules.WORDS_MOST),
        care=rules.sentence(care, "care", rules.WORDS_MOST),
        changed_at=at,
    )
    slots = [(rules.SlotRole.GUEST, "", capacity)] if capacity else []
    slots += [(rules.SlotRole.HELPER, name, places) for name, places in named]
    Slot.objects.bulk_create(Slot(occasion=made, role=role, name=name, capacity=places) for role, name, places in slots)
    return made


def _check_place(place_id: int, community_id: int) -> None:
    message = _("请选本社区的楼栋或地点。")
    if not 0 < place_id <= ID_MOST:
        raise Invalid.on("place_id", message)
    try:
        people.place(place_id, community_id=community_id)
    except NotThere as missing:
        raise Invalid.on("place_id", message) from missing


def _said(made: Activity, hosts: Collection[int]) -> dict[str, Any]:
    return {"title": made.title, "kind": str(made.kind), "minors": made.minors, "hosts": sorted(hosts)}


def _times(made: Occasion) -> dict[str, Any]:
    return {"starts_at": made.starts_at.isoformat(), "ends_at": made.ends_at.isoformat(), "state": str(made.state)}


def _led(occasion_id: int, *, by: Actor) -> Occasion:
    """The occasion, locked, if the actor's community leads it and it is not over."""
    found = hold(occasion_id)
    rules.check_lead(by, found.community_id if found else None)
    assert found is not None
    rules.check_open(found.facts)
    return found


@action
def move_occasion(
    occasion_id: int, starts_at: datetime, ends_at: datetime, *, capacity: int | None = None, reason: str, by: Actor, at: datetime
) -> Occasion:
    """Another time, another number of places, or both.

    With another time everybody with a confirmed seat is asked again: who does not answer in time loses it, and who cancels now does not
    cancel late. New places are offered to those who wait. There are never fewer than are taken, so nobody is thrown out.
    """
    found = _led(occasion_id, by=by)
    if (starts_at, ends_at) == (found.starts_at, found.ends_at):
        return _resize(found, capacity, reason, by=by, at=at)
    rules.check_times(starts_at, ends_at, at=at)
    why = rules.sentence(reason, "reason", rules.REASON_MOST, least=2)
    before = _times(found)
    changes: dict[str, Any] = {"starts_at": starts_at, "ends_at": ends_at, "reason": why, "changed_at": at}
    changes |= {"moved_from": found.moved_from or found.starts_at, "sequence": found.sequence + 1}
    Occasion.objects.filter(pk=found.pk).update(**changes)
    for name, value in changes.items():
        setattr(found, name, value)
    until = offer_until(at, starts_at)
    asked = 0
    if until is not None:
        asked = SignUp.objects.filter(occasion=found, state=SignUpState.CONFIRMED).update(asked=True, until=until)
        SignUp.objects.filter(occasion=found, state=SignUpState.OFFERED).update(until=until)
    after = _times(found) | {"sequence": found.sequence, "asked": asked} | _hold_for(found, capacity, at=at)
    audit.record("move", "occasion", found.pk, by=by, at=at, community_id=found.community_id, before=before, after=after, reason=why)
    return found


@in_action
def _resize(found: Occasion, capacity: int | None, reason: str, *, by: Actor, at: datetime) -> Occasion:
    why = rules.sentence(reason, "reason", rules.REASON_MOST, least=2)
    after = _hold_for(found, capacity, at=at)
    if not after:
        raise Invalid.on("starts_at", _("时间和名额都没有变。"))
    Occasion.objects.filter(pk=found.pk).update(changed_at=at)
    audit.record("resize", "occasion", found.pk, by=by, at=at, community_id=found.community_id, after=after, reason=why)
    return found


@in_action
def _hold_for(found: Occasion, capacity: int | None, *, at: datetime) -> dict[str, Any]:
    """Set the number of places for taking part; returns what the event says of it, empty where it stays the same. The occasion must be
    held."""
    if capacity is None:
        return {}
    rules.check_capacity(capacity)
    slot = Slot.objects.filter(occasion=found, role=rules.SlotRole.GUEST).first()
    if slot is None:
        raise Invalid.on("capacity", _("这一场不用报名，来就行。"))
    if slot.capacity == capacity:
        return {}
    if not Slot.objects.filter(pk=slot.pk, taken__lte=capacity).update(capacity=capacity):
        raise Invalid.on("capacity", _("已经定了 %(n)d 位，最少写 %(n)d：报上的一个也不请走。") % {"n": slot.taken})
    return {"capacity": capacity, "offered": offer(slot.pk, found, at=at)}


@action
def cancel_occasion(occasion_id: int, reason: str, *, by: Actor, at: datetime) -> Occasion:
    """Call it off. Everybody's sign-up ends, of those who wait, too: all of them are told."""
    found = _led(occasion_id, by=by)
    why = rules.sentence(reason, "reason", rules.REASON_MOST, least=2)
    rows = Occasion.objects.filter(pk=found.pk, state=rules.OccasionState.PLANNED)
    if not rows.update(state=rules.OccasionState.CANCELLED, reason=why, sequence=found.sequence + 1, changed_at=at):
        raise WrongState(_("这一场已经取消了。"))
    live = SignUp.objects.filter(occasion=found, state__in=LIVE)
    held = list(live.filter(state__in=HOLDING).values_list("pk", flat=True))
    ended = live.update(state=SignUpState.CANCELLED, ended_at=at, reason=why, asked=False, until=None)
    Slot.objects.filter(occasion=found).update(taken=0)
    found.state, found.reason, found.sequence = rules.OccasionState.CANCELLED, why, found.sequence + 1
    after = {"state": str(found.state), "sequence": found.sequence, "ended": ended, "held": len(held)}
    audit.record("cancel", "occasion", found.pk, by=by, at=at, community_id=found.community_id, after=after, reason=why)
    return found

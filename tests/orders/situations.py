"""Orders in every state and situation, everybody who may come upon them, and what each can try."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.cast import AT, Cast, asked_by
from zengyi.core.errors import Invalid, Refused
from zengyi.orders import actions, rules
from zengyi.orders.models import Claim, Order
from zengyi.orders.rules import Channel, OnBehalf, SentMember, Verb
from zengyi.people import actions as people
from zengyi.people.models import User
from zengyi.people.rules import NOBODY, SYSTEM, Actor

DAY = timedelta(days=1)
#: Everything that can be done to an order once it is placed.
VERBS: tuple[str, ...] = tuple(rules.GUARDS)


#: Who might come back in another role to an order of their own, or to one that they have had in their hands.
MANIFOLD = frozenset({"worker", "worker2", "unit", "member", "unit_kin"})


@dataclass(frozen=True)
class Lies:
    """An order as it lies at a moment."""

    name: str
    order: int
    at: datetime

    @property
    def elsewhere(self) -> bool:
        """Whether it lies in another community."""
        return self.name.endswith("elsewhere")


class Town(Cast):
    """The cast, with those who matter here: full hands, two roles in one person, family of the staff."""

    def __init__(self) -> None:
        super().__init__()
        self.login("opened", self.person("居民0505", self.community, "13900000505"))
        self.users["opened"].save()
        self.member("busy", "党员忙", "0021")
        self.member("spare", "党员闲", "0022")
        self.member("far_spare", "外党员闲", "0023", community=self.elsewhere, branch=self.far_branch)
        self.login("busy_unit", self.person("联系人忙", self.community))
        self.grant("busy_unit", "organisation", self.community, organisation=self._unit("忙公司", "忙公司", self.community))
        self.spare_unit = self._unit("闲公司", "闲公司", self.community)
        self.member("homely", "党员家", "0024", home=self.buildings[3], door="303")
        worker2 = self.users["worker2"].person
        assert worker2 is not None
        worker2.household_index = self.members["homely"].person.household_index
        worker2.save()
        self.second_role("worker", "0031")
        self.second_role("worker2", "0032", unit=self.second_unit)
        self.login("unit_kin", self.person("联系人亲", self.community, home=self.buildings[0], door="1206"))
        self.grant("unit_kin", "organisation", self.community, organisation=self.second_unit)
        given = people.open_login(self.users["opened"].person_id or 0, by=self.actor("worker2"), at=AT)
        User.objects.filter(pk=given.user_id).update(must_change=False)
        self.users["opened"] = User.objects.get(pk=given.user_id)
        self.without_login("mute", "党员闷", "0025")
        self._fill_hands()
        self.into = self.published("resident2", title="并到这里").pk
        self.far_into = self.published("far_resident", title="并到那里").pk

    def _fill_hands(self) -> None:
        """As many open claims as one may hold, each on an order of its own."""
        made = self.published("resident2", title="手上的单", places=3)
        held: dict[str, Any] = {"state": "ACTIVE", "places": 1, "by": self.users["worker"], "claimed_at": AT, "lease_until": AT + 30 * DAY}
        unit = self.actor("busy_unit").organisation_id
        whose: dict[str, Any]
        for number, whose in enumerate([{"member": self.members["busy"]}] * 5 + [{"organisation_id": unit}] * 20):
            order = Order.objects.get(pk=made.pk)
            order.pk, order.sequence, order.state, order.taken = None, 5000 + number, "CLAIMED", 1
            order.difficulty = order.account = None
            order.save(force_insert=True)
            Claim.objects.create(order=order, community=self.community, **whose, **held)

    def everybody(self) -> Iterator[tuple[str, Actor]]:
        """Nobody, the machine, every login in its first role, and in all their roles those who have something to do with orders."""
        yield "nobody", NOBODY
        yield "system", SYSTEM
        for name in self.users:
            for role in self.roles(name)[: None if name in MANIFOLD else 1]:
                yield f"{name} as {role.role}", self.actor(name, role.acting_as)

    def lay(self, name: str) -> Lies:
        """One of :data:`SITUATIONS`."""
        return Lies(name, *SITUATIONS[name](self))


def placed(town: Town, who: str = "resident", **more: Any) -> int:
    return town.place(who, title="一盏灯", **more).pk


def behalf(town: Town, who: str) -> dict[str, Any]:
    return {"on_behalf": OnBehalf(person_id=town.users[who].person_id, channel=Channel.PHONE)}


def triaged(town: Town, order: int, by: str = "worker", places: int = 1) -> int:
    actions.triage(order, difficulty=6, places=places, by=town.actor(by), at=AT)
    return order


def published(town: Town, order: int, by: str = "worker", places: int = 1) -> int:
    actions.publish(triaged(town, order, by, places), by=town.actor(by), at=AT)
    return order


def claimed(town: Town, order: int, *who: str, places: int = 1) -> int:
    published(town, order, places=places)
    for name in who:
        actions.claim(order, by=town.actor(name), at=AT)
    return order


def delivered(town: Town, order: int, *who: str, sent: str = "", places: int = 1, at: datetime = AT) -> int:
    claimed(town, order, *who, places=places)
    given = [SentMember(town.member_id(sent), 2)] if sent else []
    actions.deliver(order, text="办好了", sent=given, by=town.actor(who[0]), at=at)
    return order


def assigned(town: Town, order: int, party: str, weigher: str = "worker") -> int:
    triaged(town, order, weigher)
    whose: dict[str, Any] = (
        {"member_id": town.member_id(party)} if party in town.members else {"organisation_id": town.actor(party).organisation_id}
    )
    actions.assign(order, **whose, by=town.actor("worker"), at=AT)
    return order


def accepted_by(town: Town, order: int, party: str) -> int:
    return actions.accept(assigned(town, order, party), by=town.actor(party), at=AT).pk


def heard(town: Town, order: int, *, done: bool = False) -> int:
    """Taken by a member without a login, and done: both told by phone to the secretary."""
    said: dict[str, Any] = {"channel": Channel.PHONE, "by": town.actor("secretary"), "at": AT}
    actions.accept(assigned(town, order, "mute"), **said)
    return actions.deliver(order, text="办好了", **said).pk if done else order


def reminded(town: Town, order: int, times: int) -> int:
    for n in range(1, times + 1):
        actions.remind(order, by=SYSTEM, at=AT + 2 * n * DAY)
    return order


def run_out(order: int) -> datetime:
    """The moment at which its oldest open claim's time is over."""
    return Claim.objects.filter(order=order, state__in=["PROPOSED", "ACTIVE"]).order_by("pk")[0].lease_until


def late(town: Town, order: int, *, warned: bool = False) -> tuple[int, datetime]:
    until = run_out(order)
    if warned:
        claim = Claim.objects.filter(order=order, state="ACTIVE").order_by("pk")[0]
        actions.remind_claimant(order, claim.pk, by=SYSTEM, at=until)
    return order, until + (2 * DAY if warned else timedelta(0))


def confirmed(town: Town) -> int:
    return actions.confirm(delivered(town, placed(town), "member"), by=town.actor("resident"), at=AT).pk


def confirmed_for(town: Town) -> int:
    """Written down by one worker, weighed by another, confirmed by the secretary."""
    order = delivered(town, placed(town, "worker2", **behalf(town, "resident2")), "unit")
    return actions.confirm(order, channel="PHONE", by=town.actor("secretary"), at=AT).pk


def drawn(town: Town, order: int) -> int:
    Order.objects.filter(pk=order).update(drawn=True)
    return order


def undone(town: Town, order: int) -> int:
    town.taken_back(Order.objects.get(pk=order))
    return order


def ended(town: Town, act: Callable[..., Order], order: int, **more: Any) -> int:
    return act(order, by=town.actor("worker"), at=AT, **more).pk


def given_back(town: Town, order: int) -> int:
    actions.release(order, reason="要出差", by=town.actor("member"), at=AT)
    return order


def refused_by_the_unit(town: Town, order: int) -> int:
    actions.refuse(assigned(town, order, "unit"), reason="没空", by=town.actor("unit"), at=AT)
    return order


def published_then_assigned(town: Town, order: int) -> int:
    actions.assign(published(town, order), member_id=town.member_id("member"), by=town.actor("worker"), at=AT)
    return order


def far(town: Town, *steps: str) -> int:
    order = town.published("far_resident", title="外面的灯").pk
    if "claim" in steps:
        actions.claim(order, by=town.actor("far_member"), at=AT)
    if "deliver" in steps:
        actions.deliver(order, text="办好了", by=town.actor("far_member"), at=AT)
    return order


def self_weighed(town: Town) -> int:
    order = actions.place(**asked_by("resident"), by=town.actor("worker", "resident"), at=AT).pk
    return delivered(town, order, "unit")


def sent_back(town: Town) -> int:
    order = delivered(town, placed(town), "member")
    actions.send_back(order, reason="还不行", by=town.actor("resident"), at=AT)
    return order


def kept_away(town: Town, order: int) -> int:
    return actions.exclude(order, town.unit.pk, by=town.actor("resident"), at=AT).pk


Made = tuple[int, datetime]
SITUATIONS: dict[str, Callable[[Town], Made]] = {
    "placed": lambda t: (placed(t), AT),
    "placed anonymously": lambda t: (placed(t, anonymous=True), AT),
    "placed privately": lambda t: (placed(t, private=True), AT),
    "placed on behalf": lambda t: (placed(t, "worker2", **behalf(t, "resident2")), AT),
    "placed by a member": lambda t: (placed(t, "member"), AT),
    "placed by a worker for themselves": lambda t: (placed(t, "worker"), AT),
    "taken on": lambda t: (triaged(t, placed(t)), AT),
    "taken on by a worker at home with a member": lambda t: (triaged(t, placed(t, "resident2"), "worker2"), AT),
    "published": lambda t: (published(t, placed(t)), AT),
    "published for three": lambda t: (published(t, placed(t), places=3), AT),
    "published privately": lambda t: (published(t, placed(t, private=True)), AT),
    "published anonymously": lambda t: (published(t, placed(t, anonymous=True)), AT),
    "published, asked by a unit's contact": lambda t: (published(t, placed(t, "unit")), AT),
    "published, asked by who works for a unit": lambda t: (published(t, placed(t, "colleague")), AT),
    "published, asked by a member": lambda t: (published(t, placed(t, "member2")), AT),
    "published, weighed by who lives with a member": lambda t: (published(t, placed(t, "resident2"), "worker2"), AT),
    "published, placed on behalf": lambda t: (published(t, placed(t, "worker2", **behalf(t, "resident2"))), AT),
    "published after it was given back": lambda t: (given_back(t, claimed(t, placed(t), "member")), AT),
    "published after a unit refused": lambda t: (refused_by_the_unit(t, placed(t)), AT),
    "assigned to a member": lambda t: (assigned(t, placed(t), "member"), AT),
    "assigned to a unit": lambda t: (assigned(t, placed(t), "unit"), AT),
    "assigned to a unit whose contact lives with the asker": lambda t: (assigned(t, placed(t), "unit2"), AT),
    "assigned after it was published": lambda t: (published_then_assigned(t, placed(t)), AT),
    "assigned to a member with full hands": lambda t: (assigned(t, placed(t), "busy"), AT),
    "assigned, time is over": lambda t: late(t, assigned(t, placed(t), "member")),
    "claimed by a member": lambda t: (claimed(t, placed(t), "member"), AT),
    "claimed by one of three": lambda t: (claimed(t, placed(t), "member", places=3), AT),
    "claimed by three of three": lambda t: (claimed(t, placed(t), "member", "member2", "member3", places=3), AT),
    "claimed by a unit": lambda t: (claimed(t, placed(t), "unit", places=3), AT),
    "claimed privately": lambda t: (accepted_by(t, placed(t, private=True), "member"), AT),
    "claimed, time is over": lambda t: late(t, claimed(t, placed(t), "member", "member2", places=3)),
    "claimed, warned, time is over": lambda t: late(t, claimed(t, placed(t), "member", "member2", places=3), warned=True),
    "claimed again after it was sent back": lambda t: (sent_back(t), AT),
    "delivered by a member": lambda t: (delivered(t, placed(t), "member"), AT),
    "delivered by two": lambda t: (delivered(t, placed(t), "member", "member2", places=2), AT),
    "delivered by a unit that sent a member": lambda t: (delivered(t, placed(t), "unit", sent="member3"), AT),
    "delivered privately": lambda t: (
        actions.deliver(accepted_by(t, placed(t, private=True), "unit"), text="办好了", by=t.actor("unit"), at=AT).pk,
        AT,
    ),
    "delivered, placed on behalf": lambda t: (delivered(t, placed(t, "worker2", **behalf(t, "resident2")), "unit"), AT),
    "delivered, the asker's login was handed out by the placer": lambda t: (
        delivered(t, placed(t, "worker2", **behalf(t, "opened")), "unit"),
        AT,
    ),
    "delivered, asked and weighed by one worker": lambda t: (self_weighed(t), AT),
    "delivered by a member at home with a worker": lambda t: (delivered(t, placed(t, "resident2"), "homely"), AT),
    "delivered by the unit of a worker": lambda t: (delivered(t, placed(t, "resident2"), "unit2"), AT),
    "delivered, two days ago": lambda t: (delivered(t, placed(t), "member"), AT + 2 * DAY),
    "delivered, reminded once": lambda t: (reminded(t, delivered(t, placed(t), "member"), 1), AT + 3 * DAY),
    "delivered, just reminded twice": lambda t: (reminded(t, delivered(t, placed(t), "member"), 2), AT + 5 * DAY),
    "delivered, reminded twice, time is over": lambda t: (reminded(t, delivered(t, placed(t), "member"), 2), AT + 6 * DAY),
    "confirmed": lambda t: (
        actions.confirm(delivered(t, placed(t), "member"), by=t.actor("resident"), at=AT).pk,
        AT,
    ),
    "confirmed, drawn": lambda t: (drawn(t, confirmed(t)), AT),
    "confirmed, drawn, placed on behalf": lambda t: (drawn(t, confirmed_for(t)), AT),
    "confirmed, rung up": lambda t: (
        actions.call_back(drawn(t, confirmed(t)), outcome="TRUE", by=t.actor("worker2"), at=AT).pk,
        AT,
    ),
    "confirmed, taken back": lambda t: (undone(t, confirmed(t)), AT),
    "opened again": lambda t: (
        actions.reopen(undone(t, confirmed(t)), reason="没有办", by=t.actor("worker"), at=AT).pk,
        AT,
    ),
    "declined": lambda t: (ended(t, actions.decline, placed(t), reason="不归社区"), AT),
    "taken back": lambda t: (ended(t, actions.cancel, published(t, placed(t)), reason="不用了"), AT),
    "merged": lambda t: (ended(t, actions.merge, published(t, placed(t)), into_id=t.into), AT),
    "closed without an answer": lambda t: (
        actions.close(reminded(t, delivered(t, placed(t), "member"), 2), by=SYSTEM, at=AT + 6 * DAY).pk,
        AT + 7 * DAY,
    ),
    "placed with a phone in its words": lambda t: (placed(t, text="请打13800138000"), AT),
    "confirmed with a phone in its words": lambda t: (
        actions.confirm(delivered(t, placed(t, text="请打13800138000"), "member"), by=t.actor("resident"), at=AT).pk,
        AT,
    ),
    "published, a unit is kept away": lambda t: (kept_away(t, published(t, placed(t))), AT),
    "claimed by one of three, a unit is kept away": lambda t: (kept_away(t, claimed(t, placed(t), "member", places=3)), AT),
    "assigned to a member without a login": lambda t: (assigned(t, placed(t, "resident2"), "mute"), AT),
    "assigned to a member without a login, asked by who lives with a worker": lambda t: (assigned(t, placed(t, "homely"), "mute"), AT),
    "claimed by a member without a login": lambda t: (heard(t, placed(t)), AT),
    "delivered by a member without a login": lambda t: (heard(t, placed(t, "resident2"), done=True), AT),
    "published elsewhere": lambda t: (far(t), AT),
    "claimed elsewhere": lambda t: (far(t, "claim"), AT),
    "delivered elsewhere": lambda t: (far(t, "claim", "deliver"), AT),
}


def accepted(town: Town, lies: Lies, verb: str, by: Actor) -> bool:
    """Whether the action does it. What is typed is always right, so that :class:`Invalid` is a fault of the action's or of ours."""
    try:
        TRIES[verb](town, lies, {"by": by, "at": lies.at})
    except Invalid:
        raise
    except Refused as refusal:
        assert refusal.sentence
        return False
    return True


def _claim(order: int, **which: Any) -> int:
    """The claim to name: one that it is about, if there is one."""
    rows = Claim.objects.filter(order=order, state__in=["PROPOSED", "ACTIVE"], **which)
    return rows.order_by("pk").values_list("pk", flat=True).first() or 1


def _to_give_back(order: int, by: Actor) -> int | None:
    """Staff name whose claim they give back; whoever holds it gives back their own."""
    return _claim(order) if by.role in ("worker", "secretary") else None


def _standing(lies: Lies) -> int | None:
    """The proposal that the dispatcher sees, if there is one."""
    return Claim.objects.filter(order_id=lies.order, state="PROPOSED").values_list("pk", flat=True).first()


def _spare(town: Town, lies: Lies) -> int:
    """A member to whom anything in the order's community may be proposed."""
    return town.member_id("far_spare" if lies.elsewhere else "spare")


Try = Callable[[Town, Lies, dict[str, Any]], object]
TRIES: dict[str, Try] = {
    Verb.TRIAGE: lambda town, lies, who: actions.triage(lies.order, difficulty=3, **who),
    Verb.PUBLISH: lambda town, lies, who: actions.publish(lies.order, **who),
    Verb.ASSIGN: lambda town, lies, who: actions.assign(lies.order, member_id=_spare(town, lies), instead=_standing(lies), **who),
    Verb.ACCEPT: lambda town, lies, who: actions.accept(lies.order, channel="PHONE", **who),
    Verb.REFUSE: lambda town, lies, who: actions.refuse(lies.order, reason="没空来", channel="PHONE", **who),
    Verb.CLAIM: lambda town, lies, who: actions.claim(lies.order, **who),
    Verb.RELEASE: lambda town, lies, who: actions.release(
        lies.order, reason="换个人", claim_id=_to_give_back(lies.order, who["by"]), **who
    ),
    Verb.LAPSE: lambda town, lies, who: actions.lapse(lies.order, _claim(lies.order, lease_until__lte=lies.at), **who),
    Verb.DELIVER: lambda town, lies, who: actions.deliver(lies.order, text="办好了", channel="PHONE", **who),
    Verb.CONFIRM: lambda town, lies, who: actions.confirm(lies.order, channel="PHONE", **who),
    Verb.RETURN: lambda town, lies, who: actions.send_back(lies.order, reason="还不行", channel="PHONE", **who),
    Verb.DECLINE: lambda town, lies, who: actions.decline(lies.order, reason="不归社区", **who),
    Verb.MERGE: lambda town, lies, who: actions.merge(lies.order, into_id=town.far_into if lies.elsewhere else town.into, **who),
    Verb.CANCEL: lambda town, lies, who: actions.cancel(lies.order, reason="不用了", **who),
    Verb.CLOSE: lambda town, lies, who: actions.close(lies.order, **who),
    Verb.REOPEN: lambda town, lies, who: actions.reopen(lies.order, reason="没有办", **who),
    rules.CALL_BACK: lambda town, lies, who: actions.call_back(lies.order, outcome="TRUE", text="说办好了", **who),
    rules.NOTE: lambda town, lies, who: actions.note(lies.order, text="补一句", **who),
    rules.MASK: lambda town, lies, who: actions.mask(lies.order, **who),
    rules.EXCLUDE: lambda town, lies, who: actions.exclude(lies.order, town.far_unit.pk if lies.elsewhere else town.spare_unit.pk, **who),
    rules.REMIND: lambda town, lies, who: actions.remind(lies.order, **who),
    rules.REMIND_CLAIMANT: lambda town, lies, who: actions.remind_claimant(
        lies.order, _claim(lies.order, lease_until__lte=lies.at, reminded_at=None), **who
    ),
}

"""The ground the trust tests walk on: the cast with canaries for names, phones and doors, and one of everything, here and away.

``here`` is the community whose people act; ``away`` lies in another subdistrict of the same district; ``beyond`` in another
district, where even the district officer has no business. Everybody carries a name, a phone and a door that occur nowhere else,
so that finding one in an answer tells whose it is.
"""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from PIL import Image

from tests.cast import AT, Cast
from zengyi.bank.models import Account
from zengyi.core import capture
from zengyi.orders import actions
from zengyi.orders.models import Order, Photo
from zengyi.orders.rules import OnBehalf
from zengyi.people.models import Member, Person, Place, phone_index
from zengyi.people.rules import Actor

NOW = AT + timedelta(hours=3)
HERE, AWAY, BEYOND = "here", "away", "beyond"
#: These take the first steps of every order, so that whoever acts in a test is another person.
CLERKS = {HERE: "worker2", AWAY: "far_worker", BEYOND: "beyond_worker"}
HOLDERS = {HERE: "unit2", AWAY: "far_unit"}
ASKING = {HERE: "resident2", AWAY: "far_resident", BEYOND: "beyond_resident"}
OWNERS = ("resident", "member", "unit", "worker", "secretary", "property", "supervisor")
OPEN = ("PLACED", "TRIAGED", "PUBLISHED", "ASSIGNED", "CLAIMED", "DELIVERED")
TAKEN = ("ASSIGNED", "CLAIMED", "DELIVERED", "CONFIRMED")
ON_VIEW = frozenset({"PUBLISHED", "CLAIMED", "DELIVERED", "CONFIRMED"})


@dataclass(frozen=True)
class Fact:
    """An order as the tests know it: where, who asked, who is at it, and whether it is on public view."""

    id: int
    where: str
    owner: str
    holder: str
    state: str
    private: bool
    title: str

    @property
    def shown(self) -> bool:
        """Whether neighbours and visitors may look at it."""
        return self.state in ON_VIEW and not self.private


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens inside is rolled back; steps inside may be durable ones, as in a test case of Django's."""
    capture.listen()  # outside, or it would be undone, too, and every step would have to do it again
    with transaction.atomic():
        marked: Any = transaction.get_connection().atomic_blocks[-1]
        marked._from_testcase = True
        yield
        transaction.set_rollback(True)


def jpeg() -> bytes:
    """A small photo."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "grey").save(file, "JPEG")
    return file.getvalue()


def child_of(login: str) -> str:
    """What that login calls the child that it brings: words that occur nowhere else."""
    return f"乳名{login}宝"


class Ground(Cast):
    """The cast, a third community, and one of everything."""

    media: Path

    def __init__(self) -> None:
        self._actors: dict[str, Actor] = {}
        super().__init__()
        self._lay_third_community()
        self._lay_canaries()
        self.communities: dict[str, Place] = {HERE: self.community, AWAY: self.elsewhere, BEYOND: self.third}
        self.orders: list[Fact] = []
        self._lay_orders()
        self.photo = self._lay_photo()
        from tests.trust.cases import modules

        self.of: dict[str, Any] = {m.__name__.split(".")[1]: m.lay(self) for m in modules() if hasattr(m, "lay")}

    def actor(self, name: str, acting_as: str = "") -> Actor:
        """Who acts when that login does; asked once, for nobody's roles change while the ground is laid."""
        key = f"{name}:{acting_as}"
        if key not in self._actors:
            self._actors[key] = super().actor(name, acting_as)
        return self._actors[key]

    def who(self, name: str) -> Person:
        """The person behind a login."""
        person = self.users[name].person
        assert person is not None
        return person

    def order(self, state: str, *, owner: str = "", holder: str = "", where: str = HERE, private: bool = False) -> Fact:
        """The order of that kind."""
        owner, holder = owner or ASKING[where], holder or self._holder(state, where)
        for fact in self.orders:
            if (fact.state, fact.owner, fact.holder, fact.where, fact.private) == (state, owner, holder, where, private):
                return fact
        raise LookupError((state, owner, holder, where, private))

    def account(self, name: str) -> int:
        """The gain account of a member, or of a unit's contact."""
        if name in self.members:
            return Account.objects.get(member=self.members[name], kind="GAIN").pk
        return Account.objects.get(organisation_id=self.actor(name).organisation_id or 0).pk

    def _lay_third_community(self) -> None:
        other_district = self._place("DISTRICT", "外区", None, None)
        street = self._place("SUBDISTRICT", "外街道", other_district, None)
        self.third = self._community("外区社区", street)
        self.login("beyond_resident", self.person("外", self.third))
        self.login("beyond_worker", self.person("外", self.third))
        self.grant("beyond_worker", "worker", self.third)

    def _lay_canaries(self) -> None:
        for number, (login, user) in enumerate(sorted(self.users.items())):
            person = user.person
            if person is not None:
                person.name, person.phone, person.door = f"荀{login}名", f"1377{number:07d}", f"门{number:03d}牌"
                person.phone_index = phone_index(person.phone)
                person.save()
        # A property manager may be a member too, and help like one.
        self.members["property"] = Member.objects.create(
            person=self.who("property"), community=self.community, branch=self.branch, number="0098"
        )
        Member.objects.filter(pk=self.members["member3"].pk).update(branch=self.second_branch)
        self.members["member3"].refresh_from_db()

    def _holder(self, state: str, where: str) -> str:
        return HOLDERS[where] if state in TAKEN else ""

    def _lay_orders(self) -> None:
        for state in OPEN:
            for owner in OWNERS:
                self._lay_order(state, owner)
        for state in TAKEN:
            for holder in ("member", "unit", "member2", "member3", "property"):
                self._lay_order(state, holder=holder)
        for state in (*OPEN, "CONFIRMED", "CLOSED"):
            self._lay_order(state)
            self._lay_order(state, where=AWAY)
        for state in ("PUBLISHED", "CLAIMED", "DELIVERED", "CONFIRMED"):
            self._lay_order(state, private=True)
            self._lay_order(state, where=AWAY, private=True)
        self._lay_order("CONFIRMED", holder="member2", private=True)
        for state in ("PLACED", "PUBLISHED"):
            self._lay_order(state, where=BEYOND)
        for state in ("PUBLISHED", "DELIVERED"):
            for owner in ("worker", "secretary"):
                self._moved_away(state, owner)
        # Reminded twice, and no answer for two days: these orders may be closed.
        Order.objects.filter(state="DELIVERED").update(reminders=2, reminded_at=AT - timedelta(days=3))

    def _lay_order(self, state: str, owner: str = "", *, holder: str = "", where: str = HERE, private: bool = False) -> None:
        owner, holder, by = owner or ASKING[where], holder or self._holder(state, where), self.actor(CLERKS[where])
        title = f"纪事{len(self.orders):03d}号"
        given: dict[str, Any] = {"kind": "DEMAND", "category": "ROAD", "title": title, "text": f"{title}的情况。", "private": private}
        order = actions.place(**given, on_behalf=OnBehalf(person_id=self.who(owner).pk), by=by, at=AT)
        self.orders.append(Fact(order.pk, where, owner, holder, state, private, title))
        for step in self._way(order.pk, state, owner, holder, by):
            step()

    def _moved_away(self, state: str, owner: str) -> None:
        """An order somebody asked for where they lived once: their own, though it is not of their community."""
        self._lay_order(state, where=AWAY)
        fact = replace(self.orders.pop(), owner=owner)
        Order.objects.filter(pk=fact.id).update(requester=self.who(owner))
        self.orders.append(fact)

    def _way(self, pk: int, state: str, owner: str, holder: str, by: Actor) -> list[Callable[[], Any]]:
        """The steps that lead to the state."""
        if state == "CLOSED":
            return [lambda: actions.cancel(pk, reason="不用了", by=by, at=AT)]
        party: dict[str, Any] = {"organisation_id": self.actor(holder).organisation_id} if holder else {}
        if holder in self.members:
            party = {"member_id": self.member_id(holder)}
        steps: list[Callable[[], Any]] = [
            lambda: actions.triage(pk, difficulty=4, by=by, at=AT),
            lambda: actions.publish(pk, by=by, at=AT),
            lambda: actions.assign(pk, **party, by=by, at=AT),
            lambda: actions.accept(pk, by=self._helper(holder), at=AT),
            lambda: actions.deliver(pk, text="办好了。", by=self._helper(holder), at=AT),
            lambda: actions.confirm(pk, by=self.actor(owner), at=AT),
        ]
        return steps[: (*OPEN, "CONFIRMED").index(state)]

    def _helper(self, holder: str) -> Actor:
        """Whoever helps, as a member or for their unit."""
        return self.actor(holder, "member" if holder in self.members else "")

    def _lay_photo(self) -> str:
        words: dict[str, Any] = {"kind": "REPORT", "category": "ROAD", "title": "纪事照片号", "text": "纪事照片号的情况。"}
        order = actions.place(**words, photos=[jpeg()], by=self.actor("kin"), at=AT)
        self.photographed = Fact(order.pk, HERE, "kin", "", "PLACED", False, order.title)
        self.orders.append(self.photographed)
        return str(Photo.objects.get(order=order).pk)

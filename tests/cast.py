"""The people of the stories, on two communities' small ground. Names are roles; nobody real is meant.

This is the world that all tests share. Those that need more of it add that to it: many rows (``tests/crowd.py``), every situation
(``tests/orders/situations.py``), a drawn estate (``tests/orders_pages``), what can be read off a page (``tests/trust/ground.py``,
``tests/browser/town.py``) or edited by hand (``tests/project/edits.py``). Only ``tests/people/town.py`` has its own, and says why.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.db.models import Model

from zengyi.bank import actions as bank
from zengyi.bank.models import Account, Posting
from zengyi.orders import actions
from zengyi.orders.models import Order
from zengyi.people.models import (
    Branch,
    Grant,
    Member,
    Organisation,
    Person,
    Place,
    Registration,
    User,
    household_index,
    phone_index,
)
from zengyi.people.queries import RoleChoice, actor_for_user, choices
from zengyi.people.rules import Actor

AT = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "demo-zengyi"
BRIDGE: dict[str, Any] = {
    "kind": "REPORT",
    "category": "ROAD",
    "title": "虹西路西段桥面破损",
    "text": "西段桥面有两处大坑，电动车过桥要绕行。",
    "urgency": 2,
}


def asked_by(login: str) -> dict[str, Any]:
    """The bridge as that login would place it: a resident asks for it, everybody else reports it."""
    return BRIDGE | ({"kind": "DEMAND"} if "resident" in login or login == "neighbour" else {})


class Cast:
    """Places by name, and everybody by the name of their login."""

    def __init__(self) -> None:
        self.hash = make_password(PASSWORD)
        self.users: dict[str, User] = {}
        self.members: dict[str, Member] = {}
        self._unwritten: list[Model] = []
        self.district = self._place("DISTRICT", "崇川区", None, None)
        street = self._place("SUBDISTRICT", "虹桥街道", self.district, None)
        other = self._place("SUBDISTRICT", "幸福街道", self.district, None)
        self.community = self._community("虹西社区", street)
        self.elsewhere = self._community("秦西社区", other)
        self.estate = self._place("ESTATE", "虹桥新村", self.community, self.community)
        self.buildings = self._buildings()
        self.bridge = self._place("SPOT", "虹西路西段", self.community, self.community)
        self.far_building = self._place("BUILDING", "1幢", self.elsewhere, self.elsewhere)
        self.branch = Branch.objects.create(community=self.community, name="第一支部")
        self.second_branch = Branch.objects.create(community=self.community, name="第二支部")
        self.far_branch = Branch.objects.create(community=self.elsewhere, name="秦西支部")
        self.unit = self._unit("区机关事务服务中心", "机关事务中心", self.community)
        self.second_unit = self._unit("虹桥物业公司", "虹桥物业", self.community)
        self.far_unit = self._unit("秦西通信公司", "秦西通信", self.elsewhere)
        with self._at_once():
            self._everybody()

    @contextmanager
    def _at_once(self) -> Iterator[None]:
        """Rows created inside are written in bulk, table by table, because nearly every test creates a cast."""
        self._write: Callable[[Model], None] = self._unwritten.append
        yield
        self._write = _insert
        tables: tuple[type[Model], ...] = (Person, User, Member, Grant)
        for table in tables:
            table._default_manager.bulk_create([row for row in self._unwritten if isinstance(row, table)])

    def _everybody(self) -> None:
        here, away = self.community, self.elsewhere
        self.login("resident", self.person("居民1206", here, "13900001206", self.buildings[0], "1206"))
        self.login("neighbour", self.person("居民1206乙", here, "13900001207", self.buildings[0], "1206"))
        self.login("resident2", self.person("居民0301", here, "13900000301", self.buildings[1], "301"))
        self.member("member", "党员甲", "0001", duty="MONITORING")
        self.member("member2", "党员乙", "0002")
        self.member("member3", "党员丙", "0003", duty="GOVERNANCE")
        self.member("kin", "党员丁", "0004", home=self.buildings[0], door="1206")
        self.member("colleague", "党员戊", "0005", unit=self.unit)
        for name, role in (
            ("worker", "worker"),
            ("worker2", "worker"),
            ("secretary", "secretary"),
            ("property", "property"),
            ("supervisor", "supervisor"),
        ):
            self.login(name, self.person(f"同志{name}", here))
            self.grant(name, role, here)
        self.login("unit", self.person("联系人甲", here))
        self.grant("unit", "organisation", here, organisation=self.unit)
        self.login("unit2", self.person("联系人乙", here))
        self.grant("unit2", "organisation", here, organisation=self.second_unit)
        self.login("district", None)
        self.grant("district", "district", self.district)
        self.login("admin", None)
        self.grant("admin", "admin", self.district)
        self.login("far_resident", self.person("外居民", away, "13900009999", self.far_building, "101"))
        self.member("far_member", "外党员", "0001", community=away, branch=self.far_branch)
        self.login("far_worker", self.person("外同志", away))
        self.grant("far_worker", "worker", away)
        self.login("far_secretary", self.person("外书记", away))
        self.grant("far_secretary", "secretary", away)
        self.login("far_unit", self.person("外联系人", away))
        self.grant("far_unit", "organisation", away, organisation=self.far_unit)

    def actor(self, name: str, acting_as: str = "") -> Actor:
        """Who acts when that login does."""
        found = actor_for_user(self.users[name].pk, acting_as, at=AT)
        return replace(found, via="test")

    def roles(self, name: str) -> list[RoleChoice]:
        """The roles that login may choose from."""
        return choices(self.users[name].pk, at=AT)

    def member_id(self, name: str) -> int:
        """The membership behind a login."""
        return self.members[name].pk

    def place(self, name: str = "member", at: datetime = AT, **more: Any) -> Order:
        """The bridge, or something else, placed by somebody."""
        given = {**asked_by(name), "place_id": self.bridge.pk if name[:4] != "far_" else None, **more}
        return actions.place(by=self.actor(name), at=at, **given)

    def triaged(self, name: str = "member", *, difficulty: int = 8, places: int = 1, at: datetime = AT, **more: Any) -> Order:
        """An order the community has taken on."""
        order = self.place(name, at=at, **more)
        worker = "far_worker" if name.startswith("far_") else "worker"
        return actions.triage(order.pk, difficulty=difficulty, places=places, by=self.actor(worker), at=at)

    def published(self, name: str = "member", *, at: datetime = AT, **more: Any) -> Order:
        """An order open for claiming."""
        order = self.triaged(name, at=at, **more)
        worker = "far_worker" if name.startswith("far_") else "worker"
        return actions.publish(order.pk, by=self.actor(worker), at=at)

    def claimed(self, by: str = "unit", name: str = "member", *, at: datetime = AT, **more: Any) -> Order:
        """An order somebody is at."""
        return actions.claim(self.published(name, at=at, **more).pk, by=self.actor(by), at=at)

    def delivered(self, by: str = "unit", name: str = "member", *, at: datetime = AT, **more: Any) -> Order:
        """An order that waits for its confirmation."""
        order = self.claimed(by, name, at=at, **more)
        return actions.deliver(order.pk, text="坑洞已经填平，通行正常。", by=self.actor(by), at=at + timedelta(hours=2))

    def taken_back(self, order: Order, at: datetime = AT) -> None:
        """Every point that the order brought is taken back, by two people."""
        standing = Posting.objects.filter(debit=order.account, kind="CONFIRM", reversed_by=None).order_by("pk")
        while posting := standing.first():
            found = bank.propose_correction(posting.pk, "没有办", by=self.actor("worker2"), at=at)
            bank.decide_correction(found.pk, True, by=self.actor("secretary"), at=at)

    def balance(self, *, member: str = "", unit: Organisation | None = None, order: Order | None = None, kind: str = "GAIN") -> int:
        """The kept balance of somebody's or an order's account; 0 while there is none."""
        if order is not None:
            rows = Account.objects.filter(pk=order.account_id or 0)
        elif unit is not None:
            rows = Account.objects.filter(organisation=unit, kind=kind)
        else:
            rows = Account.objects.filter(member=self.members[member], kind=kind)
        return rows.values_list("balance", flat=True).first() or 0

    def _place(self, kind: str, name: str, parent: Place | None, community: Place | None) -> Place:
        made = Place.objects.create(kind=kind, name=name, parent=parent, community=community, path="")
        made.path = f"{parent.path if parent else '/'}{made.pk}/"
        made.save(update_fields=["path"])
        return made

    def _buildings(self) -> list[Place]:
        row = {"kind": "BUILDING", "parent": self.estate, "community": self.community, "path": ""}
        made = Place.objects.bulk_create(Place(name=f"{n}幢", **row) for n in range(201, 207))
        for building in made:
            building.path = f"{self.estate.path}{building.pk}/"
        Place.objects.bulk_update(made, ["path"])
        return made

    def _community(self, name: str, parent: Place) -> Place:
        return self._place("COMMUNITY", name, parent, None)

    def _unit(self, name: str, short: str, community: Place) -> Organisation:
        made = Organisation.objects.create(name=name, short_name=short, kind="OFFICE", skills=["ROAD"])
        Registration.objects.create(community=community, organisation=made, state="ACTIVE", registered_at=AT - timedelta(days=300))
        return made

    def without_login(self, name: str, label: str, number: str, *, far: bool = False) -> Member:
        """A member who has no login: what they say, the desk writes down."""
        where, branch = (self.elsewhere, self.far_branch) if far else (self.community, self.branch)
        self.members[name] = Member(person=self.person(label, where), community=where, branch=branch, number=number)
        self._write(self.members[name])
        return self.members[name]

    def person(self, name: str, community: Place, phone: str = "", home: Place | None = None, door: str = "") -> Person:
        """Somebody without a login."""
        made = Person(
            community=community,
            name=name,
            phone=phone,
            phone_index=phone_index(phone),
            home=home,
            door=door,
            household_index=household_index(home.pk if home else None, door),
        )
        self._write(made)
        return made

    def member(
        self,
        name: str,
        person: str,
        number: str,
        *,
        duty: str = "",
        home: Place | None = None,
        door: str = "",
        unit: Organisation | None = None,
        community: Place | None = None,
        branch: Branch | None = None,
    ) -> None:
        """A party member with the login ``name``."""
        here = community or self.community
        made = self.person(person, here, home=home, door=door)
        self.login(name, made)
        self.members[name] = Member(person=made, community=here, branch=branch or self.branch, number=number, duty=duty, unit=unit)
        self._write(self.members[name])

    def second_role(self, name: str, number: str, *, unit: Organisation | None = None) -> None:
        """Somebody with a login is a party member, too."""
        person = self.users[name].person
        assert person is not None
        self.members[name] = Member.objects.create(person=person, community=self.community, branch=self.branch, number=number, unit=unit)

    def login(self, name: str, person: Person | None) -> None:
        """A login, of somebody or of nobody in particular."""
        self.users[name] = User(username=name, person=person, password=self.hash)
        self._write(self.users[name])

    def grant(self, name: str, role: str, place: Place, organisation: Organisation | None = None) -> None:
        """Another role for a login; ``actor(name, acting_as)`` chooses among them."""
        since = AT - timedelta(days=300)
        self._write(Grant(user=self.users[name], role=role, place=place, organisation=organisation, starts_at=since))


def _insert(row: Model) -> None:
    row.save(force_insert=True)

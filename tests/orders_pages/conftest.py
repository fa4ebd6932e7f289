"""The cast of the order pages' tests: one community with a bridge, and everybody who has to do with it."""

import io
from typing import Any

import pytest
from django.test import Client
from PIL import Image

from zengyi.core import clock
from zengyi.people.models import Branch, Grant, Member, Organisation, Person, Place, Registration, User, household_index, phone_index


def jpeg(colour: str = "grey") -> bytes:
    """A small photo."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG")
    return file.getvalue()


class Cast:
    """Everybody, by what they are. ``client(name)`` is that person's browser."""

    def __init__(self) -> None:
        at = clock.now()
        self.district = self.place("DISTRICT", "崇川区", None)
        self.subdistrict = self.place("SUBDISTRICT", "虹桥街道", self.district)
        self.community = self.place("COMMUNITY", "虹西社区", self.subdistrict, phone="051385001234")
        self.elsewhere = self.place("COMMUNITY", "秦西社区", self.subdistrict, sort=1)
        view = {"view": [0, 0, 592, 646], "shapes": [{"is": "rect", "look": "road", "x": 0, "y": 40, "width": 592, "height": 32}]}
        self.estate = self.place("ESTATE", "虹桥新村", self.community, plan=view)
        self.buildings = [
            self.place(
                "BUILDING", f"{201 + n} 幢", self.estate, sort=n, plan={"x": 20 + 60 * (n % 9), "y": 96 + 60 * (n // 9), "w": 50, "h": 52}
            )
            for n in range(40)
        ]
        self.bridge = self.place("SPOT", "虹西路西段桥", self.community, plan={"x": 14, "y": 36, "w": 46, "h": 40})
        self.branch = Branch.objects.create(community=self.community, name="第二支部")
        self.unit = Organisation.objects.create(name="区机关事务服务中心", short_name="区机关事务服务中心", kind="OFFICE", skills=["ROAD"])
        Registration.objects.create(community=self.community, organisation=self.unit, state="ACTIVE", registered_at=at)
        self.users: dict[str, User] = {}
        self.persons: dict[str, Person] = {}
        self.resident = self.person("resident", "居民一二零六", phone="13900001206", door="1206")
        self.neighbour = self.person("neighbour", "邻居", door="1207")
        self.monitor = self.member("monitor", "党员甲", duty="MONITORING")
        self.helper = self.member("helper", "党员乙", duty="GOVERNANCE")
        self.sent = self.member("sent", "党员丙", unit=self.unit)
        self.worker = self.staff("worker", "worker")
        self.worker2 = self.staff("worker2", "worker")
        self.secretary = self.staff("secretary", "secretary")
        self.contact = self.staff("unit", "organisation", organisation=self.unit)
        self.officer = self.staff("district", "district", place=self.district)
        self.stranger = self.person("stranger", "外社区居民", community=self.elsewhere)
        self.far_worker = self.staff("far_worker", "worker", place=self.elsewhere)

    def place(self, kind: str, name: str, parent: Place | None, **more: Any) -> Place:
        """A node of the tree."""
        made = Place.objects.create(
            kind=kind,
            name=name,
            parent=parent,
            path=f"new:{kind}:{name}",
            community=None if kind in ("DISTRICT", "SUBDISTRICT", "COMMUNITY") else self.community,
            **more,
        )
        made.path = f"{parent.path if parent else '/'}{made.pk}/"
        if kind == "COMMUNITY":
            made.community = made
        made.save()
        return made

    def person(self, login: str, name: str, *, community: Place | None = None, phone: str = "", door: str = "") -> Person:
        """Somebody with a login."""
        home = self.buildings[17] if door else None
        index = household_index(home.pk, door) if home else None
        made = Person.objects.create(
            community=community or self.community,
            name=name,
            phone=phone,
            phone_index=phone_index(phone),
            home=home,
            door=door,
            household_index=index,
        )
        self.users[login] = User.objects.create(username=login, person=made, password="!")
        self.persons[login] = made
        return made

    def member(self, login: str, name: str, **more: Any) -> Member:
        """A party member with a login."""
        person = self.person(login, name)
        return Member.objects.create(person=person, community=self.community, branch=self.branch, number=login, **more)

    def staff(self, login: str, role: str, *, place: Place | None = None, **more: Any) -> User:
        """Somebody with a granted role."""
        self.person(login, f"{login} 某", community=place if place and place.kind == "COMMUNITY" else None)
        user = self.users[login]
        Grant.objects.create(user=user, role=role, place=place or self.community, starts_at=clock.now(), **more)
        return user

    def jpeg(self, colour: str = "grey") -> bytes:
        """A small photo."""
        return jpeg(colour)

    def client(self, login: str = "") -> Client:
        """A browser, signed in or nobody's."""
        client = Client()
        if login:
            client.force_login(self.users[login])
        return client


@pytest.fixture
def cast(db: None) -> Cast:
    """The cast of the order pages."""
    return Cast()

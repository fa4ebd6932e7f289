"""A small town for the tests about people, made through the real actions."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from zengyi.core import clock
from zengyi.people import actions, queries
from zengyi.people.models import Person, User, phone_index
from zengyi.people.rules import SYSTEM, Actor

START = datetime(2026, 3, 2, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "rain on the seventh bridge"


@dataclass
class Clock:
    """The time it is in a test."""

    at: datetime = START

    def forward(self, **how_much: float) -> datetime:
        """Let time pass."""
        self.at += timedelta(**how_much)
        return self.at


@dataclass
class Town:
    """Two communities under two subdistricts of a district; the first has an estate with two buildings, and a branch."""

    district: int
    street: int
    here: int
    there: int
    estate: int
    buildings: list[int]
    branch: int
    users: dict[str, int] = field(default_factory=dict)

    def person(self, name: str, phone: str = "", community: int | None = None) -> int:
        """A resident of a community."""
        community = community or self.here
        made = Person.objects.create(community_id=community, name=name, phone=phone, phone_index=phone_index(phone))
        return made.pk

    def login(self, username: str, person_id: int | None = None) -> int:
        """A login with a known password and nothing to change."""
        user = User(username=username, person_id=person_id)
        user.set_password(PASSWORD)
        user.save()
        self.users[username] = user.pk
        return user.pk

    def actor(self, username: str, acting_as: str = "", at: datetime = START) -> Actor:
        """Who acts when that login does."""
        return queries.actor_for_user(self.users[username], acting_as, at=at)


@pytest.fixture(autouse=True)
def _around(settings: object, tmp_path: Path) -> None:
    """Middleware, addresses and folders as the project wires them; cheap password hashes."""
    middleware = list(settings.MIDDLEWARE)  # type: ignore[attr-defined]
    for name in ("project.middleware.Acting", "people.middleware.SessionLimits", "project.middleware.Gate", "project.middleware.Refusals"):
        if f"zengyi.{name}" not in middleware:
            middleware.append(f"zengyi.{name}")
    settings.MIDDLEWARE = middleware  # type: ignore[attr-defined]
    settings.ROOT_URLCONF = "urls_for_people"  # type: ignore[attr-defined]
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]
    settings.STORAGES = {  # type: ignore[attr-defined]
        **settings.STORAGES,  # type: ignore[attr-defined]
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    templates = [dict(settings.TEMPLATES[0])]  # type: ignore[attr-defined]
    processors = list(templates[0]["OPTIONS"]["context_processors"])
    if "zengyi.project.shell.shell" not in processors:
        processors.append("zengyi.project.shell.shell")
    templates[0]["OPTIONS"] = {**templates[0]["OPTIONS"], "context_processors": processors}
    settings.TEMPLATES = templates  # type: ignore[attr-defined]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The clock, in the test's hand."""
    held = Clock()
    monkeypatch.setattr(clock, "now", lambda: held.at)
    yield held


@pytest.fixture
def town(db: None) -> Town:
    """The town, with a worker, a secretary, a district officer, a resident and somebody from the next community."""
    by = {"by": SYSTEM, "at": START}
    district = actions.add_place(None, "DISTRICT", "某区", **by)
    street = actions.add_place(district, "SUBDISTRICT", "甲街道", **by)
    other_street = actions.add_place(district, "SUBDISTRICT", "乙街道", **by)
    here = actions.add_place(street, "COMMUNITY", "甲社区", **by)
    there = actions.add_place(other_street, "COMMUNITY", "乙社区", **by)
    estate = actions.add_place(here, "ESTATE", "新村", **by)
    buildings = actions.add_places(estate, "BUILDING", {"201幢": {}, "202幢": {}}, **by)
    branch = actions.add_branch(here, "第一支部", **by)
    made = Town(district, street, here, there, estate, buildings, branch)
    for number, (name, community) in enumerate({"resident": here, "worker": here, "secretary": here, "stranger": there}.items()):
        made.login(name, made.person(f"某{name}", f"1390000000{number}", community))
    made.login("district")
    actions.grant(made.users["worker"], "worker", here, **by)
    actions.grant(made.users["secretary"], "secretary", here, **by)
    actions.grant(made.users["district"], "district", district, **by)
    return made


@pytest.fixture
def browser(client: Client, time: Clock, town: Town) -> Callable[..., Client]:
    """A signed-in browser of that login."""

    def signed_in(username: str) -> Client:
        answer = client.post("/sign-in", {"username": username, "password": PASSWORD})
        assert answer.status_code == 303, answer.content.decode()
        return client

    return signed_in

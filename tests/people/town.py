"""A small town for the tests about people, made through the real actions; and the clock in a test's hand.

Not the cast of the other tests: that is made of orders and accounts too, and people lies below both. Logins and roles, which the cast
simply has, are what is tested here, so that this town begins with none.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from zengyi.people import queries
from zengyi.people.models import Person, User, phone_index
from zengyi.people.rules import Actor

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

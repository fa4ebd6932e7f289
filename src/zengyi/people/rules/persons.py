"""What is said of one person outside any sheet. Pure."""

from dataclasses import dataclass

from zengyi.people.rules.words import MemberStatus

NAME_MOST, DOOR_MOST, NUMBER_MOST = 40, 20, 20
REASON_LEAST, REASON_MOST = 2, 200


@dataclass(frozen=True, slots=True)
class Membership:
    """What is said of a party member: branch and unit by id, number, status and duty."""

    branch_id: int
    number: str
    status: str = MemberStatus.ENROLLED
    duty: str = ""
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of a person, as typed. ``member``: nothing for somebody who is no member."""

    name: str
    phone: str = ""
    email: str = ""
    home_id: int | None = None
    door: str = ""
    member: Membership | None = None

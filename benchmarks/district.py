"""A district at full size: communities of very different size, years of orders, claims, points, roll-calls and history.

Run as ``python -m benchmarks.district --orders N …`` with ``ZENGYI_DATABASE`` and ``ZENGYI_VAR`` set; prints who was made as JSON.
Everything comes from a few bulk statements (see :mod:`benchmarks.bulk`), the same rows in every run but for the day they end on.
The people whose pages are measured all live in the biggest community.
"""

import argparse
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from benchmarks.migrated import migrate

DAYS = 3 * 365
MINUTES = DAYS * 24 * 60
MEMBERS_A_BRANCH = 50
UNITS = 10  # in each community
RESIDENTS_A_MEMBER = 2
BUILDINGS, ESTATES = 60, 3
#: How many orders of their own, and how many claimed ones, the measured member and resident have, whatever the district's size.
OWN = 60
COMMON, RARE, NEVER, ONE = "路灯", "鼋头渚", "饕餮", "灯"
PHRASES = 2000
#: First ids of what is not numbered from 1: buildings by community, units' and difficulties' accounts.
PLACES, UNIT_ACCOUNTS, DIFFICULTIES = 100_000, 5_000_000, 10_000_000
TOKEN = "district-token-"


@dataclass(frozen=True, slots=True)
class Size:
    """How big the district is. ``postings`` counts base points as well; orders that are not ended are at least ``open``."""

    communities: int
    orders: int
    members: int
    postings: int

    @property
    def open(self) -> int:
        """Orders that are not ended: three weeks' of a big district, the bigger part of a small one."""
        return max(self.orders // 50, min(self.orders * 6 // 10, 6000))


@dataclass(frozen=True, slots=True)
class Community:
    """A community's share: its persons stand in a row by id, members first, then residents, then those who work for it."""

    number: int
    members: int
    persons: int
    first: int

    @property
    def worker(self) -> int:
        """The person who works here; the secretary, the unit's contact and the district's person stand behind."""
        return self.first + self.persons - 4


def main() -> None:
    """Fill the database and print who was made."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("communities", "orders", "members", "postings"):
        parser.add_argument(f"--{name}", type=int, required=True)
    arguments = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
    import django

    django.setup()
    migrate()
    size = Size(arguments.communities, arguments.orders, arguments.members, arguments.postings)
    print(json.dumps(fill(size, datetime.now(UTC).replace(microsecond=0))))


def shares(size: Size) -> list[int]:
    """Of a thousand, how many belong to each community: the biggest has ten times the smallest's."""
    weights = [(number + 1) ** -0.5 for number in range(size.communities)]
    found = [max(1, round(1000 * weight / sum(weights))) for weight in weights]
    found[0] += 1000 - sum(found)
    return found


def communities(size: Size) -> list[Community]:
    """The communities with their persons."""
    found, first = [], 1
    for number, share in enumerate(shares(size), 1):
        members = max(12, size.members * share // 1000)
        persons = members * (1 + RESIDENTS_A_MEMBER) + 4
        found.append(Community(number, members, persons, first))
        first += persons
    return found


def fill(size: Size, now: datetime) -> dict[str, int]:
    """Fill the migrated database; the persons whose pages are measured, and what they look at."""
    from benchmarks import bulk, district_orders, district_points

    start = now - timedelta(days=DAYS)
    here = communities(size)
    people = here[0]
    bulk.numbers(max(size.orders, *(c.persons for c in here), 5000))
    bulk.table(
        "bench_community",
        "number bigint PRIMARY KEY, members bigint, persons bigint, first bigint, worker bigint",
        [(c.number, c.members, c.persons, c.first, c.worker) for c in here],
    )
    slots = [number for number, share in enumerate(shares(size), 1) for _ in range(share)]
    bulk.table("bench_slot", "slot bigint PRIMARY KEY, community bigint", list(enumerate(slots)))
    with bulk.unhindered():
        _places(size)
        _people(size, now)
        _entries(people, now)
        district_orders.fill(size, people, start)
        district_points.fill(size, here, start, now)
    bulk.again("zengyi.bank", "week_sums_fill", "bank_weeksum")
    bulk.again("zengyi.orders", "ended_sums_fill", "orders_endedsum")
    bulk.drop(bulk.NUMBERS, "bench_community", "bench_slot")
    bulk.finish()
    return {
        "member": people.first,
        "resident": people.first + people.members,
        "worker": people.worker,
        "secretary": people.worker + 1,
        "contact": people.worker + 2,
        "district": people.worker + 3,
        "community": 101,
    }


def _places(size: Size) -> None:
    from benchmarks import bulk

    plan = '\'{"x": \' || (20 + n.i % 10 * 58) || \', "y": \' || (20 + n.i / 10 * 60) || \', "w": 50, "h": 44}\''
    bulk.insert(
        "people_place", "(SELECT 1 AS one) one", id="1", kind="'DISTRICT'", name="'区'", path="'/1/'", sort="0", phone="''", plan="'{}'"
    )
    bulk.insert(
        "people_place",
        f"{bulk.NUMBERS} n WHERE n.i < 10",
        id="n.i + 2",
        kind="'SUBDISTRICT'",
        name="'街道' || (n.i + 1)",
        parent_id="1",
        path="'/1/' || (n.i + 2) || '/'",
        sort="n.i",
        phone="''",
        plan="'{}'",
    )
    path = "'/1/' || (c.number % 10 + 2) || '/' || (c.number + 100) || '/'"
    bulk.insert(
        "people_place",
        "bench_community c",
        id="c.number + 100",
        kind="'COMMUNITY'",
        name="'社区' || c.number",
        parent_id="c.number % 10 + 2",
        path=path,
        community_id="c.number + 100",
        sort="c.number",
        phone="'0513-85001234'",
        plan="'{}'",
    )
    estate = f"{PLACES} + c.number * 100 + n.i"
    bulk.insert(
        "people_place",
        f"bench_community c, {bulk.NUMBERS} n WHERE n.i < {ESTATES}",
        id=estate,
        kind="'ESTATE'",
        name="'小区' || n.i",
        parent_id="c.number + 100",
        community_id="c.number + 100",
        path=f"{path} || ({estate}) || '/'",
        sort="n.i",
        phone="''",
        plan="'{}'",
    )
    building, stands_in = f"{estate} + {ESTATES}", f"{PLACES} + c.number * 100 + n.i % {ESTATES}"
    bulk.insert(
        "people_place",
        f"bench_community c, {bulk.NUMBERS} n WHERE n.i < {BUILDINGS}",
        id=building,
        kind="'BUILDING'",
        name="(n.i + 1) || '幢'",
        parent_id=stands_in,
        community_id="c.number + 100",
        path=f"{path} || ({stands_in}) || '/' || ({building}) || '/'",
        sort="n.i",
        phone="''",
        plan=plan,
    )


def _people(size: Size, now: datetime) -> None:
    from benchmarks import bulk
    from zengyi.core.secrets import encrypt

    n, home = bulk.NUMBERS, f"{PLACES} + c.number * 100 + {ESTATES} + n.i % {BUILDINGS}"
    names = [
        f"{family}{given}" for family in "王李张刘陈杨赵黄周吴" for given in ("建国", "秀英", "志强", "玉兰", "晓明", "海霞", "文", "丽")
    ]
    person = "c.first + n.i"
    bulk.insert(
        "people_person",
        f"bench_community c, {n} n WHERE n.i < c.persons",
        id=person,
        community_id="c.number + 100",
        name=bulk.pick(bulk.chance("(c.first + n.i)", 3, len(names)), names),
        phone=f"'{encrypt('13900001206')}'",
        email="''",
        home_id=home,
        door=f"'{encrypt('301')}'",
        name_public="n.i % 7 = 0",
        by_sheet="0 = 1",
    )
    bulk.insert(
        "people_user",
        f"bench_community c, {n} n WHERE n.i < c.persons",
        id=person,
        username="'u' || (c.first + n.i)",
        person_id=person,
        password="'!'",
        is_active="1 = 1",
        epoch="0",
        must_change="1 = 0",
    )
    bulk.insert(
        "people_branch",
        f"bench_community c, {n} n WHERE n.i * {MEMBERS_A_BRANCH} < c.members",
        id="c.number * 1000 + n.i",
        community_id="c.number + 100",
        name="'第' || (n.i + 1) || '支部'",
    )
    skills = ["[]", "[]", "[]", '["LIGHT"]', '["WATER"]', '["ROAD", "LIGHT"]', '["HELP"]', '["CLEAN", "LIFT"]', "[]", '["CAMERA"]']
    duties = ["", "", "", "GIVING", "GOVERNANCE", "DELIBERATION", "MONITORING"]
    bulk.insert(
        "people_member",
        f"bench_community c, {n} n WHERE n.i < c.members",
        id=person,
        person_id=person,
        community_id="c.number + 100",
        branch_id=f"c.number * 1000 + n.i / {MEMBERS_A_BRANCH}",
        number="'' || (n.i + 1)",
        status=bulk.pick("n.i / 3", ["ENROLLED"] * 4 + ["IN_SERVICE", "NEW_FORM"]),
        duty=bulk.pick("n.i / 2", duties),
        skills=bulk.pick(bulk.chance(person, 5, 10), skills),
        unit_id=f"CASE WHEN n.i % 9 = 0 THEN (c.number - 1) * {UNITS} + n.i / 9 % {UNITS} + 1 END",
    )
    unit = f"(c.number - 1) * {UNITS} + n.i + 1"
    bulk.insert(
        "people_organisation",
        f"bench_community c, {n} n WHERE n.i < {UNITS}",
        id=unit,
        name=f"'单位' || ({unit}) || '有限公司'",
        short_name=f"'单位' || ({unit})",
        kind=bulk.pick("n.i", ["OFFICE", "TWO_NEW", "OWNERS", "PROPERTY", "CONTRACTOR", "PUBLIC"]),
        skills=bulk.pick("n.i", skills),
    )
    at = bulk.minutes_after(now, "-500000")
    bulk.insert(
        "people_registration",
        f"bench_community c, {n} n WHERE n.i < {UNITS}",
        community_id="c.number + 100",
        organisation_id=unit,
        state="'ACTIVE'",
        registered_at=at,
    )
    bulk.insert(
        "people_registration",
        "people_member m WHERE m.status <> 'ENROLLED' AND m.id % 3 > 0",
        community_id="m.community_id",
        member_id="m.id",
        registered_at=at,
        state=bulk.pick("m.id", ["ACTIVE", "ACTIVE", "ACTIVE", "PENDING"]),
    )
    for role, behind in (("worker", 0), ("secretary", 1)):
        bulk.insert(
            "people_grant",
            "bench_community c",
            user_id=f"c.worker + {behind}",
            role=f"'{role}'",
            place_id="c.number + 100",
            starts_at=at,
        )
    bulk.insert(
        "people_grant",
        "bench_community c",
        user_id="c.worker + 2",
        role="'organisation'",
        place_id="c.number + 100",
        starts_at=at,
        organisation_id=f"(c.number - 1) * {UNITS} + 1",
    )
    bulk.insert(
        "people_grant",
        "bench_community c WHERE c.number = 1",
        user_id="c.worker + 3",
        role="'district'",
        place_id="1",
        starts_at=at,
    )


def _entries(people: Community, now: datetime) -> None:
    """API tokens of the measured people, in the role they are measured in."""
    from zengyi.people.models import Grant, Token

    logins = {people.first: "member", people.first + people.members: "resident"}
    for place in range(4):
        grant = Grant.objects.filter(user_id=people.worker + place).order_by("-pk").values_list("pk", flat=True)[0]
        logins[people.worker + place] = f"grant:{grant}"
    Token.objects.bulk_create(
        Token(
            user_id=login,
            digest=hashlib.sha256(f"{TOKEN}{login}".encode()).digest(),
            acting_as=acting_as,
            epoch=0,
            created_at=now,
            expires_at=now + timedelta(days=10),
        )
        for login, acting_as in logins.items()
    )


if __name__ == "__main__":
    main()

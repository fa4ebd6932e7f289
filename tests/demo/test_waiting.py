"""What waits for each login of the demo: the statement that is known answers as one that is written for them alone."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from tests.demo.conftest import AFTERNOON, Loaded, whole
from zengyi.core import clock
from zengyi.people.models import User
from zengyi.people.queries import actor_for_user, choices
from zengyi.people.queries.samples import sample_of
from zengyi.people.queries.waiting import COUNTED_MOST, learned, union
from zengyi.people.rules import STAFF_ROLES, Actor, Role
from zengyi.people.web.waiting import sources

#: Now, when something is due, and when a quarter is over.
MOMENTS = (AFTERNOON, AFTERNOON + timedelta(days=3, hours=5, minutes=7), datetime(2027, 1, 4, 8, 59, tzinfo=clock.SHANGHAI))
#: So many who are alike answer for the others.
ALIKE = 3


def _rows(cursor: Any) -> list[tuple[Any, ...]]:
    return sorted(cursor.fetchall(), key=lambda row: row[:2])


def _written(by: Actor, at: datetime) -> tuple[list[str], list[tuple[Any, ...]]]:
    asked, text, values = union(sources(), by=by, at=at, most=COUNTED_MOST)
    if not asked:
        return [], []
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return [source.kind for source in asked], _rows(cursor)


def _known(by: Actor, at: datetime) -> tuple[list[str], list[tuple[Any, ...]]]:
    sample, values = sample_of(by)
    asked, statement = learned(sources(), sample, clock.local_date(at))
    if statement is None:
        return [], []
    with statement.run(at, {**values, "most": COUNTED_MOST}) as cursor:
        return [source.kind for source in asked], _rows(cursor)


def _actors(at: datetime) -> list[Actor]:
    """Of all logins in all their roles, some of each kind."""
    found: dict[Actor, list[Actor]] = {}
    for user in User.objects.order_by("pk").values_list("pk", flat=True):
        for choice in choices(user, at=at):
            by = actor_for_user(user, choice.acting_as, at=at)
            found.setdefault(sample_of(by)[0], []).append(by)
    return [by for alike in found.values() for by in alike[:ALIKE]]


@whole
def test_what_waits_is_what_the_orm_would_find(demo: Loaded) -> None:
    kinds, found, roles = set(), set(), set()
    for by in _actors(AFTERNOON):
        roles.add(by.role)
        for at in MOMENTS:
            asked, rows = _known(by, at)
            assert (asked, rows) == _written(by, at), (by, at)
            kinds |= set(asked)
            found |= {asked[row[0]] for row in rows}
    assert roles >= STAFF_ROLES - {Role.ADMIN} | {Role.MEMBER, Role.ORGANISATION, Role.RESIDENT}
    assert kinds == {source.kind for source in sources()}
    assert found >= {"confirm", "take-on", "registration", "roll-call"}, "what nobody waits for shows no difference"

"""Logins brought along with their password's hash, and people who agree to be named."""

from datetime import datetime
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from tests.cast import PASSWORD, Cast
from tests.trail import refused
from zengyi.bank import queries as bank
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, NotThere, Refused
from zengyi.core.models import Event
from zengyi.orders import actions as orders
from zengyi.people import actions, queries
from zengyi.people.models import Person, User
from zengyi.people.rules import NOBODY, SYSTEM

pytestmark = pytest.mark.databases("sqlite")


def person(cast: Cast, name: str = "居民0202") -> int:
    return Person.objects.create(name=name, community=cast.community).pk


def test_a_login_brought_along_signs_in_with_its_old_password(cast: Cast, at: datetime) -> None:
    one, two = person(cast), person(cast, "居民0203")
    made = actions.bring_logins(cast.community.pk, {one: "r0202", two: "r0203"}, make_password(PASSWORD), by=SYSTEM, at=at)
    event = Event.objects.latest("pk")
    assert (event.verb, event.object_type, event.object_id, event.after) == ("bring-logins", "community", cast.community.pk, {"logins": 2})
    user = actions.sign_in("r0203", PASSWORD, address="127.0.0.1", at=at)
    assert (user.pk, user.must_change) == (made[two], False)
    assert queries.actor_for_user(user.pk, at=at).person_id == two


@pytest.mark.parametrize(
    ("name", "username", "where", "error"),
    [
        ("居民0202", "resident", "community", Invalid),
        ("居民0202", "no name", "community", Invalid),
        ("居民0202", "r0202", "elsewhere", NotThere),
        ("居民0202", "r0202", "building", NotThere),
    ],
)
def test_logins_that_do_not_fit_are_refused_together(
    cast: Cast, at: datetime, name: str, username: str, where: str, error: type[Refused]
) -> None:
    one, two = person(cast, name), person(cast, "居民0203")
    place = {"community": cast.community, "elsewhere": cast.elsewhere, "building": cast.buildings[0]}[where]
    before = User.objects.count()
    with refused(error):
        actions.bring_logins(place.pk, {two: "r0203", one: username}, "hash", by=SYSTEM, at=at)
    assert User.objects.count() == before


def test_no_page_s_actor_brings_logins(cast: Cast, at: datetime) -> None:
    one = person(cast)
    for name in ("worker", "secretary", "district", "admin"):
        with refused(NotThere):
            actions.bring_logins(cast.community.pk, {one: "r0202"}, "hash", by=cast.actor(name), at=at)


def test_who_agrees_is_named_until_they_take_it_back(cast: Cast, at: datetime) -> None:
    order = cast.delivered("member2", "resident")
    orders.confirm(order.pk, by=cast.actor("resident"), at=at)
    me: Any = cast.members["member2"].person_id

    def shown() -> list[str]:
        return [saver.name for saver in bank.top_savers(cast.community.pk)]

    assert "党员乙" not in shown()
    actions.agree_to_naming(me, True, by=cast.actor("member2"), at=at)
    assert "党员乙" in shown()
    event = Event.objects.latest("pk")
    assert (event.verb, event.before, event.after) == ("agree", {"name_public": False}, {"name_public": True})
    actions.agree_to_naming(me, False, by=cast.actor("member2"), at=at)
    assert "党员乙" not in shown()
    assert Event.objects.latest("pk").verb == "withdraw"


def test_nobody_agrees_for_somebody_else(cast: Cast, at: datetime) -> None:
    me: Any = cast.members["member2"].person_id
    for name in ("member", "resident", "far_member"):
        with refused(NotThere):
            actions.agree_to_naming(me, True, by=cast.actor(name), at=at)
    with refused(NotSignedIn):
        actions.agree_to_naming(me, True, by=NOBODY, at=at)
    with refused(NotThere):
        actions.agree_to_naming(2**62, True, by=cast.actor("member2"), at=at)


def test_staff_do_not_agree_for_anybody_either(cast: Cast, at: datetime) -> None:
    me: Any = cast.members["member2"].person_id
    with pytest.raises((NotAllowed, NotThere)):
        actions.agree_to_naming(me, True, by=cast.actor("secretary"), at=at)
    assert not Person.objects.get(pk=me).name_public

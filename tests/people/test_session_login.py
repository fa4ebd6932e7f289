"""A session's login comes with its roles in one statement, and is what the table says."""

from typing import Any

from django.test import Client

from tests.cast import AT, Cast
from zengyi.people import queries
from zengyi.people.models import User
from zengyi.people.rules import NOBODY


def test_the_login_is_the_one_in_the_table(cast: Cast, sql: Any) -> None:
    cast.users["worker"].must_change = True
    cast.users["worker"].save()
    stored = User.objects.get(username="worker")
    with sql() as seen:
        login = queries.signed_in(stored.pk, at=AT)
        actor = queries.actor_of(login)
    assert len(seen) == 1 and login == stored
    for field in User._meta.concrete_fields:
        assert getattr(login, field.attname) == getattr(stored, field.attname), field.attname
    assert login is not None and login.get_session_auth_hash() == stored.get_session_auth_hash()
    assert actor == queries.actor_for_user(stored.pk, at=AT)


def test_a_closed_login_is_nobodys(cast: Cast) -> None:
    browser = Client()
    browser.force_login(cast.users["member"])
    assert browser.get("/me/").status_code == 200
    User.objects.filter(username="member").update(is_active=False)
    assert queries.signed_in(cast.users["member"].pk, at=AT) is None
    assert browser.get("/me/").status_code == 303
    assert queries.actor_of(None) == NOBODY


def test_a_new_password_or_epoch_ends_the_session(cast: Cast) -> None:
    for change in ({"password": "another"}, {"epoch": 7}):
        browser = Client()
        browser.force_login(User.objects.get(username="member"))
        assert browser.get("/me/").status_code == 200
        User.objects.filter(username="member").update(**change)
        assert browser.get("/me/").status_code == 303

"""A session's login comes with its roles in one statement, and is what the table says."""

from datetime import timedelta
from typing import Any

from django.test import Client

from tests.cast import AT, Cast
from zengyi.core import clock
from zengyi.people import actions, queries
from zengyi.people.models import Session, User
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


def test_a_session_and_its_login_are_one_statement(cast: Cast, sql: Any) -> None:
    browser = Client()
    browser.force_login(cast.users["member"])
    browser.get("/help/")
    with sql() as seen:
        assert browser.get("/help/").status_code == 200
    # One reads the session with its login, the other what waits for whoever that is.
    assert ["people_session" in text for text in seen] == [True, False]
    row = Session.objects.get()
    assert row.user_id == cast.users["member"].pk


def test_a_session_of_nobody_and_one_that_has_ended(cast: Cast) -> None:
    browser = Client()
    stored = browser.session
    stored["anything"] = 1
    stored.save()
    assert Session.objects.get().user_id is None
    assert queries.session(stored.session_key or "", at=AT) is None and browser.session["anything"] == 1
    browser.force_login(cast.users["member"])
    key = browser.session.session_key or ""
    data, login = queries.session(key, at=clock.now()) or ("", None)
    assert login == cast.users["member"] and browser.session.decode(data)["_auth_user_id"] == str(login.pk)
    Session.objects.filter(pk=key).update(expire_date=clock.now())
    assert queries.session(key, at=clock.now()) is None
    assert browser.get("/me/").status_code == 303


def test_a_session_of_one_login_does_not_speak_for_another(cast: Cast) -> None:
    """The login in the session's data counts; the column only serves to read the login's row in the same statement."""
    browser = Client()
    browser.force_login(cast.users["member"])
    Session.objects.update(user=cast.users["worker"])
    assert browser.get("/desk/").status_code == 403
    assert browser.get("/me/").status_code == 200


def test_old_sessions_are_forgotten(cast: Cast) -> None:
    now = clock.now()
    for seconds in (-1, 0, 60):
        Session.objects.create(session_key=f"k{seconds}", session_data="", expire_date=now + timedelta(seconds=seconds))
    assert actions.forget_old_sessions(now) == 2
    assert list(Session.objects.values_list("pk", flat=True)) == ["k60"]

"""Signing in and out: the right people get in, nobody learns who exists, and sessions end when they should."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.people.town import PASSWORD, START, Clock, Town
from zengyi.core.errors import Invalid, NotAllowed, NotSignedIn, TooMany
from zengyi.core.models import Event, Throttle
from zengyi.people import actions, queries
from zengyi.people.models import User

pytestmark = pytest.mark.databases("sqlite")

Browser = Callable[..., Client]


def test_by_name_and_by_phone(browser: Browser, client: Client) -> None:
    assert browser("resident").get("/me/").status_code == 200
    client.post("/sign-out")
    assert client.get("/me/").status_code == 303
    phone = client.post("/sign-in", {"username": "139 0000 0000", "password": PASSWORD})
    assert phone.status_code == 303
    assert "某resident" in client.get("/me/").content.decode()
    assert Event.objects.filter(verb="sign-in").count() == 2


def test_a_wrong_password_and_an_unknown_name_look_the_same(client: Client, town: Town, time: Clock) -> None:
    known = client.post("/sign-in", {"username": "resident", "password": "wrong"})
    unknown = client.post("/sign-in", {"username": "nobody", "password": "wrong"})
    assert known.status_code == unknown.status_code == 401

    def strip(page: Any, name: str) -> str:
        return "".join(line for line in page.content.decode().replace(name, "").splitlines() if "csrf" not in line)

    assert strip(known, "resident") == strip(unknown, "nobody")


@pytest.mark.parametrize(
    "posted",
    [{}, {"username": "x"}, {"username": "x" * 5000, "password": "y" * 5000}, {"username": "a\0b", "password": "c\0d"}, {"password": "😀"}],
)
def test_nonsense_is_refused(client: Client, town: Town, time: Clock, posted: dict[str, str]) -> None:
    assert client.post("/sign-in", posted).status_code in (401, 422)


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "me", "/a\nb"])
def test_nobody_is_sent_elsewhere(client: Client, town: Town, time: Clock, onward: str) -> None:
    answer = client.post("/sign-in", {"username": "resident", "password": PASSWORD, "next": onward})
    assert answer["Location"] == "/"


def test_one_goes_on_to_where_one_wanted(client: Client, town: Town, time: Clock) -> None:
    answer = client.post("/sign-in", {"username": "resident", "password": PASSWORD, "next": "/me/?a=1"})
    assert answer["Location"] == "/me/?a=1"


def test_guessing_is_slowed_down_and_time_heals(town: Town) -> None:
    for _try in range(10):
        with pytest.raises(NotSignedIn):
            actions.sign_in("resident", "guess", address="192.0.2.1", at=START)
    with pytest.raises(TooMany):
        actions.sign_in("resident", PASSWORD, address="192.0.2.1", at=START)
    assert actions.sign_in("worker", PASSWORD, address="192.0.2.1", at=START)
    later = Clock().forward(minutes=21)
    assert actions.sign_in("resident", PASSWORD, address="192.0.2.1", at=later)
    assert not Throttle.objects.filter(bucket__contains="resident").exists()


def test_an_address_that_tries_many_names_is_slowed_down(town: Town) -> None:
    with pytest.raises(TooMany):
        for number in range(121):
            with pytest.raises(NotSignedIn):
                actions.sign_in(f"nobody{number}", "guess", address="192.0.2.1", at=START)


def test_a_phone_written_differently_is_the_same_name(town: Town) -> None:
    for written in ["13900000000", "139 0000 0000", "+86 13900000000", "139-0000-0000"] * 3:
        with pytest.raises((NotSignedIn, TooMany)) as last:
            actions.sign_in(written, "guess", address="192.0.2.1", at=START)
    assert last.type is TooMany


def test_tokens(town: Town) -> None:
    raw, expires_at = actions.issue_token("worker", PASSWORD, at=START)
    assert queries.actor_for_token(raw, at=START).role == "worker"
    assert (expires_at - START).total_seconds() == 12 * 3600
    with pytest.raises(NotSignedIn):
        queries.actor_for_token(raw, at=expires_at)
    actions.revoke_token(raw, at=START)
    with pytest.raises(NotSignedIn):
        queries.actor_for_token(raw, at=START)
    with pytest.raises(NotSignedIn):
        actions.revoke_token(raw, at=START)
    as_resident, _expires = actions.issue_token("worker", PASSWORD, "resident", at=START)
    assert queries.actor_for_token(as_resident, at=START).role == "resident"
    with pytest.raises(Invalid):
        actions.issue_token("resident", PASSWORD, "member", at=START)


def test_a_phone_may_be_that_of_several(town: Town) -> None:
    """Each signs in with their own password; nobody by opening a login on somebody's number first."""
    for number, community in enumerate((town.there, town.here)):
        user_id = town.login(f"shared{number}", town.person(f"共用{number}", "13900000777", community))
        user = User.objects.get(pk=user_id)
        user.set_password(f"bridge over water {number}")
        user.save()
        assert actions.sign_in("13900000777", f"bridge over water {number}", address="192.0.2.1", at=START).pk == user_id
    with pytest.raises(NotSignedIn):
        actions.sign_in("13900000777", "another", address="192.0.2.1", at=START)


def test_only_wrong_tries_slow_down_whoever_knows_the_password(town: Town) -> None:
    for _day in range(12):
        with pytest.raises(NotSignedIn):
            actions.sign_in("resident", "guess", address="192.0.2.1", at=START)
        assert actions.sign_in("resident", PASSWORD, address="192.0.2.1", at=START)


def test_no_token_goes_round_the_second_factor(town: Town, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    with pytest.raises(NotAllowed):
        actions.issue_token("worker", PASSWORD, at=START)
    assert actions.issue_token("resident", PASSWORD, at=START)


@pytest.mark.parametrize(("minutes", "open_"), [(29, True), (31, False)])
def test_a_staff_session_ends_when_idle(browser: Browser, time: Clock, minutes: int, open_: bool) -> None:
    page = browser("worker")
    time.forward(minutes=minutes)
    answer = page.get("/people/members/")
    assert (answer.status_code == 200) is open_
    if not open_:
        assert answer["Location"].startswith("/sign-in?over=1")
        assert "%2Fpeople%2Fmembers%2F" in answer["Location"]


@pytest.mark.parametrize(("minutes", "open_"), [(719, True), (721, False)])
def test_a_staff_session_ends_after_twelve_hours(browser: Browser, time: Clock, minutes: int, open_: bool) -> None:
    page = browser("worker")
    end = START.timestamp() + minutes * 60
    while time.at.timestamp() + 25 * 60 < end:
        time.forward(minutes=20)
        assert page.get("/people/members/").status_code == 200
    time.forward(seconds=end - time.at.timestamp())
    assert (page.get("/people/members/").status_code == 200) is open_


def test_staff_who_act_as_residents_keep_the_limits(browser: Browser, time: Clock) -> None:
    page = browser("worker")
    assert page.post("/act-as", {"acting_as": "resident"}).status_code == 303
    assert page.get("/people/members/").status_code == 403
    time.forward(minutes=31)
    assert page.get("/me/").status_code == 303


def test_a_resident_stays_signed_in(browser: Browser, time: Clock) -> None:
    page = browser("resident")
    time.forward(days=3)
    assert page.get("/me/").status_code == 200


def test_only_roles_one_has_can_be_chosen(browser: Browser, town: Town) -> None:
    page = browser("resident")
    for wanted in ("member", "grant:1", "admin", "", "x" * 9999):
        assert page.post("/act-as", {"acting_as": wanted}).status_code == 404


def test_a_new_password_ends_every_other_session(browser: Browser, town: Town, time: Clock) -> None:
    page = browser("resident")
    elsewhere = Client()
    elsewhere.post("/sign-in", {"username": "resident", "password": PASSWORD})
    raw, _expires = actions.issue_token("resident", PASSWORD, at=time.at)
    for old, new, field in (("wrong", "a better password", "old"), (PASSWORD, "short", "new"), (PASSWORD, "password12", "new")):
        answer = page.post("/me/password", {"old": old, "new": new})
        assert answer.status_code == 422
        assert f"id_{field}-error" in answer.content.decode()
    assert page.post("/me/password", {"old": PASSWORD, "new": "a better password"}).status_code == 303
    assert page.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 303
    with pytest.raises(NotSignedIn):
        queries.actor_for_token(raw, at=time.at)
    assert actions.sign_in("resident", "a better password", address="", at=time.at)


def test_a_one_time_password_must_be_changed_first(browser: Browser, town: Town, time: Clock) -> None:
    person = town.person("居民乙", "13911112222")
    page = browser("worker")
    answer = page.post(f"/people/persons/{person}/login", {"username": ""})
    assert answer.status_code == 200
    user = User.objects.get(person_id=person)
    text = answer.content.decode()
    once = text.split('class="one-time">')[1].split("<")[0]
    assert user.must_change
    page.post("/sign-out")
    with pytest.raises(NotAllowed):
        actions.issue_token(user.username, once, at=time.at)
    assert page.post("/sign-in", {"username": "13911112222", "password": once}).status_code == 303
    assert page.get("/me/")["Location"] == "/me/password"
    assert page.post("/me/password", {"old": once, "new": "a better password"}).status_code == 303
    assert page.get("/me/").status_code == 200

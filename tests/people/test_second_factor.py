"""The second factor: set up with an app, asked for after the password, replaced by a paper code once."""

import base64
import re
import time as machine
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django_otp.oath import totp

from tests.people.town import PASSWORD, Clock, Town

pytestmark = pytest.mark.databases("sqlite")

Browser = Callable[..., Client]


def _code(secret: str, ahead: int = 0) -> str:
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    return f"{totp(key, drift=ahead):06d}"


def _set_up(page: Client, time: Clock) -> tuple[str, list[str]]:
    time.at = datetime.fromtimestamp(machine.time(), UTC)  # the app computes its codes from the machine's clock
    shown = page.get("/second-factor-setup").content.decode()
    found = re.search(r"<b>([A-Z2-7 ]+)</b>", shown)
    assert found and "<svg" in shown and 'style="' not in shown
    secret = found.group(1).replace(" ", "")
    wrong = page.post("/second-factor-setup", {"code": "000000", "password": PASSWORD})
    assert wrong.status_code == 422
    foreign = page.post("/second-factor-setup", {"code": _code(secret), "password": "wrong"})
    assert foreign.status_code == 422
    done = page.post("/second-factor-setup", {"code": _code(secret), "password": PASSWORD})
    assert done.status_code == 200, done.content.decode()
    codes = re.findall(r"<code>(\w+)</code>", done.content.decode())
    assert len(codes) == 10
    return secret, codes


@pytest.fixture
def page(browser: Browser, time: Clock) -> Client:
    """The worker's browser, at the machine's own time."""
    time.at = datetime.fromtimestamp(machine.time(), UTC)
    return browser("worker")


def test_after_the_password_comes_the_code(page: Client, time: Clock) -> None:
    secret, codes = _set_up(page, time)
    assert page.get("/me/").status_code == 200
    page.post("/sign-out")
    answer = page.post("/sign-in", {"username": "worker", "password": PASSWORD, "next": "/me/"})
    assert answer["Location"] == "/second-factor"
    assert page.get("/me/").status_code == 303, "a password alone lets nobody in"
    assert page.post("/second-factor", {"code": "12"}).status_code == 422
    assert page.post("/second-factor", {"code": codes[0]})["Location"] == "/me/"
    assert page.get("/me/").status_code == 200
    page.post("/sign-out")
    page.post("/sign-in", {"username": "worker", "password": PASSWORD})
    assert page.post("/second-factor", {"code": codes[0]}).status_code == 422, "a paper code works once"
    assert page.post("/second-factor", {"code": _code(secret, 1)}).status_code == 303, "the app's next code"


def test_codes_can_not_be_guessed(page: Client, time: Clock) -> None:
    _set_up(page, time)
    page.post("/sign-out")
    page.post("/sign-in", {"username": "worker", "password": PASSWORD})
    answers = [page.post("/second-factor", {"code": f"{n:06d}"}).status_code for n in range(7)]
    assert answers[-1] == 429
    assert set(answers) <= {422, 429}


def test_the_code_must_come_soon(page: Client, time: Clock) -> None:
    _secret, codes = _set_up(page, time)
    page.post("/sign-out")
    page.post("/sign-in", {"username": "worker", "password": PASSWORD})
    time.forward(minutes=11)
    assert page.post("/second-factor", {"code": codes[0]})["Location"] == "/sign-in"


def test_a_token_asks_for_the_code_too(page: Client, time: Clock, town: Town, settings: Any) -> None:
    """Whether or not every member of the staff must have one; and a code works once, here as there."""
    secret, codes = _set_up(page, time)
    asked = {"username": "worker", "password": PASSWORD}

    def ask(**more: str) -> int:
        return Client().post("/api/v1/tokens", asked | more, content_type="application/json").status_code

    for required in (False, True):
        settings.REQUIRE_MFA = required
        assert [ask(), ask(code="000000"), ask(code="x" * 21)] == [403, 422, 422]
        time.forward(minutes=11)
    assert [ask(code=codes[0]), ask(code=codes[0])] == [201, 422]
    assert ask(code=_code(secret, 1)) == 201


def test_staff_can_be_forced(page: Client, time: Clock, town: Town, settings: Any) -> None:
    settings.REQUIRE_MFA = True
    assert page.get("/people/members/")["Location"] == "/second-factor-setup"
    assert page.get("/me/")["Location"] == "/second-factor-setup"
    _set_up(page, time)
    assert page.get("/people/members/").status_code == 200
    page.post("/sign-out")
    page.post("/sign-in", {"username": "resident", "password": PASSWORD})
    assert page.get("/me/").status_code == 200


def test_a_reset_password_takes_the_factor_away(page: Client, time: Clock, town: Town) -> None:
    _set_up(page, time)
    from zengyi.people import actions
    from zengyi.people.models import User

    person = User.objects.get(pk=town.users["worker"]).person_id
    assert person
    opened = actions.open_login(person, by=town.actor("secretary", at=time.at), at=time.at)
    assert page.get("/me/").status_code == 303
    page.post("/sign-in", {"username": "worker", "password": opened.password})
    assert page.get("/me/")["Location"] == "/me/password"


@pytest.mark.parametrize("code", ["", "x" * 9999, "１２３４５６", "-12345", "\0", "1e5"])
def test_nonsense_is_refused(page: Client, time: Clock, code: str) -> None:
    page.get("/second-factor-setup")
    assert page.post("/second-factor-setup", {"code": code, "password": PASSWORD}).status_code == 422

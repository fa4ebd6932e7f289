"""How often one may try: signing in, asking for a token, changing a password, placing orders; and what the log tells of it all."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.trust.cases import every_case
from tests.trust.forms_of import forms
from tests.trust.ground import NOW, Ground, undone
from tests.trust.walk import Walker, canaries, token
from zengyi.core import clock
from zengyi.orders.models import Order

TOKENS, ORDERS = "/api/v1/tokens", "/api/v1/orders"
#: Wrong passwords in ten minutes: for a name from one address, for a name from everywhere, and from an address for all names.
TRIES_PER_NAME, TRIES_PER_NAME_FROM_EVERYWHERE, TRIES_PER_ADDRESS, TRIES_SECONDS = 10, 100, 100, 600
#: Orders that a resident may place in a day.
PLACED_A_DAY, DAY = 20, 86_400
WORDS = {"kind": "DEMAND", "category": "ROAD", "title": "桥面破损", "text": "西段桥面有两处大坑。"}


def sign_in(client: Client, name: str, password: str = "wrong") -> Any:
    """A try on the page."""
    return client.post("/sign-in", {"username": name, "password": password})


def ask_token(client: Client, name: str, password: str = "wrong") -> Any:
    """A try at the API."""
    return client.post(TOKENS, {"username": name, "password": password}, content_type="application/json")


@pytest.mark.parametrize("way", [sign_in, ask_token])
def test_guessing_a_password_is_slowed_down(ground: Ground, monkeypatch: pytest.MonkeyPatch, way: Any) -> None:
    client = Client()
    for _try in range(TRIES_PER_NAME):
        assert way(client, "resident").status_code == 401
    for password in ("wrong", "demo-zengyi"):
        answer = way(client, "resident", password)
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 2 * TRIES_SECONDS
    assert way(client, "resident2", "demo-zengyi").status_code in (201, 303)
    later = NOW + timedelta(seconds=int(answer["Retry-After"]))
    monkeypatch.setattr(clock, "now", lambda: later)
    assert way(client, "resident", "demo-zengyi").status_code in (201, 303)


@pytest.mark.parametrize("way", [sign_in, ask_token])
def test_a_stranger_does_not_lock_the_owner_out(ground: Ground, way: Any) -> None:
    """Tries from one address count there; those of ever so many addresses count together."""
    at_home = Client(REMOTE_ADDR="203.0.113.77")
    for n in range(TRIES_PER_NAME_FROM_EVERYWHERE - 1):
        assert way(Client(REMOTE_ADDR=f"198.51.100.{n // TRIES_PER_NAME}"), "resident").status_code == 401
    assert way(Client(REMOTE_ADDR="198.51.100.0"), "resident", "demo-zengyi").status_code == 429
    assert way(at_home, "resident", "demo-zengyi").status_code in (201, 303)
    assert way(at_home, "resident", "demo-zengyi").status_code == 429


def test_addresses_of_one_household_are_one(ground: Ground) -> None:
    answers = [ask_token(Client(REMOTE_ADDR=f"2001:db8:0:1::{n:x}"), "resident").status_code for n in range(TRIES_PER_NAME + 1)]
    assert answers == [401] * TRIES_PER_NAME + [429]
    assert ask_token(Client(REMOTE_ADDR="2001:db8:0:2::1"), "resident").status_code == 401


def test_the_page_and_the_api_count_together(ground: Ground) -> None:
    client = Client()
    answers = [(sign_in, ask_token)[n % 2](client, "resident").status_code for n in range(TRIES_PER_NAME + 1)]
    assert answers == [401] * TRIES_PER_NAME + [429]


@pytest.mark.parametrize("way", [sign_in, ask_token])
def test_an_address_that_tries_many_names_is_slowed_down(ground: Ground, way: Any) -> None:
    """And a name that does not exist counts, and looks, like one that does."""
    client = Client()
    bodies = {way(client, f"nobody{n}").content.replace(f"nobody{n}".encode(), b"") for n in range(TRIES_PER_ADDRESS)}
    assert len({len(body) for body in bodies}) <= 2
    answer = way(client, "resident", "demo-zengyi")
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0


def test_a_forwarded_address_is_not_believed(ground: Ground) -> None:
    """What a visitor writes into a header does not make them somebody else."""
    client = Client()
    for n in range(TRIES_PER_ADDRESS):
        client.post(
            TOKENS, {"username": f"nobody{n}", "password": "x"}, content_type="application/json", HTTP_X_FORWARDED_FOR=f"10.0.0.{n}"
        )
    assert ask_token(client, "resident", "demo-zengyi").status_code == 429


def test_behind_tls_the_proxy_s_word_counts_and_only_its(ground: Ground, settings: Any) -> None:
    """The last address is the proxy's own; what stands before it came from the visitor."""
    settings.HTTPS = True
    asked = {"username": "resident", "password": "demo-zengyi"}

    def ask(told: str) -> int:
        return Client().post(TOKENS, asked, content_type="application/json", secure=True, HTTP_X_FORWARDED_FOR=told).status_code

    for n in range(TRIES_PER_ADDRESS):
        body = {"username": f"nobody{n}", "password": "x"}
        told = f"198.51.100.{n}, 203.0.113.7"
        Client().post(TOKENS, body, content_type="application/json", secure=True, HTTP_X_FORWARDED_FOR=told)
    assert ask("198.51.100.250, 203.0.113.7") == 429
    assert ask("203.0.113.7, 203.0.113.8") == 201
    for odd in ("", ",", "x", "203.0.113.9, not-an-address", "2001:db8::1", "\xff"):
        assert ask(odd) == 201, odd


def test_changing_a_password_is_slowed_down(ground: Ground) -> None:
    client = Walker(ground, "resident").client
    answers = [client.post("/me/password", {"old": "wrong", "new": "seven bridges in the rain"}) for _try in range(TRIES_PER_NAME + 1)]
    assert [answer.status_code for answer in answers] == [422] * TRIES_PER_NAME + [429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_orders_have_a_quota_a_day(ground: Ground) -> None:
    walker, before = Walker(ground, "resident"), Order.objects.count()
    page, headers = {**WORDS, "urgency": "2"}, {"Authorization": f"Bearer {walker.token}"}
    assert {walker.client.post("/orders/new", page).status_code for _try in range(PLACED_A_DAY)} == {303}
    for answer in (walker.client.post("/orders/new", page), Client().post(ORDERS, WORDS, content_type="application/json", headers=headers)):
        assert answer.status_code == 429
        assert 0 < int(answer["Retry-After"]) <= 2 * DAY
    assert Order.objects.count() == before + PLACED_A_DAY


class Lines(logging.Handler):
    """Everything that is logged, with its arguments and its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[list[str]]:
    """The lines logged, from information on; SQL is logged by nobody and not looked at here."""
    handler, loggers = Lines(), [logging.getLogger(name) for name in ("", "django.request", "django.security", "zengyi")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.INFO)
    loggers[0].addHandler(handler)
    yield handler.lines
    loggers[0].removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.databases("sqlite")
def test_the_log_names_nobody(ground: Ground, log: list[str]) -> None:
    """Every form with its words, every page and operation, right and refused: no line tells a name, a phone or a door."""
    known, typed = canaries(ground), "13911112222"
    for role in ("anonymous", "resident", "worker", "secretary"):
        walker = Walker(ground, role)
        for case in every_case(ground, role)[::7]:
            with undone():
                walker.ask(case)
    for form in forms(ground):
        client = Client(raise_request_exception=False)
        if form.who:
            client.force_login(ground.users[form.who])
        for data in (
            dict.fromkeys(form.data, typed),
            {**form.data, "contact": typed, "phone": typed, "username": typed, "password": typed},
        ):
            with undone():
                client.post(form.path, data)
                client.get(f"{form.path}?q={typed}")
    told = [line for line in log if known.found(line) or typed in line]
    assert not told
    assert any("Forbidden" in line or "Not Found" in line for line in log)


@pytest.mark.parametrize("way", [sign_in, ask_token])
def test_a_failed_sign_in_leaves_a_line_without_the_secret(ground: Ground, log: list[str], way: Any) -> None:
    """Where from, and a mark by which one name's failures are told from another's: the name may be a phone, or the password itself."""
    secret, phone = "correct horse battery", "13900001206"
    home = Client(REMOTE_ADDR="203.0.113.77")
    assert way(home, "resident", "demo-zengyi").status_code in (201, 303)
    assert not [line for line in log if "sign-in failed" in line]
    for name in ("resident", phone, secret, "resident"):
        assert way(Client(REMOTE_ADDR="203.0.113.77"), name, secret).status_code == 401
    lines = [line for line in log if "sign-in failed" in line]
    assert len(lines) == 4 and all("WARNING" in line and "203.0.113.77" in line for line in lines)
    assert lines[0] == lines[3] and len(set(lines)) == 3
    for _try in range(TRIES_PER_NAME):
        answer = way(Client(REMOTE_ADDR="203.0.113.77"), "resident", secret)
    assert answer.status_code == 429
    assert [line for line in log if "too many tries" in line]
    assert not [line for line in log for word in (secret, phone, "resident", "horse") if word in line]


def test_a_fault_is_logged_without_what_was_sent(ground: Ground, log: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**_asked: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("zengyi.orders.queries.listing", broken)
    client = Client(raise_request_exception=False)
    client.force_login(ground.users["resident"])
    assert client.get("/orders/?q=13911112222").status_code == 500
    api = client.get("/api/v1/orders?q=13911112222", headers={"Authorization": f"Bearer {token(ground, 'resident')}"})
    assert api.status_code == 500
    faults = [line for line in log if "ZeroDivisionError" in line]
    assert len(faults) == 2
    assert not [line for line in log if "13911112222" in line or "token-of" in line]

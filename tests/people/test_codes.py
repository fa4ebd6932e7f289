"""Signing in by a code sent to one's phone: the owner gets in, nobody learns who exists, and a code is good once and not for long."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.carriers import ID, SECRET, carrier
from tests.people.town import START, Clock, Town
from tests.trail import refused
from zengyi.core.errors import Invalid, NotSignedIn, TooMany, WrongState
from zengyi.core.models import Event
from zengyi.people import actions, queries
from zengyi.people.models import PhoneCode, Tie, User
from zengyi.people.rules.codes import CodeFor, CodeState
from zengyi.people.rules.persons import Given

PHONE = "13900000000"
FROM = {"address": "192.0.2.1"}


@pytest.fixture
def sent(settings: Any, tmp_path: Path) -> Callable[[], list[dict[str, str]]]:
    """SMS go to a file; what stands in it."""
    file = tmp_path / "sms"
    settings.SMS = f"file:{file}"
    settings.ADDRESS = "https://zy.example.org"
    return lambda: [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


Sent = Callable[[], list[dict[str, str]]]


def digits(text: str) -> str:
    """The code in an SMS."""
    found = re.search(r"验证码 (\d{6})", text)
    assert found
    return found[1]


def ask(client: Client, phone: str = PHONE, **more: str) -> Any:
    return client.post("/sign-in/code", {"phone": phone, **more})


def enter(client: Client, code: str) -> Any:
    return client.post("/sign-in/code/enter", {"code": code})


def test_a_resident_signs_in_without_a_password(client: Client, town: Town, time: Clock, sent: Sent) -> None:
    assert "发验证码到手机" in client.get("/sign-in").content.decode()
    assert ask(client, "139 0000 0000", next="/me/?a=1")["Location"] == "/sign-in/code/enter"
    page = client.get("/sign-in/code/enter").content.decode()
    assert "139****0000" in page and PHONE not in page and 'autocomplete="one-time-code"' in page
    assert actions.send_codes(time.at) == 1 and actions.send_codes(time.at) == 0
    assert sent()[0]["phone"] == PHONE and sent()[0]["text"].endswith(f"\n@zy.example.org #{digits(sent()[0]['text'])}")
    assert enter(client, f" {digits(sent()[0]['text'])} ")["Location"] == "/me/?a=1"
    assert "某resident" in client.get("/me/").content.decode()
    assert Event.objects.filter(verb="sign-in", user_id=town.users["resident"]).count() == 1


def test_the_answer_is_the_same_for_a_number_nobody_has(town: Town, time: Clock, sent: Sent) -> None:
    """And for one of somebody in office: their login opens more than their own things."""
    seen = []
    for phone in (PHONE, "13988887777", "13900000001"):
        client = Client()
        asked = ask(client, phone)
        with CaptureQueriesContext(
            connection,
        ) as statements:
            page = client.get(asked["Location"])
        shown = re.sub(r'value="[^"]{40,}"|139\*\*\*\*\d{4}|nonce="[^"]*"', "", page.content.decode())
        wrong = enter(client, "12345")
        seen.append((asked.status_code, shown, len(statements), wrong.status_code, "验证码不对" in wrong.content.decode()))
    assert seen[0] == seen[1] == seen[2] and seen[0][3:] == (422, True)
    assert actions.send_codes(time.at) == 1 and [one["phone"] for one in sent()] == [PHONE]
    assert sorted(PhoneCode.objects.values_list("state", flat=True)) == ["NOBODY", "NOBODY", "SENT"]


def test_a_right_guess_for_a_number_nobody_has_opens_nothing(client: Client, town: Town, time: Clock, sent: Sent) -> None:
    from zengyi.people.actions import codes

    ask(client, "13988887777")
    assert enter(client, codes._digits(PhoneCode.objects.get())).status_code == 422
    assert PhoneCode.objects.get().used_at is None


def shown(sent: Sent, at: Any) -> tuple[int, str]:
    """A code that was asked for and sent."""
    code_id = actions.ask_code(PHONE, CodeFor.SIGN_IN, **FROM, at=at)
    actions.send_codes(at)
    return code_id, digits(sent()[-1]["text"])


def test_a_code_is_good_once(town: Town, time: Clock, sent: Sent) -> None:
    code_id, code = shown(sent, START)
    with refused(WrongState):
        actions.show_code(code_id, code, CodeFor.ORDER, **FROM, at=START)
    actions.show_code(code_id, code, CodeFor.SIGN_IN, **FROM, at=START)
    with refused(WrongState):
        actions.show_code(code_id, code, CodeFor.SIGN_IN, **FROM, at=START)
    later = time.forward(minutes=10)
    with refused(NotSignedIn):
        actions.sign_in_by_code(code_id, town_person(town), at=later)


def town_person(town: Town) -> int:
    return User.objects.values_list("person_id", flat=True).get(pk=town.users["resident"]) or 0


@pytest.mark.parametrize(("seconds", "good"), [(599, True), (600, False)])
def test_a_code_is_good_for_ten_minutes(town: Town, time: Clock, sent: Sent, seconds: int, good: bool) -> None:
    code_id, code = shown(sent, START)
    later = time.forward(seconds=seconds)
    if good:
        actions.show_code(code_id, code, CodeFor.SIGN_IN, **FROM, at=later)
    else:
        with refused(WrongState):
            actions.show_code(code_id, code, CodeFor.SIGN_IN, **FROM, at=later)


def test_five_wrong_tries_end_it(town: Town, time: Clock, sent: Sent) -> None:
    code_id, code = shown(sent, START)
    for _try in range(5):
        with refused(Invalid, fields={"code"}):
            actions.show_code(code_id, "000000" if code != "000000" else "111111", CodeFor.SIGN_IN, **FROM, at=START)
    with refused(WrongState):
        actions.show_code(code_id, code, CodeFor.SIGN_IN, **FROM, at=START)


def test_a_code_opens_only_the_browser_that_asked_for_it(client: Client, town: Town, time: Clock, sent: Sent) -> None:
    ask(client)
    actions.send_codes(time.at)
    elsewhere = Client()
    assert enter(elsewhere, digits(sent()[0]["text"]))["Location"] == "/sign-in/code"
    ask(elsewhere, "13988887777")
    assert enter(elsewhere, digits(sent()[0]["text"])).status_code == 422


def test_a_number_is_not_rung_all_day(town: Town, sent: Sent) -> None:
    """Whoever asks, from wherever: one a minute, five an hour."""
    clock = Clock()

    def asked() -> bool:
        try:
            actions.ask_code(PHONE, CodeFor.SIGN_IN, address=f"192.0.2.{clock.at.minute}", at=clock.at)
        except TooMany:
            return False
        return True

    assert [asked(), asked()] == [True, False]
    for _more in range(12):
        clock.forward(minutes=3)
        asked()
    assert PhoneCode.objects.count() == 5


def test_an_address_that_asks_for_many_numbers_or_tries_many_codes_is_slowed_down(town: Town, sent: Sent) -> None:
    for number in range(30):
        actions.ask_code(f"139111100{number:02d}", CodeFor.SIGN_IN, **FROM, at=START)
    with refused(TooMany):
        actions.ask_code(PHONE, CodeFor.SIGN_IN, **FROM, at=START)
    for _try in range(100):
        with refused(WrongState):
            actions.show_code(0, "1", CodeFor.SIGN_IN, **FROM, at=START)
    with refused(TooMany):
        actions.show_code(0, "1", CodeFor.SIGN_IN, **FROM, at=START)


def test_who_shares_a_phone_says_who_they_are(client: Client, town: Town, time: Clock, sent: Sent) -> None:
    """Somebody of the household who has no login yet gets one, without a password."""
    wife = town.person("妻子", PHONE)
    ask(client, next="/me/")
    actions.send_codes(time.at)
    assert enter(client, digits(sent()[0]["text"]))["Location"] == "/sign-in/code/who"
    page = client.get("/sign-in/code/who").content.decode()
    assert "某resident" in page and "妻子" in page
    stranger = town.person("外人", "13912345678")
    assert client.post("/sign-in/code/who", {"person": stranger})["Location"] == "/sign-in/code"
    assert not User.objects.filter(person_id=stranger).exists()
    client = Client()
    time.forward(minutes=2)
    ask(client, next="/me/")
    actions.send_codes(time.at)
    enter(client, digits(sent()[1]["text"]))
    assert client.post("/sign-in/code/who", {"person": wife})["Location"] == "/me/"
    assert "妻子" in client.get("/me/").content.decode()
    login = User.objects.get(person_id=wife)
    assert not login.has_usable_password() and not login.must_change


def test_whoever_wrote_the_phone_is_a_maker_of_the_login(town: Town, time: Clock, sent: Sent) -> None:
    """A worker who writes their own phone into somebody's entry could sign in as them: so they are no second person to them."""
    worker, person = town.actor("worker"), town_person(town)
    actions.change_person(person, Given("某resident", "13977776666", "", None, ""), reason="换号码了", by=worker, at=START)
    assert not Tie.objects.filter(login_id=town.users["resident"]).exists()
    code_id = actions.ask_code("13977776666", CodeFor.SIGN_IN, **FROM, at=START)
    actions.send_codes(START)
    actions.show_code(code_id, digits(sent()[0]["text"]), CodeFor.SIGN_IN, **FROM, at=START)
    for _twice in range(2):
        actions.sign_in_by_code(code_id, person, at=START)
    assert list(Tie.objects.filter(login_id=town.users["resident"]).values_list("maker_id", "kind")) == [(worker.user_id, "PHONE")]
    entered = actions.enter_person(Given("新来的", "13955554444", "", None, ""), by=worker, at=START)
    code_id = actions.ask_code("13955554444", CodeFor.SIGN_IN, **FROM, at=START)
    actions.send_codes(START)
    actions.show_code(code_id, digits(sent()[-1]["text"]), CodeFor.SIGN_IN, **FROM, at=START)
    made = actions.sign_in_by_code(code_id, entered, at=START)
    assert set(Tie.objects.filter(login_id=made.pk).values_list("kind", flat=True)) == {"CREATED", "PHONE"}


def test_a_forgotten_password_is_set_anew_after_a_code(client: Client, town: Town, time: Clock, sent: Sent) -> None:
    ask(client)
    actions.send_codes(time.at)
    enter(client, digits(sent()[0]["text"]))
    assert "旧密码不用填" in client.get("/me/password").content.decode()
    assert client.post("/me/password", {"new": "a better password"}).status_code == 303
    assert actions.sign_in("resident", "a better password", address="", at=time.at)
    assert client.post("/me/password", {"new": "another good password"}).status_code == 422
    other = Client()
    time.forward(minutes=2)
    ask(other)
    actions.send_codes(time.at)
    enter(other, digits(sent()[1]["text"]))
    time.forward(minutes=30)
    assert other.post("/me/password", {"new": "another good password"}).status_code == 422


def test_a_second_factor_is_asked_for_all_the_same(client: Client, town: Town, time: Clock, sent: Sent) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    TOTPDevice.objects.create(user_id=town.users["resident"], name="app", confirmed=True)
    ask(client)
    actions.send_codes(time.at)
    assert enter(client, digits(sent()[0]["text"]))["Location"] == "/second-factor"
    assert client.get("/me/").status_code == 303


def test_no_code_stands_in_the_database_or_the_log(town: Town, time: Clock, settings: Any, caplog: Any) -> None:
    settings.SMS_ACCOUNT = {"id": ID, "secret": SECRET, "sign_name": "社区", "templates": {"code": "SMS_2"}}
    with carrier(once=True) as fake, caplog.at_level("DEBUG"):
        settings.SMS = fake.url
        code_id = actions.ask_code(PHONE, CodeFor.SIGN_IN, **FROM, at=START)
        assert actions.send_codes(START) == 1
        code = digits(fake.taken[0][1])
        actions.show_code(code_id, code, CodeFor.SIGN_IN, **FROM, at=START)
        actions.sign_in_by_code(code_id, town_person(town), at=START)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM people_phonecode")
        kept = str([tuple(map(str, row)) for row in cursor.fetchall()]) + str(list(Event.objects.values("before", "after", "reason")))
    assert code not in kept and PHONE not in kept
    assert code not in caplog.text and PHONE not in caplog.text


@pytest.mark.parametrize("once", [True, False])
def test_a_carrier_that_loses_it_is_asked_again_only_where_that_is_safe(town: Town, settings: Any, once: bool) -> None:
    settings.SMS_ACCOUNT = {"id": ID, "secret": SECRET, "sign_name": "社区", "templates": {"code": "SMS_2"}}
    with carrier("mute", once=once) as fake:
        settings.SMS = fake.url if once else f"aliyun:{fake.url}"
        actions.ask_code(PHONE, CodeFor.SIGN_IN, **FROM, at=START)
        assert actions.send_codes(START) == 0
        assert actions.send_codes(Clock().forward(seconds=6)) == (1 if once else 0)
        assert len(fake.taken) == 1 and PhoneCode.objects.get().state == (CodeState.SENT if once else CodeState.LOST)


def test_where_no_sms_are_sent_nothing_is_offered_but_a_number_to_call(client: Client, town: Town, time: Clock, settings: Any) -> None:
    settings.SMS = ""
    actions.change_community("甲社区", "0513-85000000", by=town.actor("secretary"), at=START)
    page = client.get("/sign-in").content.decode()
    assert "验证码" not in page and "tel:0513-85000000" in page
    assert client.get("/sign-in/code").status_code == ask(client).status_code == 404
    settings.SMS, settings.SMS_ACCOUNT = "tencent", {"templates": {"notice": "1"}}
    assert not queries.codes_offered()  # no template for codes is filed


def test_the_demo_shows_the_sms_and_sends_none(client: Client, town: Town, time: Clock, sent: Sent, settings: Any) -> None:
    settings.DEMO = True
    assert PHONE in client.get("/sign-in/code").content.decode()
    ask(client)
    page = client.get("/sign-in/code/enter").content.decode()
    assert actions.send_codes(time.at) == 0 and sent() == []
    assert enter(client, digits(page)).status_code == 303


def test_codes_are_forgotten_after_a_day(town: Town, sent: Sent) -> None:
    actions.ask_code(PHONE, CodeFor.SIGN_IN, **FROM, at=START)
    clock = Clock()
    assert actions.forget_codes(clock.forward(hours=23)) == 0 and actions.forget_codes(clock.forward(hours=2)) == 1


@pytest.mark.parametrize("phone", ["", "x", "0513-85001234", "1" * 5000, "139\0", "😀"])
def test_what_is_no_mobile_phone_is_refused(client: Client, town: Town, time: Clock, sent: Sent, phone: str) -> None:
    answer = ask(client, phone)
    assert answer.status_code == 422 and not PhoneCode.objects.exists()

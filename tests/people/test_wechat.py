"""Signing in by WeChat: off where it isn't set; only the browser that left comes back, once; only an owner ties a WeChat to a login."""

import html
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, override_settings

from tests.cast import AT, Cast
from tests.trail import refused
from tests.wechat import APP_ID, SECRET, TEMPLATE, WeChat, wechat
from zengyi.core.errors import Invalid, NotAllowed, TooMany, WrongState
from zengyi.core.models import Event
from zengyi.people import actions, queries
from zengyi.people.models import User, WeChatAccount, WeChatBinding
from zengyi.people.rules.codes import TRIED_FROM_ADDRESS

INSIDE = "Mozilla/5.0 (Linux; Android 14) MicroMessenger/8.0.50"
FROM = {"address": "192.0.2.1"}


def set_up(cast: Cast, **more: str) -> None:
    """The service account, as its keeper sets it."""
    given = {"template": TEMPLATE, "what_field": "thing1", "when_field": "time2"} | more
    actions.set_wechat(APP_ID, SECRET, **given, by=cast.actor("admin"), at=AT)


@pytest.fixture
def fake() -> Iterator[WeChat]:
    """WeChat, where everything asks it."""
    with wechat() as made, override_settings(WECHAT_API=made.url):
        yield made


def inside(user: User | None = None) -> Client:
    """A browser inside WeChat."""
    client = Client(headers={"user-agent": INSIDE})
    if user is not None:
        client.force_login(user)
    return client


def leave(client: Client, path: str, **given: str) -> str:
    """Go to WeChat; the state that it is to give back."""
    page = client.post(path, given)
    assert page.status_code == 200
    links = re.findall(r'(?:url=|href=")(https://open[^"]+)"', page.content.decode())
    assert len(links) == 2 and links[0] == links[1]
    to = urlsplit(html.unescape(links[0]))
    asked = {name: values[0] for name, values in parse_qs(to.query).items()}
    assert (to.netloc, to.path) == ("open.weixin.qq.com", "/connect/oauth2/authorize") and to.fragment == "wechat_redirect"
    assert asked["scope"] == "snsapi_base" and asked["redirect_uri"] == "http://testserver/sign-in/wechat/back"
    assert asked["appid"] == APP_ID and asked["response_type"] == "code" and len(asked["state"]) == 32
    return asked["state"]


def come_back(client: Client, state: str, code: str) -> Any:
    """Back from WeChat."""
    return client.get("/sign-in/wechat/back", {"code": code, "state": state})


def tie(cast: Cast, fake: WeChat, name: str, openid: str) -> Client:
    """Somebody ties their WeChat to their login."""
    fake.codes[f"c-{openid}-{name}"] = openid
    client = inside(cast.users[name])
    assert come_back(client, leave(client, "/me/wechat"), f"c-{openid}-{name}")["Location"] == "/me/"
    return client


def sign_in(fake: WeChat, openid: str, code: str = "c9", **given: str) -> tuple[Client, Any]:
    """Somebody who is nobody yet signs in by WeChat."""
    fake.codes[code] = openid
    client = inside()
    return client, come_back(client, leave(client, "/sign-in/wechat", **given), code)


WAYS = [
    ("post", "/sign-in/wechat"),
    ("get", "/sign-in/wechat/back"),
    ("post", "/me/wechat"),
    ("post", "/me/wechat/end"),
    ("get", "/wechat/push"),
]


@pytest.mark.parametrize("demo", [False, True])
def test_where_it_is_not_set_there_is_no_button_and_no_address(cast: Cast, demo: bool) -> None:
    if demo:
        set_up(cast)
    with override_settings(DEMO=demo):
        client = inside(cast.users["resident"])
        for method, path in WAYS:
            assert getattr(client, method)(path).status_code == 404, path
        assert "连上微信" not in client.get("/me/").content.decode()
        assert "微信" not in inside().get("/sign-in").content.decode()


@pytest.mark.live
def test_a_resident_ties_their_wechat_and_signs_in_by_it(cast: Cast, fake: WeChat, stopped: datetime) -> None:
    set_up(cast)
    client = tie(cast, fake, "resident", "oRESIDENT1")
    assert "断开微信" in client.get("/me/").content.decode()
    row = WeChatBinding.objects.get()
    assert row.user == cast.users["resident"] and row.openid == "oRESIDENT1"
    assert "用微信登录" in inside().get("/sign-in").content.decode()
    assert "用微信登录" not in Client().get("/sign-in").content.decode()  # only inside WeChat it leads anywhere
    client, answer = sign_in(fake, "oRESIDENT1", next="/mine/")
    assert answer["Location"] == "/mine/" and client.session["_auth_user_id"] == str(cast.users["resident"].pk)
    assert [event.after for event in Event.objects.filter(verb="sign-in", user=cast.users["resident"])] == [{"by": "wechat"}]
    assert [event.verb for event in Event.objects.filter(object_type="wechat-binding")] == ["bind"]
    assert client.post("/me/wechat/end").status_code == 303
    assert "这个微信还没有连上账号" in sign_in(fake, "oRESIDENT1", "c10")[1].content.decode()
    assert not WeChatBinding.objects.get().openid


@pytest.mark.live
def test_nobody_comes_back_but_who_left_and_once(cast: Cast, fake: WeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(cast)
    tie(cast, fake, "resident", "oRESIDENT1")
    fake.codes |= {"a": "oRESIDENT1", "b": "oRESIDENT1", "late": "oRESIDENT1"}
    client = inside()
    state = leave(client, "/sign-in/wechat")
    assert come_back(inside(), state, "a").status_code == 409  # another browser
    assert come_back(client, "0" * 32, "a").status_code == 409  # another state; the right one is over now, too
    assert come_back(client, state, "a").status_code == 409
    assert "a" not in fake.spent and "_auth_user_id" not in client.session
    client, state = inside(), ""
    state = leave(client, "/sign-in/wechat")
    assert come_back(client, state, "b").status_code == 303
    assert come_back(client, state, "b").status_code == 409
    client = inside()
    state = leave(client, "/sign-in/wechat")
    monkeypatch.setattr("zengyi.core.clock.now", lambda: AT + timedelta(days=9999))
    assert come_back(client, state, "late").status_code == 409


@pytest.mark.live
@pytest.mark.parametrize(("code", "status"), [("none", 409), ("", 409), ("used", 409), ("looks", 409)])
def test_a_code_that_is_none_signs_nobody_in(cast: Cast, fake: WeChat, code: str, status: int) -> None:
    set_up(cast)
    fake.codes |= {"used": "oRESIDENT1", "looks": "oRESIDENT1"}
    fake.spent.add("used")
    fake.snapshots.add("looks")
    client = inside()
    assert come_back(client, leave(client, "/sign-in/wechat"), code).status_code == status


@pytest.mark.live
def test_a_secret_that_is_wrong_is_said_to_whoever_keeps_it_and_said_no_more_afterwards(cast: Cast, fake: WeChat) -> None:
    set_up(cast)
    fake.secret = "f" * 32
    assert sign_in(fake, "oRESIDENT1")[1].status_code == 503
    keeper = Client()
    keeper.force_login(cast.users["admin"])
    page = keeper.get("/people/wechat/").content.decode()
    assert "errcode 40125" in page and SECRET not in page and WeChatAccount.objects.get().token in page
    fake.secret = SECRET
    assert sign_in(fake, "oRESIDENT1", "c10")[1].status_code == 200
    assert "errcode" not in keeper.get("/people/wechat/").content.decode()


def test_wechat_that_is_away_says_so(cast: Cast) -> None:
    set_up(cast)
    client = inside()
    with override_settings(WECHAT_API="http://127.0.0.1:9"):
        assert come_back(client, leave(client, "/sign-in/wechat"), "c").status_code == 503


@pytest.mark.live
def test_one_wechat_is_one_login_and_one_login_one_wechat(cast: Cast, fake: WeChat) -> None:
    set_up(cast)
    tie(cast, fake, "resident", "oRESIDENT1")
    fake.codes |= {"x": "oRESIDENT1", "y": "oOTHER0002"}
    for name, code in (("neighbour", "x"), ("resident", "y")):
        client = inside(cast.users[name])
        assert come_back(client, leave(client, "/me/wechat"), code).status_code == 409
    assert WeChatBinding.objects.count() == 1
    User.objects.filter(pk=cast.users["resident"].pk).update(is_active=False)
    tie(cast, fake, "neighbour", "oRESIDENT1")  # whose it was has left for good
    assert queries.whose_wechat(APP_ID, "oRESIDENT1") == cast.users["neighbour"].pk


@pytest.mark.live
def test_whoever_came_by_wechat_ties_no_other_and_nobody_ties_for_somebody_else(cast: Cast, fake: WeChat) -> None:
    set_up(cast)
    tie(cast, fake, "resident", "oRESIDENT1")
    client, _answer = sign_in(fake, "oRESIDENT1")
    client.post("/me/wechat/end")
    fake.codes |= {"z": "oTHIEF0003", "w": "oTHIEF0003"}
    assert come_back(client, leave(client, "/me/wechat"), "z").status_code == 403
    state = leave(client, "/me/wechat")
    session = client.session
    session["wechat"] = {**session["wechat"], "user": cast.users["neighbour"].pk}
    session.save()
    assert come_back(client, state, "w").status_code == 409
    assert not WeChatBinding.objects.exclude(openid_index=None).exists()
    with refused(NotAllowed):
        actions.bind_wechat("oTHIEF0003", by_wechat=True, by=cast.actor("resident"), at=AT)


@pytest.mark.live
def test_whoever_is_in_office_uses_the_password_and_a_reset_unties(cast: Cast, fake: WeChat) -> None:
    set_up(cast)
    tie(cast, fake, "worker", "oWORKER001")
    client, answer = sign_in(fake, "oWORKER001")
    assert "请用密码登录" in answer.content.decode() and "_auth_user_id" not in client.session
    tie(cast, fake, "resident", "oRESIDENT1")
    actions.open_login(cast.actor("resident").person_id or 0, by=cast.actor("worker"), at=AT)
    assert queries.whose_wechat(APP_ID, "oRESIDENT1") is None


@pytest.mark.live
def test_the_second_factor_is_asked_for(cast: Cast, fake: WeChat) -> None:
    from django_otp.plugins.otp_totp.models import TOTPDevice

    set_up(cast)
    tie(cast, fake, "resident", "oRESIDENT1")
    TOTPDevice.objects.create(user=cast.users["resident"], name="app")
    client, answer = sign_in(fake, "oRESIDENT1")
    assert answer["Location"] == "/second-factor" and "_auth_user_id" not in client.session


@pytest.mark.live
def test_another_service_account_knows_nobody_of_the_first(cast: Cast, fake: WeChat) -> None:
    set_up(cast)
    tie(cast, fake, "resident", "oRESIDENT1")
    WeChatAccount.objects.update(app_id="wxfedcba9876543210")
    assert queries.my_wechat(cast.users["resident"].pk) == (True, None)
    assert queries.openid_of(cast.users["resident"].pk, "wxfedcba9876543210") == ""


def test_trying_is_braked_as_with_codes(cast: Cast) -> None:
    set_up(cast)
    with override_settings(WECHAT_API="http://127.0.0.1:9"):
        for _n in range(TRIED_FROM_ADDRESS):
            with pytest.raises(WrongState):
                actions.who_is_it("", **FROM, at=AT)
        with pytest.raises(TooMany):
            actions.who_is_it("", **FROM, at=AT)
        with pytest.raises(WrongState):
            actions.who_is_it("", address="192.0.2.2", at=AT)


def test_the_keeper_sets_it_the_secret_is_kept_encrypted_and_never_shown(cast: Cast, stopped: datetime) -> None:
    client = Client()
    client.force_login(cast.users["admin"])
    given = {"app_id": APP_ID, "secret": SECRET, "template": TEMPLATE, "what_field": "thing1", "when_field": ""}
    assert client.post("/people/wechat/", given | {"secret": ""}).status_code == 422  # the first time it must be there
    assert client.post("/people/wechat/", given).status_code == 303
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT secret, token FROM people_wechataccount")
        stored = cursor.fetchone()
    account = WeChatAccount.objects.get()
    assert account.secret == SECRET and SECRET not in stored[0] and account.token not in stored[1] and len(account.token) == 32
    page = client.get("/people/wechat/").content.decode()
    assert SECRET not in page and account.token in page and "http://testserver/wechat/push" in page
    assert client.post("/people/wechat/", given | {"secret": "", "when_field": "time2"}).status_code == 303
    assert WeChatAccount.objects.get().secret == SECRET and WeChatAccount.objects.get().token == account.token
    told = str(list(Event.objects.filter(object_type="wechat").values()))
    assert SECRET not in told and account.token not in told
    assert client.post("/people/wechat/end").status_code == 303 and client.post("/people/wechat/end").status_code == 409
    ended = WeChatAccount.objects.get()
    assert (ended.app_id, ended.secret, ended.token) == ("", "", "")
    assert [event.verb for event in Event.objects.filter(object_type="wechat")] == ["set", "set", "end"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("app_id", "wx1"), ("secret", "x"), ("template", "短"), ("what_field", "一"), ("what_field", ""), ("when_field", "2time")],
)
def test_what_is_no_setting_is_told_beside_its_field(cast: Cast, name: str, value: str) -> None:
    given = {"app_id": APP_ID, "secret": SECRET, "template": TEMPLATE, "what_field": "thing1", "when_field": "time2"} | {name: value}
    with refused(Invalid, fields={name}):
        actions.set_wechat(**given, by=cast.actor("admin"), at=AT)


def test_nobody_else_keeps_it(cast: Cast) -> None:
    for name in ("worker", "secretary", "district", "resident"):
        with refused(NotAllowed):
            actions.set_wechat(APP_ID, SECRET, by=cast.actor(name), at=AT)

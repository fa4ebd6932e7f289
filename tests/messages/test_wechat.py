"""Messages through a WeChat service account: what they say, what every answer means, nothing lost and nothing twice; and what it pushes."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client, override_settings

from tests.cast import AT, Cast
from tests.messages.test_letters import work
from tests.news import pieces
from tests.trail import refused
from tests.wechat import APP_ID, SECRET, TEMPLATE, WeChat, event, signed, wechat
from zengyi.core.carriers import wechat_push
from zengyi.core.errors import Invalid
from zengyi.messages import actions, queries
from zengyi.messages.actions import sending
from zengyi.messages.models import Letter, Preference, Push
from zengyi.people import actions as people
from zengyi.people.models import WeChatAccount

MINUTE = timedelta(minutes=1)
PEOPLE = ("resident", "neighbour", "resident2", "member", "member2", "member3", "kin", "colleague")


@pytest.fixture
def fake(cast: Cast) -> Iterator[WeChat]:
    """WeChat, with a service account that is set."""
    with wechat() as made, override_settings(WECHAT_API=made.url, ADDRESS="https://zengyi.example.org", SMTP="", SMS=""):
        people.set_wechat(APP_ID, SECRET, template=TEMPLATE, what_field="thing1", when_field="time2", by=cast.actor("admin"), at=AT)
        yield made


def wants(cast: Cast, fake: WeChat, name: str) -> str:
    """Somebody ties their WeChat, follows, and chooses it; their openid."""
    openid = f"oWX_{name}"
    fake.known.add(openid)
    fake.followers.add(openid)
    people.bind_wechat(openid, by_wechat=False, by=cast.actor(name), at=AT)
    actions.choose("NIGHT", way="WX", by=cast.actor(name), at=AT)
    return openid


def states() -> Counter[str]:
    """How many letters there are in each state."""
    return Counter(Letter.objects.filter(channel="WX").values_list("state", flat=True))


@pytest.mark.live
def test_a_message_says_what_and_when_and_leads_there(cast: Cast, fake: WeChat) -> None:
    openid = wants(cast, fake, "resident")
    order = cast.published("resident", at=AT)
    assert work(AT) == 1
    to, said, url = fake.taken[0]
    assert (to, said["time2"], url) == (openid, "2026年11月23日 10:00", f"https://zengyi.example.org/orders/{order.pk}/")
    assert said["thing1"].startswith("社区受理了：虹西路") and len(said["thing1"]) <= 20
    assert Letter.objects.get().number == "200163836" and states() == {"SENT": 1}
    assert work(AT + MINUTE) == 0 and fake.tokens == 1
    for n in range(2):
        cast.published("resident", at=AT + MINUTE, title=f"灯不亮{n}")
    assert work(AT + 2 * MINUTE) == 1
    assert fake.taken[1][1]["thing1"] == "2 条消息给您" and fake.taken[1][2] == "https://zengyi.example.org/inbox/"
    assert fake.tokens == 1  # kept, and shared by all workers


@pytest.mark.live
def test_it_is_offered_and_chosen_only_where_it_is_set_and_tied(cast: Cast, fake: WeChat) -> None:
    client = Client()
    client.force_login(cast.users["resident"])
    assert "也发到微信" in client.get("/inbox/").content.decode()
    with refused(Invalid, "先在微信里打开“我的”", fields={"way"}):
        actions.choose("NIGHT", way="WX", by=cast.actor("resident"), at=AT)
    WeChatAccount.objects.update(template="")
    assert "也发到微信" not in client.get("/inbox/").content.decode() and "WX" not in actions.ways()
    with override_settings(DEMO=True):
        assert actions.ways() == ()


@pytest.mark.live
@pytest.mark.parametrize(
    ("number", "state", "kept"),
    [
        (43004, "GIVEN_UP", ""),
        (40003, "GIVEN_UP", ""),
        (43101, "GIVEN_UP", ""),
        (45009, "WAITING", ""),
        (-1, "WAITING", ""),
        (40037, "WAITING", "errcode 40037"),
        (47003, "WAITING", "errcode 47003"),
        (48001, "WAITING", "errcode 48001"),
        (99999, "GIVEN_UP", ""),
    ],
)
def test_every_errcode_is_taken_for_what_it_is(cast: Cast, fake: WeChat, number: int, state: str, kept: str) -> None:
    """Unreachable: for good. Busy: later. The account is set wrong: later, and whoever keeps it is told until it works again."""
    wants(cast, fake, "resident")
    fake.plan = [str(number)]
    cast.published("resident", at=AT)
    assert work(AT) == 0 and states() == {state: 1} and not fake.taken
    assert WeChatAccount.objects.get().said == kept
    assert work(AT + 2 * MINUTE) == (state == "WAITING") and WeChatAccount.objects.get().said == ""


@pytest.mark.live
@pytest.mark.parametrize("number", [40001, 42001, 40014])
def test_a_token_that_is_refused_is_renewed_and_the_message_goes_out_at_once(cast: Cast, fake: WeChat, number: int) -> None:
    wants(cast, fake, "resident")
    fake.plan = [str(number)]
    cast.published("resident", at=AT)
    assert work(AT) == 1 and len(fake.taken) == 1
    assert (fake.tokens, fake.forced) == (3, 1)  # asked again it was the same one, so another was forced


@pytest.mark.live
def test_a_token_is_renewed_before_it_ends_and_kept_encrypted(cast: Cast, fake: WeChat) -> None:
    wants(cast, fake, "resident")
    for hours in (0, 1, 2):
        cast.published("resident", at=AT + timedelta(hours=hours), title=f"灯不亮{hours}")
        work(AT + timedelta(hours=hours))
    assert fake.tokens == 2 and len(fake.taken) == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT ticket FROM people_wechataccount")
        assert fake.token not in cursor.fetchone()[0].partition(":")[2]
    fake.token, fake.secret = "T9", "f" * 32  # taken away, and the secret is another one now
    cast.published("resident", at=AT + timedelta(hours=3), title="井盖响")
    assert work(AT + timedelta(hours=3)) == 0 and states()["WAITING"] == 1
    assert WeChatAccount.objects.get().said == "errcode 40125"


@pytest.mark.live
def test_a_wechat_that_behaves_badly_loses_nothing_and_doubles_nothing(cast: Cast, fake: WeChat) -> None:
    for name in PEOPLE:
        wants(cast, fake, name)
    for n in range(3):
        fake.plan += ["ok", "drop", "mute", "-1", "broken", "html", "ok", "45009", "drop", "mute"]
        pieces.published(cast, kind="NOTICE", title=f"通知{n}")
        for turn in range(30):
            work(AT + turn * MINUTE)
    assert states() == {"SENT": 3 * len(PEOPLE)}
    assert len(fake.taken) == len(fake.keys) == 3 * len(PEOPLE) == Letter.objects.filter(channel="WX").count()


@pytest.mark.live
def test_what_nobody_knows_of_for_longer_than_wechat_knows_the_key_may_have_been_sent(cast: Cast, fake: WeChat) -> None:
    wants(cast, fake, "resident")
    fake.plan = ["mute"] * 9
    cast.published("resident", at=AT)
    for turn in range(30):
        work(AT + turn * MINUTE)
    letter = Letter.objects.get()
    assert (letter.state, letter.attempts, letter.doubtful_at) == ("MAYBE", 4, AT) and len(fake.taken) == 1
    fake.plan = ["mute"]
    cast.published("resident", at=AT + 30 * MINUTE, title="井盖响")
    work(AT + 30 * MINUTE)
    work(AT + 3 * 60 * MINUTE)  # the worker was away meanwhile
    assert states() == {"MAYBE": 2} and len(fake.taken) == 2


@pytest.mark.live
def test_a_twin_that_never_gives_up_sends_twice(cast: Cast, fake: WeChat, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_is_sent_once", lambda channel, first, at: True)
    wants(cast, fake, "resident")
    fake.plan = ["mute"]
    cast.published("resident", at=AT)
    work(AT)
    fake.keys.clear()  # what WeChat does after ten minutes
    work(AT + 30 * MINUTE)
    assert len(fake.taken) == 2


@pytest.mark.live
def test_a_worker_that_dies_leaves_its_letter_to_the_next_while_wechat_knows_it(cast: Cast, fake: WeChat) -> None:
    wants(cast, fake, "resident")
    cast.published("resident", at=AT)
    actions_only(AT)
    assert sending._claim(AT, ()) is not None
    assert work(AT + 3 * MINUTE) == 1 and states() == {"SENT": 1}
    cast.published("resident", at=AT + 3 * MINUTE, title="井盖响")
    actions_only(AT + 3 * MINUTE)
    assert sending._claim(AT + 3 * MINUTE, ()) is not None
    assert work(AT + 60 * MINUTE) == 0 and states() == {"SENT": 1, "MAYBE": 1}


def actions_only(at: datetime) -> None:
    """What the worker does before it sends."""
    from zengyi.core import sealing

    sealing.seal(at)
    actions.tell_due(at)
    actions.gather_due(at)


@pytest.mark.live
def test_whoever_untied_it_or_where_it_was_ended_gets_nothing(cast: Cast, fake: WeChat) -> None:
    for name in ("resident", "neighbour"):
        wants(cast, fake, name)
        cast.published(name, at=AT)
    people.unbind_wechat(by=cast.actor("resident"), at=AT)
    assert work(AT) == 1 and [to for to, *_more in fake.taken] == ["oWX_neighbour"]
    cast.published("neighbour", at=AT, title="井盖响")
    actions_only(AT)
    people.end_wechat(by=cast.actor("admin"), at=AT)
    assert actions.send_due(AT) == 0 and states() == {"SENT": 1, "GIVEN_UP": 2}


def push(at: datetime, body: bytes, nonce: str = "n1", **changed: str) -> Any:
    """What WeChat sends here."""
    given = signed(WeChatAccount.objects.get().token, at.timestamp(), nonce) | changed
    query = "&".join(f"{name}={text}" for name, text in given.items())
    return Client(enforce_csrf_checks=True).post(f"/wechat/push?{query}", body, content_type="text/xml")


@pytest.mark.live
def test_the_address_answers_whoever_signs_and_nobody_else(cast: Cast, fake: WeChat, stopped: datetime) -> None:
    token, now = WeChatAccount.objects.get().token, stopped.timestamp()
    client = Client()
    answer = client.get("/wechat/push", signed(token, now, echostr="5838479218127813673"))
    assert answer.content == b"5838479218127813673" and answer["Content-Type"].startswith("text/plain")
    assert client.get("/wechat/push", signed(token, now, echostr="<script>")).content == b""
    late = timedelta(minutes=6).total_seconds()
    for given in (signed("other", now), signed(token, now - late), signed(token, now + late), signed(token, now) | {"nonce": "n2"}, {}):
        assert client.get("/wechat/push", given).status_code == 403
    assert push(stopped, event("subscribe", "oX_12345"), signature="0" * 40).status_code == 403
    assert not Push.objects.exists()


@pytest.mark.live
def test_who_follows_is_greeted_and_who_unfollows_gets_no_more(cast: Cast, fake: WeChat, stopped: datetime) -> None:
    openid = wants(cast, fake, "resident")
    answer = push(stopped, event("subscribe", openid))
    assert wechat_push.read(answer.content)["ToUserName"] == openid and "/me/" in wechat_push.read(answer.content)["Content"]
    assert push(stopped, event("unsubscribe", openid), "n2").content == b"success"
    assert Preference.objects.get(user=cast.users["resident"]).way == "HERE"
    assert push(stopped, event("unsubscribe", "oNOBODY_1"), "n3").content == b"success"
    actions.choose("NIGHT", way="WX", by=cast.actor("resident"), at=AT)
    assert push(stopped, event("unsubscribe", openid), "n2").status_code == 403  # the same once more
    assert Preference.objects.get(user=cast.users["resident"]).way == "WX"
    assert actions.forget_letters(stopped) == 0 and Push.objects.count() == 3
    actions.forget_letters(stopped + timedelta(days=2))
    assert not Push.objects.exists()


@pytest.mark.live
@pytest.mark.parametrize(
    ("status", "state"), [("success", "SENT"), ("failed:user block", "GIVEN_UP"), ("failed: system failed", "GIVEN_UP")]
)
def test_how_a_message_ended_is_put_down(cast: Cast, fake: WeChat, stopped: datetime, status: str, state: str) -> None:
    openid = wants(cast, fake, "resident")
    cast.published("resident", at=stopped)
    work(stopped)
    told = event("TEMPLATESENDJOBFINISH", openid, MsgID=Letter.objects.get().number, Status=status)
    assert push(stopped, told).content == b"success"
    assert push(stopped, event("TEMPLATESENDJOBFINISH", openid, MsgID="1", Status=status), "n2").content == b"success"
    assert states() == {state: 1} and queries.letters(by=cast.actor("resident"))[0].count == 1


HOSTILE = {
    "a document type": b'<!DOCTYPE xml [<!ENTITY a "b">]><xml><Event>&a;</Event></xml>',
    "a file": b'<!DOCTYPE xml [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><Event>&a;</Event></xml>',
    "no end": b"<xml><Event>",
    "deep": b"<xml>" + b"<a>" * 200 + b"</a>" * 200 + b"</xml>",
    "another root": b"<html><Event>subscribe</Event></html>",
    "twice": b"<xml><Event>a</Event><Event>b</Event></xml>",
    "many": b"<xml>" + b"".join(b"<f%d>x</f%d>" % (n, n) for n in range(99)) + b"</xml>",
    "long": b"<xml><Event>" + b"x" * 9000 + b"</Event></xml>",
    "another code": "<?xml version='1.0' encoding='utf-16'?><xml/>".encode("utf-16"),
    "json": b'{"Event": "subscribe"}',
    "nothing": b"",
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_what_is_no_event_is_read_by_nobody(body: bytes) -> None:
    with pytest.raises(wechat_push.Unreadable):
        wechat_push.read(body)


@pytest.mark.live
def test_what_is_no_event_is_answered_with_a_sentence(cast: Cast, fake: WeChat, stopped: datetime) -> None:
    for number, body in enumerate(HOSTILE.values()):
        assert push(stopped, body, f"h{number}").status_code == 422
    assert not Push.objects.exists()


def test_an_event_is_read_as_in_wechats_example() -> None:
    told = event("TEMPLATESENDJOBFINISH", "oia2TjuEGTNoeX76QEjQNrcURxG8", MsgID="200163836", Status="failed:user block")
    assert wechat_push.read(told)["Status"] == "failed:user block"
    assert set(wechat_push.read(told)) == {"ToUserName", "FromUserName", "CreateTime", "MsgType", "Event", "MsgID", "Status"}

"""What goes out beside the inbox: when, merged into what, once, and never to who does not want it."""

import argparse
import os
import re
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client, override_settings

from tests.carriers import ID, SECRET, Fake, carrier
from tests.cast import AT, Cast
from tests.news import pieces
from tests.trail import refused
from zengyi.command import demo, serve
from zengyi.core import sealing
from zengyi.core.errors import Invalid, NotThere
from zengyi.messages import actions, queries
from zengyi.messages.actions import crowds, queueing, sending
from zengyi.messages.models import Cursor, Delivery, Letter, Message, Preference, Robot
from zengyi.messages.rules import Pace, Quiet
from zengyi.messages.rules.sending import due_at
from zengyi.orders import actions as orders
from zengyi.people.models import Person, phone_index

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
ACCOUNT = {"id": ID, "secret": SECRET, "sign_name": "虹西社区", "templates": {"notice": "SMS_1"}, "app_id": "1"}
MAIL = {"SMTP": "smtp://mail.example.org", "MAIL_FROM": "zengyi@example.org", "ADDRESS": "https://zengyi.example.org"}


@pytest.fixture(autouse=True)
def _mail() -> Any:
    with override_settings(**MAIL, SMS_ACCOUNT=ACCOUNT):
        yield


def work(at: datetime) -> int:
    """What the worker does again and again; returns how many letters were sent."""
    sealing.seal(at)
    actions.tell_due(at)
    actions.gather_due(at)
    return actions.send_due(at)


def wants(cast: Cast, name: str, way: str = "MAIL", **more: str) -> None:
    """Somebody chooses a way, with an address on which it arrives."""
    person = cast.actor(name).person_id
    Person.objects.filter(pk=person or 0).update(email=f"{name}@example.org")
    actions.choose("NIGHT", way=way, **more, by=cast.actor(name), at=AT - DAY)


def group(cast: Cast, fake: Fake, name: str = "网格长群") -> Robot:
    """A work group behind the fake."""
    return Robot.objects.create(community=cast.community, name=name, hook=fake.url, added_by=cast.users["worker"], added_at=AT)


def states(channel: str) -> Counter[str]:
    """How many letters there are in each state."""
    return Counter(Letter.objects.filter(channel=channel).values_list("state", flat=True))


def test_who_chose_mail_gets_one_with_the_words_the_address_and_its_end(cast: Cast) -> None:
    wants(cast, "resident")
    cast.published("resident", at=AT)
    assert work(AT) == 1
    letter = mail.outbox[0]
    assert letter.to == ["resident@example.org"] and letter.subject == "社区受理了：虹西路西段桥面破损"
    assert re.search(r"https://zengyi.example.org/orders/\d+/", str(letter.body)) and "不想再收邮件" in str(letter.body)
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert work(AT + MINUTE) == 0 and len(mail.outbox) == 1


def test_nobody_gets_anything_who_did_not_choose_it_or_where_nothing_is_set_up(cast: Cast) -> None:
    wants(cast, "neighbour")
    with override_settings(SMTP=""):
        cast.published("neighbour", at=AT)
        cast.published("resident", at=AT)
        assert work(AT) == 0
    assert not Delivery.objects.exists() and not mail.outbox


def test_nothing_about_demo_data_goes_out(cast: Cast) -> None:
    wants(cast, "resident")
    with override_settings(DEMO=True):
        cast.published("resident", at=AT)
        assert work(AT) == 0 and actions.ways() == ()
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("command", ["serve", "work"])
def test_whoever_serves_or_works_on_the_demo_knows_that_it_is_one(monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    parser = argparse.ArgumentParser()
    serve.add_to(parser.add_subparsers())
    arguments = parser.parse_args([command])
    monkeypatch.setattr(demo, "holds_demo", lambda: True)
    monkeypatch.setenv("ZENGYI_DEMO", "0")
    arguments.before(arguments)
    assert os.environ["ZENGYI_DEMO"] == "1"


def test_a_busy_night_is_one_letter_without_what_was_settled_merged_or_read(cast: Cast) -> None:
    wants(cast, "resident")
    night = AT.replace(hour=22)
    merged, settled, read = (cast.published("resident", at=night, title=title) for title in ("灯不亮", "井盖响", "门禁坏"))
    orders.claim(merged.pk, by=cast.actor("unit"), at=night)
    orders.claim(settled.pk, by=cast.actor("unit"), at=night)
    orders.deliver(settled.pk, text="好了", by=cast.actor("unit"), at=night)
    assert work(night) == 0
    orders.confirm(settled.pk, by=cast.actor("resident"), at=night + HOUR)
    ours = [one for one in queries.page(by=cast.actor("resident")).rows if one.url == f"/orders/{read.pk}/"]
    actions.read(ids=[one.id for one in ours], by=cast.actor("resident"), at=night + HOUR)
    assert work(night + 8 * HOUR) == 0
    assert work(night + 9 * HOUR) == 1
    body = str(mail.outbox[0].body)
    assert "有人接了：灯不亮" in body and "受理了：灯不亮" not in body and "办好了" not in body and "门禁坏" not in body
    assert Counter(Delivery.objects.values_list("state", flat=True))["WAITING"] == 0


def test_who_reads_english_gets_english_letters(cast: Cast) -> None:
    wants(cast, "resident", language="en")
    cast.published("resident", at=AT)
    assert work(AT) == 1
    letter = mail.outbox[0]
    assert letter.subject == "Taken on by the community: 虹西路西段桥面破损" and "To end these letters" in str(letter.body)
    with refused(Invalid, fields={"language"}):
        actions.choose("NIGHT", language="fr", by=cast.actor("resident"), at=AT)


def test_what_is_urgent_comes_at_night(cast: Cast) -> None:
    from zengyi.people import actions as people

    wants(cast, "resident")
    people.open_login(cast.actor("resident").person_id or 0, by=cast.actor("worker"), at=AT.replace(hour=23))
    assert work(AT.replace(hour=23)) == 1
    assert mail.outbox[0].subject == "您的密码由社区重设过"


@pytest.mark.parametrize(("pace", "when"), [("DAILY", AT.replace(hour=8) + DAY), ("WEEKLY", AT.replace(hour=8) + 7 * DAY)])
def test_a_digest_comes_once_a_period_however_often_it_is_made(cast: Cast, pace: str, when: datetime) -> None:
    wants(cast, "resident", pace=pace)
    for _n in range(3):
        cast.published("resident", at=AT)
        work(AT + MINUTE)
    assert not mail.outbox
    assert [work(when), work(when), work(when + MINUTE)] == [1, 0, 0]
    assert mail.outbox[0].subject == "社区有 3 条消息给您"
    Delivery.objects.update(due_at=when)  # whatever comes late goes with the next one
    cast.published("resident", at=when)
    Delivery.objects.filter(state="WAITING").update(due_at=when)
    assert work(when + 2 * MINUTE) == 0 and len(mail.outbox) == 1


def test_one_tap_ends_it_and_what_waits_is_dropped(cast: Cast) -> None:
    wants(cast, "resident")
    cast.published("resident", at=AT.replace(hour=22))
    work(AT.replace(hour=22))
    client, path = Client(enforce_csrf_checks=True), f"/inbox/stop/{actions.stop_token(cast.users['resident'].pk)}"
    assert "不要再发了" in client.get(path).content.decode()
    assert Preference.objects.get(user=cast.users["resident"]).way == "MAIL"
    for _twice in range(2):
        assert client.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Preference.objects.get(user=cast.users["resident"]).way == "HERE"
    assert work(AT + DAY) == 0 and list(Delivery.objects.values_list("state", flat=True)) == ["STOPPED"]
    assert client.post("/inbox/stop/forged").status_code == 404
    with refused(NotThere):
        actions.stop(f"{path.rpartition('/')[2]}x", at=AT)


def test_what_is_not_asked_for_stays_as_it_was_chosen(cast: Cast) -> None:
    wants(cast, "resident", pace="DAILY")
    client = Client()
    client.force_login(cast.users["resident"])
    assert "也发到邮箱" in client.get("/inbox/").content.decode()
    with override_settings(SMTP=""):
        assert "也发到邮箱" not in client.get("/inbox/").content.decode()
        assert client.post("/inbox/quiet", {"quiet": "LATE"}).status_code == 303
    kept = Preference.objects.get(user=cast.users["resident"])
    assert (kept.quiet, kept.way, kept.pace) == ("LATE", "MAIL", "DAILY")


def test_a_way_on_which_nothing_would_arrive_can_not_be_chosen(cast: Cast) -> None:
    for way in ("MAIL", "SMS", "PIGEON"):
        with refused(Invalid, fields={"way"}):
            actions.choose("NIGHT", way=way, by=cast.actor("member"), at=AT)


def test_an_sms_says_little_and_nothing_personal_is_kept_of_it(cast: Cast) -> None:
    phone = "13900001206"
    with carrier(once=True) as fake, override_settings(SMS=fake.url):
        wants(cast, "resident", "SMS")
        cast.published("resident", at=AT, title="201幢1206漏水")
        assert work(AT) == 1
    assert fake.taken[0][1].endswith("打开“增一”看。") and "1206" not in fake.taken[0][1]
    kept = str(list(Delivery.objects.values())) + str(list(Letter.objects.values()))
    assert phone not in kept and "1206漏水" not in kept


@pytest.mark.live
@pytest.mark.parametrize("idempotent", [True, False])
def test_a_carrier_that_behaves_badly_loses_nothing_and_doubles_nothing(cast: Cast, idempotent: bool) -> None:
    """Where the channel sends a key once, everything arrives once; elsewhere what nobody knows of is 也许已发, and arrives once at most."""
    plan = ["ok", "drop", "mute", "busy", "broken", "ok", "drop", "mute", "busy", "ok", "html", "ok"] * 3
    people = ("resident", "neighbour", "resident2", "member", "member2", "member3", "kin", "colleague")
    with carrier(*plan, once=idempotent) as fake, override_settings(SMS=fake.url if idempotent else f"aliyun:{fake.url}"):
        for number, name in enumerate(people):
            phone = f"139000020{number:02d}"
            Person.objects.filter(pk=cast.actor(name).person_id or 0).update(phone=phone, phone_index=phone_index(phone))
            wants(cast, name, "SMS")
        for n in range(3):
            pieces.published(cast, kind="NOTICE", title=f"通知{n}")
            for turn in range(10):
                work(AT + turn * 20 * MINUTE)
    letters = Letter.objects.filter(channel="SMS")
    ends = Counter(letters.values_list("state", flat=True))
    seen = Counter(key for key, _text in fake.taken)
    assert fake.forged == 0 and Delivery.objects.filter(state="WAITING").count() == 0
    assert max(seen.values()) == 1  # nobody got anything twice
    keys = {str(key) for key in letters.values_list("key", flat=True)}
    if idempotent:
        assert set(ends) == {"SENT"} and set(seen) == keys
    else:
        assert set(ends) == {"SENT", "MAYBE"}
        missing = keys - set(seen)
        assert missing <= {str(key) for key in letters.filter(state="MAYBE").values_list("key", flat=True)}


@pytest.mark.live
def test_a_twin_that_tries_again_what_nobody_knows_of_doubles_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_is_idempotent", lambda channel: True)
    with carrier("mute") as fake:
        group(cast, fake)
        pieces.published(cast, kind="NOTICE", title="明天停水")
        for turn in range(4):
            work(AT + turn * 5 * MINUTE)
    assert len(fake.taken) == 2


@pytest.mark.live
def test_a_group_hears_once_though_its_carrier_breaks_off(cast: Cast) -> None:
    with carrier("mute") as fake:
        group(cast, fake)
        pieces.published(cast, kind="NOTICE", title="明天停水")
        for turn in range(4):
            work(AT + turn * 5 * MINUTE)
    assert len(fake.taken) == 1 and states("ROBOT") == {"MAYBE": 1}
    assert fake.taken[0][1].startswith("社区传真发了一篇：明天停水\nhttps://zengyi.example.org/news/")


@pytest.mark.live
def test_a_group_gets_twenty_a_minute_and_the_rest_later(cast: Cast) -> None:
    at = AT.replace(second=0)
    with carrier() as fake:
        group(cast, fake)
        for n in range(23):
            cast.place("resident" if n % 2 else "neighbour", at=at)
            work(at)
        assert len(fake.taken) == 20 and states("ROBOT") == {"SENT": 20, "WAITING": 3}
        for minute in (1, 2, 3):
            work(at + minute * MINUTE)
    assert len(fake.taken) == 23 and set(states("ROBOT")) == {"SENT"}


def test_a_worker_that_dies_leaves_its_letter_to_the_next(cast: Cast) -> None:
    wants(cast, "resident")
    cast.published("resident", at=AT)
    sealing.seal(AT)
    actions.tell_due(AT)
    actions.gather_due(AT)
    letter = sending._claim(AT, ())
    assert letter is not None
    assert sending._claim(AT + MINUTE, ()) is None  # another worker, while it is being sent
    assert actions.send_due(AT + 3 * MINUTE) == 0  # nobody knows whether it went out
    assert states("MAIL") == {"MAYBE": 1} and not mail.outbox
    from zengyi.core.carriers import SENT

    sending._mark(letter, SENT, AT + 4 * MINUTE)  # it was not dead, only slow
    assert states("MAIL") == {"MAYBE": 1}


def test_several_workers_share_what_is_due(cast: Cast) -> None:
    for name in ("resident", "neighbour", "resident2"):
        wants(cast, name)
    pieces.published(cast, kind="NOTICE", title="明天停水")
    sealing.seal(AT)
    assert [actions.tell_due(AT), actions.tell_due(AT)][1] == 0
    assert [actions.gather_due(AT), actions.gather_due(AT)] == [3, 0]
    claimed = [sending._claim(AT, ()) for _worker in range(4)]
    assert len({letter.pk for letter in claimed if letter}) == 3 and claimed[3] is None


def test_gathering_costs_the_same_for_one_thing_and_for_ten(cast: Cast, sql: Callable[[], Any]) -> None:
    wants(cast, "resident")
    counts = []
    for more in (1, 10):
        for _n in range(more):
            cast.published("resident", at=AT)
        sealing.seal(AT)
        actions.tell_due(AT)
        with sql() as seen:
            actions.gather_due(AT)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 18, counts


@pytest.mark.databases("sqlite")
def test_what_is_due_is_found_by_an_index_however_much_waits(cast: Cast) -> None:
    """A condition in parameters takes no partial index on SQLite: then each letter that is sent would read all that wait."""
    due = queueing.due_deliveries(AT)
    asked = {
        "letter_due": sending.due_letters(AT).exclude(channel__in=())[:5],
        "delivery_due": due.order_by("due_at", "id")[:200],
        "delivery_of_user": due.filter(user_id__in=[1, 2]).order_by("event_id", "id"),
    }
    for index, rows in asked.items():
        assert f"USING INDEX {index}" in rows.explain(), rows.explain()
    twin = Letter.objects.filter(state__in=["WAITING", "SENDING"], due_at__lte=AT).order_by("due_at", "id")[:5]
    assert "USING INDEX" not in twin.explain()


def test_who_keeps_robots_adds_one_and_never_sees_its_address_again(cast: Cast, stopped: datetime) -> None:
    client = Client()
    client.force_login(cast.users["worker"])
    assert "还没有群" in client.get("/inbox/robots/").content.decode()
    hook = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7aaa-4bc4-97a0-0ec2bbbbbaaa"
    assert client.post("/inbox/robots/", {"name": "网格长群", "hook": "http://127.0.0.1/"}).status_code == 422
    assert client.post("/inbox/robots/", {"name": "网格长群", "hook": hook}).status_code == 303
    page = client.get("/inbox/robots/").content.decode()
    assert "网格长群" in page and "693a91f6" not in page
    sealing.seal(stopped)
    actions.tell_due(stopped)
    assert [row.values["name"] for row in Delivery.objects.filter(robot__isnull=False)] == ["网格长群"]
    robot = Robot.objects.get()
    assert client.post(f"/inbox/robots/{robot.pk}/end").status_code == 303
    robot.refresh_from_db()
    assert robot.hook == ""
    assert queueing.robots_of({cast.community.pk}) == {}


def test_a_private_order_is_told_to_no_group(cast: Cast) -> None:
    with carrier() as fake:
        group(cast, fake)
    cast.place("resident", at=AT, private=True)
    sealing.seal(AT)
    actions.tell_due(AT)
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("crowd", [1, 500])
def test_a_crowd_is_told_and_queued_as_anybody_is(cast: Cast, monkeypatch: pytest.MonkeyPatch, crowd: int) -> None:
    monkeypatch.setattr(crowds, "CROWD", crowd)
    monkeypatch.setattr(crowds, "AT_ONCE", 3)
    paces = {"resident": "NOW", "neighbour": "DAILY", "resident2": "WEEKLY"}
    for name, pace in paces.items():
        wants(cast, name, pace=pace)
    pieces.published(cast, kind="NOTICE", title="明天停水")
    sealing.seal(AT)
    told = actions.tell_due(AT)
    rows = Message.objects.filter(template="piece.publish.reader")
    people = {user.pk for name, user in cast.users.items() if not name.startswith("far_") and name not in ("worker", "district", "admin")}
    assert set(rows.values_list("user_id", flat=True)) == people and rows.count() == len(people) == told
    assert rows.filter(values={"title": "明天停水", "reason": ""}, urgent=False, read_at=None, at=AT).count() == len(people)
    due = {name: Delivery.objects.get(user=cast.users[name]).due_at for name in paces}
    assert due == {name: due_at(Quiet.NIGHT, Pace(pace), AT, urgent=False) for name, pace in paces.items()}
    Cursor.objects.update(seal=0)
    actions.tell_due(AT)
    assert rows.count() == len(people) and Delivery.objects.count() == len(paces)

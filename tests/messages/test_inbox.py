"""What is told to whom out of the trail, once, and how somebody reads it."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from tests.api import Api
from tests.cast import Cast
from tests.trail import refused
from zengyi.core import sealing
from zengyi.core.errors import Invalid
from zengyi.core.models import Event
from zengyi.messages import actions, queries
from zengyi.messages.models import Cursor, Message, Preference
from zengyi.orders import actions as orders

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tell_due(at: datetime) -> int:
    """What the worker does again and again: seal what was committed, and tell what was sealed."""
    sealing.seal(at)
    return actions.tell_due(at)


def told(cast: Cast, name: str, at: datetime) -> list[str]:
    """What somebody reads, newest first, in Chinese."""
    tell_due(at)
    with override("zh-hans"):
        return [card.title for card in queries.page(by=cast.actor(name)).rows]


def bridge(cast: Cast, at: datetime) -> int:
    """The bridge of story 2, confirmed."""
    order = cast.delivered("unit", "resident", at=at)
    orders.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    return order.pk


def test_who_asked_and_who_helped_hear_of_each_step_of_the_others(cast: Cast, at: datetime) -> None:
    bridge(cast, at)
    title = "虹西路西段桥面破损"
    assert told(cast, "resident", at + DAY) == [f"办好了，请您看一眼：{title}", f"有人接了：{title}", f"社区受理了：{title}"]
    assert told(cast, "unit", at + DAY) == [f"居民确认办好了：{title}"]
    assert told(cast, "neighbour", at + DAY) == told(cast, "worker", at + DAY) == []


def test_the_words_say_the_points_and_the_reason(cast: Cast, at: datetime) -> None:
    order = cast.delivered("unit", "resident", at=at)
    orders.send_back(order.pk, reason="还在漏，打13900001206", by=cast.actor("resident"), at=at + 3 * HOUR)
    orders.deliver(order.pk, text="再补了一层。", by=cast.actor("unit"), at=at + 4 * HOUR)
    orders.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    tell_due(at + DAY)
    with override("zh-hans"):
        texts = [card.text for card in queries.page(by=cast.actor("unit")).rows]
    assert texts[0] == "记 8 分，困难减 8 分"
    assert texts[1].startswith("还在漏") and "13900001206" not in texts[1]


def test_nothing_personal_is_written_into_a_message(cast: Cast, at: datetime) -> None:
    order = cast.published("resident", at=at, title="201幢1206漏水，电话13900001206")
    orders.claim(order.pk, by=cast.actor("unit"), at=at)
    orders.note(order.pk, text="我住201幢1206室，手机13900001207", by=cast.actor("resident"), at=at)
    tell_due(at)
    rows = list(Message.objects.values_list("values", flat=True))
    assert rows
    for canary in ("13900001206", "13900001207", "1206", "居民1206"):
        assert canary not in str(rows)


def test_an_event_is_told_once_however_often_it_is_read(cast: Cast, at: datetime) -> None:
    bridge(cast, at)
    first = tell_due(at + DAY)
    assert first == Message.objects.count() == 4
    assert tell_due(at + DAY) == 0
    Cursor.objects.update(seal=0)  # a worker died before it noted how far it was
    tell_due(at + DAY)
    assert Message.objects.count() == 4


def test_what_happens_later_is_told_later(cast: Cast, at: datetime) -> None:
    order = cast.published("resident", at=at)
    assert len(told(cast, "resident", at)) == 1
    orders.claim(order.pk, by=cast.actor("unit"), at=at + HOUR)
    assert len(told(cast, "resident", at + HOUR)) == 2


def test_after_an_outage_nobody_is_flooded_with_what_is_old(cast: Cast, at: datetime) -> None:
    order = cast.published("resident", at=at)
    assert told(cast, "resident", at + 8 * DAY) == []
    orders.claim(order.pk, by=cast.actor("unit"), at=at + 8 * DAY)
    assert len(told(cast, "resident", at + 8 * DAY)) == 1


def test_what_was_proposed_is_told_to_the_member_and_to_every_contact(cast: Cast, at: datetime) -> None:
    by = cast.actor("worker")
    orders.assign(cast.triaged("resident", at=at).pk, organisation_id=cast.unit.pk, by=by, at=at)
    orders.assign(cast.triaged("resident", at=at).pk, member_id=cast.member_id("member2"), by=by, at=at)
    assert told(cast, "unit", at) == told(cast, "member2", at) == ["社区想请您办：虹西路西段桥面破损"]


def test_the_api_reads_and_marks_ones_own(cast: Cast, stopped: datetime) -> None:
    bridge(cast, stopped - DAY)
    tell_due(stopped)
    mine, theirs = Api("resident"), Api("unit")
    box = mine.get("/inbox")
    assert (box.status, box.body["unread"], box.body["next"]) == (200, 3, None)
    first = box.body["items"][0]
    assert first["is_new"] and first["url"].startswith("/orders/")
    assert theirs.post("/inbox/read", {"ids": [first["id"]]}).body == {"unread": 1}
    assert mine.post("/inbox/read", {"ids": [first["id"]]}).body == {"unread": 2}
    assert mine.post("/inbox/read", {"until": first["id"]}).body == {"unread": 0}
    assert not any(item["is_new"] for item in mine.get("/inbox").body["items"])
    assert Api().get("/inbox").status == 401
    assert mine.post("/inbox/read", {"ids": ["x"]}).status == 422


def test_the_page_counts_marks_and_says_when_there_is_nothing(cast: Cast, stopped: datetime) -> None:
    client = Client()
    client.force_login(cast.users["resident"])
    assert "还没有消息" in client.get("/inbox/").content.decode()
    bridge(cast, stopped - DAY)
    tell_due(stopped)
    page = client.get("/inbox/").content.decode()
    assert "3 条没看过" in page and "有人接了：虹西路西段桥面破损" in page
    newest = re.search(r'name="until" value="(\d+)"', page)
    assert newest is not None
    assert client.post("/inbox/read", {"until": newest[1]}).status_code == 303
    assert "没看过" not in client.get("/inbox/").content.decode()


def test_what_came_at_night_is_merged_and_only_the_last_of_each_thing_told(cast: Cast, at: datetime) -> None:
    night = at.replace(hour=22)
    order, other = cast.published("resident", at=night), cast.published("resident", at=night)
    orders.claim(order.pk, by=cast.actor("unit"), at=night + HOUR)
    morning = night + 11 * HOUR
    tell_due(morning)
    with override("zh-hans"):
        box = queries.inbox(by=cast.actor("resident"), at=morning)
    assert (box.merged, [card.title[:4] for card in box.night], box.days) == (3, ["有人接了", "社区受理"], [])
    assert {card.url for card in box.night} == {f"/orders/{order.pk}/", f"/orders/{other.pk}/"}
    actions.choose("NEVER", by=cast.actor("resident"), at=morning)
    with override("zh-hans"):
        box = queries.inbox(by=cast.actor("resident"), at=morning)
    assert (box.merged, [day.ago for day in box.days], len(box.days[0].messages)) == (0, [1], 3)


def test_the_quiet_hours_are_chosen_once_for_everything(cast: Cast, at: datetime) -> None:
    for quiet in ("LATE", "NOON"):
        actions.choose(quiet, by=cast.actor("member"), at=at)
    assert list(Preference.objects.values_list("quiet", flat=True)) == ["NOON"]
    assert queries.quiet_of(by=cast.actor("member2")) == "NIGHT"
    assert Event.objects.filter(object_type="preference").count() == 2
    with refused(Invalid, fields={"quiet"}):
        actions.choose("ALWAYS", by=cast.actor("member"), at=at)


@pytest.mark.parametrize("name", ["resident", "worker"])
def test_the_page_costs_the_same_with_one_message_and_with_a_hundred(
    cast: Cast, stopped: datetime, sql: Callable[[], Any], name: str
) -> None:
    client, user = Client(), cast.users[name]
    client.force_login(user)
    client.get("/inbox/")
    given: dict[str, Any] = {"template": "order.triage.asker", "values": {"title": "灯", "number": "2026-0001", "until": "今天"}}
    counts = []
    for more in (1, 9, 90):
        for _n in range(more):
            event = Event.objects.create(at=stopped, role="worker", via="test", verb="triage", object_type="order", object_id=1)
            Message.objects.create(user=user, event=event, object_id=1, at=stopped, **given)
        with sql() as seen:
            assert client.get("/inbox/").status_code == 200
        counts.append(len(seen))
    assert len(set(counts)) == 1 and counts[0] <= 6, counts

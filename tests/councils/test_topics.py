"""Topics: who raises them, who sees them, and how the community takes them on."""

from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.councils import actions, queries
from zengyi.councils.models import Topic
from zengyi.orders.rules import Channel, OnBehalf


def raised(cast: Cast, who: str = "resident", **more: Any) -> Topic:
    return actions.raise_topic("摄像头坏了八成", "住226幢301室，电话13800138000。", by=cast.actor(who), at=AT, **more)


def test_numbers_run_by_community_and_year(cast: Cast) -> None:
    assert [raised(cast).number, raised(cast).number, raised(cast, "far_resident").number] == ["2026-01", "2026-02", "2026-01"]
    said = Event.objects.filter(object_type="topic", verb="raise").values_list("after", flat=True)
    assert len(said) == 3
    assert not any("摄像头" in text for text in said)


def test_what_is_new_only_its_raiser_and_the_community_see(cast: Cast) -> None:
    topic = raised(cast)
    assert queries.topic(topic.pk, by=cast.actor("resident")).own
    assert queries.topic(topic.pk, by=cast.actor("worker")).moves == ("screen",)
    for who in ("resident2", "member", "far_worker"):
        with pytest.raises(NotThere):
            queries.topic(topic.pk, by=cast.actor(who))
        assert queries.topics(by=cast.actor(who)).rows == []


def test_neighbours_read_it_masked_once_it_is_taken_on(cast: Cast) -> None:
    topic = raised(cast)
    actions.screen_topic(topic.pk, urgency=2, answer="收到了，打13800138001。", by=cast.actor("worker"), at=AT)
    neighbour = queries.topic(topic.pk, by=cast.actor("resident2"))
    assert (neighbour.text, neighbour.answer) == ("住226幢***，电话***。", "收到了，打***。")
    assert "301室" in queries.topic(topic.pk, by=cast.actor("resident")).text
    assert neighbour.moves == ("say",)


def test_taking_on_happens_once(cast: Cast) -> None:
    topic = raised(cast)
    actions.screen_topic(topic.pk, urgency=2, by=cast.actor("worker"), at=AT)
    with pytest.raises(WrongState):
        actions.screen_topic(topic.pk, urgency=1, by=cast.actor("secretary"), at=AT)
    topic.refresh_from_db()
    assert (topic.state, topic.urgency, topic.tier) == ("SCREENED", 2, "DEEP")


def test_a_worker_puts_it_down_for_a_resident(cast: Cast) -> None:
    behalf = OnBehalf(name="居民1206", phone="13900001206", channel=Channel.PHONE)
    topic = raised(cast, "worker", on_behalf=behalf)
    assert (topic.channel, topic.raiser.name) == ("PHONE", "居民1206")
    with pytest.raises(Invalid) as refusal:
        raised(cast, "worker", on_behalf=OnBehalf(name="居民1206", phone="", channel=Channel.SELF))
    assert list(refusal.value.fields) == ["channel"]


@pytest.mark.parametrize(("given", "field"), [({"title": "坏"}, "title"), ({"text": ""}, "text"), ({"spot": "长" * 61}, "spot")])
def test_what_cannot_be_taken_is_said_beside_its_field(cast: Cast, given: dict[str, str], field: str) -> None:
    words = {"title": "路灯不亮", "text": "晚上看不清。"} | given
    with pytest.raises(Invalid) as refusal:
        actions.raise_topic(**words, by=cast.actor("resident"), at=AT)  # type: ignore[arg-type]
    assert list(refusal.value.fields) == [field]
    with pytest.raises(Invalid) as refusal:
        actions.raise_topic("路灯不亮", "晚上看不清。", place_id=cast.far_building.pk, by=cast.actor("resident"), at=AT)
    assert list(refusal.value.fields) == ["place"]
    assert not Topic.objects.exists()


def test_a_topic_comes_from_several_orders_by_their_numbers(cast: Cast) -> None:
    own, other, private, far = (
        cast.place("resident"),
        cast.place("resident2"),
        cast.place("resident2", private=True),
        cast.place("far_resident"),
    )
    client = Client()
    client.force_login(cast.users["worker"])
    page = client.get(f"/orders/{own.pk}/").content.decode()
    assert f"/councils/topics/new?order={own.pk}" in page
    form = client.get(f"/councils/topics/new?order={own.pk}").content.decode()
    assert own.number in form and own.title in form
    kept_back = client.get(f"/councils/topics/new?order={private.pk}").content.decode()
    assert private.number in kept_back and private.title not in kept_back
    assert far.number not in client.get(f"/councils/topics/new?order={far.pk}").content.decode()
    sent = {"channel": "PHONE", "name": "居民1206", "phone": "13900001206", "title": "路修了又坏", "text": "", "spot": ""}
    refusal = client.post("/councils/topics/new", sent | {"orders": f"{own.number} 2026-9999"})
    assert refusal.status_code == 422 and "没有找到这些单子：2026-9999" in refusal.content.decode()
    wide = other.number.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    assert client.post("/councils/topics/new", sent | {"orders": f"{own.number}、{wide}，{own.number}"}).status_code == 303
    topic = Topic.objects.get()
    assert {one.order_id for one in topic.orders.all()} == {own.pk, other.pk}
    told = client.get(f"/councils/topics/{topic.pk}/").content.decode()
    assert own.number in told and other.number in told


def test_a_neighbour_begins_a_topic_with_an_order_of_theirs_or_on_public_view(cast: Cast) -> None:
    own, hidden, shown = cast.place("resident"), cast.place("resident2"), cast.published()
    client = Client()
    client.force_login(cast.users["resident"])
    for order, known in ((own, True), (shown, True), (hidden, False)):
        assert (order.number in client.get(f"/councils/topics/new?order={order.pk}").content.decode()) == known
    assert "从哪几单来" not in client.get("/councils/topics/new").content.decode()
    sent = {"title": "路修了又坏", "text": "", "spot": "", "orders": hidden.number}
    answer = client.post("/councils/topics/new", sent)
    assert answer.status_code == 422 and "有的单子没有找到" in answer.content.decode()
    assert client.post("/councils/topics/new", sent | {"orders": own.number}).status_code == 303
    assert [one.order_id for one in Topic.objects.get().orders.all()] == [own.pk]

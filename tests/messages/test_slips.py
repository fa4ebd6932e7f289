"""Slips: whom nothing else reaches is told on paper, the block leader ticks off what arrived, and nobody is told twice."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings

from tests.cast import AT, Cast
from tests.news import pieces
from tests.trail import refused
from zengyi.core import sealing
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.messages import actions, queries
from zengyi.messages.models import Delivery, Letter
from zengyi.messages.queries.slips import SLIPS_MOST
from zengyi.orders import actions as orders
from zengyi.orders.rules import OnBehalf
from zengyi.people.models import Person
from zengyi.people.queries.concerned import unreached_at

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
MORNING = AT.replace(hour=8) + DAY


def work(at: Any) -> None:
    """What the worker does again and again."""
    sealing.seal(at)
    actions.tell_due(at)
    actions.gather_due(at)
    actions.send_due(at)


def alone(cast: Cast, name: str = "老张", home: int | None = 0, door: str = "101") -> Person:
    """Somebody without a phone and without a login."""
    person = cast.person(name, cast.community, "", cast.buildings[home] if home is not None else None, door)
    Person.objects.filter(pk=person.pk).update(phone_index=None)
    return person


def asked(cast: Cast, person: Person, **more: Any) -> int:
    """An order that the desk wrote down for them, claimed by the unit."""
    order = cast.published("worker2", on_behalf=OnBehalf(person_id=person.pk), **more)
    orders.claim(order.pk, by=cast.actor("unit"), at=AT)
    return order.pk


def test_who_has_neither_phone_nor_login_is_told_once_a_day_on_paper_and_only_the_last_of_each_thing(cast: Cast) -> None:
    person = alone(cast)
    asked(cast, person, title="灯不亮")
    asked(cast, person, title="门关不上")
    work(AT)
    assert set(Delivery.objects.filter(person=person).values_list("channel", "state", "due_at")) == {("SLIP", "WAITING", MORNING)}
    assert not queries.slips(by=cast.actor("worker"))
    work(MORNING)
    work(MORNING + HOUR)
    (house,) = queries.slips(by=cast.actor("worker"))
    (slip,) = house.slips
    assert (house.name, slip.name) == ("虹桥新村 201幢", "老张")
    assert [line.title for line in slip.lines] == ["有人接了：门关不上", "有人接了：灯不亮"]


def test_what_was_settled_before_it_was_printed_is_dropped(cast: Cast) -> None:
    person = alone(cast)
    order = asked(cast, person)
    orders.deliver(order, text="好了", by=cast.actor("unit"), at=AT)
    work(AT)
    orders.confirm(order, channel="VISIT", by=cast.actor("secretary"), at=AT + HOUR)
    work(MORNING)
    ((house,),) = [queries.slips(by=cast.actor("worker"))]
    assert [line.title for line in house.slips[0].lines] == ["有人接了：虹西路西段桥面破损"]


@pytest.mark.parametrize("sms", ["console", ""])
def test_who_has_a_login_or_a_phone_that_a_code_comes_to_gets_none(cast: Cast, sms: str) -> None:
    """A phone alone opens nothing where no codes are sent: then it is paper for what is somebody's own, as for whoever has none."""
    phone = cast.person("有电话", cast.community, "13900004321", cast.buildings[0], "102")
    with override_settings(SMS=sms):
        asked(cast, phone)
        cast.published("resident")
        pieces.published(cast, kind="NOTICE", title="明天停水")
        work(AT)
    told = Delivery.objects.filter(channel="SLIP")
    own = set() if sms else {(phone.pk, "order.triage.asker"), (phone.pk, "order.claim.asker")}
    assert set(told.values_list("person_id", "template")) == own


def test_a_notice_comes_on_paper_to_one_of_each_household_that_nothing_reaches_with_its_text(cast: Cast) -> None:
    first, _wife = alone(cast, "老张"), alone(cast, "老张家里")
    neighbour, nowhere = alone(cast, "老李", 1, "202"), alone(cast, "老王", None, "")
    alone(cast, "居民1206妈", 0, "1206")  # the resident there has a phone
    far = cast.person("外人", cast.elsewhere, "", cast.far_building, "102")
    Person.objects.filter(pk=far.pk).update(phone_index=None)
    pieces.published(cast, kind="NOTICE", title="明天停水", text="上午九点到十一点停水，请先接好。")
    work(MORNING - HOUR)
    work(MORNING)
    rows = Letter.objects.filter(channel="SLIP", state="TO_HAND")
    assert set(rows.values_list("person_id", flat=True)) == {first.pk, neighbour.pk, nowhere.pk}
    houses = queries.slips(by=cast.actor("worker"))
    assert [(house.name, len(house.slips)) for house in houses] == [("虹桥新村 201幢", 1), ("虹桥新村 202幢", 1), ("", 1)]
    assert "上午九点到十一点停水" in houses[0].slips[0].lines[0].text
    assert unreached_at({cast.buildings[1].pk}) == {cast.buildings[1].pk: frozenset({neighbour.pk})}


def test_the_desk_prints_and_ticks_off_and_nobody_of_another_community_can(cast: Cast, stopped: Any) -> None:
    asked(cast, alone(cast))
    work(AT)
    work(MORNING)
    client = Client()
    client.force_login(cast.users["worker"])
    page = client.get("/inbox/slips/").content.decode()
    assert "老张" in page and "有人接了" in page and "有纸条要送上门" in client.get("/inbox/").content.decode()
    assert client.get("/inbox/slips.pdf").content.startswith(b"%PDF")
    letter = Letter.objects.get(channel="SLIP")
    assert client.post("/inbox/slips/", {"arrived": "1"}).status_code == 422
    with refused(WrongState):
        actions.hand_over({letter.pk}, arrived=True, by=cast.actor("far_worker"), at=MORNING)
    with refused(Invalid, fields={"slip"}):
        actions.hand_over(range(SLIPS_MOST + 1), arrived=True, by=cast.actor("worker"), at=MORNING)
    assert client.post("/inbox/slips/", {"slip": str(letter.pk), "arrived": "1"}).status_code == 303
    letter.refresh_from_db()
    assert letter.state == "SENT" and letter.ended_at is not None
    assert Event.objects.get(object_type="slips").after == {"slips": 1, "arrived": True}
    assert "没有要送的" in client.get("/inbox/slips/").content.decode()
    assert client.get("/inbox/slips.pdf").status_code == 404
    with refused(WrongState):
        actions.hand_over({letter.pk}, arrived=False, by=cast.actor("worker"), at=MORNING)


def test_the_block_leader_ticks_off_what_is_on_the_list_without_signing_in_and_nothing_else(cast: Cast, stopped: Any) -> None:
    here, there = alone(cast), alone(cast, "老李", 1, "202")
    second = alone(cast, "老赵", 0, "303")
    for person in (here, there, second):
        asked(cast, person)
    work(AT)
    work(stopped + DAY)
    token = queries.slips(by=cast.actor("worker"))[0].token
    ids = {row.person_id: row.pk for row in Letter.objects.filter(channel="SLIP")}
    client, path = Client(), f"/inbox/slips/{token}"
    page = client.get(path).content.decode()
    assert "老张" in page and "老赵" in page and "老李" not in page and "有人接了" not in page
    assert client.post(path, {"slip": str(ids[there.pk])}).status_code == 422
    assert client.post(path, {"slip": [str(ids[here.pk]), str(ids[there.pk])]}).status_code == 303
    assert dict(Letter.objects.values_list("person_id", "state")) == {here.pk: "SENT", there.pk: "TO_HAND", second.pk: "TO_HAND"}
    assert Event.objects.get(object_type="slips").community_id == cast.community.pk
    assert client.post(path, {"slip": str(ids[here.pk])}).status_code == 409
    assert client.post(path, {"slip": str(ids[second.pk])}).status_code == 303
    assert "都送到了" in client.get(path).content.decode()
    assert client.get("/inbox/slips/forged").status_code == 404
    with refused(NotThere):
        actions.carry(f"{token}x", {ids[there.pk]}, at=AT)


@pytest.mark.parametrize("more", [1, 10])
def test_the_page_costs_as_many_statements_for_many_slips_as_for_one(cast: Cast, sql: Any, more: int) -> None:
    for number in range(more):
        asked(cast, alone(cast, f"老张{number}", number % 2, str(number)))
    work(AT)
    work(MORNING)
    with sql() as seen:
        houses = queries.slips(by=cast.actor("worker"))
    assert sum(len(house.slips) for house in houses) == more and len(seen) <= 3 + 1, [one["sql"][:90] for one in seen]

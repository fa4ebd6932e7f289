"""Sessions: what is promised becomes orders, what is left is carried, what is signed never changes."""

import hashlib
import json
from datetime import datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import Model
from django.test import Client

from tests.cast import AT, Cast
from tests.councils.talks import DAY, closed, decided, opened, planned, published, repair, screened
from tests.trail import refused
from zengyi.bank.models import Filing
from zengyi.core.clock import SHANGHAI
from zengyi.core.errors import Invalid, NotThere, WrongState
from zengyi.core.models import Event
from zengyi.councils import actions, queries
from zengyi.councils.models import AgendaItem, Decision, Minutes, Presence, Session, Signature
from zengyi.councils.queries import minutes as minutes_of
from zengyi.councils.queries.sessions import next_of
from zengyi.councils.rules.decisions import Dissent, Hands
from zengyi.orders import actions as orders
from zengyi.orders.models import Order


def test_what_is_decided_becomes_orders_whose_raiser_confirms(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    decision = decided(cast, at, session, topic, repair(cast, at), repair(cast, at, title="每天查一遍", daily=True))
    order = Order.objects.get(pk=queries.parts_of(topic.pk, topic.community_id, bare=True).decisions[0].actions[0].order_id)
    assert (order.source, order.state, order.requester_id, order.due_at) == ("DECISION", "ASSIGNED", topic.raiser_id, at + 20 * DAY)
    said = Event.objects.get(object_type="decision", verb="decide").after
    assert said["orders"] == list(Order.objects.order_by("pk").values_list("pk", flat=True)) and len(said["orders"]) == 2
    orders.accept(order.pk, by=cast.actor("unit"), at=at)
    orders.deliver(order.pk, text="都亮了。", by=cast.actor("unit"), at=at)
    orders.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    card = queries.parts_of(topic.pk, topic.community_id, bare=False).decisions[0]
    assert [(a.state, a.party, a.is_open) for a in card.actions] == [
        ("CONFIRMED", "机关事务中心", False),
        ("ASSIGNED", "机关事务中心", True),
    ]
    assert decision.state == "ADOPTED"
    topic.refresh_from_db()
    assert topic.state == "EXECUTING"


def test_the_next_agenda_begins_with_what_was_promised_and_the_third_carry_asks(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    first = opened(cast, at, topic)
    decided(cast, at, first, topic, repair(cast, at))
    closed(cast, at, first)
    for times in (1, 2, 3):
        session = opened(cast, at)
        items = queries.session(session.pk, by=cast.actor("worker")).carried
        assert [(item.times, item.order is not None, item.asks) for item in items] == [(times, True, times == 3)]
        if times < 3:
            closed(cast, at, session)
    with refused(WrongState):
        closed(cast, at, session)
    actions.answer_item(items[0].id, "WITHDRAW", text="换一家来修", by=cast.actor("worker"), at=at)
    closed(cast, at, session)
    assert not AgendaItem.objects.filter(session=opened(cast, at)).exists()


def test_what_is_done_is_told_once_and_carried_no_further(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    first = opened(cast, at, topic)
    decided(cast, at, first, topic, repair(cast, at))
    closed(cast, at, first)
    order = Order.objects.get()
    orders.accept(order.pk, by=cast.actor("unit"), at=at)
    orders.deliver(order.pk, text="都亮了。", by=cast.actor("unit"), at=at)
    orders.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    second = opened(cast, at + DAY)
    assert [item.is_done for item in queries.session(second.pk, by=cast.actor("worker")).carried] == [True]
    closed(cast, at + DAY, second)
    assert not AgendaItem.objects.filter(session=opened(cast, at + DAY)).exists()


def test_what_was_not_decided_and_points_without_an_answer_come_again(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    first = opened(cast, at, topic)
    asked = actions.add_point(first.pk, "下周谁值班看现场", by=cast.actor("worker"), at=at)
    settled = actions.add_point(first.pk, "放行牌发完了吗", by=cast.actor("worker"), at=at)
    actions.answer_item(settled.pk, "DONE", text="发完了", by=cast.actor("worker"), at=at)
    closed(cast, at, first)
    topic.refresh_from_db()
    assert topic.state == "DELIBERATED"
    second = planned(cast, at)
    items = AgendaItem.objects.filter(session=second).order_by("pk")
    assert [(i.topic_id, i.point, i.carried_from_id == asked.pk, i.times) for i in items] == [
        (topic.pk, "", False, 1),
        (None, asked.point, True, 1),
    ]
    topic.refresh_from_db()
    assert topic.state == "SCHEDULED"
    assert list(Session.objects.order_by("pk").values_list("ordinal", flat=True)) == [1, 2]


def test_hands_add_up_to_those_who_are_in_the_room(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    people = [actions.attend(session.pk, "居民", name=f"居民{n}", by=cast.actor("worker"), at=at) for n in range(3)]
    actions.attend(session.pk, "媒体", name="记者", part="OBSERVER", by=cast.actor("worker"), at=at)
    actions.leave(people[0].pk, by=cast.actor("worker"), at=at + DAY / 24)
    with refused(Invalid, fields={"hands"}):
        decided(cast, at, session, topic, repair(cast, at), hands=Hands(3, 0, 0))
    decision = decided(cast, at, session, topic, repair(cast, at), hands=Hands(1, 1, 0), dissents=[Dissent("居民", "修一半又坏")])
    assert (decision.for_it, decision.present) == (1, 2)
    actions.attend(session.pk, "居民", name="居民0", by=cast.actor("worker"), at=at + DAY / 12)
    spans = Presence.objects.filter(participant=people[0]).order_by("pk").values_list("came_at", "left_at")
    assert list(spans) == [(at, at + DAY / 24), (at + DAY / 12, None)]
    closed(cast, at + DAY / 6, session)
    assert not Presence.objects.filter(left_at=None).exists()


def test_nothing_loose_is_published_and_signed_words_are_only_added_to(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    decision = decided(cast, at, session, topic)
    closed(cast, at, session)
    with refused(Invalid, fields={"decisions"}):
        actions.publish_session(session.pk, by=cast.actor("worker"), at=at)
    actions.sign_session(session.pk, by=cast.actor("worker"), at=at)
    with refused(Invalid, fields={"decisions"}):
        actions.publish_session(session.pk, by=cast.actor("worker"), at=at)
    actions.explain_decision(decision.pk, "只是说明情况", by=cast.actor("worker"), at=at)
    actions.publish_session(session.pk, by=cast.actor("worker"), at=at)
    frozen = minutes_of.frozen(session.pk)
    assert [one.position for one in frozen] == [1, 2]
    assert frozen[1].content["adds_to"] == frozen[0].sha256
    assert all(hashlib.sha256(one.text.encode()).hexdigest() == one.sha256 for one in frozen)


def test_a_refusal_to_sign_is_kept_with_its_reason(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    decided(cast, at, session, topic, repair(cast, at))
    closed(cast, at, session)
    actions.sign_session(session.pk, party="施工方", name="干部壬", refusal="等公司盖章", by=cast.actor("worker"), at=at)
    session.refresh_from_db()
    assert (session.state, Minutes.objects.count()) == ("MINUTED", 0)
    published(cast, at, session)
    told = minutes_of.minutes(session.pk, by=cast.actor("resident"))
    assert [(s.party, s.name, s.refusal) for s in told.signatures] == [("施工方", "", "等公司盖章"), ("社区", "", "")]
    with refused(WrongState):
        actions.sign_session(session.pk, by=cast.actor("worker"), at=at)


@pytest.mark.parametrize("model", [Minutes, Signature])
def test_signed_minutes_cannot_be_changed_by_sql_either(cast: Cast, at: datetime, model: type[Model]) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    decided(cast, at, session, topic, repair(cast, at))
    closed(cast, at, session)
    published(cast, at, session)
    table, column = model._meta.db_table, "text" if model is Minutes else "refusal"
    for statement in (f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with refused(WrongState):
        actions.note_minutes(session.pk, "补一句", by=cast.actor("worker"), at=at)
    with refused(WrongState):
        decided(cast, at, session, topic, repair(cast, at))


def test_public_minutes_tell_no_phone_no_door_and_nobodys_name(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    person = cast.users["member2"].person
    assert person is not None
    actions.attend(session.pk, "居民", person_id=person.pk, by=cast.actor("worker"), at=at)
    words = ("居民", "CONCERN", "我住226幢301室，打13800138000")
    actions.opine(topic.pk, *words, session_id=session.pk, by=cast.actor("worker"), at=at)
    decided(cast, at, session, topic, repair(cast, at, organisation_id=None, member_id=cast.member_id("member")))
    closed(cast, at, session)
    with refused(NotThere):
        minutes_of.minutes(session.pk, by=cast.actor("resident"))
    published(cast, at, session)
    text = json.dumps(minutes_of.minutes(session.pk, by=cast.actor("resident")).content, ensure_ascii=False)
    for private in ("13800138000", "301室", person.name, cast.members["member"].person.name):
        assert private not in text
    assert "***" in text


def test_members_who_sat_there_get_their_deed_by_the_banks_rules(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    said = actions.opine(topic.pk, "党员", "PROPOSAL", "先修主干道", by=cast.actor("member2"), at=at)
    session = opened(cast, at, topic)
    person = cast.users["member2"].person
    assert person is not None
    actions.attend(session.pk, "党员", person_id=person.pk, by=cast.actor("worker"), at=at)
    decided(cast, at, session, topic, repair(cast, at), adopts=[said.pk])
    with refused(Invalid, fields={"adopts"}):
        decided(cast, at, session, topic, repair(cast, at), adopts=[said.pk])
    closed(cast, at, session)
    published(cast, at, session)
    filed = Filing.objects.filter(member=cast.member_id("member2")).order_by("pk").values_list("rule", "state", "source", "source_ref")
    assert list(filed) == [
        ("V03", "ATTESTED", "SESSION", str(session.pk)),
        ("V04", "ATTESTED", "PROPOSAL", f"{session.pk}:{topic.pk}"),
    ]


def test_a_later_decision_takes_an_earlier_ones_place(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = opened(cast, at, topic)
    first, second = (decided(cast, at, session, topic, repair(cast, at)) for _n in range(2))
    with refused(Invalid, fields={"by_id"}):
        actions.supersede_decision(second.pk, first.pk, by=cast.actor("worker"), at=at)
    actions.supersede_decision(first.pk, second.pk, by=cast.actor("worker"), at=at)
    assert list(Decision.objects.order_by("pk").values_list("state", flat=True)) == ["SUPERSEDED", "ADOPTED"]


def test_the_next_one_of_a_weekly_series_moves_with_the_holidays(cast: Cast, at: datetime) -> None:
    start = datetime.fromisoformat("2026-09-30T09:00+08:00")  # a Wednesday; a week later is the national holiday
    planned_one = actions.plan_session("SUPERVISION", "三方会议", "工地", start, weekly=True, by=cast.actor("worker"), at=at)
    then = next_of(planned_one.pk, by=cast.actor("worker")).starts_at
    assert then is not None and then.isoformat() == "2026-10-08T09:00:00+08:00"


def test_a_session_called_off_gives_its_topics_back(cast: Cast, at: datetime) -> None:
    topic = screened(cast, at)
    session = planned(cast, at, topic)
    topic.refresh_from_db()
    assert topic.state == "SCHEDULED"
    actions.cancel_session(session.pk, "台风", by=cast.actor("worker"), at=at)
    topic.refresh_from_db()
    assert topic.state == "SURVEYED"
    with refused(WrongState):
        actions.open_session(session.pk, by=cast.actor("worker"), at=at)


def test_a_session_called_off_stays_in_calendars_as_called_off(cast: Cast, at: datetime) -> None:
    """Under the name that one's own calendar gives it too, so that no phone shows it twice."""
    session = planned(cast, at, screened(cast, at))
    actions.notice_session(session.pk, by=cast.actor("worker"), at=at)
    client = Client()
    client.force_login(cast.users["worker"])

    def read() -> str:
        return client.get(f"/councils/sessions/{session.pk}/notice.ics").content.decode()

    assert f"UID:session-{session.pk}@testserver\r\n" in read() and "STATUS:CONFIRMED" in read() and "SEQUENCE:0" in read()
    actions.cancel_session(session.pk, "台风", by=cast.actor("worker"), at=at)
    assert "STATUS:CANCELLED" in read() and "SEQUENCE:1" in read()


def test_neighbours_find_it_from_its_notice_on(cast: Cast, at: datetime) -> None:
    session = planned(cast, at)
    assert queries.sessions(by=cast.actor("resident")).rows == []
    with refused(NotThere):
        queries.session(session.pk, by=cast.actor("resident"))
    actions.notice_session(session.pk, by=cast.actor("worker"), at=at)
    assert queries.session(session.pk, by=cast.actor("resident")).title == "监控协商会"
    with refused(NotThere):
        queries.session(session.pk, by=cast.actor("far_worker"))


def test_the_time_of_an_item_runs_from_its_beginning_until_the_next(cast: Cast) -> None:
    first, second = screened(cast, AT), screened(cast, AT, "resident2")
    session = opened(cast, AT, first, second)
    worker = cast.actor("worker")
    minute = timedelta(minutes=1)
    one, two = (item.pk for item in session.items.order_by("pk"))
    assert actions.begin_item(one, by=worker, at=AT + minute).begun_at == AT + minute
    with pytest.raises(WrongState):
        actions.begin_item(one, by=worker, at=AT + 2 * minute)
    actions.opine(first.pk, "居民", "FACT", "夜里看不清", session_id=session.pk, by=worker, at=AT + 3 * minute)
    actions.opine(second.pk, "居民", "FACT", "楼下太吵", session_id=session.pk, by=worker, at=AT + 9 * minute)
    told = [(item.begun_at, item.until) for item in queries.session(session.pk, by=worker).items]
    assert told == [(AT + minute, AT + 9 * minute), (AT + 9 * minute, None)], "the first word begins an item that nobody has begun"
    actions.close_session(session.pk, by=worker, at=AT + 30 * minute)
    assert [item.until for item in queries.session(session.pk, by=worker).items] == [AT + 9 * minute, AT + 30 * minute]
    with pytest.raises(WrongState):
        actions.begin_item(two, by=worker, at=AT + 31 * minute)


def test_the_hall_tells_since_when_an_item_runs(cast: Cast) -> None:
    topic = screened(cast, AT)
    session = opened(cast, AT, topic)
    client = Client()
    client.force_login(cast.users["worker"])
    item = session.items.get()
    hall = f"/councils/sessions/{session.pk}/hall?item={item.pk}"
    assert client.get(hall).content.decode().count("data-since") == 1, "the session's own"
    answer = client.post(f"/councils/sessions/{session.pk}/begin", {"item": item.pk})
    assert (answer.status_code, answer["Location"]) == (303, hall)
    item.refresh_from_db()
    shown = client.get(hall).content.decode()
    assert item.begun_at is not None
    assert f'data-since="{item.begun_at.astimezone(SHANGHAI).isoformat()[:19]}' in shown
    assert "data-since" in client.get(f"/councils/sessions/{session.pk}/").content.decode()

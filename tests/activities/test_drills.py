"""Drills as a record with the fields of the law, when the next one is due; and activities that take place again and again."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.activities.plans import planned
from tests.cast import AT, Cast
from zengyi.activities import actions
from zengyi.activities.models import Activity, Drill, DrillProblem, Occasion
from zengyi.activities.queries import drills as queries
from zengyi.activities.rules.repeating import beginnings
from zengyi.core import clock
from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.core.models import Event
from zengyi.orders.models import Order
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources

HOUR = timedelta(hours=1)
TOLD: dict[str, Any] = {"content": "报警、疏散、灭火器实操", "departments": "消防站、派出所", "people_count": 186}


def held(cast: Cast, *, ago: timedelta = HOUR, kind: str = "DRILL", **more: Any) -> Occasion:
    """A drill that was over so long ago, in the first building, with the other community."""
    times = {"starts_at": AT - ago - HOUR, "ends_at": AT - ago, "place_id": cast.buildings[0].pk, "capacity": None}
    return planned(cast.actor("worker"), at=AT - ago - 2 * HOUR, title="联合消防演练", kind=kind, **{**times, **more})


def test_a_drill_is_a_record_with_what_the_law_asks_for(cast: Cast, client: Client) -> None:
    occasion = held(cast, hosts=[cast.elsewhere.pk], along="消防站")
    problems = "三楼东侧安全出口堆了货\n灭火器压力低"
    actions.record_drill(occasion.pk, **TOLD, seconds=252, problems=problems, by=cast.actor("worker"), at=AT)
    card = queries.drill(occasion.pk, by=cast.actor("resident"))
    assert card is not None and card.took == (4, 12)
    assert (card.place, card.content, card.departments, card.people) == (cast.buildings[0].name, *TOLD.values())
    assert (str(card.held_on), str(card.next_on)) == ("2026-11-23", "2027-11-23")
    # Each thing that did not go well is an order with its own number; the page leads there.
    orders = Order.objects.filter(pk__in=DrillProblem.objects.values("order_id"))
    assert sorted(orders.values_list("title", flat=True)) == sorted(problems.split("\n"))
    assert set(orders.values_list("source", "state", "place_id")) == {("INSPECTION", "PLACED", cast.buildings[0].pk)}
    event = Event.objects.latest("pk")
    assert (event.verb, event.object_id) == ("drill", occasion.pk) and len(event.after["orders"]) == 2
    page = client.get(f"/activities/occasions/{occasion.pk}/").content.decode()
    assert "4 分 12 秒" in page and "最晚 2027-11-23" in page and all(line in page for line in problems.split("\n"))
    with pytest.raises(WrongState, match="写好了"):
        actions.record_drill(occasion.pk, **TOLD, by=cast.actor("worker"), at=AT)


def test_a_drill_for_which_nobody_signs_up_is_over_with_its_record(cast: Cast) -> None:
    """And waits to be put down until then: without a record there is no next date."""
    occasion, worker = held(cast), cast.actor("worker")
    listed = held(cast, capacity=9)
    actions.sign_up(listed.pk, by=cast.actor("resident"), at=AT - 3 * HOUR)
    found = waiting(sources(), by=worker, at=AT, most=9).items
    urls = {f"/activities/occasions/{pk}/drill" for pk in (occasion.pk, listed.pk)}
    assert {one.url for one in found if one.kind == "drill-to-record"} == urls
    for one in (occasion, listed):
        actions.record_drill(one.pk, **TOLD, by=worker, at=AT)
        one.refresh_from_db()
    assert (occasion.state, occasion.closed_by, occasion.closed_at) == ("CLOSED", cast.users["worker"], AT)
    assert listed.state == "PLANNED"  # the roll closes it
    assert "drill-to-record" not in {one.kind for one in waiting(sources(), by=worker, at=AT, most=9).items}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"content": ""}, "content"),
        ({"departments": "甲"}, "departments"),
        ({"people_count": 0}, "people"),
        ({"seconds": 0}, "seconds"),
        ({"every_months": 7}, "every_months"),
        ({"place_id": 10**15}, "place_id"),
        ({"problems": "\n".join("毛病" for _n in range(9))}, "problems"),
    ],
)
def test_what_cannot_be_put_down_of_a_drill(cast: Cast, changed: dict[str, Any], field: str) -> None:
    occasion = held(cast)
    with pytest.raises(Invalid) as refused:
        actions.record_drill(occasion.pk, **{**TOLD, **changed}, by=cast.actor("worker"), at=AT)
    assert field in refused.value.fields and not Drill.objects.exists() and not Order.objects.exists()


def test_only_who_leads_puts_a_drill_down_and_only_when_it_is_over(cast: Cast) -> None:
    over, ahead, craft = held(cast, hosts=[cast.elsewhere.pk]), planned(cast.actor("worker"), kind="DRILL"), held(cast, kind="CRAFT")
    for who in ("far_worker", "member", "district"):
        with pytest.raises(NotAllowed):
            actions.record_drill(over.pk, **TOLD, by=cast.actor(who), at=AT)
    with pytest.raises(WrongState, match="还没有演完"):
        actions.record_drill(ahead.pk, **TOLD, place_id=cast.buildings[0].pk, by=cast.actor("worker"), at=AT)
    with pytest.raises(WrongState, match="不是演练"):
        actions.record_drill(craft.pk, **TOLD, by=cast.actor("worker"), at=AT)
    with pytest.raises(WrongState, match="三十天"):
        actions.record_drill(over.pk, **TOLD, by=cast.actor("worker"), at=AT + timedelta(days=31))


def test_the_latest_drill_of_a_building_says_when_it_is_due_whatever_the_order_they_are_put_down_in(cast: Cast) -> None:
    new, old = held(cast), held(cast, ago=timedelta(days=20))
    elsewhere = held(cast, place_id=cast.buildings[1].pk)
    for occasion, months in ((new, 6), (old, 12), (elsewhere, 12)):
        actions.record_drill(occasion.pk, **TOLD, every_months=months, by=cast.actor("worker"), at=AT)
    found = queries.drills(by=cast.actor("worker"), at=AT)
    assert [(one.occasion_id, str(one.next_on)) for one in found] == [(new.pk, "2027-05-23"), (elsewhere.pk, "2027-11-23")]
    late = queries.drills(by=cast.actor("worker"), at=AT + timedelta(days=182))
    assert (late[0].late, late[0].soon, late[1].late) == (True, False, False)
    assert queries.drills(by=cast.actor("worker"), at=AT + timedelta(days=160))[0].soon
    assert queries.drills(by=cast.actor("far_worker"), at=AT) == []


def test_a_series_is_one_step_and_moves_off_holidays(cast: Cast) -> None:
    by, first = cast.actor("worker"), datetime(2026, 9, 19, 9, tzinfo=clock.SHANGHAI)
    before = first - timedelta(days=9)
    activity: dict[str, Any] = {"title": "周六写春联", "kind": "CRAFT"}
    occasion = {"starts_at": first, "ends_at": first + HOUR, "capacity": 8, "helpers": [("裁纸", 2)]}
    made = actions.announce(activity, occasion, every="WEEK", times=4, by=by, at=before)
    rows = Occasion.objects.filter(activity_id=made.activity_id).order_by("starts_at")
    days = [str(clock.local_date(one.starts_at)) for one in rows]
    assert days == ["2026-09-19", "2026-09-28", "2026-10-08", "2026-10-10"]
    assert all(one.ends_at - one.starts_at == HOUR and one.slots.count() == 2 for one in rows)
    event = Event.objects.latest("pk")
    assert event.object_id == made.pk and event.after["followed_by"] == [one.pk for one in rows[1:]]
    assert Activity.objects.get().every == "WEEK"
    more = {"starts_at": first + timedelta(days=60), "ends_at": first + timedelta(days=60, hours=1)}
    later = actions.repeat(made.activity_id, "MONTH", 2, **more, by=by, at=before)
    assert len(later) == 2 and Occasion.objects.count() == 6


def test_a_series_stands_or_falls_as_a_whole(cast: Cast) -> None:
    by, activity = cast.actor("worker"), {"title": "每周一场", "kind": "CRAFT"}
    times = {"starts_at": AT + HOUR, "ends_at": AT + 2 * HOUR}
    for every, number, field in (("WEEK", 1, "times"), ("WEEK", 27, "times"), ("DAY", 3, "every"), ("", 3, "every")):
        with pytest.raises(Invalid) as refused:
            actions.announce(activity, times, every=every, times=number, by=by, at=AT)
        assert field in refused.value.fields
    with pytest.raises(Invalid, match="提前一年"):
        actions.announce(activity, times, every="MONTH", times=20, by=by, at=AT)
    assert not Occasion.objects.exists() and not Activity.objects.exists()


def test_no_two_of_a_series_fall_on_one_day_and_none_on_a_holiday() -> None:
    """A whole year of every rule, over the spring festival and the national holiday."""
    first = datetime(2026, 1, 4, 19, 30, tzinfo=clock.SHANGHAI)
    for every, times in (("WEEK", 26), ("FORTNIGHT", 26), ("MONTH", 12)):
        days = [moment.date() for moment, _moved in beginnings(first, every, times)]
        assert len(set(days)) == times and days == sorted(days)
        assert not {date(2026, 2, 15), date(2026, 2, 17), date(2026, 10, 1), date(2026, 10, 4)} & set(days)
        assert {moment.hour for moment, _moved in beginnings(first, every, times)} == {19}


def test_the_roll_on_paper_has_the_same_numbers(cast: Cast, client: Client) -> None:
    occasion = planned(cast.actor("worker"))
    actions.sign_up(occasion.pk, by=cast.actor("resident"), at=AT)
    client.force_login(cast.users["worker"])
    answer = client.get(f"/activities/occasions/{occasion.pk}/roll.pdf")
    assert answer.content.startswith(b"%PDF") and answer["Content-Type"] == "application/pdf"
    client.force_login(cast.users["resident"])
    assert client.get(f"/activities/occasions/{occasion.pk}/roll.pdf").status_code in (403, 404)

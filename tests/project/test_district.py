"""The district's screen: how far orders have got, the chart's numbers, and how many statements the page takes."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import AT, Cast
from zengyi.core import clock
from zengyi.core.errors import NotAllowed
from zengyi.orders import actions, queries
from zengyi.project.charts import BOTTOM, TOP, crossing

QUARTER = clock.quarter_bounds("2026Q4")
LATER = AT + timedelta(hours=3)
MOST = 9  # one of them writes the session, on its first page; one reads what waits for the district


def test_flows_tell_how_far_a_quarters_orders_have_got(cast: Cast) -> None:
    cast.place("resident")
    actions.triage(cast.place("resident2").pk, difficulty=2, due_at=LATER, by=cast.actor("worker"), at=AT)
    cast.delivered(title="栏杆松了")
    done = cast.delivered(title="灯不亮")
    actions.confirm(done.pk, by=cast.actor("member"), at=LATER)
    cast.triaged("far_resident")
    cast.triaged(at=AT - timedelta(days=120), title="上一季的")
    flows = queries.flows(*QUARTER, by=cast.actor("district"), at=LATER + timedelta(hours=1))
    here, away = flows[cast.community.pk], flows[cast.elsewhere.pk]
    assert (here.placed, here.triaged, here.claimed, here.delivered, here.confirmed) == (4, 3, 2, 2, 1)
    assert here.late == 2, "one of this quarter and the one of the last are late, whenever they were placed"
    assert here.to_claim == timedelta(0), "announced and claimed at once"
    assert (away.placed, away.claimed, away.to_claim) == (1, 0, None)
    with pytest.raises(NotAllowed):
        queries.flows(*QUARTER, by=cast.actor("member"), at=AT)


@pytest.mark.parametrize("more", [1, 12])
def test_the_screen_costs_the_same_however_much_there_is(cast: Cast, sql: Any, more: int) -> None:
    for number in range(more):
        order = cast.delivered(title=f"第 {number} 处", at=clock.now())
        actions.confirm(order.pk, by=cast.actor("member"), at=clock.now())
    client = Client()
    client.force_login(cast.users["district"])
    with sql() as statements:
        answer = client.get("/district/")
    text = answer.content.decode()
    assert answer.status_code == 200 and "虹西社区" in text and 'class="cross"' in text and f"第 {more - 1} 处" in text
    assert len(statements) <= MOST, statements


def test_what_is_private_is_not_on_the_screen(cast: Cast) -> None:
    for title, private in (("看得到的事", False), ("看不到的事", True)):
        order, now = cast.triaged(title=title, private=private, at=clock.now()), clock.now()
        actions.assign(order.pk, organisation_id=cast.unit.pk, by=cast.actor("worker"), at=now)
        actions.accept(order.pk, by=cast.actor("unit"), at=now)
        actions.deliver(order.pk, text="办好了", by=cast.actor("unit"), at=now)
        actions.confirm(order.pk, by=cast.actor("member"), at=now)
    client = Client()
    client.force_login(cast.users["district"])
    text = client.get("/district/").content.decode()
    assert "看得到的事" in text and "看不到的事" not in text


def test_a_chart_begins_with_the_quarter_and_marks_the_crossing() -> None:
    chart = crossing(40, [(10, 35), (30, 20)])
    assert chart is not None
    assert [value for _y, value in chart.grid] == [0, 10, 20, 30, 40]
    assert (chart.grid[0][0], chart.grid[-1][0]) == (BOTTOM, TOP)
    assert [week for _x, week in chart.weeks] == [0, 1, 2]
    assert (chart.gained_now, chart.open_now) == (30, 20)
    assert chart.cross is not None and chart.cross[2] == 2
    assert crossing(40, []) is None


@pytest.mark.parametrize(("gained", "still"), [(7, 7), (7, 8), (8, 7)])
def test_the_last_figures_never_stand_over_one_another(gained: int, still: int) -> None:
    chart: Any = crossing(90, [(gained, still)])
    assert abs(chart.labels[0] - chart.labels[1]) >= 18
    if gained > still:
        assert chart.labels[0] < chart.labels[1], "the higher line's figure stands higher"

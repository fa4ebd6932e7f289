"""The bridge of story 2, from the report to the posted points."""

from datetime import datetime, timedelta

from tests.cast import Cast
from zengyi.bank import queries as bank
from zengyi.orders import actions, queries


def test_the_bridge_is_repaired_and_the_points_move(cast: Cast, at: datetime) -> None:
    order = cast.place("member")
    assert order.state == "PLACED"
    order = actions.triage(order.pk, difficulty=8, places=1, by=cast.actor("worker"), at=at)
    assert cast.balance(order=order) == 8
    order = actions.publish(order.pk, by=cast.actor("worker"), at=at)
    order = actions.claim(order.pk, by=cast.actor("unit"), at=at + timedelta(hours=1))
    order = actions.deliver(order.pk, text="桥面补好了。", by=cast.actor("unit"), at=at + timedelta(days=1))
    order = actions.confirm(order.pk, by=cast.actor("member"), at=at + timedelta(days=1, hours=1))
    assert (order.state, order.outcome) == ("CONFIRMED", "HELPED")
    assert cast.balance(order=order) == 0
    assert cast.balance(unit=cast.unit) == 8
    equation = bank.equation(cast.community.pk, "2026Q4", by=cast.actor("worker"), at=at + timedelta(days=2))
    assert (equation.opening, equation.new, equation.reduced, equation.balance) == (0, 8, 8, 0)
    assert bank.check_ledger().problems == []
    lines = queries.history(order.pk, by=cast.actor("member"), at=at).lines
    assert [line.verb for line in lines] == ["place", "triage", "publish", "claim", "deliver", "confirm"]
    detail = queries.detail(order.pk, by=cast.actor("unit"), at=at)
    assert "机关事务中心" in detail.doing

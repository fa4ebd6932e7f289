"""The curve with what happened: the decision that asks for daily rounds, and the repairs that brought most back, in words."""

from datetime import timedelta
from typing import Any

from django.test import Client

from tests.cast import AT, Cast
from tests.councils import talks
from tests.facilities.walks import Estate
from zengyi.core import clock
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Defect, Route
from zengyi.facilities.pages.drawing import LEFT, WIDTH, curve
from zengyi.facilities.rules import Share
from zengyi.orders import actions as orders


def mended(cast: Cast, estate: Estate, *codes: str) -> None:
    """Dark behind a switch, which is repaired, and looked at again an hour later."""
    found = [estate.check(code, "FAIL", reason="NO_SWITCH") for code in codes]
    actions.record_checks(estate.round(), found, by=estate.by, at=AT)
    root = Defect.objects.get(cause=None)
    orders.accept(root.order_id or 0, by=cast.actor("unit"), at=AT)
    orders.deliver(root.order_id or 0, text="换了交换机。", by=cast.actor("unit"), at=AT)
    actions.recheck(root.pk, passed=True, by=estate.by, at=AT + timedelta(hours=1))


def test_a_repair_is_told_with_all_that_it_brought_back(cast: Cast) -> None:
    estate = Estate(cast, repairer="机关事务中心")
    mended(cast, estate, "C0", "C2", "C4")
    at = AT + timedelta(hours=2)
    whole = queries.marks(by=estate.by, at=at)
    assert [(mark.what, mark.words, mark.day) for mark in whole] == [("repaired", "交换机 1修好，回来 4 处", clock.local_date(AT))]
    assert [mark.words for mark in queries.marks(by=estate.by, at=at, kind="CAMERA")] == ["交换机 1修好，回来 3 处"]
    assert queries.marks(by=estate.by, at=at, kind="LIFT") == []
    before = clock.local_date(AT) - timedelta(days=9)
    assert queries.marks(by=estate.by, at=at, first=before, last=before + timedelta(days=3)) == []
    assert queries.marks(by=cast.actor("far_worker"), at=at) == []


def test_a_councils_daily_duty_becomes_a_route_and_stands_on_the_curve(cast: Cast, client: Client, stopped: Any) -> None:
    """Story 4c: after the repair somebody looks every day, because it was decided so."""
    estate = Estate(cast, cameras=1)
    before = AT - timedelta(hours=1)
    topic = talks.screened(cast, before)
    session = talks.opened(cast, before, topic)
    decision = talks.decided(cast, before, session, topic, talks.repair(cast, before, title="每天查一遍", daily=True))
    client.force_login(cast.users["property"])
    assert "每天查一遍" in client.get("/rounds/routes/new").content.decode()
    route = {"name": "主干道早巡", "schedule": "DAILY", "weekday": "0", "starts_on": f"{clock.local_date(AT)}", "kinds": ["CAMERA"]}
    assert client.post("/rounds/routes/new", {**route, "decision_id": "999"}).status_code == 422
    assert client.post("/rounds/routes/new", {**route, "decision_id": decision.pk}).status_code == 303
    made = Route.objects.get(name="主干道早巡")
    assert (made.decision_id, made.walker_id) == (decision.pk, cast.unit.pk)  # whom the council asked walks it
    assert client.post("/rounds/routes/new", {**route, "name": "夜巡", "walker_id": cast.far_unit.pk}).status_code == 422
    assert "机关事务中心" in client.get("/rounds/").content.decode()
    found = queries.marks(by=estate.by, at=AT, kind="CAMERA")
    assert [(mark.what, mark.words, mark.topic_id) for mark in found] == [("decided", "商量定下：先修主干道和要紧的地方", topic.pk)]
    assert queries.marks(by=estate.by, at=AT, kind="LIFT") == []
    client.force_login(cast.users["worker"])
    html = client.get("/facilities/share").content.decode()
    assert "商量定下：先修主干道" in html and f"/councils/topics/{topic.pk}/" in html and "flag-decided" in html


def test_flags_stand_over_their_columns_and_never_on_one_another() -> None:
    day = clock.local_date(AT)
    days = [(day + timedelta(days=n), Share(86400, 40000, 40000)) for n in range(30)]
    marks = [queries.Mark(day + timedelta(days=n), "repaired", "x") for n in (0, 3, 3, 3, 29)]
    drawn = curve(days, marks)
    assert drawn is not None and [flag.number for flag in drawn.flags] == [1, 2, 3, 4, 5]
    assert len({(flag.x, flag.y) for flag in drawn.flags}) == 5
    assert all(LEFT <= flag.x <= WIDTH for flag in drawn.flags)

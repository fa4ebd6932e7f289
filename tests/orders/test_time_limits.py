"""A community sets how long each kind of order may take: with a reason, from now on, and only for itself."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from zengyi.core import worktime
from zengyi.core.errors import Invalid, NotAllowed
from zengyi.core.models import Event
from zengyi.orders import actions
from zengyi.orders.models import TimeLimit
from zengyi.orders.queries.limits import limits
from zengyi.orders.rules import DUE_WORKING_HOURS, Category, Urgency

pytestmark = pytest.mark.databases("sqlite")


def test_what_is_set_counts_from_now_on_and_only_here(cast: Cast, at: datetime) -> None:
    usual = limits(cast.community.pk)
    before = cast.triaged("resident")
    wanted = usual | {(Category.ROAD, Urgency.SOON): 9, (Category.ROAD, Urgency.TODAY): 2}
    assert actions.set_limits(wanted, reason="修路队就在隔壁", by=cast.actor("worker"), at=at) == 2
    event = Event.objects.latest("pk")
    assert (event.verb, event.reason, event.before, event.after) == (
        "change",
        "修路队就在隔壁",
        {"ROAD 1": 7, "ROAD 2": 21},
        {"ROAD 1": 2, "ROAD 2": 9},
    )
    assert cast.triaged("resident2").due_at == worktime.add_working_hours(at, 9)
    before.refresh_from_db()
    assert before.due_at == worktime.add_working_hours(at, 21), "what was taken on before stays as it was promised"
    assert limits(cast.elsewhere.pk) == usual
    actions.set_limits(usual, reason="还是照旧", by=cast.actor("secretary"), at=at + timedelta(hours=1))
    assert not TimeLimit.objects.exists() and limits(cast.community.pk) == usual


def test_what_presses_more_never_takes_longer(cast: Cast, at: datetime) -> None:
    usual, by = limits(cast.community.pk), cast.actor("worker")
    for wrong in ({(Category.LIFT, Urgency.TODAY): 100}, {(Category.LIFT, Urgency.TODAY): 0}, {(Category.LIFT, Urgency.CALM): 451}):
        with pytest.raises(Invalid) as refusal:
            actions.set_limits(usual | wrong, reason="写错了", by=by, at=at)
        assert set(refusal.value.fields) <= {"lift_1", "lift_2", "lift_4"}
    for reason, wanted in (("", usual | {(Category.LIFT, Urgency.TODAY): 3}), ("没有改", usual)):
        with pytest.raises(Invalid):
            actions.set_limits(wanted, reason=reason, by=by, at=at)
    with pytest.raises(NotAllowed):
        actions.set_limits(usual, reason="居民来改", by=cast.actor("resident"), at=at)
    assert set(usual) == {(category, urgency) for category in DUE_WORKING_HOURS for urgency in Urgency}


def test_the_page_keeps_what_was_typed_and_says_where_it_is_wrong(cast: Cast, stopped: datetime) -> None:
    client = Client()
    client.force_login(cast.users["secretary"])
    assert 'href="/desk/time-limits/"' in client.get("/people/community/").content.decode()
    page = "/desk/time-limits/"
    form = {f"{category.lower()}_{int(urgency)}": str(hours) for (category, urgency), hours in limits(cast.community.pk).items()}
    wrong = client.post(page, {**form, "water_1": "99", "reason": "写反了"})
    assert wrong.status_code == 422 and "不急的不能比急的先到期" in wrong.content.decode() and 'value="99"' in wrong.content.decode()
    assert client.post(page, {**form, "water_1": "x", "reason": "写错了"}).status_code == 422
    assert client.post(page, {**form, "water_1": "3", "reason": "楼下就漏"})["Location"] == page
    assert 'value="3"' in client.get(page).content.decode()

"""Story 3 by its real roles: two weeks of a demand, from the stair with a pin and a photo to who wanted it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import F
from playwright.sync_api import expect

from tests.browser.windows import DESK, PHONE, Window, shot
from tests.works import sites
from zengyi.core import clock
from zengyi.councils.models import Session
from zengyi.people.models import Place
from zengyi.works.models import Demand, DemandStep, WorkPhoto

pytestmark = pytest.mark.databases("sqlite")

TITLE = "小游园想要一条健身步道"
WEEK = timedelta(days=7)
VIEW, BLOCK = [0, 0, 400, 300], {"x": 40, "y": 60, "w": 60, "h": 40}


def on_the_stair(supervisor: Window, project: int) -> int:
    """A supervisor puts it down by phone, with a photo and a pin on the plan."""
    page = supervisor.page
    page.get_by_role("link", name="现场").first.click()
    page.get_by_role("link", name="虹桥新村改造").first.click()
    page.get_by_role("link", name="记一件诉求").click()
    page.get_by_label("一句话，什么事？").fill(TITLE)
    page.get_by_label("拍张照").set_input_files([shot()])
    page.locator("svg.pin-plan").click(position={"x": 100, "y": 50})
    expect(page.locator("[name=pin_x]")).not_to_have_value("")
    page.get_by_label("怎么联系").fill("13900001206")
    page.get_by_role("button", name="记上").click()
    expect(page.get_by_text("编号 S-1")).to_be_visible()
    expect(page.get_by_role("img", name="在图上的位置")).to_be_visible()
    found = Demand.objects.get()
    assert found.pin_on_id is not None
    assert WorkPhoto.objects.get().demand_id == found.pk
    return found.pk


def meet(worker: Window, project: int) -> None:
    """They meet, and nobody answers."""
    page = worker.page
    worker.open(f"/works/{project}/")
    page.get_by_role("link", name="召集三方会议").click()
    page.get_by_label("在哪里").fill("工地门口")
    page.get_by_role("button", name="排上").click()
    page.get_by_role("region", name="三方会议").get_by_role("link").first.click()
    expect(page.get_by_text(f"S-1 {TITLE} · 施工方").first).to_be_visible()
    page.get_by_role("button", name="现在开会").click()
    expect(page.get_by_role("button", name="散会")).to_be_visible()


def a_week_goes_by(demand: int) -> None:
    """All its days are seven earlier."""
    Demand.objects.filter(pk=demand).update(due_on=F("due_on") - WEEK, ball_since=F("ball_since") - WEEK, raised_at=F("raised_at") - WEEK)
    for step in DemandStep.objects.filter(demand=demand):
        days = {"at": step.at - WEEK, "ball_since": step.ball_since - WEEK, "on_day": step.on_day - WEEK, "due_on": step.due_on - WEEK}
        DemandStep.objects.filter(pk=step.pk).update(**days)


def promise(unit: Window, demand: int, days: int, text: str) -> None:
    """The contractor names a day."""
    unit.open(f"/works/demands/{demand}/answer")
    page = unit.page
    page.get_by_role("radio", name="答应，定个日子").check()
    page.get_by_label("哪天做好").fill(str(clock.local_date(clock.now()) + timedelta(days=days)))
    page.get_by_label("说一句").fill(text)
    page.get_by_role("button", name="答复").click()
    expect(page.get_by_text("答复记上了。")).to_be_visible()


def build(unit: Window, demand: int) -> None:
    """The contractor says that it is done, with a photo; to look at it is not theirs."""
    page = unit.page
    page.get_by_role("link", name="做好了").click()
    page.get_by_label("做了什么").fill("铺好了，三十米")
    page.get_by_label("拍张照").set_input_files([shot("green")])
    page.get_by_role("button", name="做好了").click()
    expect(page.get_by_text("记上了，等监理队或者提的人来看。")).to_be_visible()
    expect(page.get_by_role("link", name="行", exact=True)).to_have_count(0)
    unit.open(f"/works/demands/{demand}/pass", status=403)


def test_two_weeks_of_a_demand_from_the_stair_to_who_wanted_it(cast: Any, window: Any) -> None:
    site = sites.site(cast, at=clock.now())
    estate = Place.objects.get(pk=cast.buildings[0].parent_id)
    Place.objects.filter(pk=estate.pk).update(plan={"view": VIEW})
    Place.objects.filter(pk=cast.buildings[0].pk).update(plan=BLOCK)
    supervisor, unit, resident, worker = window(PHONE), window(PHONE), window(PHONE), window(DESK)
    for somebody, login in ((supervisor, "supervisor"), (unit, "unit"), (resident, "resident"), (worker, "worker")):
        somebody.be(cast.users[login])
    supervisor.open("/community/")
    demand = on_the_stair(supervisor, site.project.pk)
    meet(worker, site.project.pk)
    with worker.page.expect_navigation():
        worker.page.get_by_role("button", name="散会").click()
    expect(worker.page.get_by_role("button", name="散会")).to_have_count(0)
    a_week_goes_by(demand)

    meet(worker, site.project.pk)  # the second week: it has carried itself over
    first, second = Session.objects.order_by("pk")
    assert list(second.items.values_list("times", "carried_from__session_id")) == [(1, first.pk)]
    worker.open(f"/works/{site.project.pk}/sheet")
    expect(worker.page.get_by_role("row", name="S-1")).to_contain_text("过了")
    promise(unit, demand, 3, "周内铺好")
    assert second.items.get().answer == "DONE"  # the answer is written down at the meeting
    build(unit, demand)
    supervisor.open(f"/works/demands/{demand}/")
    supervisor.page.get_by_role("link", name="退回").click()
    supervisor.page.get_by_label("哪里还不行").fill("有一段积水")
    supervisor.page.get_by_role("button", name="退回").click()
    expect(supervisor.page.get_by_text("退回了，等一个新的日子。")).to_be_visible()
    promise(unit, demand, 5, "垫高重铺")
    build(unit, demand)
    supervisor.open(f"/works/demands/{demand}/")
    supervisor.page.get_by_role("link", name="行", exact=True).click()
    supervisor.page.get_by_role("button", name="行", exact=True).click()
    supervisor.page.get_by_role("link", name="告诉了").click()
    supervisor.page.get_by_label("怎么告诉的，他怎么说").fill("上门说了，他说走得稳")
    supervisor.page.get_by_role("button", name="告诉了").click()
    expect(supervisor.page.get_by_text("记上了。")).to_be_visible()
    resident.open(f"/works/demands/{demand}/")
    way = resident.page.get_by_role("region", name="怎么走的")
    for words in ("有一段积水", "垫高重铺", "上门说了，他说走得稳"):
        expect(way).to_contain_text(words)
    found = Demand.objects.get()
    assert (found.state, found.returns, found.told_at is not None) == ("PASSED", 1, True)

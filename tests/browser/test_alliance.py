"""Story 6 by its real roles: an alliance ranks a lift's chain, owners vote, it is paid, and everybody sees the pictures without a login."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.windows import DESK, PHONE, Window, shot
from tests.councils.ballots import LIFT, Vote
from zengyi.core import clock
from zengyi.councils import actions as councils
from zengyi.councils.rules.ballots import Proposal
from zengyi.councils.rules.owners import Flat, heads_of
from zengyi.works.models import FundLine, Project

pytestmark = pytest.mark.databases("sqlite")

TITLE = "3 幢电梯换补偿链"


def voted(cast: Any) -> Vote:
    """A vote of two owners, who are asked."""
    now = clock.now()
    owners = heads_of([Flat("业主甲", "3幢1单元101", 8000), Flat("业主乙", "3幢1单元102", 12000)])
    vote = Vote(cast, councils.create_ballot(Proposal(**LIFT), owners=owners, by=cast.actor("worker"), at=now))
    noticed = clock.local_date(now) - timedelta(days=20)
    councils.open_ballot(vote.ballot.pk, closes_at=now + timedelta(days=9), noticed_on=noticed, by=cast.actor("worker"), at=now)
    vote.bind(1, "resident")
    vote.bind(2, "member")
    return vote


def says_yes(owner: Window, ballot: int) -> None:
    """An owner votes by phone."""
    owner.open(f"/councils/ballots/{ballot}/")
    owner.page.get_by_role("radio", name="同意", exact=True).check()
    owner.page.get_by_role("button", name="投").click()
    expect(owner.page.get_by_text("您投好了")).to_be_visible()


def propose(worker: Window) -> int:
    """The worker puts it on the list and says how much it presses."""
    page = worker.page
    worker.open("/works/new")
    page.get_by_label("做什么").fill(TITLE)
    page.get_by_role("button", name="记上").click()
    page.get_by_role("link", name="排轻重缓急").click()
    page.get_by_role("radio", name="急", exact=True).check()
    page.get_by_role("radio", name="几周").check()
    page.get_by_label("为什么这样排").fill("半夜响，怕断")
    page.get_by_role("button", name="排好").click()
    page.get_by_role("link", name="提一笔钱").click()
    page.get_by_label("做什么").fill("换补偿链")
    page.get_by_role("radio", name="公共维修资金").check()
    page.get_by_label("多少元").fill("46920.00")
    page.get_by_role("button", name="提上").click()
    expect(page.get_by_text("提上了。要另一位来批。")).to_be_visible()
    return Project.objects.get().pk


def approve(secretary: Window, ballot: int) -> None:
    """The secretary approves it by the owners' vote."""
    page = secretary.page
    secretary.open(f"/works/money/{FundLine.objects.get().pk}/decide")
    page.get_by_role("radio", name="批", exact=True).check()
    page.get_by_label("凭什么").fill("业主表决通过")
    page.get_by_label("哪一次业主表决").select_option(str(ballot))
    page.get_by_role("button", name="定下来").click()
    expect(page.get_by_text("定下来了。")).to_be_visible()


def build(worker: Window, unit: Window, unit_name: str) -> None:
    """A lot, the start, and the contractor's report."""
    page = worker.page
    worker.open(f"/works/{Project.objects.get().pk}/")
    page.get_by_role("link", name="加一个标段").click()
    page.get_by_label("标段叫什么").fill("整个项目")
    page.get_by_label("谁来做").select_option(label=unit_name)
    page.get_by_role("button", name="加上").click()
    page.get_by_role("link", name="加一个节点").click()
    today = str(clock.local_date(clock.now()))
    page.get_by_label("做什么").fill("换链")
    page.get_by_label("计划哪天开始").fill(today)
    page.get_by_label("计划哪天做完").fill(today)
    page.get_by_role("button", name="加上").click()
    page.get_by_role("link", name="开工").click()
    page.get_by_role("button", name="开工").click()
    expect(page.get_by_text("开工了。监理队可以收诉求了。")).to_be_visible()
    unit.open(f"/works/{Project.objects.get().pk}/")
    unit.page.get_by_role("link", name="报进度").click()
    unit.page.get_by_label("哪天做完的").fill(today)
    unit.page.get_by_role("button", name="记上").click()
    expect(unit.page.get_by_text("记上了，做完了。")).to_be_visible()


def pay_and_show(worker: Window, supervisor: Window) -> None:
    """What was paid, the inspection by a supervisor, the pictures, what a neighbour said."""
    page, project = worker.page, Project.objects.get().pk
    worker.open(f"/works/money/{FundLine.objects.get().pk}/pay")
    page.get_by_label("付了多少元").fill("42120.00")
    page.get_by_label("付给谁").fill("电梯维保公司")
    page.get_by_label("哪天付的").fill(str(clock.local_date(clock.now())))
    page.get_by_role("button", name="记上").click()
    expect(page.get_by_text("记上了，大家看得到。")).to_be_visible()
    supervisor.open(f"/works/{project}/inspect")
    supervisor.page.get_by_role("button", name="验收，行").click()
    expect(supervisor.page.get_by_text("验收了。")).to_be_visible()
    worker.open(f"/works/{project}/pair")
    page.get_by_label("拍的是什么").fill("5 幢电梯的补偿链")
    page.get_by_label("之前").set_input_files([shot("saddlebrown")])
    page.get_by_label("之后").set_input_files([shot("silver")])
    page.get_by_role("button", name="放上").click()
    page.get_by_role("link", name="记邻居说的一句话").click()
    page.get_by_label("邻居怎么说的").fill("半夜不响了。我住顶楼，听得最清楚。")
    page.get_by_role("button", name="记下").click()
    page.get_by_role("link", name="晒给邻居看").click()
    page.get_by_role("button", name="晒出来").click()
    expect(page.get_by_text("晒出来了，邻居们看得到。")).to_be_visible()


def test_the_lift_from_the_wish_to_the_pictures(cast: Any, window: Any) -> None:
    worker, secretary = window(DESK), window(DESK)
    unit, resident, member, supervisor, anybody = (window(PHONE) for _one in range(5))
    people = {"worker": worker, "secretary": secretary, "unit": unit, "resident": resident, "member": member, "supervisor": supervisor}
    for login, somebody in people.items():
        somebody.be(cast.users[login])
    project, vote = propose(worker), voted(cast)
    secretary.open(f"/works/money/{FundLine.objects.get().pk}/decide")
    expect(secretary.page.get_by_label("哪一次业主表决").get_by_role("option")).to_have_count(1)  # nothing is adopted yet
    for owner in (resident, member):
        says_yes(owner, vote.ballot.pk)
    assert vote.close(clock.now()).adopted is True
    approve(secretary, vote.ballot.pk)
    build(worker, unit, cast.unit.short_name)
    anybody.open(f"/sites/{project}/")
    expect(anybody.page.get_by_role("img", name="之前")).to_have_count(0)
    pay_and_show(worker, supervisor)
    anybody.open(f"/sites/{project}/")
    for name in ("5 幢电梯的补偿链，之前", "5 幢电梯的补偿链，之后"):
        picture = anybody.page.get_by_role("img", name=name)
        expect(picture).to_be_visible()
        picture.scroll_into_view_if_needed()
        anybody.wait_until(lambda seen=picture: seen.evaluate("one => one.complete && one.naturalWidth > 0"), lambda: "the picture")
    money = anybody.page.get_by_role("region", name="每一笔钱")
    expect(money).to_contain_text("业主表决")
    for words in ("46,920.00", "42,120.00", "4,800.00"):
        expect(money).to_contain_text(words)
    expect(anybody.page.get_by_text("半夜不响了")).to_be_visible()

"""A session run by the keyboard before everybody; an owners' vote from opening to count: by phone, on paper, and both at odds."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.windows import DESK, PHONE, Window
from tests.cast import Cast
from tests.councils.ballots import Vote, owners_vote
from tests.councils.talks import opened, screened
from zengyi.core import clock
from zengyi.councils import actions
from zengyi.councils.models import Ballot, Opinion, Session, Stance
from zengyi.councils.queries.ballot_rows import code_of

pytestmark = pytest.mark.databases("sqlite")


def type_line(page: Page, text: str) -> None:
    """One line by the keyboard alone."""
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def at_the_table(cast: Cast, at: datetime) -> Session:
    """A session that has begun, with two residents, and one of the property company."""
    session = opened(cast, at, screened(cast, at))
    worker: dict[str, Any] = {"by": cast.actor("worker"), "at": at}
    actions.attend(session.pk, "居民", person_id=cast.actor("resident").person_id, **worker)
    actions.attend(session.pk, "居民", name="居民1207", **worker)
    actions.attend(session.pk, "物业", name="保安队长庚", **worker)
    return session


def test_a_session_is_run_by_the_keyboard(cast: Cast, window: Any) -> None:
    session = at_the_table(cast, clock.now())
    worker: Window = window(DESK)
    worker.sign_in("worker")
    worker.open(f"/councils/sessions/{session.pk}/hall")
    page = worker.page
    line = page.get_by_label("记一句")
    expect(line).to_be_focused()
    page.keyboard.press("2")
    expect(line).to_have_value("物业：")
    type_line(page, "没有布线图")
    expect(page.locator(".voices").get_by_text("没有布线图")).to_be_visible()
    expect(line).to_be_focused()
    worker.expect_status(422)
    type_line(page, "没有人说的话")
    expect(page.get_by_text("没有认出是哪一方说的").first).to_be_visible()
    expect(line).to_have_value("没有人说的话")
    page.keyboard.press("Alt+1")
    expect(line).to_have_value("居民：没有人说的话")
    page.keyboard.press("Enter")
    expect(page.locator(".voices").get_by_text("没有人说的话")).to_be_visible()
    type_line(page, "决：先修主干道 2/0/1")
    expect(page.locator(".pact").get_by_text("先修主干道")).to_be_visible()
    type_line(page, f"办：查清原因 @机关事务 {clock.local_date(clock.now()) + timedelta(days=20)}")
    expect(page.locator(".pact").get_by_text("查清原因")).to_be_visible()
    rail = page.get_by_role("navigation", name="工作台")
    expect(rail).to_be_visible()
    page.keyboard.press("Alt+p")
    expect(rail).to_be_hidden()
    page.keyboard.press("Alt+p")
    expect(rail).to_be_visible()
    assert list(Opinion.objects.order_by("pk").values_list("party", "text")) == [("物业", "没有布线图"), ("居民", "没有人说的话")]
    page.get_by_role("link", name="回到会议").click()
    page.get_by_role("button", name="散会").click()
    expect(page.get_by_text("纪要写好了", exact=True)).to_be_visible()
    resident: Window = window(PHONE)
    resident.sign_in("resident")
    resident.open("/waiting/")
    resident.page.get_by_role("link", name="看纪要").first.click()
    resident.page.get_by_role("button", name="没有错，我签字").click()
    expect(resident.page.get_by_text("签好了，谢谢您。")).to_be_visible()
    session.refresh_from_db()
    assert session.state == "SIGNED"


def enter(page: Page, vote: Vote, position: int, choice: str) -> None:
    """A paper comes back."""
    page.goto(f"/councils/ballots/{vote.ballot.pk}/entry")
    page.get_by_label("几号票？").fill(str(position))
    page.get_by_role("radio", name=choice, exact=True).check()
    page.get_by_role("radio", name="纸票").check()
    with page.expect_navigation():
        page.locator("main form button[type=submit]").click()


def test_owners_vote_by_phone_and_on_paper_and_contradictions_are_told(cast: Cast, window: Any) -> None:
    vote, today = owners_vote(cast, 3), clock.local_date(clock.now())
    worker: Window = window(DESK)
    worker.sign_in("worker")
    worker.open(f"/councils/ballots/{vote.ballot.pk}/desk")
    worker.page.get_by_label("公告哪一天贴出来的？").fill(str(today - timedelta(days=20)))
    worker.page.get_by_label("哪一天截止？").fill(str(today + timedelta(days=7)))
    worker.page.get_by_role("button", name="开投，名单和规则从此不改").click()
    expect(worker.page.get_by_text("正在投", exact=True)).to_be_visible()
    resident: Window = window(PHONE)
    resident.sign_in("resident")
    resident.open(f"/councils/ballots/{vote.ballot.pk}/?v={code_of(vote.ballot.pk, vote.elector(1).pk)}")
    resident.page.get_by_role("radio", name="同意", exact=True).check()
    resident.page.get_by_role("button", name="投票", exact=True).click()
    expect(resident.page.get_by_text("这是回执。")).to_be_visible()
    for position, choice in ((1, "不同意"), (2, "同意"), (3, "同意")):
        enter(worker.page, vote, position, choice)
    assert Stance.objects.count() == 4
    for page in (resident.page, worker.page):
        page.goto(f"/councils/ballots/{vote.ballot.pk}/")
        expect(page.get_by_text("截止前谁也看不到同意多少")).to_be_visible()
        expect(page.get_by_role("heading", name="结果")).to_have_count(0)
    worker.open(f"/councils/ballots/{vote.ballot.pk}/desk")
    worker.page.get_by_role("button", name="截止，数票").click()
    expect(worker.page.get_by_text("纸票和网上说的不一样的有 1 位").first).to_be_visible()
    resident.open(f"/councils/ballots/{vote.ballot.pk}/")
    expect(resident.page.get_by_role("heading", name="结果")).to_be_visible()
    closed = Ballot.objects.get()
    assert closed.result is not None
    assert (closed.adopted, closed.result["heads_voted"], closed.result["heads_for"], closed.result["conflicts"]) == (True, 2, 2, [1])

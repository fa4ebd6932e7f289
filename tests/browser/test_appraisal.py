"""What a branch meeting decided about a year: put down by one person at the desk, confirmed by another, read by the member on a phone."""

from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.bank.years import helped, met
from tests.browser.windows import DESK, PHONE, Window
from tests.cast import Cast
from zengyi.bank.models import Appraisal, AppraisalLine
from zengyi.core import clock

pytestmark = pytest.mark.databases("sqlite")

MINUTES = "书记主持。先看积分表，逐个议，举手通过。"
WHY = "带头调解了三起邻里纠纷，大家都说好。"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_year_decided_by_the_meeting(cast: Cast, window: Callable[..., Window], scripts: bool) -> None:
    year = clock.year_of(clock.now()) - 1
    everybody = dict.fromkeys(("member", "member2", "member3", "kin", "colleague"), "PRESENT")
    for month in (2, 5, 8, 11):
        met(cast, date(year, month, 12), everybody)
    helped(cast, "member", date(year, 8, 20))
    worker, secretary, member = (window(size, scripts=scripts) for size in (DESK, DESK, PHONE))
    for one, name in ((worker, "worker"), (secretary, "secretary"), (member, "member")):
        one.sign_in(name)

    # The worker opens the branch's sheet: points propose, and without minutes and a reason nothing is taken, and nothing is lost.
    page = worker.page
    worker.open(f"/bank/appraisals/?year={year}")
    page.get_by_role("link", name="第一支部").first.click()
    row = page.get_by_role("row").filter(has_text="党员甲")
    expect(row).to_contain_text("63")
    expect(row).to_contain_text("基本合格")
    for name in ("党员甲", "党员乙", "党员丙", "党员丁"):
        page.get_by_label(f"{name}到会").check()
    page.get_by_label("党员甲评为").select_option(label="优秀")
    worker.expect_status(422)
    page.get_by_role("button", name="交给另一位审核").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("党员乙到会")).to_be_checked()
    expect(page.get_by_label("党员甲评为")).to_have_value("EXCELLENT")
    page.get_by_label("党员甲：为什么").fill(WHY)
    page.get_by_label("会议记录").fill(MINUTES)
    page.get_by_role("button", name="交给另一位审核").click()
    expect(page.get_by_text(MINUTES)).to_be_visible()
    assert Appraisal.objects.get().state == "PROPOSED"
    expect(page.get_by_role("button", name="交上意见")).to_have_count(0)

    # The secretary finds it among what waits, and confirms it.
    page = secretary.page
    secretary.open("/waiting/")
    page.get_by_role("link", name="评议：第一支部").click()
    expect(page.get_by_text(WHY)).to_be_visible()
    page.get_by_role("radio", name="和会上定的一样").check()
    page.get_by_role("button", name="交上意见").click()
    expect(page.get_by_text("定了。每位党员看得到自己的。")).to_be_visible()
    found = Appraisal.objects.get()
    assert (found.state, found.proposed_by, found.decided_by) == ("DECIDED", cast.users["worker"], cast.users["secretary"])
    line = AppraisalLine.objects.get(member=cast.members["member"])
    assert (line.proposed, line.tier, line.reason, line.score, line.present) == ("BASIC", "EXCELLENT", WHY, 63, True)

    # The member reads their own on the phone, and nobody else's.
    page = member.page
    member.open("/bank/appraisals/")
    expect(page.get_by_text(WHY)).to_be_visible()
    expect(page.get_by_text("优秀").first).to_be_visible()
    expect(page.get_by_text("党员乙")).to_have_count(0)
    member.expect_status(403)
    member.open(f"/bank/appraisals/{found.pk}/", 403)

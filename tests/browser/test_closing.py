"""A quarter is closed by two people at their desks, and an objection that somebody raised on the phone is answered and sealed with it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from tests.bank.roll import posted
from tests.browser.windows import DESK, PHONE, Window
from tests.cast import Cast
from zengyi.bank.models import Objection, Quarter
from zengyi.bank.queries import past_quarters
from zengyi.core import clock
from zengyi.orders import actions as orders

pytestmark = pytest.mark.databases("sqlite")

SAID = "支部大会我在，漏记了一次，要补 3 分。"
TOLD = "查了签到表，您在，已经补记。"
PUBLIC = "漏记一次支部大会，已补记。"


def lay(cast: Cast) -> str:
    """The last quarter, in which a member earned eight points and members were called."""
    first = past_quarters(clock.local_date(clock.now()))[0]
    quarter = clock.quarter_of(first)
    at = clock.now().replace(year=first.year, month=first.month, day=20)
    order = cast.delivered("member2", "resident", difficulty=8, at=at)
    orders.confirm(order.pk, by=cast.actor("resident"), at=at + timedelta(hours=2))
    posted(cast, {"member": "PRESENT", "member2": "PRESENT"}, held_on=(at + timedelta(days=1)).date(), at=at + timedelta(days=2))
    return quarter


@pytest.mark.parametrize("scripts", [True, False])
def test_a_quarter_closed_by_two_people_and_an_objection_answered(cast: Cast, window: Callable[..., Window], scripts: bool) -> None:
    quarter = lay(cast)
    worker, secretary, resident = (window(size, scripts=scripts) for size in (DESK, DESK, PHONE))
    for one, name in ((worker, "worker"), (secretary, "secretary"), (resident, "resident")):
        one.sign_in(name)

    # The worker adds up and puts forward, and cannot go on alone.
    page = worker.page
    page.get_by_role("navigation", name="工作台").get_by_role("link", name="待办").click()
    page.get_by_role("link", name="收季").first.click()
    page.get_by_role("button", name="核对", exact=True).click()
    expect(page.get_by_role("region", name="本季总账")).to_contain_text("+8")
    page.get_by_role("radio", name="列 5 名").check()
    page.get_by_role("button", name="准备好了，交另一位审核").click()
    expect(page.get_by_text(f"请 {cast.actor('secretary').name} 来办")).to_be_visible()
    expect(page.get_by_role("button", name="看过了，公示")).to_have_count(0)

    # The secretary finds it among what waits, and publishes.
    page = secretary.page
    secretary.open("/waiting/")
    page.get_by_role("link", name="收季：").click()
    page.get_by_role("button", name="看过了，公示").click()
    expect(page.get_by_role("button", name="现在还不能封存")).to_be_disabled()
    assert Quarter.objects.get().savers == 5

    # A resident reads it from the board on a phone, and objects: first too briefly, and what was typed stays.
    page = resident.page
    resident.open("/board/")
    page.get_by_role("navigation", name="季度公示").get_by_role("link").first.click()
    page.get_by_role("link", name="有不同意见，说一说").click()
    resident.expect_status(422)
    page.get_by_label("哪里不对？").fill("错")
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_role("alert")).to_contain_text("请再多写一点。")
    expect(page.get_by_label("哪里不对？")).to_have_value("错")
    page.get_by_label("哪里不对？").fill(SAID)
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_text("等答复", exact=True)).to_be_visible()
    mine = page.url

    # The worker answers; nobody else reads what was said, only the sentence that was written for it.
    page = worker.page
    worker.open("/bank/closing/")
    page.get_by_role("link", name="答复 异议 1").click()
    page.get_by_label("答复", exact=False).first.fill(TOLD)
    page.get_by_label("公示上的一句话").fill(PUBLIC)
    page.get_by_role("button", name="答复他").click()
    expect(page.get_by_text("已答复", exact=True)).to_be_visible()
    public = window(PHONE, scripts=scripts)
    public.open(f"/bank/quarters/{cast.community.pk}/{quarter}/")
    expect(public.page.get_by_text(PUBLIC)).to_be_visible()
    expect(public.page.get_by_text(SAID)).to_have_count(0)

    # The resident is told, reads it, and says so.
    page = resident.page
    resident.open("/waiting/")
    page.get_by_role("link", name="异议有答复了").click()
    assert page.url == mine
    expect(page.get_by_text(TOLD)).to_be_visible()
    page.get_by_role("button", name="知道了").click()
    expect(page.get_by_text("好，记下了。")).to_be_visible()
    assert Objection.objects.get().told_at is not None

    # When the days are over, the secretary seals.
    Quarter.objects.update(objections_until=clock.local_date(clock.now()) - timedelta(days=1))
    page = secretary.page
    secretary.open("/bank/closing/")
    page.get_by_role("button", name="封存这一季").click()
    expect(page.get_by_role("heading", name="封存了")).to_be_visible()
    assert Quarter.objects.get().state == "SEALED"

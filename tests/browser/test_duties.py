"""四大岗 through the pages: a member claims a post and takes a turn, a worker attests it, a secretary approves it: points."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.bank.posts import published
from tests.browser.windows import DESK, PHONE
from zengyi.bank import actions as bank
from zengyi.bank.models import Filing, Posting
from zengyi.core import clock

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize("scripts", [True, False])
def test_from_a_claimed_post_to_points(cast: Any, window: Any, scripts: bool) -> None:
    published(cast, at=clock.now())
    member = window(PHONE, scripts=scripts)
    member.sign_in("member")
    page = member.page
    page.get_by_role("link", name="社区").last.click()
    page.get_by_role("link", name="四大岗").click()
    page.get_by_role("link", name="看工地一小时").first.click()
    page.get_by_role("button", name="我来认领").click()
    expect(page.get_by_text("认领了，这就是你的岗。")).to_be_visible()
    page.get_by_role("link", name="排一班，或记一班").click()
    page.get_by_role("button", name="记下").click()  # today, and nothing said: planned for this evening
    expect(page.get_by_text("排好了，到那天别忘了。")).to_be_visible()
    page.get_by_label("做了什么").fill("看了划车位，有一处斜了，当场改")
    page.get_by_role("button", name="做完了，记下").click()
    expect(page.get_by_text("等社区证明", exact=True)).to_be_visible()

    worker = window(DESK, scripts=scripts)
    worker.sign_in("worker")
    worker.open("/bank/duties/")
    waiting = worker.page.get_by_role("region", name="等社区证明的履岗")
    waiting.get_by_role("link").first.click()
    worker.page.get_by_role("button", name="证明做了").click()
    expect(worker.page.get_by_text("证明好了，等书记核准入账。")).to_be_visible()

    deed = Filing.objects.get(rule="V02")
    bank.approve_deed(deed.pk, by=cast.actor("secretary"), at=clock.now())
    assert list(Posting.objects.filter(kind="DEED").values_list("rule", "points")) == [("V02", 2)]
    assert cast.balance(member="member") == 2
    member.open("/bank/duties/")
    mine = page.get_by_role("region", name="我的履岗")
    expect(mine.get_by_text("已证明")).to_be_visible()
    expect(mine.get_by_text("+2")).to_be_visible()

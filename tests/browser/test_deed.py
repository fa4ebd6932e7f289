"""A deed from filing to points by three people, one of them an elder without a login: phones and desk, with scripts and without."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.windows import DESK, PHONE
from zengyi.bank.models import Filing, Posting

pytestmark = pytest.mark.databases("sqlite")
WORDS = "陪陈阿姨去复查眼睛，来回两趟"


@pytest.mark.parametrize("scripts", [True, False])
def test_from_filing_to_points_by_three(cast: Any, window: Any, scripts: bool) -> None:
    member, elder = window(PHONE, scripts=scripts), window(PHONE, scripts=scripts)
    worker, secretary = window(DESK, scripts=scripts), window(DESK, scripts=scripts)

    member.sign_in("member")
    page = member.page
    page.get_by_role("link", name="申报一件").click()
    page.get_by_text("献上爱心").click()
    page.get_by_role("link", name="志愿服务").click()
    card = page.get_by_role("region", name="记几分")
    expect(card).to_contain_text("本季最多 15")
    page.get_by_label("从几点？").fill("08:00")
    page.get_by_label("到几点？").fill("11:00")
    if not scripts:
        page.get_by_role("button", name="算一算记几分").click()
    expect(card).to_contain_text("照规则是 3 分，这次记 2 分")
    member.expect_status(422)
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_role("alert")).to_contain_text("请写一句做了什么")
    expect(page.get_by_label("从几点？")).to_have_value("08:00")
    page.get_by_label("做了什么？").fill(WORDS)
    expect(page.get_by_role("radio", name="带队、组织的人，社区去问")).to_be_checked()
    page.get_by_role("radio", name="发一个链接给本人，点一下就行").check()
    page.get_by_label("谁能证明？").fill("3 幢陈阿姨")
    page.get_by_role("button", name="交上去").click()
    expect(page.get_by_text("等人证明他做了")).to_be_visible()

    worker.sign_in("worker")
    worker.open("/bank/deeds/")
    worker.page.get_by_role("link", name="去证明").click()
    expect(worker.page.get_by_text("申报的人请您发一个链接给3 幢陈阿姨。")).to_be_visible()
    expect(worker.page.get_by_label("发给谁？")).to_have_value("3 幢陈阿姨")
    worker.page.get_by_role("button", name="做一个链接").click()
    address = worker.page.locator(".hand-out code").inner_text()

    elder.open(address)
    expect(elder.page.get_by_text(WORDS)).to_have_count(0)
    elder.page.get_by_role("button", name="好，我来看").click()
    expect(elder.page.get_by_text(WORDS)).to_be_visible()
    elder.page.get_by_role("radio", name="是这样", exact=True).check()
    elder.page.get_by_role("button", name="告诉社区").click()
    expect(elder.page.get_by_role("heading", name="记下了，谢谢您。")).to_be_visible()
    elder.open(address, 403)
    expect(elder.page.get_by_text("已经用过了")).to_be_visible()

    secretary.sign_in("secretary")
    secretary.open("/bank/deeds/?state=ATTESTED")
    secretary.page.get_by_role("link", name="去核准").click()
    expect(secretary.page.get_by_text("听谁说的：3 幢陈阿姨")).to_be_visible()
    secretary.page.get_by_role("button", name="核准，入账").click()
    expect(secretary.page.get_by_text("这一步没有等着的。")).to_be_visible()

    member.open("/bank/deeds/")
    expect(page.get_by_text("+2")).to_be_visible()
    expect(page.get_by_text("已核准")).to_be_visible()
    (made,) = Filing.objects.all()
    assert (made.attested_by_id, made.decided_by_id) == (cast.users["worker"].pk, cast.users["secretary"].pk)
    assert list(Posting.objects.values_list("kind", "points")) == [("DEED", 2)]
    assert cast.balance(member="member") == 2

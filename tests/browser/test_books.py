"""A roll-call by one person on the phone and posted by another; and everything held about somebody, saved from the page."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.windows import DESK, PHONE
from zengyi.bank.models import Posting, RollCall
from zengyi.core.models import Event

pytestmark = pytest.mark.databases("sqlite")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_roll_call_on_the_phone_and_posted_at_the_desk(cast: Any, window: Any, scripts: bool) -> None:
    worker = window(PHONE, scripts=scripts)
    page = worker.page
    worker.sign_in("worker")
    worker.open(f"/bank/roll-calls/new?branch={cast.branch.pk}")
    page.get_by_label("什么会").select_option("B02")
    one = page.get_by_role("group", name="党员乙")
    for button in one.locator("label").all():
        box = button.bounding_box()
        assert box is not None and box["height"] >= 44 and box["width"] >= 44
    one.get_by_role("radio", name="请假").check()
    page.get_by_role("group", name="党员丙").get_by_role("radio", name="缺席").check()
    page.get_by_role("group", name="党员丁").get_by_role("radio", name="不记").check()
    page.get_by_role("button", name="交给另一位审核").click()
    expect(page.get_by_text("待审核", exact=True)).to_be_visible()
    call = RollCall.objects.get()
    assert dict(call.entries.values_list("member__person__name", "mark")) == {
        "党员甲": "PRESENT", "党员乙": "LEAVE", "党员丙": "ABSENT", "党员戊": "PRESENT",
    }  # fmt: skip
    assert (call.state, Posting.objects.count()) == ("PROPOSED", 0)

    secretary = window(DESK, scripts=scripts)
    page = secretary.page
    secretary.sign_in("secretary")
    secretary.open(f"/bank/roll-calls/{call.pk}/")
    expect(page.get_by_role("row", name="党员乙")).to_contain_text("请假")
    page.get_by_role("radio", name="同意，入账").check()
    page.get_by_role("button", name="交上意见").click()
    expect(page.get_by_text("已入账", exact=True)).to_be_visible()
    assert {posting.points for posting in Posting.objects.all()} == {3} and Posting.objects.count() == 2

    member = window(PHONE, scripts=scripts)
    page = member.page
    member.sign_in("member")
    member.open("/bank/")
    page.get_by_role("link", name="基础分明细").click()
    page.get_by_role("link", name="参加支部党员大会").click()
    expect(page.get_by_text("B02 参加支部党员大会")).to_be_visible()
    expect(page.get_by_text("第一支部")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_everything_that_is_held_is_saved_from_the_page(cast: Any, window: Any, scripts: bool) -> None:
    member = window(PHONE, scripts=scripts)
    page = member.page
    member.sign_in("member")
    member.open("/me/")
    page.get_by_role("link", name="看看存了什么，全部下载").click()
    expect(page.get_by_text("登记的信息", exact=True)).to_be_visible()
    page.get_by_role("button", name="打包下载").click()
    expect(page.get_by_role("heading", name="打包好了")).to_be_visible()
    with page.expect_download() as got:
        page.get_by_role("link", name="存到手机或电脑").click()
    assert got.value.suggested_filename.endswith(".zip")
    packed = zipfile.ZipFile(io.BytesIO(Path(got.value.path()).read_bytes()))
    tables = {one["table"]: one["rows"] for one in json.loads(packed.read("data.json"))["tables"]}
    assert tables["people.Person"][0]["姓名"] == "党员甲"
    assert Event.objects.filter(verb="export", user=cast.users["member"]).count() == 1

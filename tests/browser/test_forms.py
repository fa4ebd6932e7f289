"""What happens around a form: errors, a second press, and how the page looks afterwards."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.windows import shot
from zengyi.orders.models import Claim, Order

pytestmark = pytest.mark.databases("sqlite")

TEXT = "三楼的灯坏了一周，晚上看不见台阶。"


def test_errors_have_the_focus_and_what_was_typed_stays(cast: Any, window: Any) -> None:
    resident = window()
    resident.be(cast.users["resident"])
    resident.open("/orders/new")
    page = resident.page
    page.get_by_role("radio", name="照明").check()
    page.get_by_label("是什么情况？").fill(TEXT)
    page.get_by_label("怎么联系您？").fill("请打给我")
    page.get_by_label("拍张照").set_input_files([shot()])
    resident.expect_status(422)
    page.get_by_role("button", name="交给社区").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary.get_by_role("link")).to_have_count(2)
    expect(summary).to_contain_text("照片没能留住")
    expect(page.get_by_role("radio", name="照明")).to_be_checked()
    expect(page.get_by_label("是什么情况？")).to_have_value(TEXT)
    expect(page.get_by_label("怎么联系您？")).to_have_value("请打给我")
    summary.get_by_role("link", name="请用一句话说是什么事。").click()
    expect(page.get_by_label("一句话，什么事？")).to_be_focused()
    expect(page.get_by_label("一句话，什么事？")).to_have_accessible_description("请用一句话说是什么事。")


def test_a_double_click_sends_once(cast: Any, window: Any) -> None:
    resident = window()
    resident.be(cast.users["resident"])
    resident.open("/orders/new")
    page = resident.page
    page.get_by_role("radio", name="照明").check()
    page.get_by_label("一句话，什么事？").fill("楼道灯不亮")
    page.get_by_role("button", name="交给社区").dblclick()
    expect(page.get_by_role("heading", name="楼道灯不亮")).to_be_visible()
    assert len(resident.posts) == 1
    assert Order.objects.count() == 1


def test_a_double_click_claims_once(cast: Any, window: Any) -> None:
    order = cast.published("member")
    unit = window()
    unit.be(cast.users["unit"])
    unit.open(f"/orders/{order.pk}/")
    unit.page.get_by_role("button", name="单位接单").dblclick()
    expect(unit.page.get_by_text("正在办", exact=True)).to_be_visible()
    assert len(unit.posts) == 1
    assert Claim.objects.count() == 1


def test_a_double_click_without_scripts_places_one_order(cast: Any, window: Any) -> None:
    resident = window(scripts=False)
    resident.be(cast.users["resident"])
    resident.open("/orders/new")
    page = resident.page
    page.get_by_role("radio", name="照明").check()
    page.get_by_label("一句话，什么事？").fill("楼道灯不亮")
    page.get_by_role("button", name="交给社区").dblclick()
    expect(page.get_by_role("heading", name="楼道灯不亮")).to_be_visible()
    assert Order.objects.count() == 1

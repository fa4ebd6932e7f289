"""Everything works without a line of script."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.story import play
from tests.browser.windows import shot
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")


def test_the_bridge_without_scripts(cast: Any, window: Any) -> None:
    cast.place("resident", title="楼道灯不亮", category="LIGHT")
    play(window, scripts=False)
    assert cast.balance(unit=cast.unit) == 8


def test_an_elder_places_an_order_in_large_type_without_scripts(cast: Any, window: Any) -> None:
    elder = window(scripts=False)
    page = elder.page
    elder.sign_in("resident")
    page.get_by_role("button", name="关怀版").click()
    expect(page.get_by_role("button", name="关怀版")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("html")).to_have_attribute("data-mode", "care")
    page.get_by_role("link", name="我要点单").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "care")

    # First with a required field left empty: the sentence stands at that field, and what was typed stays, unfolded.
    page.get_by_text("别的都替您填好了，要改点这里").click()
    page.get_by_label("是什么情况？").fill("三楼的灯坏了一周，晚上看不见台阶。")
    page.get_by_label("怎么联系您？").fill("139 0000 1206")
    elder.expect_status(422)
    page.get_by_role("button", name="交给社区").click()
    errors = page.get_by_role("alert")
    expect(errors).to_contain_text("请用一句话说是什么事。")
    errors.get_by_role("link", name="请用一句话说是什么事。").click()
    expect(page.get_by_label("一句话，什么事？")).to_be_in_viewport()
    expect(page.get_by_label("是什么情况？")).to_have_value("三楼的灯坏了一周，晚上看不见台阶。")
    expect(page.get_by_label("怎么联系您？")).to_have_value("139 0000 1206")

    page.get_by_role("radio", name="照明").check()
    page.get_by_label("一句话，什么事？").fill("楼道灯不亮")
    page.get_by_label("拍张照").set_input_files([shot()])
    page.get_by_text("选楼幢", exact=True).click()
    page.get_by_role("radio", name="201幢").check()
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_role("heading", name="楼道灯不亮")).to_be_visible()
    expect(page.get_by_text("社区先看，一个工作日内告诉您怎么办。", exact=True)).to_be_visible()
    made = Order.objects.get()
    assert (made.title, made.contact, made.place_id, made.requester_id) == (
        "楼道灯不亮",
        "13900001206",
        cast.buildings[0].pk,
        cast.users["resident"].person_id,
    )
    page.get_by_role("button", name="关怀版").click()
    expect(page.locator("html")).not_to_have_attribute("data-mode", "care")
    expect(page.get_by_role("heading", name="楼道灯不亮")).to_be_visible()

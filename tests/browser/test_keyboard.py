"""The desk without a mouse, and a phone's form with a keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.keyboard import access, focus, go_to, round_trip
from tests.browser.windows import DESK, PHONE
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")

REACHABLE = "a[href], button, input:not([type=hidden]):not([type=radio]), select, textarea, summary, [tabindex='0']"


@pytest.fixture
def desk(cast: Any, window: Any) -> Page:
    """The desk, with some orders in its queue, the bridge among them."""
    for n in range(12):
        cast.place("resident", title=f"第 {n + 1} 盏路灯不亮", text="晚上看不见。", category="LIGHT", place_id=cast.buildings[n % 6].pk)
    cast.place("member")
    worker = window(DESK)
    worker.be(cast.users["worker"])
    worker.open("/desk/")
    page: Page = worker.page
    return page


def test_an_order_is_chosen_triaged_and_published_without_a_mouse(desk: Page) -> None:
    queue = desk.get_by_role("region", name="待办队列")
    desk.keyboard.press("Tab")
    assert (here := focus(desk)) and here.name == "跳到正文" and not here.hidden
    desk.keyboard.press("Enter")
    expect(desk.locator("#main")).to_be_focused()

    chosen = go_to(desk, "虹西路西段桥面破损")
    assert chosen.pane == "queue"
    desk.evaluate("window.before = true")
    desk.keyboard.press("Enter")
    expect(desk.locator("#pane").get_by_role("heading", name="虹西路西段桥面破损")).to_be_visible()
    expect(queue.get_by_role("link", name="虹西路西段桥面破损")).to_have_attribute("aria-current", "true")
    assert desk.evaluate("window.before"), "only the panes are new"
    expect(desk.locator(f"#{chosen.id}")).to_be_focused()
    assert (here := focus(desk)) and not here.hidden

    address = desk.url
    access(desk, "d")
    assert (here := focus(desk)) and here.name == "下一步" and not here.hidden
    go_to(desk, "", 1)
    expect(desk.get_by_label("困难几分？")).to_be_focused()
    for _point in range(8):
        desk.keyboard.press("ArrowUp")
    expect(desk.get_by_label("困难几分？")).to_have_value("8")
    assert desk.url == address, "going to the next step does not take it"
    go_to(desk, "受理")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("button", name="发认领公告")).to_be_visible()
    order = Order.objects.get(title="虹西路西段桥面破损")
    assert (order.state, order.difficulty) == ("TRIAGED", 8)

    access(desk, "d")
    go_to(desk, "发认领公告", 8)
    desk.keyboard.press("Enter")
    expect(queue.get_by_role("link", name="虹西路西段桥面破损")).to_contain_text("等人接单")
    order.refresh_from_db()
    assert order.state == "PUBLISHED"


def test_tab_goes_everywhere_at_the_desk_and_out_again(desk: Page) -> None:
    forth = round_trip(desk)
    assert not (hidden := [f"{one.name}: {one.hidden}" for one in forth if one.hidden]), hidden
    panes = [one.pane for one in forth if one.pane]
    assert list(dict.fromkeys(panes)) == ["queue", "plan", "pane"], "in reading order"
    assert panes == sorted(panes, key=["queue", "plan", "pane"].index), "and not to and fro"
    count = "what => [...document.querySelectorAll(what)].filter(e => e.tabIndex >= 0 && e.checkVisibility()).length"
    assert len(forth) == desk.evaluate(count, REACHABLE)
    back = round_trip(desk, "Shift+Tab")
    assert {one.path for one in back} == {one.path for one in forth}


def test_the_other_keys_of_the_desk(desk: Page) -> None:
    access(desk, "s")
    assert (here := focus(desk)) and here.id == "s" and not here.hidden
    desk.keyboard.type("桥面")
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="找到 1 单")).to_be_visible()
    access(desk, "n")
    expect(desk.get_by_role("heading", name="代录一单")).to_be_visible()


def test_an_order_is_placed_without_a_mouse(cast: Any, window: Any) -> None:
    resident = window(PHONE)
    resident.be(cast.users["resident"])
    resident.open("/orders/new")
    page = resident.page
    forth = round_trip(page)
    assert not (hidden := [f"{one.name}: {one.hidden}" for one in forth if one.hidden]), hidden

    page.reload()
    page.get_by_role("radio", name="照明").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="漏水积水")).to_be_checked()
    go_to(page, "id_title")
    page.keyboard.type("地下室积水")
    go_to(page, "选楼幢")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    go_to(page, "交给社区")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="地下室积水")).to_be_visible()
    assert Order.objects.get().category == "WATER"

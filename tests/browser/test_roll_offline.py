"""A roll called where there is no network: each mark is kept on the phone at the tap, and sent once, also after a sign-in in between."""

import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.activities.plans import CHILD, planned
from tests.browser.windows import PHONE
from tests.cast import PASSWORD, Cast
from zengyi.activities import actions
from zengyi.activities.models import Attendee, Stay
from zengyi.core import clock

pytestmark = pytest.mark.databases("sqlite")


def _tap(page: Page, mark: str, label: str) -> None:
    page.get_by_role("button", name=re.compile(rf"^{mark}\s*{label}$")).click()


def test_marks_wait_on_the_phone_through_a_sign_in_and_count_once(cast: Cast, window: Any) -> None:
    now, worker = clock.now(), cast.actor("worker")
    occasion = planned(worker, at=now, starts_at=now + timedelta(minutes=5), ends_at=now + timedelta(minutes=65))
    actions.sign_up(occasion.pk, seats=2, children=[CHILD], by=cast.actor("resident"), at=now)
    actions.sign_up(occasion.pk, by=cast.actor("member"), at=now)
    phone = window(PHONE)
    phone.be(cast.users["worker"])
    phone.open(f"/activities/occasions/{occasion.pk}/roll")
    page, said = phone.page, phone.page.locator("#roll-said")
    page.wait_for_load_state("networkidle")
    phone.context.set_offline(True)
    _tap(page, "到了", "01")
    _tap(page, "到了", "01a")
    _tap(page, "没来", "02")
    expect(said).to_contain_text("3 个存在手机里")
    expect(page.locator("#n-inside")).to_have_text("2")
    _tap(page, "重记", "02")
    _tap(page, "到了", "02")
    expect(said).to_contain_text("5 个存在手机里")
    assert not Stay.objects.exists()
    phone.context.clear_cookies(name="sessionid")  # the login ends meanwhile
    phone.expect_status(401)
    phone.context.set_offline(False)
    # What the browser itself was still fetching, such as the page's icon, when the network was cut.
    phone.trouble[:] = [line for line in phone.trouble if "ERR_INTERNET_DISCONNECTED" not in line]
    expect(said).to_contain_text("登录过期了。5 个存在手机里")
    page.get_by_role("link", name="重新登录").click()
    sent: list[str] = []

    def twice(route: Route) -> None:
        """Each mark is sent twice, as by a phone that never heard the answer."""
        sent.append(route.request.post_data or "")
        first = route.fetch()
        route.fetch()
        route.fulfill(response=first)

    phone.context.route("**/roll/mark", twice)
    page.get_by_label("用户名或手机号").fill("worker")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(said).to_contain_text("都交上了。")
    assert len(sent) == 5 and Stay.objects.count() == 3
    assert set(Attendee.objects.values_list("absent_at", flat=True)) == {None}
    assert all(stay.in_at < stay.at for stay in Stay.objects.all())  # the moment of the tap, not of the sending
    page.reload()
    expect(page.get_by_role("button", name=re.compile(r"^走了"))).to_have_count(3)
    expect(said).to_be_hidden()


def test_a_roll_that_was_closed_opens_again_without_a_network_and_goes_on(cast: Cast, window: Any) -> None:
    now, worker = clock.now(), cast.actor("worker")
    occasion = planned(worker, at=now, starts_at=now + timedelta(minutes=5), ends_at=now + timedelta(minutes=65))
    actions.sign_up(occasion.pk, seats=2, children=[CHILD], by=cast.actor("resident"), at=now)
    phone = window(PHONE)
    phone.be(cast.users["worker"])
    phone.open(f"/activities/occasions/{occasion.pk}/roll")
    page = phone.page
    _tap(page, "到了", "01")
    expect(page.locator("#roll-said")).to_contain_text("都交上了。")
    phone.open(f"/activities/occasions/{occasion.pk}/roll")
    page.wait_for_function("() => performance.getEntriesByType('resource').some((one) => /roll.kept$/.test(one.name) && one.responseEnd)")
    page.wait_for_url(re.compile("/roll/kept$"))  # the address of what lies on the phone
    address = page.url
    phone.context.set_offline(True)
    page.close()  # the phone has thrown the page away
    page = phone.context.new_page()
    page.goto(address)
    expect(page.get_by_text("没有网也打得开")).to_be_visible()
    text = page.locator("body").inner_text()
    assert "别拍" in text and "孩子 01" in text and "大人" in text and "居民1206" not in text
    _tap(page, "走了", "01")
    _tap(page, "到了", "01a")
    expect(page.locator("#roll-said")).to_contain_text("2 个存在手机里")
    page.close()
    page = phone.context.new_page()
    page.goto(address)
    expect(page.locator("#roll-said")).to_contain_text("2 个存在手机里")
    page.close()
    phone.context.set_offline(False)
    page = phone.context.new_page()
    page.goto(address, wait_until="commit")
    expect(page.get_by_text("居民1206")).to_be_visible()  # with a network the whole roll is there, and what was kept is sent
    expect(page.locator("#n-inside")).to_have_text("1")
    page.wait_for_load_state("networkidle")
    assert {stay.attendee.letter: stay.out_at is None for stay in Stay.objects.select_related("attendee")} == {"": False, "a": True}
    phone.trouble[:] = [line for line in phone.trouble if "ERR_INTERNET_DISCONNECTED" not in line]

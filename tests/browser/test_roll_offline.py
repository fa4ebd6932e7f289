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

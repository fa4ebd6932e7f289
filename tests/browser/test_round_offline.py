"""Story 5 in the basement: a round is walked with the network cut, the page killed, the pass ended, the server killed in the middle of the
upload and every request sent twice; in the end each check is there once, the photo too, and one order."""

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.browser.windows import PHONE, Window, shot
from tests.cast import Cast
from tests.facilities.walks import Estate
from tests.live import Live
from zengyi.core import clock
from zengyi.facilities import actions
from zengyi.facilities.models import Check, Defect, Photo, Round
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")

#: What the browser says of a network that is cut and of a server that is killed, on purpose.
EXPECTED = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_FAILED|ERR_ABORTED|: 401$|status of 401|: 304$")

#: From now on the phone's disk is full.
FULL = """() => {
  window.emptied = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function () { throw new DOMException("full", "QuotaExceededError"); };
}"""


@pytest.fixture
def phone(chromium: Browser, transactional_db: None, tmp_path: Path) -> Iterator[tuple[Window, Live, Estate]]:
    """A property manager's phone, signed in, with the round's page open; and the server, to be killed."""
    with Live(tmp_path) as live, override_settings(MEDIA_ROOT=live.environment["ZENGYI_VAR"] + "/media"):
        cast = Cast()
        estate = Estate(cast, cameras=3, at=clock.now())
        actions.run_due(clock.now())
        window = Window(chromium, live, PHONE)
        window.be(cast.users["property"])
        yield window, live, estate
        troubles = [line for line in window.trouble if not EXPECTED.search(line)]
        window.context.close()
        assert not troubles, troubles


def answer(page: Page, how: str, why: str = "") -> None:
    page.get_by_role("button", name=how, exact=True).click()
    if why:
        page.locator("#whys").get_by_role("button", name=why, exact=True).click()


def begin(window: Window, estate: Estate) -> str:
    found = Round.objects.get(route_id=estate.route)
    window.open(f"/rounds/{found.pk}/")
    window.page.get_by_role("button", name="开始查").click()
    window.page.wait_for_url(re.compile(r"/walk[?]pass="))
    expect(window.page.locator("#where")).to_have_text(re.compile("第 1 项，共 10 项"))
    return window.page.url


class Twice:
    """Sends every upload twice, the second time after the answer to the first; kills the server before the first that matters."""

    def __init__(self, live: Live) -> None:
        self.live, self.calls, self.killed = live, 0, False
        self.sent: list[dict[str, Any]] = []

    def __call__(self, route: Route) -> None:
        self.calls += 1
        if self.calls == 2 and not self.killed:
            self.killed = True
            self.live.kill()
            route.abort("connectionfailed")
            self.live.start()
            return
        asked = route.request
        heads = {name: asked.headers[name] for name in ("content-type", "authorization")}
        self.sent.append({"url_or_request": asked.url, "method": asked.method, "headers": heads, "data": asked.post_data_buffer})
        first = route.fetch()
        route.fetch()
        route.fulfill(response=first)


def test_a_round_in_the_basement_loses_nothing_and_counts_nothing_twice(phone: tuple[Window, Live, Estate]) -> None:
    window, live, estate = phone
    url = begin(window, estate)
    page = window.page
    window.context.set_offline(True)
    answer(page, "好")
    answer(page, "好")
    expect(page.locator("#nkeep")).to_have_text(re.compile("2 项"))
    page.close()  # the phone has closed the page behind the camera
    page = window.context.new_page()
    page.goto(url)  # without a network: it lies in the browser
    expect(page.locator("#where")).to_have_text(re.compile("第 3 项，共 10 项"))
    expect(page.locator("#nkeep")).to_have_text(re.compile("2 项"))
    left = 8
    while left > 1:
        answer(page, "好")
        left -= 1
        expect(page.locator("#left")).to_have_text(f"还有 {left} 项")
    answer(page, "坏", "门关不上")
    page.locator("#shot").set_input_files([shot()])
    expect(page.locator("#nkeep")).to_have_text(re.compile("10 项.*1 张照片"))
    page.locator("#shot").set_input_files(FilePayload(name="x.jpg", mimeType="image/jpeg", buffer=b"no photo at all"))
    expect(page.locator("#said")).to_have_text(re.compile("打不开"))
    assert not Check.objects.exists()
    twice = Twice(live)
    window.context.route("**/api/v1/rounds/**", twice)
    window.context.set_offline(False)
    page.get_by_role("button", name="查完了，交给社区").click()
    expect(page.locator("#net")).to_have_text("都交齐了，社区收到了。")
    assert twice.killed and twice.calls >= 4
    # Whatever was on its way comes once more, the last first.
    assert {window.context.request.fetch(**one).status for one in reversed(twice.sent)} == {200}
    found = Round.objects.get(route_id=estate.route)
    assert (found.state, Check.objects.count(), Photo.objects.count()) == ("SUBMITTED", 10, 1)
    lift = Defect.objects.get(facility__code="L1")
    assert lift.fails == 1 and Order.objects.filter(pk=lift.order_id or 0).count() == 1
    assert Order.objects.count() == Defect.objects.filter(cause=None).count()


def test_a_round_survives_a_full_disk_and_the_end_of_its_pass_and_can_be_saved_as_a_file(phone: tuple[Window, Live, Estate]) -> None:
    window, _live, estate = phone
    begin(window, estate)
    page = window.page
    answer(page, "好")
    expect(page.locator("#ngot")).to_have_text(re.compile("1 项"))
    page.evaluate(FULL)
    answer(page, "好")
    expect(page.locator("#said")).to_have_text(re.compile("手机存满了，这一项没有存下"))
    expect(page.locator("#where")).to_have_text(re.compile("第 2 项"))
    page.evaluate("() => { IDBObjectStore.prototype.put = window.emptied; }")
    found = Round.objects.get(route_id=estate.route)
    actions.end_passes(found.pk or 0, by=estate.by, at=clock.now())
    answer(page, "够不着", "门锁着")
    expect(page.locator("#net")).to_have_text(re.compile("登录过期了"))
    expect(page.locator("#nkeep")).to_have_text(re.compile("1 项"))
    page.get_by_text("一项项看，存成文件").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="存成文件").click()
    saved = Path(download.value.path()).read_text()
    assert saved.count('"uid"') == 2 and '"NOT_REACHED"' in saved
    page.get_by_role("link", name="重新登录").click()
    page.get_by_role("button", name="接着查").click()
    expect(page.locator("#ngot")).to_have_text(re.compile("2 项"))
    assert sorted(Check.objects.values_list("result", flat=True)) == ["NOT_REACHED", "OK"]


def test_without_scripts_the_same_is_a_plain_form(chromium: Browser, transactional_db: None, server: Any) -> None:
    cast = Cast()
    now: datetime = clock.now()
    estate = Estate(cast, cameras=2, at=now)
    begun = estate.round(now)
    window = Window(chromium, server, PHONE, scripts=False)
    window.be(cast.users["property"])
    window.open(f"/rounds/{begun}/walk")
    window.page.get_by_role("link", name="换个办法：照单填").click()
    window.page.get_by_label("L1 电梯 1 · 能正常运行").select_option("FAIL:DOOR")
    window.page.get_by_role("button", name="记下这些").click()
    window.page.get_by_role("button", name="查完了，交给社区").click()
    expect(window.page.get_by_text("已交，等复核")).to_be_visible()
    window.context.close()
    assert Defect.objects.get().facility.code == "L1"

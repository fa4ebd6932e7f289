"""Photos are sent one by one and once, and survive whatever happens before their form is taken."""

import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.windows import Window, shot
from tests.cast import PASSWORD
from zengyi.orders.models import Order, Photo

pytestmark = pytest.mark.databases("sqlite")

TITLE = "楼道灯不亮"
COLOURS = ("grey", "teal", "olive")


def fill(page: Page) -> None:
    """Everything but the photos."""
    page.get_by_role("radio", name="照明").check()
    page.get_by_label("一句话，什么事？").fill(TITLE)


def tiles(page: Page) -> Any:
    """The photos on the page."""
    return page.get_by_role("button", name="去掉第")


def arrived(window: Window, user: Any) -> int:
    """How many the server has."""
    folder = Path(window.server.environment["ZENGYI_VAR"], "staged", str(user.pk))
    return len([path for path in folder.glob("*") if not path.suffix])


def wait_for(window: Window, user: Any, number: int) -> None:
    """Until so many have arrived."""
    window.wait_until(lambda: arrived(window, user) == number, lambda: f"{number} photos, not {arrived(window, user)}")


def placed(window: Window, photos: int) -> None:
    """The order stands there with all its photos, once."""
    window.page.wait_for_url(re.compile(r"/orders/\d+/$"))
    assert (Order.objects.filter(title=TITLE).count(), Photo.objects.count()) == (1, photos)


def only_without_network(window: Window) -> None:
    """Close it; nothing has gone wrong but what was cut on purpose."""
    cut = re.compile(r"ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_RE(SET|FUSED)")
    window.trouble = [line for line in window.trouble if not cut.search(line)]
    window.close()


def begin(window: Any, cast: Any) -> Window:
    """A resident before an order that is written but for its photos."""
    resident: Window = window()
    resident.be(cast.users["resident"])
    resident.open("/orders/new")
    with resident.page.expect_response("**/orders/similar"):  # asked a moment later, when a test may have ended the session
        fill(resident.page)
    return resident


def test_the_network_breaks_between_two_photos_and_each_is_received_once(cast: Any, window: Any) -> None:
    resident = begin(window, cast)
    page, user = resident.page, cast.users["resident"]
    sent: Counter[str] = Counter()

    def third_breaks(route: Route) -> None:
        name = route.request.url.rpartition("/")[2]
        if route.request.method == "POST":
            sent[name] += 1
            if len(sent) == 2 and sent[name] == 1:
                route.abort("connectionreset")
                return
        route.continue_()

    page.route("**/staged/*", third_breaks)
    page.get_by_label("拍张照").set_input_files([shot(colour) for colour in COLOURS])
    expect(tiles(page)).to_have_count(3)
    page.get_by_role("button", name="交给社区").click()
    placed(resident, 3)
    assert sorted(sent.values()) == [1, 1, 2], "one photo was sent again, and not all"
    assert arrived(resident, user) == 0
    only_without_network(resident)


def test_the_server_starts_again_between_two_photos(cast: Any, window: Any) -> None:
    """What it had received is there; what it had not comes by itself."""
    resident = begin(window, cast)
    page, user = resident.page, cast.users["resident"]
    page.get_by_label("拍张照").set_input_files([shot("grey")])
    wait_for(resident, user, 1)
    resident.server.kill()
    try:
        page.get_by_label("拍张照").set_input_files([shot("teal")])
        expect(tiles(page)).to_have_count(2)
        page.get_by_role("button", name="交给社区").click()
        expect(page.get_by_text("没网，已存好")).to_be_visible()
    finally:
        resident.server.start()
    placed(resident, 2)
    only_without_network(resident)


def test_photos_chosen_without_a_network_survive_a_reload(cast: Any, window: Any) -> None:
    """They lie on the phone until they have arrived; the form is sent by itself when the network is back."""
    resident = begin(window, cast)
    page, user = resident.page, cast.users["resident"]
    page.get_by_label("拍张照").set_input_files([shot("grey")])
    wait_for(resident, user, 1)
    page.route("**/staged/*", lambda route: route.abort("internetdisconnected"))
    page.get_by_label("拍张照").set_input_files([shot("teal")])
    expect(tiles(page)).to_have_count(2)
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_text("没网，已存好")).to_be_visible()
    expect(page.locator("button[form=f]")).to_have_text("交给社区")
    page.unroute_all()
    page.reload()
    placed(resident, 2)
    only_without_network(resident)


def test_photos_survive_a_reload_and_a_tile_takes_one_away(cast: Any, window: Any) -> None:
    resident = begin(window, cast)
    page, user = resident.page, cast.users["resident"]
    page.get_by_label("拍张照").set_input_files([shot(colour) for colour in COLOURS])
    wait_for(resident, user, 3)
    page.wait_for_timeout(300)
    page.reload()
    expect(tiles(page)).to_have_count(3)
    page.get_by_role("button", name="去掉第 2 张").click()
    expect(tiles(page)).to_have_count(2)
    wait_for(resident, user, 2)
    page.reload()
    expect(tiles(page)).to_have_count(2)
    page.get_by_role("button", name="交给社区").click()
    placed(resident, 2)
    resident.close()


def test_photos_survive_a_sign_in_in_between_for_the_same_person_only(cast: Any, window: Any) -> None:
    """The session ends before the second photo is chosen: it waits on the phone, and is sent after signing in again."""
    resident = begin(window, cast)
    page, user = resident.page, cast.users["resident"]
    page.get_by_label("拍张照").set_input_files([shot("grey")])
    wait_for(resident, user, 1)
    resident.context.clear_cookies(name="sessionid")
    resident.expect_status(401)
    with page.expect_response(lambda answer: "/staged/" in answer.url):
        page.get_by_label("拍张照").set_input_files([shot("teal")])
    expect(tiles(page)).to_have_count(2)
    resident.be(cast.users["resident2"])
    resident.open("/orders/new")
    expect(page.get_by_label("一句话，什么事？")).to_have_value("")
    expect(tiles(page)).to_have_count(0)
    resident.be(None)
    page.goto("/orders/new")
    page.get_by_label("用户名或手机号").fill("resident")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(tiles(page)).to_have_count(2)
    page.get_by_role("button", name="交给社区").click()
    placed(resident, 2)
    resident.close()


def test_the_session_ends_before_the_button_is_pressed(cast: Any, window: Any) -> None:
    resident = begin(window, cast)
    page = resident.page
    resident.context.clear_cookies(name="sessionid")
    resident.expect_status(401)
    page.get_by_label("拍张照").set_input_files([shot("grey"), shot("teal")])
    expect(tiles(page)).to_have_count(2)
    page.get_by_role("button", name="交给社区").click()
    page.wait_for_url("**/sign-in?*")
    page.get_by_label("用户名或手机号").fill("resident")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    placed(resident, 2)
    resident.close()


def test_a_photo_that_is_gone_is_told(cast: Any, window: Any) -> None:
    resident = begin(window, cast)
    page, user = resident.page, cast.users["resident"]
    page.get_by_label("拍张照").set_input_files([shot("grey"), shot("teal")])
    wait_for(resident, user, 2)
    page.wait_for_timeout(300)
    folder = Path(resident.server.environment["ZENGYI_VAR"], "staged", str(user.pk))
    for path in list(folder.glob("*")):
        path.unlink()
    resident.expect_status(404)
    page.reload()
    resident.expect_status(404)
    expect(page.get_by_text("已经不在了")).to_be_visible()
    expect(tiles(page)).to_have_count(0)
    page.get_by_role("button", name="交给社区").click()
    placed(resident, 0)
    resident.close()


def test_without_scripts_a_wrong_field_keeps_the_photos(cast: Any, window: Any) -> None:
    resident: Window = window(scripts=False)
    resident.be(cast.users["resident"])
    resident.open("/orders/new")
    page = resident.page
    page.get_by_role("radio", name="照明").check()
    page.get_by_label("拍张照").set_input_files([shot("grey"), shot("teal")])
    resident.expect_status(422)
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_role("img", name="已经收到的第")).to_have_count(2)
    for one in page.get_by_role("img", name="已经收到的第").all():
        resident.wait_until(lambda one=one: one.evaluate("e => e.naturalWidth") == 640, lambda: "a preview")  # type: ignore[misc]
    page.get_by_role("checkbox", name="去掉").first.check()
    page.get_by_label("一句话，什么事？").fill(TITLE)
    page.get_by_role("button", name="交给社区").click()
    placed(resident, 1)
    resident.close()


def test_signing_out_leaves_no_photo_on_the_phone(cast: Any, window: Any) -> None:
    resident = begin(window, cast)
    page = resident.page
    page.add_init_script("window.confirm = () => true")
    page.route("**/staged/*", lambda route: route.abort("internetdisconnected"))
    page.get_by_label("拍张照").set_input_files([shot("grey")])
    expect(tiles(page)).to_have_count(1)
    kept = "indexedDB.databases().then((all) => all.map((one) => one.name))"
    resident.wait_until(lambda: page.evaluate(kept) == ["zengyi"], lambda: "the photo on the phone")
    page.goto("/me/")
    page.get_by_role("button", name="退出登录").click()
    page.wait_for_url("**/")
    assert page.evaluate("indexedDB.databases().then((all) => all.length)") == 0
    only_without_network(resident)


def test_without_scripts_a_form_with_large_photos_keeps_its_words_over_an_ended_session(cast: Any, window: Any) -> None:
    """Megabytes of photos from somebody who is signed out: the words go through the sign-in, and the photos are asked for again."""
    resident: Window = window(scripts=False)
    resident.be(cast.users["resident"])
    resident.open("/orders/new")
    page = resident.page
    fill(page)
    page.get_by_label("是什么情况？").fill("三楼的灯坏了一周。\n晚上看不见台阶。")
    page.get_by_label("拍张照").set_input_files([noise(), noise()])
    resident.context.clear_cookies(name="sessionid")
    resident.expect_status(401)
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_text("您刚才写的都留着")).to_be_visible()
    page.get_by_label("用户名或手机号").fill("resident")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_text("有照片没能留住")).to_be_visible()
    page.get_by_label("补上照片").set_input_files([noise()])
    page.get_by_role("button", name="接着交").click()
    placed(resident, 1)
    assert Order.objects.get().text == "三楼的灯坏了一周。\n晚上看不见台阶。"
    resident.close()


def noise() -> FilePayload:
    """A photo that no packing makes small: more than a megabyte."""
    file = io.BytesIO()
    Image.effect_noise((1600, 1200), 90).save(file, "JPEG", quality=95)
    assert file.tell() > 1024 * 1024
    return {"name": "noise.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}

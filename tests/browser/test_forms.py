"""What happens around a form: errors, a second press, and how the page looks afterwards."""

import io
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Route, expect

from tests.browser.windows import settle, shot
from zengyi.orders.models import Claim, Order, Photo

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
    expect(page.get_by_role("button", name="去掉第 1 张")).to_be_visible()
    expect(page.get_by_text("没能留住")).to_have_count(0)
    expect(page.get_by_role("radio", name="照明")).to_be_checked()
    expect(page.get_by_label("是什么情况？")).to_have_value(TEXT)
    expect(page.get_by_label("怎么联系您？")).to_have_value("请打给我")
    summary.get_by_role("link", name="请用一句话说是什么事。").click()
    expect(page.get_by_label("一句话，什么事？")).to_be_focused()
    expect(page.get_by_label("一句话，什么事？")).to_have_accessible_description("请用一句话说是什么事。")


def test_a_press_ends_with_its_answer(cast: Any, window: Any) -> None:
    """What comes after a click in a test may open another page or look into the database, however slow the server is."""
    resident = window()
    resident.be(cast.users["resident"])
    resident.open("/orders/new")
    page = resident.page
    page.get_by_role("radio", name="照明").check()
    page.get_by_label("一句话，什么事？").fill("楼道灯不亮")
    held: list[Route] = []
    page.route("**/orders/new", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    page.get_by_role("button", name="交给社区").click(no_wait_after=True)
    resident.wait_until(lambda: bool(held), lambda: "what the press sends")
    assert not Order.objects.exists()
    held[0].continue_()
    page.unroute_all()
    settle(page)
    assert Order.objects.get().title == "楼道灯不亮"
    resident.open("/orders/new")  # and not thrown off it by the page that the first form leads to
    page.get_by_role("radio", name="照明").check()
    page.get_by_label("一句话，什么事？").fill("大门的灯不亮")
    page.get_by_role("button", name="交给社区").click()
    assert Order.objects.count() == 2
    resident.open("/mine/")
    expect(page.get_by_role("link", name="大门的灯不亮").first).to_be_visible()


def test_a_double_click_sends_once(cast: Any, window: Any) -> None:
    resident = window()
    resident.be(cast.users["resident"])
    resident.open("/orders/new")
    page = resident.page
    page.get_by_role("radio", name="照明").check()
    page.get_by_label("一句话，什么事？").fill("楼道灯不亮")
    resident.double_click(page.get_by_role("button", name="交给社区"))
    expect(page.get_by_role("heading", name="楼道灯不亮")).to_be_visible()
    assert len(resident.posts) == 1
    assert Order.objects.count() == 1


def test_a_double_click_claims_once(cast: Any, window: Any) -> None:
    order = cast.published("member")
    unit = window()
    unit.be(cast.users["unit"])
    unit.open(f"/orders/{order.pk}/")
    unit.double_click(unit.page.get_by_role("button", name="单位接单"))
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


def test_photos_are_shrunk_before_they_are_sent_and_a_wrong_figure_drops_none(cast: Any, window: Any) -> None:
    """Large photos with a place in them; then 9 points are given of 8, and mended: the photos are still there."""
    order = cast.claimed("unit", "resident")
    unit = window()
    unit.be(cast.users["unit"])
    page = unit.page
    unit.open(f"/orders/{order.pk}/deliver")
    unit.expect_status(422)
    page.get_by_label("办了什么？").fill("坑洞已经填平。")
    page.get_by_label("拍张办好的样子").set_input_files([large()])
    page.get_by_label("拍张办好的样子").set_input_files([large(), broken()])
    expect(page.get_by_text("这个文件不是照片")).to_be_visible()
    expect(page.get_by_role("button", name="去掉第")).to_have_count(2)
    points = page.locator("[name^=sent_]").first
    points.fill("9")
    folder = Path(unit.server.environment["ZENGYI_VAR"], "staged", str(cast.users["unit"].pk))
    unit.wait_until(lambda: len(received(folder)) == 2, lambda: "both photos")
    photos = [path.read_bytes() for path in received(folder)]
    assert [Image.open(io.BytesIO(photo)).size for photo in photos] == [(1200, 1600)] * 2, "small, and upright"
    assert not any(b"SECRET-PLACE" in photo or Image.open(io.BytesIO(photo)).getexif() for photo in photos)
    unit.expect_status(422)
    page.get_by_role("button", name="交给居民确认").click()
    expect(page.get_by_text("单位这份只有 8 分")).to_be_visible()
    expect(page.get_by_role("button", name="去掉第")).to_have_count(2)
    page.locator("[name^=sent_]").first.fill("8")
    page.get_by_role("button", name="交给居民确认").click()
    page.wait_for_url(f"**/orders/{order.pk}/")
    assert received(folder) == [], "taken"
    assert Photo.objects.filter(order=order, stage="AFTER").count() == 2


def received(folder: Path) -> list[Path]:
    """What the server has received, as it came."""
    return [path for path in folder.glob("*") if not path.suffix]


def large() -> FilePayload:
    """A phone's photo: 12 million pixels, standing on its side, with the place it was taken at."""
    picture = Image.new("RGB", (4000, 3000), "slategrey")
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "SECRET-PLACE"
    file = io.BytesIO()
    picture.save(file, "JPEG", exif=exif)
    return {"name": "IMG_0001.JPG", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def broken() -> FilePayload:
    """No photo at all."""
    return {"name": "x.heic", "mimeType": "image/heic", "buffer": b"no photo"}

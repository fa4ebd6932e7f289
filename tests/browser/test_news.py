"""A brief from an activity to the outlets by three people at the desk, and a reader's phone; with scripts and without."""

import io
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.activities.plans import planned
from tests.browser.windows import DESK, PHONE, shot
from zengyi.activities import actions as activities
from zengyi.activities.models import Attendee
from zengyi.core import clock
from zengyi.news.models import Edition, Piece

pytestmark = pytest.mark.databases("sqlite")
TITLE = "一条河，950株一枝黄花清完了"
TEXT = "社区组织党员和居民，分四次清除。住在12幢2单元502室的居民借出工具，一名8岁的孩子送来热水。想来的请打13800138000。"
PRINTED = "社区组织党员和居民，分四次清除。住在12幢2单元（略）的居民借出工具，一名孩子送来热水。想来的请打13800138000。"


def held(cast: Any) -> None:
    """A morning's work by the river, to which somebody came; its roll is closed."""
    by, day = cast.actor("worker"), timedelta(days=1)
    begins = clock.now() - 2 * day
    occasion = planned(by, title="清一枝黄花", kind="CLEANUP", at=begins - day, starts_at=begins, ends_at=begins + timedelta(hours=1))
    activities.sign_up(occasion.pk, by=cast.actor("resident"), at=begins - day)
    seat = Attendee.objects.get(occasion=occasion)
    activities.record_attendance(occasion.pk, [activities.Marked(seat.pk, "IN")], by=by, at=begins)
    activities.close_occasion(occasion.pk, by=by, at=begins + timedelta(hours=1))


@pytest.mark.parametrize("scripts", [True, False])
def test_from_an_activity_to_the_outlets_by_three(cast: Any, window: Any, scripts: bool) -> None:
    held(cast)
    writer, checker, secretary = (window(DESK, scripts=scripts) for _n in range(3))

    writer.sign_in("worker")
    page = writer.page
    page.get_by_role("navigation", name="工作台").get_by_role("link", name="传真").click()
    page.get_by_role("link", name="清一枝黄花").click()
    expect(page.get_by_label("标题")).to_have_value("清一枝黄花，来了 1 人")
    expect(page.get_by_text("从来处带入的数字，批准时再对一遍")).to_be_visible()
    page.get_by_label("标题").fill(TITLE)
    page.get_by_label("正文").fill(TEXT)
    if scripts:
        look = page.get_by_role("region", name="要看一眼的地方")
        expect(look).to_contain_text("3 处要看一眼")
        expect(look).to_contain_text("/ 2048 字节")
    page.get_by_label("几个数字").fill("清除 950株\n分几次 4次")
    page.get_by_label("照片", exact=False).first.set_input_files([shot("green")])
    page.get_by_role("button", name="存下，送去查").click()
    expect(page.get_by_role("heading", name="4 处要看一眼")).to_be_visible()
    expect(page.get_by_text("眼下没有您能做的，等另一位。")).to_be_visible()

    checker.sign_in("worker2")
    checker.open("/waiting/")
    page = checker.page
    page.get_by_role("link", name="查稿").first.click()
    for kind, answer in (("门牌号", "遮住"), ("孩子", "遮住"), ("照片", "没有人脸车牌")):
        page.get_by_role("group", name=f"，{kind}").get_by_role("radio", name=answer, exact=True).check()
    page.get_by_role("group", name="，手机号").get_by_role("radio", name="已同意", exact=True).check()
    checker.expect_status(422)
    page.get_by_role("button", name="存下回答").click()
    expect(page.get_by_role("alert")).to_contain_text("请写清楚谁、哪天、怎么同意的")
    page.get_by_label("谁、哪天、怎么同意的").locator("visible=true").fill("社区公用号，11月20日书记同意")
    page.get_by_role("button", name="存下回答").click()
    expect(page.get_by_text("都答了", exact=True)).to_be_visible()
    page.get_by_role("link", name="查过，送批准").click()
    expect(page.get_by_text(PRINTED)).to_be_visible()
    page.get_by_role("button", name="查过，送批准").click()
    expect(page.get_by_text("查过了，等书记批准。")).to_be_visible()

    secretary.sign_in("secretary")
    secretary.open("/news/desk/?state=CHECKED")
    page = secretary.page
    page.get_by_role("link", name=TITLE).click()
    for picture in page.locator(".pv-img").all():
        picture.scroll_into_view_if_needed()
        expect(picture).to_have_js_property("complete", True)
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    page.get_by_role("link", name="批准").click()
    page.get_by_role("button", name="批准").click()
    page.get_by_role("link", name="发布").click()
    page.get_by_role("button", name="发布").click()
    expect(page.get_by_text("发布了，各处都能用了。")).to_be_visible()
    page.get_by_role("textbox", name="贴在哪").fill("南门公示栏")
    page.get_by_role("button", name="贴出去了").click()
    expect(page.get_by_role("button", name="揭下来了")).to_be_visible()

    reader = window(PHONE, scripts=scripts)
    reader.open("/community/")
    page = reader.page
    page.get_by_role("link", name="社区传真").click()
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_role("heading", name=TITLE).last).to_be_visible()
    expect(page.get_by_text(PRINTED)).to_be_visible()
    expect(page.get_by_text("公示栏 1 处")).to_be_visible()
    address = page.url
    api = reader.context.request
    robot, sheet, rich = (api.get(f"{address}{name}") for name in ("robot.txt", "a4.pdf", "rich.html"))
    assert "（略）" in robot.text() and robot.text().endswith(f"全文：{address}")
    assert sheet.body().startswith(b"%PDF")
    assert "（略）" in rich.text() and "来了" in rich.text() and "<script" not in rich.text()
    for name in ("poster.png", "long.png"):
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(api.get(f"{address}{name}").body())))
        assert code.text == address
    piece, edition = Piece.objects.get(), Edition.objects.get()
    assert len({piece.proposed_by_id, piece.checked_by_id, piece.approved_by_id}) == 3
    assert piece.source == "ACTIVITY" and piece.figures[0] == ["来了", "1 人"]
    assert "502" not in edition.content and edition.digest == piece.digest

"""The first day by whoever has only a keyboard and weak eyes: in large type on the smallest phone, without a line of script."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.keyboard import go_to
from tests.browser.week import OWN, SLIP
from tests.browser.windows import SMALL
from tests.live import Live
from zengyi.people.models import Branch, Grant, Place

pytestmark = pytest.mark.databases("sqlite")

CODE = "abcd-efgh-2345"


class Keys:
    """A keyboard. Whatever has the focus on the way must be seen, and no page is wider than the screen."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def type(self, **fields: str) -> None:
        """Tab to each field, and type."""
        for name, text in fields.items():
            go_to(self.page, f"id_{name}")
            self.page.keyboard.type(text)

    def enter(self, name: str) -> None:
        """Tab to a button or link, and press Enter; wait for where it leads."""
        go_to(self.page, name)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.page.url} is {wide} px too wide"


@pytest.fixture
def code(server: Live) -> Iterator[str]:
    """The code of the server's first day; what the command printed for it stays."""
    file = Path(server.environment["ZENGYI_VAR"], "first-day.code")
    printed = file.read_text() if file.exists() else ""
    file.write_text(CODE)
    yield CODE
    file.write_text(printed) if printed else file.unlink(missing_ok=True)


def test_the_first_day_by_keyboard_in_large_type_without_scripts(code: str, server: Live, window: Any) -> None:
    hands = window(SMALL, scripts=False)
    hands.context.add_cookies([{"name": "zengyi_care", "value": "1", "url": server.url}])
    page, keys = hands.page, Keys(hands.page)
    page.goto("/")
    keys.type(code=code.upper())
    keys.enter("开始")
    keys.type(district="某区", subdistrict="甲街道", name="虹西社区", phone="0513-85001234")
    keys.type(chief="钱甲", chief_phone="13990000001", chief2="孙乙", chief2_phone="13990000002", officer="区办李", officer_phone="1")
    # One number is none: the sentence leads to its field, and everything else is still there.
    hands.expect_status(422)
    keys.enter("建好")
    keys.enter("要有手机号")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("13990000009")
    keys.enter("建好")
    slips = SLIP.findall(page.inner_text("main"))
    assert len(slips) == 3 and Grant.objects.count() == 3
    keys.enter("用这个账号登录")
    keys.type(username="13990000001", password=slips[0])
    keys.enter("登录")
    keys.type(old=slips[0], new=OWN)
    keys.enter("换密码")
    assert re.search("还差 4 样", page.inner_text("main"))
    keys.enter("小区和楼幢")
    keys.type(name="新村", buildings="1-12栋、甲乙丙", per_row="5")
    keys.enter("建小区")
    assert Place.objects.filter(kind="BUILDING").count() == 15
    keys.enter("社区设置")
    keys.enter("党支部")
    keys.type(names="第一支部")
    keys.enter("添支部")
    assert Branch.objects.get().name == "第一支部"
    keys.enter("回社区设置")
    assert re.search("还差 2 样", page.inner_text("main"))

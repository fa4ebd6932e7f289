"""A building's sign on the phone of somebody without an account: a few words, a photo, a code by SMS, and the desk has an order."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.windows import PHONE, shot
from zengyi.core import clock
from zengyi.orders import actions
from zengyi.orders.models import Order, Sign
from zengyi.people import actions as people


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_sign_to_an_order(cast: Any, window: Any, settings: Any, tmp_path: Path, scripts: bool) -> None:
    settings.SMS = f"file:{tmp_path / 'sms'}"
    actions.hang_signs([cast.buildings[0].pk], by=cast.actor("worker"), at=clock.now())
    somebody = window(PHONE, scripts=scripts)
    somebody.open(f"/b/{Sign.objects.get().token}/")
    page = somebody.page
    page.get_by_label("公共的地方坏了、不好").check()
    page.get_by_label("什么事？").fill("三楼楼道灯不亮")
    page.get_by_label("拍张照").set_input_files(shot())
    page.get_by_label("怎么称呼您？").fill("李阿姨")
    page.get_by_label("您的手机号").fill("139 7777 9999")
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_text("139****9999")).to_be_visible()
    assert people.send_codes(clock.now()) == 1
    code = re.search(r"验证码 (\d{6})", json.loads((tmp_path / "sms").read_text())["text"])
    assert code
    page.get_by_label("短信里的六位数").fill(code[1])
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_text("交给社区了，单号")).to_be_visible()
    order = Order.objects.get()
    assert order.title == "三楼楼道灯不亮" and order.photos.count() == 1 and order.place_id == cast.buildings[0].pk

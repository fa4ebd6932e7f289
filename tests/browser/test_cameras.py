"""Story 4: from angry residents to the last confirmed order of the cameras, by five roles through the pages."""

from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.windows import DESK, PHONE, Window, shot
from zengyi.core import clock
from zengyi.councils.models import Session, Topic
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")

TODAY = clock.local_date(clock.now())
TITLE, WORK = "摄像头坏了八成", "查清原因，先修主干道"


def raise_it(resident: Window) -> int:
    """A resident wants it talked over."""
    page = resident.page
    resident.open("/community/")
    page.get_by_role("link", name="有事好商量").click()
    page.get_by_role("link", name="提一件事").click()
    page.get_by_label("一句话，什么事想请大家商量？").fill(TITLE)
    page.get_by_label("是什么情况？").fill("丢了电瓶车，调监控，什么也没有。")
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_text("等社区看", exact=True)).to_be_visible()
    return Topic.objects.get().pk


def prepare(worker: Window) -> None:
    """The worker takes it on, goes to look with everybody, and calls a session."""
    page = worker.page
    page.get_by_role("link", name="议事").first.click()
    page.get_by_role("link", name=TITLE).click()
    page.get_by_label("回提的人一句").fill("收到了，先去看现场。")
    page.get_by_role("button", name="收下，请大家议").click()
    page.get_by_role("link", name="记看到的").click()
    page.get_by_label("谁去的").fill("居民 6 人、物业")
    page.get_by_label("数", exact=False).first.fill("摄像头 390 个\n其中坏的 312 个")
    page.get_by_label("拍张照").set_input_files([shot()])
    page.get_by_role("button", name="记下看到的").click()
    expect(page.get_by_role("img", name="照片 1")).to_be_visible()
    expect(page.get_by_role("img", name="摄像头 390 个，其中坏的 312 个")).to_be_visible()
    page.get_by_role("link", name="请一方来").click()
    page.get_by_label("请哪一方").fill("维修公司")
    page.get_by_role("button", name="请这一方").click()
    expect(page.get_by_text("还没有说话的：")).to_be_visible()
    page.get_by_role("link", name="召集一个会").click()
    page.get_by_label("会的名字").fill("监控协商会")
    page.get_by_label("什么时候").fill(f"{TODAY + timedelta(days=1)}T14:00")
    page.get_by_label("在哪里").fill("居民活动室")
    page.get_by_role("button", name="排上").click()
    page.get_by_role("button", name="发通知").click()
    expect(page.get_by_role("button", name="发通知")).to_have_count(0)


def speak(window: Window, topic_id: int, text: str, kind: str) -> None:
    """Somebody says something for their own side."""
    page = window.page
    window.open(f"/councils/topics/{topic_id}/say")
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("怎么说的").fill(text)
    page.get_by_role("button", name="记下这一句").click()
    expect(page.get_by_text(text)).to_be_visible()


def meet(worker: Window, unit: str) -> None:
    """They meet, raise hands, and decide; who does it until when is an order at once."""
    page = worker.page
    page.get_by_role("button", name="现在开会").click()
    for name in ("居民1206", "居民1207"):
        page.get_by_label("怎么称呼").fill(name)
        page.locator("form", has=page.get_by_label("怎么称呼")).get_by_label("哪一方").fill("居民")
        page.get_by_role("button", name="到了").click()
        expect(page.get_by_text(name, exact=True).first).to_be_visible()
    page.get_by_label("他说").fill("线路和设备都坏")
    page.locator("form", has=page.get_by_label("他说")).get_by_label("哪一方").fill("维修公司")
    page.get_by_label("他说").press("Enter")  # by the keyboard alone
    expect(page.get_by_text("线路和设备都坏")).to_be_visible()
    page.get_by_role("link", name="记一条决定").click()
    page.get_by_label("定了什么").fill("先修主干道和要紧的地方")
    page.get_by_label("举手赞成").fill("2")
    page.get_by_label("派一单：办什么").first.fill(WORK)
    page.get_by_label("哪个单位办").first.select_option(label=unit)
    page.get_by_label("到哪天").first.fill(str(TODAY + timedelta(days=24)))
    page.get_by_role("button", name="记下，派单").click()
    page.get_by_role("button", name="散会").click()
    page.get_by_role("link", name="记谁签了字").click()
    page.get_by_label("哪一方").fill("居民")
    page.get_by_label("谁", exact=True).fill("居民1206")
    page.get_by_role("button", name="记上").click()
    expect(page.get_by_text("签字了", exact=True)).to_be_visible()


def test_the_cameras_from_anger_to_the_last_confirmed_order(cast: Any, window: Any) -> None:
    resident, member, held = window(PHONE), window(PHONE), window(PHONE)
    worker, secretary = window(DESK), window(DESK)
    for somebody, login in ((resident, "resident"), (member, "member"), (held, "unit"), (worker, "worker"), (secretary, "secretary")):
        somebody.sign_in(login)
    topic_id = raise_it(resident)
    worker.open("/")
    prepare(worker)
    speak(member, topic_id, "先修主干道和要紧的地方", "主张")
    meet(worker, "机关事务中心")
    session = Session.objects.get()
    secretary.open(f"/councils/sessions/{session.pk}/")
    secretary.page.get_by_role("button", name="公布纪要").click()
    expect(secretary.page.get_by_text("公布了", exact=True)).to_be_visible()
    order = Order.objects.get()
    held.open(f"/orders/{order.pk}/")
    expect(held.page.get_by_text("有事好商量").first).to_be_visible()
    for verb, button in (("accept", "接"), ("deliver", "交给居民确认")):
        held.open(f"/orders/{order.pk}/{verb}")
        if verb == "deliver":
            held.page.get_by_label("办了什么？").fill("主干道都亮了。")
        held.page.get_by_role("button", name=button).last.click()
        held.page.wait_for_url(f"**/orders/{order.pk}/")
    resident.open(f"/orders/{order.pk}/confirm")
    resident.page.get_by_role("button", name="确认办好了").click()
    resident.page.wait_for_url(f"**/orders/{order.pk}/")
    resident.open(f"/councils/topics/{topic_id}/")
    expect(resident.page.get_by_text("已确认", exact=True)).to_be_visible()
    resident.page.get_by_role("link", name="说说办得怎样").click()
    resident.page.get_by_role("radio", name="办好了").check()
    resident.page.get_by_role("button", name="就这样评").click()
    resident.page.wait_for_url(f"**/councils/topics/{topic_id}/")
    worker.open(f"/councils/topics/{topic_id}/")
    worker.page.get_by_role("link", name="归档", exact=True).click()
    worker.page.get_by_role("button", name="归档", exact=True).click()
    worker.page.wait_for_url(f"**/councils/topics/{topic_id}/")
    topic = Topic.objects.get()
    assert (topic.state, topic.verdict, topic.decisions.get().state) == ("ARCHIVED", "GOOD", "FULFILLED")

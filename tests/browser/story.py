"""The bridge, played through the pages by four people with clicks, on phones and at the desk."""

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.windows import DESK, PHONE, Window, shot

TITLE, TEXT = "虹西路西段桥面破损", "西段桥面有两处大坑，电动车过桥要绕行。"
DIFFICULTY = 8


def report(member: Window) -> None:
    """The member on monitoring duty reports the bridge, with a photo."""
    page = member.page
    page.get_by_role("navigation", name="主要栏目").get_by_role("link", name="社区").click()
    page.get_by_role("link", name="我要点单").click()
    expect(page.get_by_role("radio", name="上报")).to_be_checked()
    page.get_by_role("radio", name="路面桥面").check()
    page.get_by_label("一句话，什么事？").fill(TITLE)
    page.get_by_label("是什么情况？").fill(TEXT)
    page.get_by_label("拍张照").set_input_files([shot()])
    page.get_by_label("在哪里？").fill("桥上")
    page.get_by_text("选楼幢", exact=True).click()
    page.get_by_role("radio", name="虹西路西段").check()
    page.get_by_role("radio", name="今天").check()
    page.get_by_role("button", name="交给社区").click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(page.get_by_text("等社区看", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="点单时的照片").first).to_be_visible()
    assert _answers(page)["谁在办"] == "还没有人接"


def dispatch(worker: Window) -> None:
    """The worker takes it on at the desk and opens it for claiming."""
    page = worker.page
    queue, pane = page.get_by_role("region", name="待办队列"), page.locator("#pane")
    queue.get_by_role("link", name=TITLE).last.click()
    expect(pane.get_by_role("heading", name=TITLE)).to_be_visible()
    expect(queue.get_by_role("link", name=TITLE).last).to_have_attribute("aria-current", "true")
    expect(page).to_have_url(re.compile(r"\?order=\d+"))
    pane.get_by_label("困难几分？").fill(str(DIFFICULTY))
    pane.get_by_role("button", name="受理").click()
    expect(queue.get_by_role("link", name=TITLE).last).to_contain_text("社区已受理")
    expect(pane.locator(".tacc")).to_contain_text("−8")
    pane.get_by_role("button", name="发认领公告").click()
    expect(queue.get_by_role("link", name=TITLE).last).to_contain_text("等人接单")


def repair(unit: Window) -> None:
    """The unit's contact takes it and brings the evidence."""
    page = unit.page
    page.get_by_role("link", name=f"接单：{TITLE}").click()
    page.get_by_role("button", name="单位接单").click()
    expect(page.get_by_text("正在办", exact=True)).to_be_visible()
    page.get_by_role("link", name="办好了").click()
    page.get_by_label("办了什么？").fill("桥面坑洞已经填平，通行正常。")
    page.get_by_label("拍张办好的样子").set_input_files([shot("green")])
    page.get_by_role("button", name="交给居民确认").click()
    expect(page.get_by_text("办好了，等确认", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="办好后的照片").first).to_be_visible()


def confirm(member: Window) -> None:
    """Whose trouble it was says that it is gone."""
    page = member.page
    page.get_by_role("link", name="返回").click()
    page.get_by_role("link", name=TITLE).last.click()
    expect(page.get_by_text("办好了，请您看一眼再确认。")).to_be_visible()
    page.get_by_role("link", name="确认办好了").click()
    page.get_by_role("button", name="确认办好了").click()
    expect(page.get_by_text("已确认", exact=True)).to_be_visible()


def play(window: Callable[..., Window], *, scripts: bool) -> None:
    """All of it, and what the pages show at the end."""
    member, unit = window(PHONE, scripts=scripts), window(PHONE, scripts=scripts)
    worker = window(DESK, scripts=scripts)
    member.sign_in("member")
    report(member)
    worker.sign_in("worker")
    dispatch(worker)
    unit.sign_in("unit")
    expect(unit.page.get_by_role("region", name="储值")).to_be_visible()
    expect(_balance(unit.page)).to_have_count(0)  # an account is opened by its first entry
    repair(unit)
    confirm(member)

    tacc = member.page.locator(".tacc")
    expect(tacc).to_contain_text("+8")
    expect(tacc).to_contain_text("−8")
    expect(member.page.get_by_text("居民已经确认，两边同时记了账。")).to_be_visible()
    expect(member.page.get_by_role("region", name="办了什么")).to_contain_text("桥面坑洞已经填平")
    answers = _answers(member.page)
    assert "党员甲" in answers["谁提的"]
    assert "社区" in answers["谁定的"] and "困难 8 分" in answers["谁定的"]
    assert answers["谁在办"] == "机关事务中心"
    assert answers["何时办完"].endswith("确认办好")

    member.page.get_by_role("region", name="办理经过").get_by_role("link", name="看全部").click()
    expect(member.page.get_by_role("region", name="每一步")).to_be_visible()
    lines = [_line(step) for step in member.page.locator("ol.way > li").all()]
    assert [title for title, _said in lines] == [
        "点了这一单",
        "社区受理",
        "发了认领公告",
        "接单",
        "办好了，请点单的人看一眼",
        "确认办好，两边同时记账",
    ]
    said = [said for _title, said in lines]
    assert "党员甲" in said[0] and "社区工作人员" in said[1] and "困难 8 分" in said[1] and "社区工作人员" in said[2]
    assert said[3] == said[4] == "机关事务中心"
    assert "党员甲" in said[5] and "困难 −8，党性 +8" in said[5]

    unit.page.get_by_role("link", name="返回").click()
    unit.page.get_by_role("link", name="账户").click()
    expect(_balance(unit.page)).to_have_text("8分")
    unit.page.get_by_role("link", name="看明细").click()
    expect(unit.page.locator(".entry")).to_have_count(1)
    expect(unit.page.locator(".entry")).to_contain_text("+8")
    worker.open("/board/")
    equation = worker.page.get_by_role("region", name="虹西社区")
    expect(equation).to_contain_text("−8")
    expect(equation).to_contain_text("+8")
    expect(worker.page.get_by_role("link", name=TITLE).last).to_be_visible()


def _balance(page: Page) -> Locator:
    return page.get_by_role("region", name="储值").locator(".figure")


def _answers(page: Page) -> dict[str, str]:
    """The four questions and their answers."""
    facts = page.get_by_role("region", name="四问四答")
    names, texts = facts.locator("dt").all_inner_texts(), facts.locator("dd").all_inner_texts()
    return dict(zip(names, texts, strict=True))


def _line(step: Locator) -> tuple[str, str]:
    """A step of the history: what was done; by whom and what they said."""
    title = step.get_by_role("heading")
    assert step.locator("time").get_attribute("datetime")
    return title.inner_text(), " ".join(step.locator("p").all_inner_texts())

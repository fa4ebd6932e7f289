"""Large type and night: chosen by a button, kept for the next page, or followed from the system."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.windows import DESK

pytestmark = pytest.mark.databases("sqlite")

TOKENS = """() => {
  const rules = [...document.styleSheets].flatMap(sheet => [...sheet.cssRules]);
  const names = new Set(rules.flatMap(rule => [...rule.style || []]).filter(name => name.startsWith('--')));
  const style = getComputedStyle(document.documentElement);
  return Object.fromEntries([...names].sort().map(name => [name, style.getPropertyValue(name)]));
}"""


def test_night_is_the_same_whether_chosen_or_followed(cast: Any, window: Any) -> None:
    for size in ((390, 844), DESK):
        chosen, followed = window(size), window(size, color_scheme="dark")
        for one in (chosen, followed):
            one.be(cast.users["worker"] if size == DESK else None)
            one.open("/help/")
        day = chosen.page.evaluate(TOKENS)
        for mode in ("", "care"):
            for one in (chosen, followed):
                one.page.evaluate("mode => { document.documentElement.dataset.mode = mode }", mode)
            chosen.page.evaluate("document.documentElement.dataset.theme = 'dark'")
            night = chosen.page.evaluate(TOKENS)
            assert night == followed.page.evaluate(TOKENS)
            assert night["--paper"] != day["--paper"]
        followed.page.evaluate("document.documentElement.dataset.theme = 'light'; document.documentElement.dataset.mode = ''")
        assert followed.page.evaluate(TOKENS) == day, "who chose the day has it, whatever the system says"


def test_a_look_once_chosen_stays(cast: Any, window: Any) -> None:
    visitor = window()
    page = visitor.page
    visitor.open("/help/")
    root = page.locator("html")
    expect(root).not_to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="夜间").click()
    expect(root).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="关怀版", exact=True).click()
    expect(root).to_have_attribute("data-mode", "care")
    page.get_by_role("link", name="社区").click()
    page.get_by_role("main").get_by_role("link", name="公示").click()
    expect(page.get_by_role("heading", name="公示栏")).to_be_attached()
    expect(root).to_have_attribute("data-theme", "dark")
    expect(root).to_have_attribute("data-mode", "care")
    visitor.open("/help/")
    page.get_by_role("button", name="日间").click()
    expect(root).to_have_attribute("data-theme", "light")
    page.get_by_role("button", name="English").click()
    expect(root).to_have_attribute("lang", "en")
    page.get_by_role("button", name="中文").click()
    expect(root).to_have_attribute("lang", "zh-CN")

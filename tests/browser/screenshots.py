"""The pictures of the READMEs, taken from a server with fresh demo data: ``python -m tests.browser.screenshots OUTDIR --url URL``.

For the last of them the desk takes the bridge on and opens it for claiming, so give it a server whose data may change.
"""

import argparse
import os
import shutil
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

PHONE, DESK = (390, 844), (1440, 900)
BYTES_MOST = 250 * 1024
TITLE = "虹西路西段桥面破损"


@dataclass(frozen=True)
class Picture:
    """One picture: who looks at which page. ``path`` may hold ``{order}``, the bridge's id."""

    name: str
    login: str
    path: str
    size: tuple[int, int] = PHONE
    dark: bool = False
    care: bool = False


PICTURES = (
    Picture("home", "", "/", DESK),
    Picture("member", "member", "/bank/"),
    Picture("member-care", "member", "/bank/", care=True),
    Picture("order-new", "member", "/orders/new"),
    Picture("desk", "worker", "/desk/?order={order}", DESK),
    Picture("desk-dark", "worker", "/desk/?order={order}", DESK, dark=True),
    Picture("district", "district", "/district/", DESK),
    Picture("order", "unit", "/orders/{order}/"),
)


def main() -> None:
    """Take them all."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.screenshots", description=__doc__)
    parser.add_argument("outdir", type=Path, help="where the pictures go")
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="a server with demo data (default: %(default)s)")
    arguments = parser.parse_args()
    arguments.outdir.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    # The browser draws dates and file buttons itself; they are in Chinese where its language pack is installed.
    spoken: dict[str, str | float | bool] = {**os.environ, "LANGUAGE": "zh_CN"}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--lang=zh-CN"], env=spoken)
        for picture in PICTURES:
            if picture.name == "order":
                publish(browser, arguments.url)
            file = arguments.outdir / f"{picture.name}.png"
            file.write_bytes(small(taken(browser, arguments.url, picture)))
            print(f"{file} {file.stat().st_size // 1024} KB")
        browser.close()


def taken(browser: Browser, url: str, picture: Picture) -> bytes:
    """The picture as the browser gives it, twice as fine on phones."""
    width, height = picture.size
    context = browser.new_context(
        base_url=url,
        viewport={"width": width, "height": height},
        device_scale_factor=2 if picture.size == PHONE else 1,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        color_scheme="dark" if picture.dark else "light",
    )
    if picture.care:
        context.add_cookies([{"name": "zengyi_care", "value": "1", "url": url}])
    page = context.new_page()
    path = picture.path
    if picture.login:
        step_in(page, picture.login)
        path = path.format(order=bridge(page) if "{order}" in path else "")
    page.goto(path)
    if picture.name == "order-new":
        fill(page)
    page.wait_for_load_state("networkidle")
    shot = page.screenshot(animations="disabled")
    context.close()
    return shot


def step_in(page: Page, login: str) -> None:
    """Sign in as the demo's home page offers it."""
    page.goto("/")
    page.locator(f"button[value={login}]").click()
    page.wait_for_url(lambda here: urlsplit(here).path != "/")


def publish(browser: Browser, url: str) -> None:
    """The worker takes the bridge on and opens it for claiming, unless that was done before."""
    context = browser.new_context(base_url=url, locale="zh-CN", viewport={"width": DESK[0], "height": DESK[1]})
    page = context.new_page()
    step_in(page, "worker")
    page.goto(f"/desk/?order={bridge(page)}")
    pane = page.locator("#pane")
    if pane.get_by_label("困难几分？").count():
        pane.get_by_label("困难几分？").fill("8")
        pane.get_by_label("要几人？").fill("3")
        pane.get_by_role("button", name="受理", exact=True).click()
        page.get_by_role("button", name="发认领公告").click()
        page.wait_for_load_state("networkidle")
    context.close()


def bridge(page: Page) -> str:
    """The id of the bridge's order."""
    page.goto(f"/orders/?q={TITLE}")
    href = page.get_by_role("link", name=TITLE, exact=True).first.get_attribute("href")
    assert href, "the demo data holds the bridge"
    return href.strip("/").split("/")[-1]


def fill(page: Page) -> None:
    """A form half filled in says more than an empty one."""
    page.get_by_role("radio", name="路面桥面").check(force=True)
    page.get_by_label("一句话，什么事？").fill(TITLE)
    page.get_by_label("是什么情况？").fill("桥面破了一块，早晚骑电动车的人多，下雨看不清，怕老人摔着。")
    page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")


def small(png: bytes) -> bytes:
    """The picture in as many colours as keep it small enough for a page about the product."""
    picture = Image.open(BytesIO(png)).convert("RGB")
    for colours in (256, 128, 64):
        file = BytesIO()
        picture.quantize(colours, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
        if file.tell() <= BYTES_MOST:
            break
    return file.getvalue()


if __name__ == "__main__":
    main()

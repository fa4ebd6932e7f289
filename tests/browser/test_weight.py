"""How much a phone page weighs on the wire, with nothing kept from before: 400 kbit/s is what an elder's phone may have."""

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.browser.windows import Window
from tests.live import Live

pytestmark = pytest.mark.databases("sqlite")

KILOBYTE = 1024
BYTES_MOST, REQUESTS_MOST = 40 * KILOBYTE, 6
PAGES = {
    "public home": ("", "/"),
    "orders": ("member", "/orders/"),
    "member's home": ("member", "/bank/"),
    "new order": ("resident", "/orders/new"),
    "order": ("resident", "/orders/{order}/"),
    "my orders": ("resident", "/mine/"),
}


#: The icons of a page, which the browser asks for when it likes, and not when it thinks nobody looks.
ICONS = "[...document.querySelectorAll('link[rel~=icon]')].map(link => link.href)"


def weigh(browser: Browser, server: Live, user: Any, path: str) -> dict[str, int]:
    """The bytes of every answer, headers included, as they came over the wire; by address."""
    window = Window(browser, server)
    window.be(user)
    session = window.context.new_cdp_session(window.page)
    urls: dict[str, str] = {}
    weights: dict[str, int] = {}
    session.on("Network.requestWillBeSent", lambda sent: urls.update({sent["requestId"]: sent["request"]["url"]}))
    session.on("Network.loadingFinished", lambda done: weights.update({urls[done["requestId"]]: int(done["encodedDataLength"])}))
    session.send("Network.enable")
    window.open(path)
    wanted = set(window.page.evaluate(ICONS))
    assert wanted
    window.wait_until(lambda: wanted | set(urls.values()) <= weights.keys(), lambda: wanted | set(urls.values()) - weights.keys())
    window.close()
    assert set(urls.values()) == weights.keys()
    return {url.removeprefix(server.url): weight for url, weight in weights.items()}


def test_phone_pages_are_light(
    chromium: Browser, server: Live, transactional_db: None, cast: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    orders = [cast.published("resident", title=f"第 {n + 1} 盏路灯不亮", place_id=cast.buildings[n % 6].pk).pk for n in range(20)]
    table = []
    for name, (login, address) in PAGES.items():
        path = address.format(order=orders[0])
        weights = weigh(chromium, server, cast.users.get(login), path)
        assert path in weights
        table.append((name, sum(weights.values()), len(weights), weights))
    with capsys.disabled():
        print("\n\n| phone page | bytes on the wire | requests |\n|-|-:|-:|")
        for name, weight, requests, _weights in table:
            print(f"| {name} | {weight:,} | {requests} |")
    for name, weight, requests, weights in table:
        assert weight <= BYTES_MOST, (name, weights)
        assert requests <= REQUESTS_MOST, (name, weights)

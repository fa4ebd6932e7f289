"""A real chromium for the pages. Pages do not depend on the database, so on PostgreSQL only the bridge is played, once."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.windows import PATIENCE_MS, Window, patient_presses
from tests.live import Live

#: The first is the same engine without the windows, bars and menus around a page, which cost as much as the page itself.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # axe starts afresh on every page, so compiling it to faster code costs more time than it saves.
    "--js-flags=--always-sparkplug --no-opt --no-maglev",
)
Open = Callable[..., Window]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for all tests in here, with a profile of its own."""
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    if path is None:
        pytest.skip("NO CHROMIUM ON THIS MACHINE: none of the browser tests were run")
    # Playwright keeps an event loop running in this thread, and there Django refuses to use the database unless told otherwise.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright, patient_presses():
            browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
            expect.set_options(timeout=PATIENCE_MS)
            yield browser
            browser.close()
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="package")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One real server for all tests in here; every test finds its database empty."""
    with Live(tmp_path_factory.mktemp("server")) as started:
        yield started


@pytest.fixture
def window(chromium: Browser, server: Live, transactional_db: None) -> Iterator[Open]:
    """``window(size, scripts=…)`` opens somebody's browser on the real server; at the end nothing may have gone wrong in any."""
    opened: list[Window] = []

    def open_(*size: Any, **more: Any) -> Window:
        opened.append(Window(chromium, server, *size, **more))
        return opened[-1]

    yield open_
    troubles = [line for one in opened for line in one.trouble]
    for one in opened:
        one.context.close()
    assert not troubles, "\n".join([*troubles, server.log.read_text()[-3000:]])

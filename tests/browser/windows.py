"""Windows of one real chromium. Each is somebody's browser, and notes whatever goes wrong in it."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.test import Client
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, ConsoleMessage, FilePayload, Locator, Page, Request, Response, Route, expect

from tests.cast import PASSWORD
from tests.live import Live

PHONE, SMALL, DESK = (390, 844), (320, 640), (1440, 900)
PATIENCE_MS = 60_000
TURN_MS = 20
REFUSED = 400
#: Chromium repeats the status of a failed request in its console; :meth:`Window._answered` has checked it already.
_SAID_TWICE = "Failed to load resource: the server responded with a status of"

#: The page was left before it was complete.
_LEFT = "net::ERR_ABORTED"

#: What zengyi.js shows from the press until its answer was taken: until then, or until the next page has come.
_BUSY = "button[aria-busy=true]"


def settle(page: Page) -> None:
    """Wait until nothing that was pressed on this page is on its way any more."""
    expect(page.locator(_BUSY)).to_have_count(0)


@contextmanager
def patient_presses() -> Iterator[None]:
    """A press ends when what it sent was answered; with ``no_wait_after=True`` it ends at once.

    Playwright lets a click wait for a page that the browser itself goes to. Our forms are sent by a script, of which it knows
    nothing: whoever opened another page right after the click, or looked into the database, came too early on a busy machine.
    The next page was thrown off by the one the form led to (``net::ERR_ABORTED``), or what was sent was not there yet.
    """
    kept: dict[str, Any] = {name: getattr(Locator, name) for name in ("click", "press")}

    def patient(press: Any) -> Any:
        @wraps(press)
        def pressed(self: Locator, *arguments: Any, **more: Any) -> None:
            press(self, *arguments, **more)
            if not more.get("no_wait_after"):
                settle(self.page)

        return pressed

    for name, press in kept.items():
        setattr(Locator, name, patient(press))
    try:
        yield
    finally:
        for name, press in kept.items():
            setattr(Locator, name, press)


def shot(colour: str = "slategrey") -> FilePayload:
    """A photo as a phone takes it, ready for an ``<input type=file>``."""
    picture = Image.new("RGB", (1200, 900), colour)
    ImageDraw.Draw(picture).ellipse((300, 250, 800, 700), fill="black")
    file = io.BytesIO()
    picture.save(file, "JPEG")
    return {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


class Window:
    """A window with cookies of its own. ``trouble`` holds script errors, broken rules of the CSP, and requests that failed."""

    def __init__(self, browser: Browser, server: Live, size: tuple[int, int] = PHONE, *, scripts: bool = True, **more: Any) -> None:
        self.server = server
        self.trouble: list[str] = []
        self.posts: list[str] = []
        self._expected: set[int] = set()
        self.context = browser.new_context(
            base_url=server.url,
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            reduced_motion="reduce",
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            **more,
        )
        self.context.set_default_timeout(PATIENCE_MS)
        self.page: Page = self.context.new_page()
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.trouble.append(f"{self.page.url}: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", self._answered)
        self.page.on("request", self._sent)

    def open(self, path: str, status: int = 200) -> None:
        """Go to an address that answers with ``status``."""
        settle(self.page)  # a key pressed without an element waits for nothing
        self._expected = {status}
        answer = self.page.goto(path)
        assert answer is not None and answer.status == status, f"{path}: {answer and answer.status}, not {status}"

    def expect_status(self, status: int) -> None:
        """The next button pressed may be answered with this status."""
        self._expected.add(status)

    def sign_in(self, username: str) -> None:
        """Sign in as people do."""
        self.open("/")
        self.page.get_by_role("link", name="登录").first.click()
        self.page.get_by_label("用户名或手机号").fill(username)
        self.page.get_by_label("密码").fill(PASSWORD)
        self.page.get_by_role("button", name="登录").click()
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def be(self, user: Any) -> None:
        """Be signed in as ``user``, or nobody, without the form."""
        client = Client()
        if user is not None:
            client.force_login(user)
        # Not before that is done: what the page sends meanwhile, such as a look-up, would be refused.
        self.context.clear_cookies()
        if user is not None:
            self.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": self.server.url}])

    def double_click(self, button: Locator) -> None:
        """Press twice while the first press is on its way: what it sent is held until both are done, however fast the server."""
        held: list[Route] = []
        self.page.route(lambda url: True, lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
        button.dblclick(no_wait_after=True)
        self.wait_until(lambda: bool(held), lambda: "what the press sends")
        for one in held:
            one.continue_()

    def wait_until(self, done: Callable[[], bool], missing: Callable[[], object]) -> None:
        """Let the browser go on until that is so; else fail and say what is missing."""
        end = time.monotonic() + PATIENCE_MS / 1000
        while not done():
            assert time.monotonic() < end, f"{self.page.url}: still missing {missing()}"
            self.page.wait_for_timeout(TURN_MS)

    def close(self) -> None:
        """Close it; whatever went wrong in it is an error."""
        self.context.close()
        assert not self.trouble, "\n".join(self.trouble)

    def _sent(self, request: Request) -> None:
        """Note what was sent; not what is looked up while somebody types, if they are slow enough for it."""
        if request.method == "POST" and not request.url.endswith("/orders/similar"):
            self.posts.append(request.url)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning", "assert") and not message.text.startswith(_SAID_TWICE):
            self.trouble.append(f"{self.page.url}: {message.type}: {message.text}")

    def _failed(self, request: Request) -> None:
        if request.failure != _LEFT:
            self.trouble.append(f"{self.page.url}: {request.method} {request.url}: {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= REFUSED and response.status not in self._expected:
            self.trouble.append(f"{self.page.url}: {response.request.method} {response.url}: {response.status}")

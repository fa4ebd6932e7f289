"""Every page, for everybody who may open it: accessible in every look, nothing sticking out, nothing gone wrong.

Also in text at 200 % on the narrowest phone, with and without large type: every page stacks and wraps, and nothing is cut off.
"""

import re
from base64 import b32decode
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.test import override_settings
from django_otp.oath import totp
from playwright.sync_api import Browser, FilePayload, expect

from tests import databases
from tests.browser.once import Once
from tests.browser.town import Town
from tests.browser.walk import NO_PAGES, PAGES, WALKERS, Visit, names, visits
from tests.browser.windows import DESK, PHONE, SMALL, Window
from tests.cast import PASSWORD
from tests.live import Live
from zengyi.orders.models import Order

pytestmark = pytest.mark.databases("sqlite")

CHECKS, LARGE = (Path(__file__).with_name(name) for name in ("checks.js", "large.js"))
OK = 200
#: What differs between the addresses of pages of one kind: numbers and the query.
NOT_KIND = re.compile(r"[0-9]+|[?].*")
#: Pages whose form asks for nothing that must be there: sent with nothing in it, it does what its button says.
MAY_STAY_EMPTY = re.compile(
    r"^/people/persons/|^/activities/sign-ups/|^/patrols/nothing|^/rounds/[0-9]+/$|/(attest|withdraw|deny)$|^/works/demands/[0-9]+/(pass|settle)$"
    r"|^/councils/stages$|^/lists/(orders|organisations)/|^/inbox/calendar/$"
)
STAFF = ("worker", "worker2", "secretary", "district", "admin")
#: Pages of the same kind with another face, looked at in large text up to so many times, by everybody but those of the empty community.
LARGE_OF_A_KIND = 2


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database, in this module emptied once at its end: the tests only look."""
    with django_db_blocker.unblock():
        yield
        databases.empty()


@dataclass
class Ground:
    """The town, the real server over it, a window of each size, and what was looked at already."""

    town: Town
    server: Live
    browser: Browser
    windows: dict[tuple[int, int], Window] = field(default_factory=dict)
    seen: Once = field(default_factory=lambda: Once("every page"))

    def window(self, size: tuple[int, int]) -> Window:
        """The window of this size, with axe and our own checks beside every page."""
        if size not in self.windows:
            self.windows[size] = Window(self.browser, self.server, size)
            for script in (AXE_FILE_PATH, CHECKS, LARGE):
                self.windows[size].context.add_init_script(path=script)
        return self.windows[size]


@pytest.fixture(scope="module")
def ground(transactional_db: None, server: Live, chromium: Browser) -> Iterator[Ground]:
    """One for all tests in here."""
    with override_settings(MEDIA_ROOT=server.environment["ZENGYI_VAR"] + "/media"):
        made = Ground(Town(), server, chromium)
    yield made
    for window in made.windows.values():
        window.context.close()


class Walker:
    """Somebody who opens pages and says what is wrong with them."""

    def __init__(self, ground: Ground, login: str) -> None:
        self.ground = ground
        self.home = DESK if login.removeprefix("far_") in STAFF else PHONE
        self.window = ground.window(self.home)
        self.window.trouble.clear()
        self.window.be(ground.town.cast.users[login] if login else None)
        self.said: list[str] = []
        self.begun = False
        self.enlarged: Counter[str] = Counter()
        self.enlarges = True

    def look_at(self, visit: Visit) -> None:
        """Open a page and look at it; send the form of the first page of its kind with nothing in it, and look at the answer.

        A page that somebody else has been shown with exactly the same content is not looked at again, except for the role's tabs.
        """
        page = self.window.page
        self.window.open(visit.path, visit.status)
        begun, self.begun = self.begun, True
        if not self._new(page.evaluate("checks.face()")):
            if not begun:
                self._ask(visit.path, "around")
                self.elsewhere(visit.path)
            return
        self.look(visit.path)
        self.elsewhere(visit.path)
        may_stay_empty = MAY_STAY_EMPTY.search(visit.path)
        if visit.status == OK and not may_stay_empty and page.evaluate("checks.emptied()") and self._new(f"form {self._kind(visit.path)}"):
            self.send_empty(visit.path)

    def send_empty(self, where: str) -> None:
        """Send the form, and look at what the page says then."""
        page = self.window.page
        self.window.expect_status(422)
        with page.expect_navigation():
            page.evaluate("checks.send()")
        self._ask(f"{where} sent with nothing in it", "refused")
        self.look(f"{where} sent with nothing in it", "errors")

    def look(self, where: str, what: str = "everything") -> None:
        """Note what is wrong with the page as it stands."""
        said, styles = self.window.page.evaluate(f"styles => checks.{what}(styles)", self.ground.seen.numbers())
        self.ground.seen.add(styles)
        self.said += [f"{where}: {one}" for one in said]

    def elsewhere(self, where: str) -> None:
        """Look at the page in a narrow window, too, and at one page of each kind in a window of the other kind (phone or desk)."""
        kind = self._kind(where)
        for size in [PHONE if self.home == DESK else DESK, SMALL] if self._new(f"width {kind}") else [SMALL]:
            self._resize(size)
            self._ask(where, "fits")
        self.enlarged[kind] += 1
        if self.enlarges and self.enlarged[kind] <= LARGE_OF_A_KIND:
            self.said += [f"{where} at 200 %: {one}" for one in self.window.page.evaluate("large.at200()")]
        self._resize(self.home)

    def _resize(self, size: tuple[int, int]) -> None:
        self.window.page.set_viewport_size({"width": size[0], "height": size[1]})

    def _kind(self, path: str) -> str:
        return f"{self.home} {NOT_KIND.sub('', path)}"

    def _new(self, thing: int | str) -> bool:
        return self.ground.seen.first(thing)

    def _ask(self, where: str, what: str) -> None:
        self.said += [f"{where}: {one}" for one in self.window.page.evaluate(f"checks.{what}()")]

    def tell(self) -> None:
        """Fail with all that was noted."""
        said = self.said + self.window.trouble
        assert not said, f"{len(said)} findings\n" + "\n".join(said)


@pytest.mark.parametrize("login", WALKERS)
def test_every_page_is_sound(transactional_db: None, ground: Ground, login: str) -> None:
    walker = Walker(ground, login)
    for visit in visits(ground.town, login):
        walker.look_at(visit)
    walker.tell()


def test_no_page_is_left_out() -> None:
    assert names() == PAGES.keys() | NO_PAGES


GOOD_SHEET = "支部,党员编号,姓名,手机\n第二支部,0100,党员己,13900000100\n新支部,0101,党员庚,\n"
BAD_SHEET = "支部,党员编号,姓名,手机\n第二支部,,党员己,123\n,0101,,\n"


def test_pages_that_are_shown_once_are_sound(transactional_db: None, ground: Ground) -> None:
    walker = Walker(ground, "worker")
    page = walker.window.page
    for what, sheet in (("what a sheet would do", GOOD_SHEET), ("a sheet with errors", BAD_SHEET)):
        walker.window.open("/people/import/members/")
        page.get_by_label("填好的表").set_input_files([FilePayload(name="党员.csv", mimeType="text/csv", buffer=sheet.encode())])
        page.get_by_role("button", name="先看一看").click()
        expect(page.get_by_role("heading", name="会新增的" if sheet == GOOD_SHEET else "改好再传")).to_be_visible()
        walker.look(what)
        walker.elsewhere(what)
    walker.window.open(f"/people/persons/{ground.town.newcomer.pk}/")
    page.get_by_role("button", name="开账号").click()
    expect(page.get_by_text("这一页只出现这一次。")).to_be_visible()
    walker.look("a login just opened")
    walker.elsewhere("a login just opened")
    walker.tell()


def test_the_second_factor_is_sound(transactional_db: None, ground: Ground) -> None:
    walker = Walker(ground, "supervisor")
    page = walker.window.page
    walker.window.open("/second-factor-setup")
    secret = page.get_by_text("扫不了就手工输入：").locator("b").inner_text().replace(" ", "")
    page.get_by_label("手机上显示的六位数").fill(f"{totp(b32decode(secret)):06d}")
    page.get_by_label("登录密码").fill(PASSWORD)
    page.get_by_role("button", name="设好").click()
    expect(page.get_by_text("第二步验证设好了。")).to_be_visible()
    walker.look("backup codes")
    walker.elsewhere("backup codes")
    walker.window.context.clear_cookies()
    walker.window.sign_in("supervisor")
    expect(page.get_by_label("验证码")).to_be_visible()
    walker.look("the second factor")
    walker.elsewhere("the second factor")
    assert page.evaluate("checks.emptied()")
    walker.send_empty("the second factor")
    walker.tell()


def test_the_page_of_a_broken_server_is_sound(transactional_db: None, ground: Ground) -> None:
    broken = Order.objects.filter(pk=ground.town.orders["placed"])
    state = broken.values_list("state", flat=True)[0]
    walker = Walker(ground, "member")
    broken.update(state="NONSENSE")
    try:
        walker.look_at(Visit(f"/orders/{ground.town.orders['placed']}/", 500))
    finally:
        broken.update(state=state)
    expect(walker.window.page.get_by_role("heading", name="出了点问题")).to_be_visible()
    walker.tell()


PLANTED = """() => {
  const main = document.getElementById('main');
  const plant = (tag, words, style) => {
    const made = document.createElement(tag);
    made.className = 'planted';
    made.textContent = words;
    Object.assign(made.style, style);
    main.append(made);
  };
  plant('img', '', {});
  plant('p', '看不清', {color: '#dddddd', background: '#ffffff'});
  plant('div', '颜色见过，底没见过', {background: '#444444'});
  plant('p', '太宽', {width: '3000px'});
  plant('button', '小', {width: '20px', height: '20px', padding: '0'});
  plant('button', '挤', {width: '20px', height: '20px', padding: '0'});
}"""


TOO_LARGE = """() => {
  const main = document.getElementById('main');
  main.querySelectorAll('.planted').forEach((one) => one.remove());
  main.insertAdjacentHTML('beforeend', `<p id="narrow">一个字一行的栏</p><button class="btn" id="out">离开按钮的字</button>
    <div id="cut"><span>这里的字被切掉了这里的字被切掉了</span></div>`);
  const style = (id, styles) => Object.assign(document.getElementById(id).style, styles);
  style('narrow', {width: '1.2em'});
  style('out', {width: '5rem', whiteSpace: 'nowrap'});
  style('cut', {width: '8rem', overflow: 'hidden', whiteSpace: 'nowrap'});
}"""


def test_what_is_planted_is_found(transactional_db: None, ground: Ground) -> None:
    """The checks can fail: each finds the fault it looks for."""
    walker = Walker(ground, "member")
    page = walker.window.page
    walker.look_at(Visit("/help/"))
    assert not walker.said + walker.window.trouble
    page.evaluate(PLANTED)
    walker.look("planted")
    for look, finding in (
        ("light", "image-alt"),
        ("light", "color-contrast"),
        ("dark", "color-contrast"),
        ("dark care", "color-contrast"),
        ("light", "target-size"),
        ("care", "target-size"),
        ("light", "px too wide at 390"),
        ("care", "px too wide at 390"),
        ("light", "button “小” is 20×20, not 44"),
        ("care", "button “小” is 20×20, not 56"),
    ):
        assert any(one.startswith(f"planted: {look}: ") and finding in one for one in walker.said), (look, finding, walker.said)
    assert sum(one.startswith("planted: light: color-contrast") for one in walker.said) == 2, walker.said
    assert page.evaluate("checks.refused()") == ["no summary of what is wrong"]

    page.evaluate(TOO_LARGE)
    walker.window.page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    large = "\n".join(page.evaluate("large.at200()"))
    for finding in ("narrow", "leaves button.btn", "is cut off by div"):
        assert finding in large, large

    page.evaluate("console.error('planted')")
    page.evaluate("document.getElementById('main').insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    with page.expect_response("**/no/such/page"):
        page.evaluate("fetch('/no/such/page')")
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    trouble = "\n".join(walker.window.trouble)
    for finding in ("error: planted", "violates the following Content Security Policy", "/no/such/page: 404", "thrown"):
        assert finding in trouble, (finding, trouble)

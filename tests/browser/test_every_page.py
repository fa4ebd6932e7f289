"""Every page, for everybody who may open it: accessible in every look, nothing sticking out, nothing gone wrong."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from django.core.management import call_command
from django.test import override_settings
from playwright.sync_api import Browser

from tests.browser.town import Town
from tests.browser.walk import NO_PAGES, PAGES, WALKERS, Visit, names, visits
from tests.browser.windows import DESK, PHONE, SMALL, Window
from tests.live import Live

CHECKS = Path(__file__).with_name("checks.js")
STAFF = ("worker", "secretary", "district", "admin")


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database, in this module emptied once at its end: the tests only look."""
    with django_db_blocker.unblock():
        yield
        call_command("flush", interactive=False, verbosity=0)


@dataclass
class Ground:
    """The town, the real server over it, and what was looked at already: pages, and ways to style an element."""

    town: Town
    server: Live
    faces: set[int] = field(default_factory=set)
    styles: list[int] = field(default_factory=list)


@pytest.fixture(scope="module")
def ground(transactional_db: None, tmp_path_factory: Any) -> Iterator[Ground]:
    """One for all tests in here."""
    folder = tmp_path_factory.mktemp("town")
    with override_settings(MEDIA_ROOT=folder / "var" / "media"):
        town = Town()
    with Live(folder) as server:
        yield Ground(town, server)


class Walker:
    """Somebody who opens pages and says what is wrong with them."""

    def __init__(self, browser: Browser, ground: Ground, login: str) -> None:
        self.ground = ground
        self.home = DESK if login.removeprefix("far_") in STAFF else PHONE
        self.window = Window(browser, ground.server, self.home)
        self.window.context.add_init_script(path=AXE_FILE_PATH)
        self.window.context.add_init_script(path=CHECKS)
        self.window.be(ground.town.cast.users[login] if login else None)
        self.said: list[str] = []
        self.begun = False

    def look_at(self, visit: Visit) -> None:
        """Open a page and look at it; then send its form with nothing in it, and look at what that says.

        What somebody else was shown word for word is not looked at again, but for the first page, with the tabs of the role.
        """
        page = self.window.page
        self.window.open(visit.path, visit.status)
        face = page.evaluate("checks.face()")
        if self.begun and face in self.ground.faces:
            return
        self.begun = True
        self.ground.faces.add(face)
        self.look(visit.path)
        self._elsewhere(visit.path)
        self.window.expect_status(422)
        if visit.status == 200 and not visit.path.startswith("/people/persons/") and page.evaluate("checks.emptied()"):
            with page.expect_navigation():
                page.evaluate("checks.send()")
            sent = f"{visit.path} sent with nothing in it"
            self._ask(sent, "refused")
            self.look(sent)

    def look(self, where: str) -> None:
        """Note what is wrong with the page as it stands."""
        said, styles = self.window.page.evaluate("styles => checks.everything(styles)", self.ground.styles)
        self.ground.styles += styles
        self.said += [f"{where}: {one}" for one in said]

    def _ask(self, where: str, what: str) -> None:
        self.said += [f"{where}: {one}" for one in self.window.page.evaluate(f"checks.{what}()")]

    def _elsewhere(self, where: str) -> None:
        """In windows of other widths."""
        for width, height in {PHONE, SMALL, DESK} - {self.home}:
            self.window.page.set_viewport_size({"width": width, "height": height})
            self._ask(where, "fits")
        self.window.page.set_viewport_size({"width": self.home[0], "height": self.home[1]})


@pytest.mark.parametrize("login", WALKERS)
def test_every_page_is_sound(chromium: Browser, transactional_db: None, ground: Ground, login: str) -> None:
    walker = Walker(chromium, ground, login)
    for visit in visits(ground.town, login):
        walker.look_at(visit)
    walker.window.context.close()
    said = walker.said + walker.window.trouble
    assert not said, f"{len(said)} findings\n" + "\n".join(said)


def test_no_page_is_left_out() -> None:
    assert names() == PAGES.keys() | NO_PAGES


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
  plant('p', '太宽', {width: '3000px'});
  plant('button', '小', {width: '20px', height: '20px', padding: '0'});
}"""


def test_what_is_planted_is_found(chromium: Browser, transactional_db: None, ground: Ground) -> None:
    """The checks can fail: each finds what it is there for."""
    walker = Walker(chromium, ground, "member")
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
        ("light", "px too wide at 390"),
        ("care", "px too wide at 390"),
        ("light", "button “小” is 20×20, not 44"),
        ("care", "button “小” is 20×20, not 56"),
    ):
        assert any(one.startswith(f"planted: {look}: ") and finding in one for one in walker.said), (look, finding, walker.said)
    assert page.evaluate("checks.refused()") == ["no summary of what is wrong"]

    page.evaluate("console.error('planted')")
    page.evaluate("document.getElementById('main').insertAdjacentHTML('beforeend', '<p style=\"color: red\">')")
    with page.expect_response("**/no/such/page"):
        page.evaluate("fetch('/no/such/page')")
    with page.expect_event("pageerror"):
        page.evaluate("setTimeout(() => { throw new Error('thrown') })")
    trouble = "\n".join(walker.window.trouble)
    for finding in ("error: planted", "violates the following Content Security Policy", "/no/such/page: 404", "thrown"):
        assert finding in trouble, (finding, trouble)
    walker.window.context.close()

"""Text at 200 % on the narrowest phone, with and without large type: every page stacks and wraps, and nothing is cut off."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from playwright.sync_api import Browser

from tests import databases
from tests.browser.town import Town
from tests.browser.walk import visits
from tests.browser.windows import SMALL, Window
from tests.live import Live

pytestmark = pytest.mark.databases("sqlite")

LARGE = Path(__file__).with_name("large.js")
READERS = ("", "resident", "member", "unit", "worker", "worker2", "secretary", "district")
NOT_KIND = re.compile(r"[0-9]+|[?].*")
#: Pages of the same kind with another face, looked at up to so many times.
OF_A_KIND = 2


@pytest.fixture(scope="module")
def transactional_db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database, in this module emptied once at its end: the tests only look."""
    with django_db_blocker.unblock():
        yield
        databases.empty()


@pytest.fixture(scope="module")
def town(transactional_db: None, server: Live) -> Town:
    """One for all tests in here."""
    with override_settings(MEDIA_ROOT=server.environment["ZENGYI_VAR"] + "/media"):
        return Town()


@pytest.mark.parametrize("login", READERS)
def test_every_page_in_text_of_200_per_cent(transactional_db: None, chromium: Browser, server: Live, town: Town, login: str) -> None:
    window = Window(chromium, server, SMALL)
    window.context.add_init_script(path=LARGE)
    window.be(town.cast.users[login] if login else None)
    said: list[str] = []
    seen: dict[str, int] = {}
    for visit in visits(town, login):
        kind = NOT_KIND.sub("", visit.path)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] > OF_A_KIND:
            continue
        window.open(visit.path, visit.status)
        said += [f"{visit.path}: {one}" for one in window.page.evaluate("large.at200()")]
    window.close()
    assert not said, f"{len(said)}:\n" + "\n".join(said)


def test_what_is_planted_is_found(transactional_db: None, chromium: Browser, server: Live, town: Town) -> None:
    """The checks can fail."""
    window = Window(chromium, server, SMALL)
    window.context.add_init_script(path=LARGE)
    window.open("/help/")
    assert window.page.evaluate("large.at200()") == []
    window.page.evaluate(
        """() => {
          const main = document.getElementById('main');
          main.insertAdjacentHTML('beforeend', `<p id="narrow">一个字一行的栏</p><button class="btn" id="out">离开按钮的字</button>
            <div id="cut"><span>这里的字被切掉了这里的字被切掉了</span></div>`);
          const style = (id, styles) => Object.assign(document.getElementById(id).style, styles);
          style('narrow', {width: '1.2em'});
          style('out', {width: '5rem', whiteSpace: 'nowrap'});
          style('cut', {width: '8rem', overflow: 'hidden', whiteSpace: 'nowrap'});
        }"""
    )
    said = "\n".join(window.page.evaluate("large.at200()"))
    for finding in ("narrow", "leaves button.btn", "is cut off by div"):
        assert finding in said, said
    window.close()

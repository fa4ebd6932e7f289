"""Nothing is found only by guessing an address: whatever a role may open or do is at most four links from its first page."""

import re
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import Resolver404, URLResolver, get_resolver, resolve

import zengyi
from tests.trust import table
from tests.trust.ground import Ground
from tests.trust.ways import pages

pytestmark = pytest.mark.databases("sqlite")

#: So many links, the first page counting as none.
STEPS_MOST = 4
#: Of each page so many addresses are opened: one order offers what another doesn't.
OPENED_MOST = 2
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)', re.DOTALL)
_OTHER = re.compile(r'\b(?:action|formaction|src|data-[a-z-]+|hx-[a-z]+)="(/[^"#]+)"')
#: The logins that walk, with the role each has.
WALKS = {
    "secretary": "secretary", "member": "member", "resident": "resident", "unit": "organisation", "district": "district",
    "property": "property", "supervisor": "supervisor", "": "anonymous",
}  # fmt: skip


_NAMED = re.compile(r"{%\s*url ['\"]([a-z0-9-]+)['\"]")
#: Which pictures a template shows is told to it by its page.
_PICTURED = re.compile(r'"(?:photo|preview)": "([a-z-]+)"')
#: Where nobody comes by a link of ours, and why.
FROM_OUTSIDE = {
    "api:api-root": "programs begin there; docs/api.md names it",
    "api:openapi-json": "programs read it",
    "health": "the machine's supervisor asks",
    "ready": "the proxy asks",
    "robots-txt": "search engines ask",
    "news-markdown": "what a work group's robot posts",
    "news-robot": "what a work group's robot posts",
    "first-day": "every page of an empty instance leads there",
    "second-factor": "asked at the sign-in",
    "held": "where a form goes on that a sign-in interrupted",
    "door-code": "follows the form behind a door's sign",
    "facility-scan": "the code on a facility's label",
    "here": "the code held up at an activity",
    "calendar-feed": "a phone's calendar asks for it",
    "slips-list": "the code on a block leader's list",
    "wechat-push": "WeChat calls it",
    "wechat-back": "where WeChat sends people back to",
    "inbox-stop": "stands below every message that leaves the house",
    "vouch": "the link that a member hands to a witness",
    "vouched": "what the witness sees afterwards",
}
#: What is no page of anybody's work: before a sign-in only, inside WeChat only, or sent by a script.
BESIDE = {"code-ask", "code-enter", "code-who", "wechat-start", "wechat-bind", "wechat-unbind", "inbox-read"}
#: What the table lets a role do and what it has nothing of.
NOT_FOR = {
    "secretary": {"account", "my-orders", "register"},  # for those who are members or residents as well, in that role
    "member": {"hours-sheet", "second-factor-setup"},  # once there are hours; where the instance asks for it
    "resident": {"hours-sheet", "second-factor-setup", "act-as"},
    "organisation": {"register"},
    "district": {"act-as", "my-looks", "my-orders"},  # an office, not a person
    "anonymous": {"my-orders", "sign-out"},
}


def name_of(path: str) -> str:
    """The page's name in the address patterns; empty for an address that is none of ours."""
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return ""


class Walk:
    """What somebody comes upon by links from their first page, and what is offered there to press."""

    def __init__(self, ground: Ground, login: str) -> None:
        self.client = Client()
        if login:
            self.client.force_login(ground.users[login])
        self.met: set[str] = set()
        self._seen: set[str] = set()
        self._opened: dict[str, int] = {}
        self._queue: deque[tuple[str, int]] = deque()
        self._follow("/", 0)
        while self._queue:
            self._open(*self._queue.popleft())

    def _open(self, path: str, steps: int) -> None:
        here, answer = path, self.client.get(path)
        for _again in range(3):
            if "Location" in answer:
                here = urljoin(here, answer["Location"])
                answer = self.client.get(here)
        self.met.add(name_of(here))
        if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("text/html") or answer.streaming:
            return
        html = answer.content.decode()
        self.met |= {name_of(urljoin(here, to)) for to in _OTHER.findall(html)}
        if steps < STEPS_MOST:
            for to in _LINK.findall(html):
                self._follow(urljoin(here, to.replace("&amp;", "&")), steps + 1)

    def _follow(self, path: str, steps: int) -> None:
        name = name_of(path) if path.startswith("/") else ""
        self.met.add(name)
        if name and path not in self._seen and self._opened.get(name, 0) < OPENED_MOST:
            self._seen.add(path)
            self._opened[name] = self._opened.get(name, 0) + 1
            self._queue.append((path, steps))


def linked() -> set[str]:
    """Names to which some page leads, in a state that may not lie on the tests' ground."""
    source = Path(zengyi.__file__).parent
    named = {name for file in source.glob("**/templates/**/*.html") for name in _NAMED.findall(file.read_text())}
    return named | {name for file in source.glob("*/pages/*.py") for name in _PICTURED.findall(file.read_text())}


def test_everything_is_met_by_links(ground: Ground) -> None:
    """Every page by somebody; pages whose address names nothing, such as lists and desks, by every role that may open them.

    Pages of one thing hang on whether there is such a thing, here and in that state: of these a link in some page is enough.
    """
    met = {role: Walk(ground, login).met for login, role in WALKS.items()}
    left = set(pages()) - set().union(*met.values()) - linked()
    lists, allowed = set(plain()) - FROM_OUTSIDE.keys() - BESIDE, table.read()
    missed = {}
    for role in WALKS.values():
        may = {way for row in allowed.values() if role in row.scopes for way in row.urls}
        missed[role] = sorted(may & lists - met[role] - NOT_FOR.get(role, set()))
    assert not any(missed.values()), missed
    assert left == FROM_OUTSIDE.keys(), sorted(left ^ FROM_OUTSIDE.keys())


def test_a_page_without_a_link_is_found(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.trust.urls_planted"
    assert "planted" in set(pages()) - linked() - FROM_OUTSIDE.keys()


def plain(patterns: Any = None) -> Iterator[str]:
    """The names of pages whose address names no single thing."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            yield from plain(entry.url_patterns)
        elif entry.name and "<" not in str(entry.pattern):
            yield entry.name

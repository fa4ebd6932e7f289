"""Every number on a page leads to what it is the sum of: each marked one is followed on the demo, and the parts at its end add up to it.

A link that carries ``data-sum`` promises that many; at its end each part carries ``data-part``, over as many pages as there are. A fragment
in the address chooses among parts of several kinds on one page: those whose ``data-part-of`` names it.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.template import Template
from django.test import Client
from django.urls import reverse

import zengyi
from tests.demo.conftest import Loaded, whole
from zengyi.bank.models import Quarter
from zengyi.bank.rules import QuarterState
from zengyi.facilities.models import Round
from zengyi.people.models import Place, User

pytestmark = [whole, pytest.mark.databases("sqlite")]

MARK = "data-sum"
#: Of the numbers of one page with the same look of address so many are followed, of all communities, branches and rows together.
FOLLOWED_MOST = 2
PAGES_MOST = 40
_NUMBERS = re.compile(r"[0-9]+")


class Numbers(HTMLParser):
    """The links of a page that promise a sum, its parts, and where its next page is."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, int]] = []
        self.parts: list[tuple[set[str], int]] = []
        self.next = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the element says of itself."""
        told = dict(attrs)
        if MARK in told:
            assert tag == "a", f"<{tag} {MARK}> is no link"
            self.links.append((told["href"] or "", int(told[MARK] or "")))
        if "data-part" in told:
            self.parts.append((set((told.get("data-part-of") or "").split()), int(told["data-part"] or "")))
        if told.get("rel") == "next":
            self.next = told["href"] or ""


def paths(login: str) -> Iterator[str]:
    """Where numbers stand, for somebody of that login."""
    here = Place.objects.get(name="虹西社区")
    if login == "qx_secretary":  # where facilities are walked round
        rounds = Round.objects.filter(community__name="秦西社区", state="REVIEWED").order_by("-pk")
        yield from ("/facilities/", "/facilities/plan", *(reverse("round", args=[one.pk]) for one in rounds[:2]))
        return
    sealed = Quarter.objects.filter(community=here, state=QuarterState.SEALED).order_by("-quarter").values_list("quarter", flat=True)[0]
    yield from (f"/board/?community={here.pk}", reverse("quarter", args=[here.pk, sealed]))
    if not login:
        yield from (f"/?community={here.pk}", *(f"/orders/difficulty/?community={here.pk}&part={part}" for part in ("opening", "new")))
    if login in ("member", "unit"):
        yield "/bank/"
    if login == "district":
        yield from ("/district/", "/people/communities/", reverse("community-laying", args=[here.pk]))
    if login == "secretary":
        yield from ("/desk/", "/works/", "/bank/duties/", "/bank/roll-calls/")
        yield from ("/people/members/", "/people/branches/", "/people/community/", f"/bank/closing/{sealed}/")


class Walk:
    """Somebody who follows numbers."""

    def __init__(self, login: str) -> None:
        self.client = Client()
        if login:
            self.client.force_login(User.objects.get(username=login))
        self._shape: dict[str, int] = {}
        self._pages: dict[str, Numbers] = {}

    def wrong(self, path: str) -> Iterator[str]:
        """What does not add up of a page's numbers."""
        page = self._read(path)
        for href, number in page.links:
            to = urljoin(path, href)
            shape = _NUMBERS.sub("", f"{urlsplit(path).path} {href}")
            self._shape[shape] = self._shape.get(shape, 0) + 1
            if self._shape[shape] <= FOLLOWED_MOST and (found := self.added(to)) != number:
                yield f"{path}: {number} leads to {to}, where there are {found}"

    def added(self, path: str) -> int:
        """The parts at an address, added up over all its pages."""
        of = urlsplit(path).fragment
        found, to = 0, path
        for _page in range(PAGES_MOST):
            page = self._read(to)
            found += sum(n for kinds, n in page.parts if of in kinds or not (of and kinds))
            if not page.next:
                break
            to = urljoin(to, page.next)
        return found

    def _read(self, path: str) -> Numbers:
        path = urlsplit(path)._replace(fragment="").geturl()
        if path not in self._pages:
            answer: Any = self.client.get(path)
            assert answer.status_code == 200, f"{path}: {answer.status_code}"
            self._pages[path] = Numbers(answer.content.decode())
        return self._pages[path]


def marked() -> set[str]:
    """The templates in which a number leads somewhere."""
    source = Path(zengyi.__file__).parent
    found = [file for file in source.glob("*/templates/**/*.html") if MARK in file.read_text()]
    return {str(file).split("/templates/")[1] for file in found}


def test_numbers_lead_to_their_parts(demo: Loaded, monkeypatch: pytest.MonkeyPatch) -> None:
    """For whoever may see them; a template with such numbers that nobody opened here is one that nobody looked at."""
    said, rendered, render = [], set(), Template.render

    def noting(template: Template, context: Any) -> Any:
        rendered.add(template.name)
        return render(template, context)

    monkeypatch.setattr(Template, "render", noting)
    for login in ("", "member", "unit", "secretary", "qx_secretary", "district"):
        walk = Walk(login)
        said += [f"{login or 'anonymous'}: {one}" for path in paths(login) for one in walk.wrong(path)]
    assert not said, "\n".join(said)
    assert marked() <= rendered, marked() - rendered

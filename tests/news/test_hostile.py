"""Hostile texts in every outlet: none fails, nothing is injected, every limit holds."""

import os
import re
import time

import pytest
from django.core.cache import cache
from django.test import Client

from tests.cast import AT, Cast
from tests.news.hostile import PARTS, UNSEEN, active, mixed, words_of, wrong_with
from tests.news.pieces import published
from tests.trail import refused
from zengyi.core import clock, throttle
from zengyi.core.errors import Invalid
from zengyi.news import actions
from zengyi.news.models import Piece
from zengyi.news.rules import MARKDOWN_MOST, ROBOT_MOST, Content, checked
from zengyi.news.web import outlets

pytestmark = pytest.mark.databases("sqlite")
#: Which mixtures go through every outlet; the suite itself takes few, for each costs half a second of a core.
FIRST, _TO, LAST = os.environ.get("ZENGYI_HOSTILE", "3").rpartition("-")
MIXTURES = range(int(FIRST or 0), int(LAST))


@pytest.fixture(autouse=True)
def _then(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(clock, "now", lambda: AT)
    monkeypatch.setattr(throttle, "hit", lambda *_given, **_more: None)  # nobody writes two hundred pieces a day, nor asks for all files


def sent_through(cast: Cast, hostile: str) -> list[str]:
    """What is wrong with the outlets of a piece that carries it."""
    return list(wrong_with(published(cast, **words_of(hostile))))


@pytest.mark.parametrize("hostile", PARTS, ids=range(len(PARTS)))
def test_hostile_texts_break_no_outlet(cast: Cast, hostile: str) -> None:
    assert sent_through(cast, hostile) == []


def test_mixtures_of_them_break_no_outlet(cast: Cast) -> None:
    """``ZENGYI_HOSTILE=2000`` sends so many, ``1000-2000`` the second half; the first that fails is told with its number."""
    begun = time.perf_counter()
    for number in MIXTURES:
        assert sent_through(cast, mixed(number)) == [], number
        if number % 100 == 99:
            print(f"{number + 1}, {time.perf_counter() - begun:.0f} s", flush=True)
    print(f"{len(MIXTURES)} texts through every outlet, {time.perf_counter() - begun:.0f} s, {time.process_time():.0f} s of a core")


@pytest.mark.parametrize(
    "page", ["<script>1</script>", "<p onclick=x>", '<img src="x">', '<a href="javascript:x">', '<a href="//evil.example/">']
)
def test_what_would_run_or_lead_away_is_seen(page: str) -> None:
    assert active(f"<html><body><p>{page}") and not active('<p><a href="/news/">好</a><script src="/static/a.js"></script>&lt;script&gt;')


def test_two_thousand_hostile_texts_in_the_outlets_that_are_text(cast: Cast) -> None:
    """Without pages, paper and pictures all of them are cheap: the cleaned words keep every limit and carry nothing that nobody sees."""
    for number in range(2000):
        hostile = mixed(number)
        content = checked(Content("BRIEF", f"标题{hostile[:30]}", f"正文{hostile}"[:4000]), kinds=["BRIEF"])
        shown = outlets.Printed(content, "虹西社区", "", "http://testserver/news/7/")
        robot, markdown = outlets.robot(shown), outlets.markdown(shown)
        assert len(robot.encode()) <= ROBOT_MOST and robot.endswith(shown.link)
        assert len(markdown.encode()) <= MARKDOWN_MOST and markdown.endswith(f"({shown.link})") and markdown.count("](") == 1
        assert not set(outlets.plain(shown)) & UNSEEN
        rich = outlets.rich(shown)
        assert not set(rich) & UNSEEN and set(re.findall(r"<(\w+)", rich)) <= {"section", "p", "h1"}


def test_a_line_of_a_hundred_kilobytes_is_refused_with_a_sentence(cast: Cast) -> None:
    with refused(Invalid):
        actions.propose(kind="BRIEF", title="标题", text="长" * 34_000, by=cast.actor("worker"), at=AT)
    client = Client()
    client.force_login(cast.users["worker"])
    words = {"kind": "BRIEF", "title": "标题", "text": "长" * 34_000}
    answer = client.post("/news/new", words)
    page = answer.content.decode()
    assert answer.status_code == 422 and "最多 4000 字" in page and words["text"] in page, "what was written stays in the form"
    assert client.post("/news/look", words).status_code == 413
    assert not Piece.objects.exists()

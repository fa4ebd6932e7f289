"""The line of what was ranked: what presses more comes first; moved by hand, a project keeps its reason."""

from datetime import datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import AT, Cast
from tests.trail import refused, told
from tests.works import sites
from zengyi.core.errors import NotAllowed, NotThere, WrongState
from zengyi.works import actions, queries
from zengyi.works.models import Project, Ranking
from zengyi.works.rules.projects import turn_of

LINE = "/works/line"
#: Title, urgency, effort and reason, in the order in which they are ranked.
WISHES = (("晾衣绳", 4, 1, "顺手的事"), ("充电桩", 2, 2, "飞线充电"), ("补偿链", 1, 2, "半夜响，怕断"), ("楼道灯", 2, 2, "老人看不见"))


@pytest.fixture
def wishes(cast: Cast) -> dict[str, int]:
    """Four that were ranked, each by its title."""
    found = {}
    for title, urgency, effort, reason in WISHES:
        found[title] = sites.proposed(cast, title).pk
        actions.rank_project(found[title], urgency, effort, reason, by=cast.actor("worker"), at=AT)
    return found


def line(cast: Cast, who: str = "resident") -> list[str]:
    """The titles in their order."""
    return [row.title for row in queries.waiting_line(by=cast.actor(who))]


def shift(cast: Cast, pk: int, *, earlier: bool = True, who: str = "worker") -> Project:
    """Move it by hand."""
    return actions.shift_project(pk, earlier=earlier, by=cast.actor(who), at=AT)


def test_what_presses_more_comes_first_then_what_takes_less_long_then_who_came_first(cast: Cast, wishes: dict[str, int]) -> None:
    assert line(cast) == ["补偿链", "充电桩", "楼道灯", "晾衣绳"]
    assert queries.project(wishes["楼道灯"], by=cast.actor("resident"), at=AT).in_line == 3
    assert line(cast, "far_worker") == []
    sites.fund(Project.objects.get(pk=wishes["补偿链"]))  # its money is settled: it waits no longer
    assert line(cast) == ["充电桩", "楼道灯", "晾衣绳"]
    assert queries.project(wishes["补偿链"], by=cast.actor("resident"), at=AT).in_line == 0


def test_the_moved_one_keeps_its_reason_and_every_move_is_kept(cast: Cast, wishes: dict[str, int], at: datetime) -> None:
    with told("shift", "project") as found:
        shift(cast, wishes["晾衣绳"])
    assert (found.event.before["place"], found.event.after["place"]) == (4, 3)
    assert line(cast) == ["补偿链", "充电桩", "晾衣绳", "楼道灯"]
    shift(cast, wishes["晾衣绳"], who="secretary")
    shift(cast, wishes["补偿链"], earlier=False)
    assert line(cast) == ["晾衣绳", "补偿链", "充电桩", "楼道灯"]
    row = queries.waiting_line(by=cast.actor("resident"))[0]
    assert (row.reason, row.urgency, row.moves, row.earlier, row.later) == ("顺手的事", 4, 2, False, False)
    told_of = queries.rankings(wishes["晾衣绳"], by=cast.actor("resident"))
    assert [(one.before, one.after, one.reason) for one in told_of] == [(3, 2, "顺手的事"), (4, 3, "顺手的事"), (None, None, "顺手的事")]
    with refused(WrongState, "最前面"):
        shift(cast, wishes["晾衣绳"])
    with refused(WrongState, "最后面"):
        shift(cast, wishes["楼道灯"], earlier=False)


def test_who_finds_a_better_reason_leaves_it_where_it_stands(cast: Cast, wishes: dict[str, int], at: datetime) -> None:
    shift(cast, wishes["楼道灯"])
    assert line(cast)[1:3] == ["楼道灯", "充电桩"]
    actions.rank_project(wishes["楼道灯"], 2, 2, "两位老人摔了", by=cast.actor("worker"), at=at)
    assert line(cast)[1:3] == ["楼道灯", "充电桩"]
    actions.rank_project(wishes["楼道灯"], 1, 1, "全黑了", by=cast.actor("worker"), at=at)
    assert line(cast)[0] == "楼道灯"


def test_who_may_not_move_it_and_what_cannot_be_moved(cast: Cast, wishes: dict[str, int]) -> None:
    with refused(NotAllowed):
        shift(cast, wishes["充电桩"], who="resident")
    with refused(NotThere):
        shift(cast, wishes["充电桩"], who="far_worker")
    candidate = sites.proposed(cast, "还没排")
    with refused(WrongState):
        shift(cast, candidate.pk)
    assert Ranking.objects.exclude(place_after=None).count() == 0


def test_two_at_once_the_second_looks_again(cast: Cast, wishes: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    from zengyi.works.actions import projects

    read = projects.project_of

    def stale(project_id: int, *, by: Any) -> Any:
        found = read(project_id, by=by)
        Project.objects.filter(pk=project_id).update(turn=1)  # somebody moved it in between
        return found

    monkeypatch.setattr(projects, "project_of", stale)
    with refused(WrongState, "刷新"):
        shift(cast, wishes["充电桩"])


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 3)), min_size=2, max_size=12))
def test_turns_follow_the_table_and_are_never_the_same(cells: list[tuple[int, int]]) -> None:
    turns = [turn_of(*cell, n) for n, cell in enumerate(cells, start=1)]
    assert len(set(turns)) == len(turns)
    assert [cell for _turn, cell in sorted(zip(turns, cells, strict=True))] == sorted(cells)


class _Buttons(HTMLParser):
    """The buttons of a page that say which way, and the one in focus."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, int]] = []
        self.focus: tuple[str, int] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "button" and given.get("name") in ("earlier", "later"):
            self.found.append((str(given["name"]), int(given["value"] or 0)))
            if "autofocus" in given:
                self.focus = self.found[-1]


def test_the_buttons_work_without_a_script_and_keep_the_focus(cast: Cast, wishes: dict[str, int], at: datetime) -> None:
    client = Client()
    client.force_login(cast.users["worker"])
    first, last = wishes["补偿链"], wishes["晾衣绳"]
    buttons = _Buttons(client.get(LINE).content.decode())
    assert buttons.focus is None
    assert ("earlier", first) not in buttons.found
    assert ("later", last) not in buttons.found
    assert len(buttons.found) == 6
    for place in (3, 2, 1):
        answer = client.get(client.post(LINE, {"earlier": last})["Location"])
        assert line(cast).index("晾衣绳") == place - 1
        # At the head of the line only the other button is left.
        assert _Buttons(answer.content.decode()).focus == ("later" if place == 1 else "earlier", last)
    answer = client.post(LINE, {"earlier": last})
    assert (answer.status_code, "最前面" in answer.content.decode()) == (409, True)
    for nonsense in ({}, {"earlier": last, "later": last}, {"earlier": "甲"}):
        assert client.post(LINE, nonsense).status_code == 422
    client.force_login(cast.users["resident"])
    page = client.get(LINE).content.decode()
    assert "顺手的事" in page
    assert not _Buttons(page).found
    assert client.post(LINE, {"earlier": first}).status_code == 403

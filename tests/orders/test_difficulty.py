"""Where the equation's numbers lead: order by order, what may not be seen in one line without its words, page by page."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from tests.cast import AT, Cast
from zengyi.bank.queries import Part
from zengyi.orders import actions, queries
from zengyi.people import queries as people
from zengyi.people.rules import NOBODY

SECRET = "洗澡要人扶一把"


def parts(cast: Cast, part: str, *, who: str = "", quarter: str = "2026Q4", after: int | None = None) -> queries.Parts:

    by = cast.actor(who) if who else NOBODY
    return queries.parts_of(people.community(cast.community.pk), quarter, Part(part), by=by, at=AT, after=after)


def told(found: queries.Parts) -> list[tuple[str, int]]:
    return [(row.title, row.points) for row in found.page.rows]


def test_what_was_taken_back_stands_beside_what_it_was(cast: Cast, stopped: datetime) -> None:
    order = cast.delivered("unit", "resident", difficulty=5)
    actions.confirm(order.pk, by=cast.actor("resident"), at=AT)
    cast.taken_back(order)
    open_one = cast.published("member", difficulty=3)
    assert told(parts(cast, "reduced")) == [(order.title, -5), (order.title, 5)]
    assert sorted(told(parts(cast, "balance"))) == sorted([(order.title, 5), (open_one.title, 3)])
    assert parts(cast, "opening").page.rows == []
    assert sorted(told(parts(cast, "opening", quarter="2027Q1"))) == sorted([(order.title, 5), (open_one.title, 3)])


def test_a_private_difficulty_is_a_number_for_others(cast: Cast, stopped: datetime, client: Client) -> None:
    """Its words are for whoever is concerned; everybody else reads how many points, and how many only when they are not a few."""
    cast.published("resident", difficulty=4, private=True, category="HELP", title=SECRET, text=SECRET)
    shown = cast.published("member", difficulty=3)
    for who, seen in (("", 1), ("unit", 1), ("resident", 2), ("worker", 2), ("district", 2)):
        found = parts(cast, "new", who=who)
        assert (len(found.page.rows), found.hidden, found.hidden_count) == (seen, 4 if seen == 1 else 0, None), who
    page = client.get(f"/orders/difficulty/?community={cast.community.pk}&part=new").content.decode()
    assert SECRET not in page and shown.title in page and "没有公开的" in page
    for _more in range(2):
        cast.triaged("resident", difficulty=1)
    assert parts(cast, "new").hidden_count == 3, "what nobody has published is not public either"


def test_page_by_page_nothing_is_left_out_or_told_twice(cast: Cast, stopped: datetime) -> None:
    for n in range(25):
        cast.published("resident", difficulty=2, at=AT - timedelta(days=n % 3), title=f"第 {n} 盏灯不亮")
    for part in ("new", "balance"):
        first = parts(cast, part)
        second = parts(cast, part, after=first.page.next_after)
        rows = [*first.page.rows, *second.page.rows]
        assert (len(first.page.rows), len(rows), second.page.next_after) == (20, 25, None)
        assert len({row.order_id for row in rows}) == 25
        assert sum(row.points for row in rows) == getattr(first.equation, part)


@pytest.mark.parametrize("asked", ["part=nonsense", "quarter=2026Q4", "after=abc", ""])
def test_an_old_link_still_works(cast: Cast, stopped: datetime, client: Client, asked: str) -> None:
    assert client.get(f"/orders/difficulty/?community={cast.community.pk}&{asked}").status_code == 200


@pytest.mark.parametrize("asked", ["community=999999", "community={here}&quarter=2026Q9", "community=x"])
def test_what_there_is_not(cast: Cast, stopped: datetime, client: Client, asked: str) -> None:
    assert client.get(f"/orders/difficulty/?{asked.format(here=cast.community.pk)}").status_code == 404

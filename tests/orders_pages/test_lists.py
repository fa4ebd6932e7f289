"""Lists, the desk and the member's home: few statements however many rows, filters that hold, and words when there is nothing."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zengyi.core import clock
from zengyi.orders import actions
from zengyi.orders.models import Counter, Order
from zengyi.people import queries as people


def fill(cast: Any, count: int, **more: Any) -> list[Order]:
    """``count`` published orders; written in one go, for counting only."""
    at = clock.now()
    first, _made = Counter.objects.get_or_create(community=cast.community, year=at.year)
    rows = [
        Order(
            community=cast.community,
            year=at.year,
            sequence=first.last + n + 1,
            kind="DEMAND",
            source="RESIDENT",
            category="LIGHT",
            title=f"第 {n} 盏灯不亮",
            text="楼道灯不亮",
            place=cast.buildings[n % 40],
            state="PUBLISHED",
            requester=cast.users["resident"].person,
            placed_by=cast.users["resident"],
            placed_at=at - timedelta(hours=3),
            published_at=at,
            due_at=at + timedelta(days=n % 5 - 1, hours=1),
            search="楼道 道灯",
            **more,
        )
        for n in range(count)
    ]
    first.last += count
    first.save()
    return Order.objects.bulk_create(rows)


def statements(client: Any, url: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        answer = client.get(url)
        assert answer.status_code == 200, url
        b"".join(answer) if answer.streaming else None
    return len(seen)


@pytest.mark.parametrize(("login", "url", "most"), [
    ("", "/orders/", 8),
    ("member2", "/orders/", 8),
    ("member2", "/orders/?state=PUBLISHED&q=楼道", 8),
    ("resident", "/mine/", 8),
    ("worker", "/orders/", 8),
    ("worker", "/desk/?light=late", 8),
    ("worker", "/desk/", 8),
    ("resident", "/orders/new", 8),
    ("member2", "/bank/", 14),
])  # fmt: skip
def test_a_page_costs_the_same_with_a_hundred_rows(cast: Any, login: str, url: str, most: int) -> None:
    client = cast.client(login)
    counts = []
    for more in (1, 9, 90):
        fill(cast, more)
        client.get(url)
        counts.append(statements(client, url))
    assert len(set(counts)) == 1, counts
    assert counts[0] <= most, counts


def test_an_orders_page_costs_the_same_with_a_long_history(cast: Any) -> None:
    (order,) = fill(cast, 1)
    client = cast.client("worker")
    client.get(f"/orders/{order.pk}/")  # not counted: the first page writes the session, and Django asks the database once what it supports
    by = people.actor_for_user(cast.users["worker"].pk, at=clock.now())
    counts = []
    for more in (1, 9, 40):
        for _n in range(more):
            actions.note(order.pk, text="看过了", by=by, at=clock.now())
        counts.append(statements(client, f"/orders/{order.pk}/"))
    assert len(set(counts)) == 1 and counts[0] <= 10, counts


def test_pages_follow_one_another_without_gaps(cast: Any) -> None:
    fill(cast, 45)
    client, url, seen = cast.client("member2"), "/orders/?state=PUBLISHED", []
    while url:
        text = client.get(url).content.decode()
        seen += re.findall(r'<h3><a href="/orders/(\d+)/"', text)
        found = re.search(r'rel="next" href="([^"]+)"', text)
        url = "/orders/" + found[1].replace("&amp;", "&") if found else ""
    assert len(seen) == len(set(seen)) == 45
    assert "state=PUBLISHED" in url or not url


@pytest.mark.parametrize(
    "query",
    [
        "after=9999999999999999999999",
        "after=-1",
        "state=%00",
        "q=%00%00",
        "q=" + "%F0%9F%92%A1" * 90,
        "order=x",
        "community=1e9",
        "light=blue",
        "place=999999999999999999",
    ],
)
def test_nonsense_in_an_address_is_no_error(cast: Any, query: str) -> None:
    fill(cast, 2)
    for login, page in (
        ("worker", "/desk/"),
        ("worker", "/orders/"),
        ("", "/orders/"),
        ("resident", "/mine/"),
        ("resident", "/orders/new"),
    ):
        assert cast.client(login).get(f"{page}?{query}").status_code == 200, page


def test_nothing_there_says_what_will_appear(cast: Any) -> None:
    assert "您点的单、接的单都会在这里" in cast.client("far_resident").get("/mine/").content.decode()
    assert "没有找到这样的单子" in cast.client("member2").get("/orders/?q=没有这回事").content.decode()
    assert "都办完了" in cast.client("far_worker").get("/desk/").content.decode()


def test_the_desk_shows_lights_plan_and_the_next_step(cast: Any) -> None:
    orders = fill(cast, 6)
    text = cast.client("worker").get(f"/desk/?order={orders[2].pk}").content.decode()
    assert re.search(r"超时 <b>2</b>", text)
    assert f'/desk/?place={cast.buildings[0].pk}"' in text and 'class="b b-late"' in text and 'class="here"' in text
    assert 'aria-current="true"' in text and 'accesskey="d"' in text
    late = cast.client("worker").get("/desk/?light=late").content.decode()
    assert "找到 2 单" in late
    fragment = cast.client("worker").get(f"/desk/?order={orders[1].pk}", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment and 'id="pane"' in fragment and 'id="plan"' in fragment
    gone = cast.client("worker").get("/desk/?order=999999")
    assert gone.status_code == 200 and "从左边选一单" in gone.content.decode()


@pytest.mark.parametrize(
    ("login", "status"),
    [("", 303), ("resident", 403), ("member2", 403), ("unit", 403), ("district", 403), ("worker", 200), ("secretary", 200)],
)
def test_only_dispatchers_sit_at_the_desk(cast: Any, login: str, status: int) -> None:
    assert cast.client(login).get("/desk/").status_code == status


def test_long_words_do_not_break_a_page(cast: Any) -> None:
    client = cast.client("resident")
    long = {"kind": "DEMAND", "category": "OTHER", "title": "长" * 60, "text": "W" * 2000, "spot": "远" * 60, "urgency": "4"}
    answer = client.post("/orders/new", long)
    assert answer.status_code == 303
    text = client.get(answer["Location"]).content.decode()
    assert "W" * 2000 in text and "长" * 60 in text
    script = client.post("/orders/new", {**long, "title": "<script>alert(1)</script>", "text": "\"'><img src=x>"})
    page = client.get(script["Location"]).content.decode()
    assert "<script>alert" not in page and "<img src=x>" not in page

"""Ever so many notes: nobody writes them by the hundred, and no page grows with them; the newest stand there, the others one link away."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from tests.cast import Cast
from zengyi.core import audit
from zengyi.core.errors import TooMany
from zengyi.core.models import Event
from zengyi.core.steps import action
from zengyi.orders import actions, queries

LONG = "坡道太陡，轮椅上不去。" * 45  # 495 characters


def browser(cast: Cast, name: str = "") -> Client:
    client = Client()
    if name:
        client.force_login(cast.users[name])
    return client


@action
def _noted(order_id: int, text: str, *, by: Any, at: datetime) -> None:
    audit.record("note", "order", order_id, by=by, at=at, community_id=by.community_id, reason=text)


def noted(cast: Cast, order: Any, number: int, at: datetime) -> None:
    """As many notes as whoever attacks had before they were counted."""
    for n in range(number):
        _noted(order.pk, f"第{n}句 {LONG}", by=cast.actor("resident"), at=at + timedelta(seconds=n))


@pytest.mark.parametrize(("who", "most"), [("resident", 30), ("worker", 200)])
def test_words_are_counted(cast: Cast, at: datetime, who: str, most: int) -> None:
    order, by = cast.claimed("member", "resident", at=at), cast.actor(who)
    for n in range(most):
        actions.note(order.pk, text=f"第 {n} 句", by=by, at=at)
    with pytest.raises(TooMany):
        actions.note(order.pk, text="再说一句", by=by, at=at)
    assert Event.objects.filter(verb="note", object_id=order.pk).count() == most
    actions.note(order.pk, text="另一个人说", by=cast.actor("member"), at=at)
    actions.note(order.pk, text="过后再说", by=by, at=at + timedelta(hours=2))


WHERE = (("resident", "/orders/{}/"), ("worker", "/orders/{}/"), ("worker", "/desk/?order={}"), ("resident", "/orders/{}/history"))


@pytest.mark.parametrize(("who", "path"), WHERE)
def test_a_page_does_not_grow_with_the_notes(cast: Cast, stopped: datetime, sql: Callable[[], Any], who: str, path: str) -> None:
    order, client = cast.claimed("member", "resident", at=stopped), browser(cast, who)
    client.get("/help/")
    sizes, counts = [], []
    for number in (1, 40, 160):
        noted(cast, order, number, stopped)
        with sql() as seen:
            answer = client.get(path.format(order.pk))
        assert answer.status_code == 200
        sizes.append(len(answer.content))
        counts.append(len(seen))
    assert len(set(counts)) == 1
    assert abs(sizes[2] - sizes[1]) < 1000
    assert sizes[2] < sizes[0] + 20 * 3 * len(LONG) + 20_000
    assert "第159句" in answer.content.decode()


def test_every_step_is_found_page_by_page(cast: Cast, stopped: datetime) -> None:
    order, client = cast.claimed("member", "resident", at=stopped), browser(cast, "resident")
    noted(cast, order, 50, stopped)
    steps = Event.objects.filter(object_type="order", object_id=order.pk).count()
    path, seen, pages = f"/orders/{order.pk}/history", [], 0
    while path:
        text = client.get(path).content.decode()
        titles = re.findall(r"<h3>([^<]*)</h3>", text)
        seen += re.findall(r"第(\d+)句", text)[::-1]
        pages += 1
        assert ("aria-current" in text) == (pages == 1)
        assert ("回到最新的经过" in text) == (pages > 1)
        earlier = re.search(r'href="(/orders/\d+/history\?before=\d+)"', text)
        path = earlier[1] if earlier else ""
    assert seen == [str(n) for n in reversed(range(50))]
    assert titles[0] == "点了这一单"
    assert pages == -(-steps // 20)


def test_who_reads_no_notes_finds_the_steps_behind_them(cast: Cast, stopped: datetime) -> None:
    order = cast.published(at=stopped)
    noted(cast, order, 60, stopped)
    history = queries.history(order.pk, by=cast.actor("member2"), at=stopped)
    assert [line.verb for line in history.lines] == ["place", "triage", "publish"]
    assert history.earlier is None
    text = browser(cast).get(f"/orders/{order.pk}/").content.decode()
    assert "点了这一单" in text and "句 坡道" not in text and "更早的经过" not in text


@pytest.mark.parametrize("odd", ["x", "-1", "0", "99999999999999999999", ""])
def test_an_odd_place_in_the_history_is_the_newest(cast: Cast, stopped: datetime, odd: str) -> None:
    order = cast.published(at=stopped)
    assert browser(cast).get(f"/orders/{order.pk}/history?before={odd}").status_code == 200

"""SQLite plans a statement once and then only runs it. It asks what it may read while it plans, and so tells when it does."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Any

import pytest
from django.db import connection

from tests.cast import AT, Cast
from zengyi.core.prepared import Statement
from zengyi.orders.queries import suggestions
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.databases("sqlite")]
ALLOWED = 0


def newly(run: Callable[[], Any]) -> int:
    """As :func:`again`, on a new connection."""
    connection.close()
    connection.ensure_connection()
    return again(connection.connection, run)


def again(opened: Any, run: Callable[[], Any]) -> int:
    """How much SQLite plans for ``run`` after it has run three times; the driver remembers what a connection was asked before."""
    asked: list[object] = []

    def ask(*what: object) -> int:
        asked.append(what)
        return ALLOWED

    opened.set_authorizer(ask)
    try:
        for _ in range(3):
            run()
        asked.clear()
        run()
        return len(asked)
    finally:
        opened.set_authorizer(None)


@pytest.mark.parametrize(("known", "plans_again"), [({}, False), ({"cached_statements": 128}, True)])
def test_the_statements_of_many_pages_and_steps_are_kept(known: dict[str, int], plans_again: bool) -> None:
    wrapper: Any = connection

    def run() -> None:
        for number in range(900):
            opened.execute(f"SELECT id, {number} FROM people_place WHERE id = ?", [1]).fetchall()

    with closing(wrapper.get_new_connection({**wrapper.get_connection_params(), **known})) as opened:
        assert bool(again(opened, run)) is plans_again


def test_what_waits_is_planned_once(cast: Cast) -> None:
    for name in ("worker", "member", "resident", "unit"):
        by = cast.actor(name)
        assert not newly(partial(waiting, sources(), by=by, at=AT, most=3)), name


def test_whom_to_propose_is_planned_once(cast: Cast) -> None:
    order = cast.published()
    by = cast.actor("worker")
    assert not newly(partial(suggestions, order.pk, by=by, at=AT))


def test_the_value_of_a_bare_limit_is_planned_for_each_time() -> None:
    """The loss: it took three times as long to find what waits."""
    for limit, plans_again in (("%(most)s", True), ("CAST(%(most)s AS bigint)", False)):
        statement = Statement("test_limit", f"SELECT id FROM people_place ORDER BY id LIMIT {limit}")
        assert bool(newly(partial(statement.run, most=3))) is plans_again

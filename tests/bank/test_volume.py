"""The pages of a book take the same statements for 10, 1,000 and 100,000 postings: account, board, quarter."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from tests.bank.test_quarters import AFTER, Q, published, step, year
from tests.cast import AT, Cast
from tests.orders.test_statements import counted
from tests.trust.ground import undone
from zengyi.bank.models import Account, Posting
from zengyi.core import clock

__all__ = ["year"]
MORE = (10, 990, 99_000)
# One statement for all: what each row costs on its way in is not what is asked here.
_MANY = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < %(more)s)
INSERT INTO bank_posting (community_id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, posted_at, reversed_kind)
SELECT %(community)s, 'BASE', %(debit)s, %(credit)s, 1, %(more)s || ':' || n, 'B02', '', %(day)s, %(at)s, '' FROM number
"""


def many(cast: Cast, more: int) -> None:
    """So many more postings of one member, dated into the quarter."""
    issue, base = Account.objects.get(kind="ISSUE"), Account.objects.get(kind="BASE", member=cast.members["member2"])
    stored = connection.ops.adapt_datetimefield_value
    values: dict[str, Any] = {
        "more": more,
        "community": cast.community.pk,
        "debit": issue.pk,
        "credit": base.pk,
        "day": AT.date(),
        "at": stored(AT),
    }
    with connection.cursor() as cursor:
        cursor.execute(_MANY, values)


def test_statements_do_not_grow_with_postings(year: Cast, sql: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: AFTER + timedelta(hours=1))
    base = Account.objects.get(kind="BASE", member=year.members["member2"])
    public = f"/bank/quarters/{year.community.pk}/{Q}/"
    desk = ("worker", f"/bank/closing/{Q}/")
    pages = [("member2", "/bank/"), ("member2", f"/bank/accounts/{base.pk}/"), ("", "/board/"), ("", "/"), desk]
    after = [("", public), ("member2", f"{public}members"), ("secretary", f"/bank/closing/{Q}/"), ("", "/board/")]
    clients = {name: Client() for name in ("", "member2", "worker", "secretary")}
    for name, client in clients.items():
        if name:
            client.force_login(year.users[name])
        client.get("/help/")
    counts: dict[tuple[str, str], list[int]] = {}

    def measure(asked: list[tuple[str, str]], state: str) -> None:
        for name, path in asked:
            counts.setdefault((state, path), []).append(counted(sql, partial(clients[name].get, path), 200))

    for more in MORE:
        many(year, more)
        measure(pages, "open")
        with undone():
            step(year, "tally", "worker")
            measure([desk], "tallied")
        with undone():
            published(year)
            measure(after, "published")
    assert Posting.objects.count() > 100_000
    assert not {asked: found for asked, found in counts.items() if len(set(found)) > 1 or found[0] > 14}, counts

"""How many statements the bank's pages and API take, everything counted: at most eight, and the same for 1, 10 and 100 rows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.bank.deeds import DAY, attested, filed
from tests.cast import AT
from tests.crowd import Crowd
from tests.orders.test_statements import LIST, SIZES, browser, counted, few, measured, the_same
from zengyi.bank import actions
from zengyi.bank.models import Posting, RollCall
from zengyi.bank.rules import token_of
from zengyi.people.models import Member

Sql = Callable[[], Any]


@pytest.fixture
def crowd(db: None, stopped: datetime) -> Crowd:
    return Crowd()


def latest(crowd: Crowd) -> int:
    """A roll-call with as many marks as there are rows."""
    marks = dict.fromkeys(Member.objects.filter(number__startswith="7").values_list("pk", flat=True), "PRESENT")
    day = crowd.base.opened_at.date()
    rule = ("B02", "B03", "B04")[RollCall.objects.exclude(rule="B01").count() % 3]
    return actions.propose_roll_call(crowd.branch.pk, rule, day, marks, by=crowd.actor("worker"), at=crowd.base.opened_at).pk


PAGES = [
    ("member2", "/bank/accounts/{base}/", 5),
    ("member2", "/bank/accounts/{gain}/?after=999999&kind=CONFIRM&quarter=2026Q4", 5),
    ("member2", "/bank/accounts/{base}/entries/{posting}/", 6),
    ("member2", "/bank/accounts/{base}/2026Q4.xlsx", 12),
    ("member2", "/bank/accounts/{gain}/2026Q4.pdf", 12),
    ("unit", "/bank/accounts/{unit}/", 5),
    ("worker", "/bank/accounts/{base}/", 5),
    ("worker", "/bank/roll-calls/", LIST),
    ("worker", "/bank/roll-calls/{call}/", LIST),
    ("secretary", "/bank/corrections/", LIST),
    ("worker", "/bank/roll-calls/new", LIST),
    ("member2", "/bank/deeds/", 4),
    ("member2", "/bank/deeds/?state=SUBMITTED&after=999999", 4),
    ("member2", "/bank/deeds/new", LIST),
    ("member2", "/bank/deeds/new?rule=V05", 5),
    ("worker", "/bank/deeds/new?rule=D01", 5),
    ("worker", "/bank/deeds/", 4),
    ("worker", "/bank/deeds/{deed}/", LIST),
    ("secretary", "/bank/deeds/{deed}/reject", 5),
    ("", "/vouch/{token}/", 3),
]  # fmt: skip
READS = [
    ("member2", "/bank/accounts/me", 4),
    ("unit", "/bank/accounts/me", 3),
    ("member2", "/bank/accounts/{base}/postings?size=100", 4),
    ("member2", "/bank/filings?size=100", 3),
    ("worker", "/bank/filings?size=100", 3),
    ("worker", "/bank/statements/{community}/2026Q4", 4),
    ("district", "/bank/statements/{community}/2026Q3", 4),
]  # fmt: skip


def test_pages_and_reads_of_the_api(crowd: Crowd, sql: Sql) -> None:
    waiting = filed(crowd, "member", rule="V15")
    token = token_of(actions.issue_link(waiting.pk, "3 幢陈阿姨", by=crowd.actor("worker"), at=AT).pk)

    def named() -> dict[str, Any]:
        accounts = {"base": crowd.base.pk, "gain": crowd.gain.pk, "unit": crowd.unit_gain.pk}
        posting = Posting.objects.filter(credit=crowd.base).order_by("pk").values_list("pk", flat=True)[0]
        here = {"community": crowd.community.pk, "call": latest(crowd), "posting": posting}
        return {**accounts, **here, "deed": waiting.pk, "token": token}

    few(measured(crowd, sql, PAGES, READS, named))


def test_a_roll_call_is_decided_in_the_same_few(crowd: Crowd, sql: Sql) -> None:
    secretary, counts = browser(crowd, "secretary"), []
    for more in SIZES:
        crowd.grow(more)
        path = f"/bank/roll-calls/{latest(crowd)}/"
        counts.append(counted(sql, lambda: decide(secretary, path), 303))  # noqa: B023
    the_same(counts, 14)


def decide(secretary: Client, path: str) -> Any:
    return secretary.post(path, {"approve": "1", "reason": "", "_key": str(uuid4())})


def test_a_deed_is_approved_in_the_same_few(crowd: Crowd, sql: Sql) -> None:
    """However many deeds stand under the rule already, and until the cap is full."""
    counts = []
    for n, more in enumerate(SIZES):
        crowd.grow(more)
        waiting = attested(crowd, "member", day=DAY - timedelta(days=n))
        counts.append(counted_step(sql, lambda: actions.approve_deed(waiting.pk, by=crowd.actor("secretary"), at=AT)))  # noqa: B023
    assert counts == [18, 18, 11], counts  # two of them ask who stands behind whose deeds; the third is beyond the cap


def counted_step(sql: Sql, run: Callable[[], object]) -> int:
    """How many statements an action takes."""
    with sql() as statements:
        run()
    return len(statements)

"""How many statements the pages of appraisals take, everything counted: the same for 1, 10 and 100 rows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from django.db import connection

from tests.bank.test_statements import counted_step
from tests.bank.years import HELD, MINUTES, YEAR
from tests.cast import AT
from tests.crowd import Crowd
from tests.orders.test_statements import SIZES, few, measured, the_same
from zengyi.bank.actions import appraisals as actions
from zengyi.bank.models import Appraisal
from zengyi.bank.rules.appraisals import Verdict
from zengyi.people import queries as people

Sql = Callable[[], Any]


@pytest.fixture
def crowd(db: None, stopped: datetime) -> Crowd:
    return Crowd()


def decided(crowd: Crowd) -> Appraisal:
    """A decision about everybody there is in the branch by now, instead of the one before it."""
    found = {one.id: Verdict("DEFERRED", "明年再评", present=True) for one in people.branch_roster(crowd.branch.pk)}
    waiting = Appraisal.objects.filter(state="PROPOSED").values_list("pk", flat=True)
    for pk in waiting:
        actions.decide_appraisal(pk, False, reason="再看一遍", by=crowd.actor("secretary"), at=AT)
    return actions.propose_appraisal(crowd.branch.pk, YEAR, HELD, MINUTES, found, by=crowd.actor("worker"), at=AT)


PAGES = [
    ("worker", "/bank/appraisals/", 6),
    ("worker", "/bank/appraisals/new?branch={branch}&year=2026", 17),
    ("worker", "/bank/appraisals/sheet.xlsx?branch={branch}&year=2026", 16),
    ("worker", "/bank/appraisals/{appraisal}/", 7),
    ("secretary", "/bank/appraisals/{appraisal}/", 6),
    ("worker", "/bank/appraisals/{appraisal}/table.xlsx", 5),
    ("member2", "/bank/appraisals/", 14),
]  # fmt: skip


def test_pages(crowd: Crowd, sql: Sql) -> None:
    few(measured(crowd, sql, PAGES, [], lambda: {"branch": crowd.branch.pk, "appraisal": decided(crowd).pk}))


def test_a_year_is_put_down_and_decided_in_the_same_few(crowd: Crowd, sql: Sql) -> None:
    put, looked_at = [], []
    for more in SIZES:
        crowd.grow(more)
        put.append(counted_step(sql, lambda: decided(crowd)))
        pk = Appraisal.objects.latest("pk").pk
        by = crowd.actor("secretary")
        looked_at.append(counted_step(sql, lambda: actions.decide_appraisal(pk, False, reason="再看一遍", by=by, at=AT)))  # noqa: B023
    # SQLite takes so many values in one statement: of a line's 14 columns, 71 members.
    the_same([*put[:2], put[2] - (len(people.branch_roster(crowd.branch.pk)) > 71 and connection.vendor == "sqlite")], 22)
    the_same(looked_at, 10)

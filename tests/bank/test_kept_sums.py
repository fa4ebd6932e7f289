"""Sums kept by week and counts kept of ended orders: always what there is, whoever writes at once, and the check sees when they are not."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from importlib import resources
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.db.models import F
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import AT, Cast
from zengyi.bank import queries as bank
from zengyi.bank.models import Account, Posting, WeekSum
from zengyi.core import sql
from zengyi.orders import queries as orders
from zengyi.orders.models import EndedSum, Order

THREADS, EACH = 4, 5
Run = Callable[[Any, str], None]


def weeks_wrong() -> list[str]:
    """What the check says of the sums by week; these tests post by hand, so balances are not what they look at."""
    return [problem for problem in bank.check_ledger().problems if "week" in problem]


def run_script(package: str, name: str) -> None:
    """Run a migration's script again."""
    vendor = "pg" if connection.vendor == "postgresql" else "sqlite"
    text = resources.files(package).joinpath("sql", f"{name}.{vendor}.sql").read_text()
    with connection.cursor() as cursor:
        for statement in [text] if vendor == "pg" else sql.statements(text):
            cursor.execute(statement)


def test_the_check_sees_sums_that_were_changed(cast: Cast) -> None:
    cast.triaged("resident", difficulty=5)
    assert weeks_wrong() == []
    WeekSum.objects.update(added=F("added") + 1)
    assert len(weeks_wrong()) == 1 and "6 new points are kept, the postings give 5" in weeks_wrong()[0]
    WeekSum.objects.all().delete()
    assert "0 new points are kept" in weeks_wrong()[0]
    run_script("zengyi.bank", "week_sums_fill")
    assert weeks_wrong() == []


def test_the_check_sees_counts_that_were_changed(cast: Cast) -> None:
    order = cast.delivered()
    Order.objects.filter(pk=order.pk).update(state="CONFIRMED", outcome="HELPED", ended_at=AT)
    assert orders.check_ended().problems == []
    EndedSum.objects.update(claimed=F("claimed") + 1, waited=F("waited") - 1)
    assert [problem.split(": ")[1] for problem in orders.check_ended().problems] == [
        "claimed is kept as 2, counted as 1",
        "waited is kept as -1, counted as 0",
    ]
    run_script("zengyi.orders", "ended_sums_fill")
    assert orders.check_ended().problems == []


@pytest.mark.parametrize("trigger", ["keep_week_sums", "keep_ended_sums_enter", "keep_ended_sums_leave"])
def test_the_check_sees_that_a_trigger_is_gone(cast: Cast, trigger: str) -> None:
    table = "bank_posting" if trigger == "keep_week_sums" else "orders_order"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {trigger}{f' ON {table}' if connection.vendor == 'postgresql' else ''}")
        problems = bank.check_ledger().problems + orders.check_ended().problems
        transaction.set_rollback(True)
    assert len(problems) == 1 and "trigger" in problems[0] and table in problems[0]


@pytest.mark.parametrize("quarter", [date(2024, 1, 1), date(2025, 4, 1), date(2026, 7, 1), date(2026, 10, 1)])
def test_each_day_falls_into_its_week(cast: Cast, quarter: date) -> None:
    """Leap years and quarters of 90, 91 and 92 days: each day's posting lies in the week that a calendar would say."""
    issue = Account.objects.create(kind="ISSUE", community=cast.community, opened_at=AT)
    account = Account.objects.create(kind="DIFFICULTY", community=cast.community, opened_at=AT)
    days = [quarter + timedelta(days=n) for n in range(-1, 93)]
    Posting.objects.bulk_create(
        Posting(
            community=cast.community, kind="TRIAGE", debit=issue, credit=account, points=1 + n, key=f"t:{n}", occurred_on=day, posted_at=AT
        )
        for n, day in enumerate(days)
    )
    kept = {row.week: row.added for row in WeekSum.objects.all()}
    first_week = [1 + n for n, day in enumerate(days) if quarter <= day < quarter + timedelta(days=7)]
    assert kept[quarter] == sum(first_week) == sum(range(2, 9))
    assert all((week - quarter).days % 7 == 0 for week in kept if quarter <= week <= quarter + timedelta(days=88))
    assert sum(kept.values()) == sum(range(1, len(days) + 1)) and weeks_wrong() == []


MOMENTS = st.none() | st.datetimes(datetime(2025, 6, 1), datetime(2026, 6, 1), timezones=st.just(UTC))
CHANGE = st.fixed_dictionaries(
    {
        "what": st.sampled_from(["end", "end", "reopen", "edit", "delete"]),
        "which": st.integers(0, 5),
        "placed_at": st.datetimes(datetime(2025, 6, 1), datetime(2026, 6, 1), timezones=st.just(UTC)),
        "triaged_at": MOMENTS,
        "published_at": MOMENTS,
        "claimed_at": MOMENTS,
        "delivered_at": MOMENTS,
        "confirmed": st.booleans(),
        "elsewhere": st.booleans(),
    }
)


@pytest.fixture
def shared(cast: Cast) -> Cast:
    """The cast, for examples that are rolled back one by one."""
    return cast


@settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(st.lists(CHANGE, min_size=1, max_size=8))
def test_whatever_happens_to_orders_they_are_counted(shared: Cast, changes: list[dict[str, Any]]) -> None:
    """Steps only end orders; a repair by hand may do anything."""
    block = transaction.atomic()
    block._from_testcase = True  # type: ignore[attr-defined]
    with block:
        found = [shared.place("resident", title=f"第 {n} 件").pk for n in range(6)]
        for number, change in enumerate(changes):
            row, what = Order.objects.filter(pk=found[change.pop("which")]), change.pop("what")
            where = shared.elsewhere if change.pop("elsewhere") else shared.community
            state = "CONFIRMED" if change.pop("confirmed") else "CLOSED"
            ended = {"state": state, "outcome": "HELPED", "ended_at": AT} if what == "end" else {}
            ended = {"state": "PLACED", "outcome": "", "ended_at": None} if what == "reopen" else ended
            if what == "delete":
                row._raw_delete(row.db)
            else:
                row.update(**change, **ended, community=where, sequence=1000 + number)
            assert orders.check_ended().problems == []
        transaction.set_rollback(True)


# How it would go wrong: who reads the sum, and writes it back a moment later, loses what was added between. The lock is the moment.
_LOSES = """
CREATE OR REPLACE FUNCTION keep_week_sums() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE had bigint;
BEGIN
  SELECT added INTO had FROM bank_weeksum WHERE community_id = NEW.community_id LIMIT 1;
  PERFORM pg_advisory_xact_lock_shared(7);
  UPDATE bank_weeksum SET added = had + NEW.points WHERE community_id = NEW.community_id;
  RETURN NULL;
END;
$$
"""
# And who keeps one row for all waits for everybody, and two who meet in another order wait for each other.
_WAITS = """
CREATE OR REPLACE FUNCTION keep_week_sums() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE bank_weeksum SET added = added + NEW.points WHERE community_id = NEW.community_id;
  RETURN NULL;
END;
$$
"""


@contextmanager
def twin(function: str) -> Iterator[None]:
    """With another function in the trigger's place."""
    with connection.cursor() as cursor:
        cursor.execute(function)
    try:
        yield
    finally:
        whole = resources.files("zengyi.bank").joinpath("sql", "week_sums.pg.sql").read_text()
        with connection.cursor() as cursor:
            cursor.execute(whole[: whole.index("CREATE TRIGGER")])


class Books:
    """Two communities with a difficulty each, committed, so that every connection sees them."""

    def __init__(self, cast: Cast) -> None:
        self.accounts = {}
        for community in (cast.community, cast.elsewhere):
            issue = Account.objects.create(kind="ISSUE", community=community, opened_at=AT)
            account = Account.objects.create(kind="DIFFICULTY", community=community, opened_at=AT)
            self.accounts[community.pk] = (issue.pk, account.pk)
        self.here, self.away = self.accounts

    def post(self, database: Any, community: int, key: str) -> None:
        """One posting, by one statement on that connection."""
        values = [community, *self.accounts[community], key, AT]
        with database.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bank_posting (community_id, kind, debit_id, credit_id, points, key, rule, memo, occurred_on, posted_at) "
                "VALUES (%s, 'TRIAGE', %s, %s, 3, %s, '', '', '2026-10-02', %s)",
                values,
            )


@contextmanager
def opened() -> Iterator[Any]:
    """A second connection to the same database, with a transaction of its own that is rolled back unless somebody commits it."""
    other = connection.copy()
    other.set_autocommit(False)
    with other.cursor() as cursor:
        cursor.execute("SET lock_timeout = '500ms'")
    try:
        yield other
    finally:
        other.rollback()
        other.close()


@pytest.fixture
def books(transactional_db: None, cast: Cast) -> Books:
    """Books that are committed."""
    return Books(cast)


def rush(books: Books) -> None:
    """Several threads post into the same week at once, each posting a transaction."""
    barrier = threading.Barrier(THREADS)

    def run(name: int) -> None:
        barrier.wait()
        try:
            for number in range(EACH):
                books.post(connection, books.here, f"r:{name}:{number}")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[name]) for name in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_nothing_is_lost_when_many_post_at_once(books: Books) -> None:
    rush(books)
    assert weeks_wrong() == [] and sum(row.added for row in WeekSum.objects.all()) == 3 * THREADS * EACH


@pytest.mark.databases("postgres")
def test_a_sum_that_is_read_and_written_back_loses_some(books: Books) -> None:
    books.post(connection, books.here, "first")
    with twin(_LOSES), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(7)")
        threads = [threading.Thread(target=post_alone, args=[books, name]) for name in ("one", "two")]
        for thread in threads:
            thread.start()
        waiting, until = 0, time.monotonic() + 30
        while waiting < len(threads) and time.monotonic() < until:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            (waiting,) = cursor.fetchone()
        cursor.execute("SELECT pg_advisory_unlock(7)")
        for thread in threads:
            thread.join()
    assert Posting.objects.count() == 3 and "6 new points are kept, the postings give 9" in weeks_wrong()[0]


def post_alone(books: Books, key: str) -> None:
    """One posting by a thread."""
    try:
        books.post(connection, books.here, key)
    finally:
        connection.close()


def both(books: Books) -> None:
    """Two transactions post into the same two weeks, in opposite orders, while both are open."""
    with opened() as one, opened() as other:
        books.post(one, books.here, "1")
        books.post(other, books.away, "2")
        books.post(one, books.away, "3")
        books.post(other, books.here, "4")
        one.commit()
        other.commit()


@pytest.mark.databases("postgres")
def test_nobody_waits_for_a_sum(books: Books) -> None:
    books.post(connection, books.here, "first")
    books.post(connection, books.away, "second")
    both(books)
    assert weeks_wrong() == [] and sum(row.added for row in WeekSum.objects.all()) == 3 * 6
    parts = WeekSum.objects.count()
    for number in range(5):  # rows that nobody holds are used again
        books.post(connection, books.here, f"later:{number}")
    assert WeekSum.objects.count() == parts <= 4 and weeks_wrong() == []


@pytest.mark.databases("postgres")
def test_with_one_row_for_all_they_would_wait_for_each_other(books: Books) -> None:
    books.post(connection, books.here, "first")
    books.post(connection, books.away, "second")
    with twin(_WAITS), pytest.raises(OperationalError, match=r"lock timeout|deadlock"):
        both(books)


def test_what_is_rolled_back_is_not_kept(books: Books) -> None:
    books.post(connection, books.here, "stays")
    with transaction.atomic():
        books.post(connection, books.here, "goes")
        transaction.set_rollback(True)
    assert weeks_wrong() == [] and sum(row.added for row in WeekSum.objects.all()) == 3

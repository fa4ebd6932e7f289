"""Prepared statements: their values, their constants, their types, and what a rollback or a new connection does to them."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Value

from tests.core.steps_for_tests import count_one
from zengyi.core.models import Event, IdempotencyKey
from zengyi.core.prepared import Query, Statement

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def keys(owner: int, until: datetime, fingerprint: bytes) -> Any:
    rows = IdempotencyKey.objects.filter(status=owner, created_at__lte=until, fingerprint=fingerprint, key__contains="100%", owner="it's")
    return rows.annotate(doubled=F("status") * Value(2)).order_by("pk").values("key", "created_at", "fingerprint", "doubled")


def key(name: str, status: int = 201, at: datetime = AT) -> None:
    IdempotencyKey.objects.create(owner="it's", key=name, fingerprint=b"f" * 32, status=status, answer="{}", created_at=at)


@pytest.fixture
def query(request: pytest.FixtureRequest) -> Query:
    """A new query for each test, because a query keeps its SQL once it is built."""
    return Query(f"test_{abs(hash(request.node.name))}", keys, owner=32_749, until=datetime(1921, 7, 1, tzinfo=UTC), fingerprint=b"sample")


def test_a_query_gives_what_django_gives(db: None, query: Query) -> None:
    key("100% sure")
    key("later 100%", at=AT + timedelta(seconds=1))
    key("100% other", status=200)
    key("sure")
    for status, until in ((201, AT), (201, AT + timedelta(days=1)), (200, AT), (404, AT)):
        found = query.rows(owner=status, until=until, fingerprint=b"f" * 32)
        wanted = list(keys(status, until, b"f" * 32))
        for rows in (found, wanted):
            for row in rows:
                row["fingerprint"] = bytes(row["fingerprint"])
        assert found == wanted
    assert query.rows(owner=201, until=AT, fingerprint=b"g" * 32) == []


def test_a_query_takes_no_value_that_is_neither_constant_nor_sample(db: None) -> None:
    wrong = Query("test_wrong", lambda owner: keys(owner, AT, b"f"), owner=5)
    with pytest.raises(TypeError, match="not a constant"):
        wrong.rows(owner=5)


def test_a_value_is_never_part_of_the_sql(db: None) -> None:
    statement = Statement("test_text", "SELECT COUNT(*) FROM core_idempotencykey WHERE key = %(key)s OR owner = %(key)s OR '100%%' = 'no'")
    key("x' OR 'a' = 'a")
    with statement.run(key="x' OR 'a' = 'a") as cursor:
        assert cursor.fetchone()[0] == 1
    with statement.run(key="%(key)s'; DROP TABLE core_idempotencykey; --") as cursor:
        assert cursor.fetchone()[0] == 0


@pytest.mark.django_db(transaction=True)
def test_rollbacks_and_new_connections() -> None:
    for _ in range(2):
        count_one()
        with pytest.raises(RuntimeError, match="undone"), transaction.atomic():
            Event.objects.exists()
            raise RuntimeError("undone")
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT COUNT(*) FROM pg_prepared_statements WHERE name = 'core_record'")
                assert cursor.fetchone()[0] == 1
        count_one()
        connection.close()
    assert Event.objects.count() == 4


@pytest.mark.django_db(transaction=True)
def test_a_query_holds_its_rows() -> None:
    """On PostgreSQL nobody else can change them until the transaction ends; on SQLite nobody else can write at all."""
    if connection.vendor != "postgresql":
        assert not Query("test_plain", keys, hold="core_idempotencykey", owner=5, until=AT, fingerprint=b"f")._write()[0].text.count("FOR ")
        return
    key("100% held")
    holding = Query(
        "test_hold", keys, hold="core_idempotencykey", owner=32_749, until=datetime(1921, 7, 1, tzinfo=UTC), fingerprint=b"sample"
    )

    def free() -> int:
        try:
            with transaction.atomic():
                return len(IdempotencyKey.objects.select_for_update(skip_locked=True))
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as elsewhere:
        with transaction.atomic():
            assert len(holding.rows(owner=201, until=AT, fingerprint=b"f" * 32)) == 1
            assert elsewhere.submit(free).result() == 0
        assert elsewhere.submit(free).result() == 1

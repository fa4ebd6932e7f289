"""Set-up for the ground floor's own tests, until the suite's stands."""

import os
from collections.abc import Iterator
from typing import Any

import pytest

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zengyi.project.settings")
os.environ.setdefault("ZENGYI_VAR", "/tmp/core-var")
os.environ.setdefault("ZENGYI_TEST_SQLITE", "/tmp/core-var/test.sqlite3")


@pytest.fixture(autouse=True, scope="session")
def flushable(django_db_setup: None) -> Iterator[None]:
    from django.db import connection

    ops = type(connection.ops)
    old = ops.execute_sql_flush

    def flush(self: Any, statements: list[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'refuse_%'")
            triggers = cursor.fetchall()
            for name, _ in triggers:
                cursor.execute(f"DROP TRIGGER {name}")
            old(self, statements)
            for _, text in triggers:
                cursor.execute(text)

    def flush_pg(self: Any, statements: list[str]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            old(self, statements)
            cursor.execute("SET session_replication_role = DEFAULT")

    ops.execute_sql_flush = flush if connection.vendor == "sqlite" else flush_pg
    yield

"""The suite's databases: migrated once for all workers, cloned for each, and emptied of what a test has written.

A real server or a second connection sees only what is committed, so some tests commit; what they leave is deleted table by
table, where there is anything. The tables that a migration fills stay as they are.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TestCase, TransactionTestCase

from zengyi.core import capture

#: Filled by the migrations, and by nobody else.
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
TEMPLATE = "zengyi_template"


@contextmanager
def worker() -> Iterator[None]:
    """A migrated, empty database of this worker's own in the place of the one the settings name."""
    with clone(os.environ.get("PYTEST_XDIST_WORKER", "main")):
        yield


@contextmanager
def clone(name: str) -> Iterator[None]:
    """A copy of the migrated, empty database in the place of the one in use; removed afterwards."""
    kept = connection.settings_dict["NAME"]
    template = _template()
    if connection.vendor == "sqlite":
        copy = str(_folder() / f"{name}-{os.getpid()}.sqlite3")
        shutil.copyfile(template, copy)
    else:
        copy = f"zengyi_{name}_{os.getpid()}"
        _administer(f'CREATE DATABASE "{copy}" TEMPLATE "{template}"')
    _use(copy)
    try:
        yield
    finally:
        _use(kept)
        if connection.vendor == "sqlite":
            for rest in ("", "-wal", "-shm"):
                Path(copy + rest).unlink(missing_ok=True)
        else:
            _administer(f'DROP DATABASE IF EXISTS "{copy}" WITH (FORCE)')


def empty(*_test_case: object) -> None:
    """Delete every row that was written, also where the product refuses it."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM \"{table}\")" for table in _tables()))
        touched = [table for (table,) in cursor.fetchall()]
        if not touched:
            return
        guards: list[tuple[str, str]] = []
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger' AND (name LIKE 'refuse_%' OR name LIKE 'keep_%')"
            )
            guards = [(name, text) for name, text, table in cursor.fetchall() if table in touched]
            for name, _text in guards:
                cursor.execute(f'DROP TRIGGER "{name}"')
        else:
            # No trigger fires then. DELETE, as TRUNCATE would wait for everybody who has the table open.
            cursor.execute("SET LOCAL session_replication_role = replica")
        for table in touched:
            cursor.execute(f'DELETE FROM "{table}"')
        for _name, text in guards:
            cursor.execute(text)


def install() -> None:
    """Change two habits of Django's test cases.

    Those that commit empty the database in the way above, not by flushing and filling it anew. The others begin with the triggers of
    the trail in place: made inside the test's transaction, SQLite would lose them with it, so every single step made them again.
    """
    committing: Any = TransactionTestCase
    committing._fixture_teardown = empty
    case: Any = TestCase
    begin = case._enter_atomics.__func__

    def listen_and_begin(cls: object) -> object:
        capture.listen()
        return begin(cls)

    case._enter_atomics = classmethod(listen_and_begin)


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)


def _template() -> str:
    """The migrated database, made by whoever needs it first."""
    made = _folder() / "template"
    with (_folder() / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _migrate()
            made.touch()
    return str(_folder() / f"{TEMPLATE}.sqlite3") if connection.vendor == "sqlite" else TEMPLATE


def _migrate() -> None:
    kept = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        _use(str(_folder() / f"{TEMPLATE}.sqlite3"))
    else:
        _administer(f'CREATE DATABASE "{TEMPLATE}"')
        _use(TEMPLATE)
    call_command("migrate", verbosity=0, interactive=False)
    _use(kept)


def _use(name: str) -> None:
    connection.close()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _folder() -> Path:
    """The folder of this run, the same for all its workers."""
    return Path(os.environ["ZENGYI_VAR"])


def _administer(*statements: str) -> None:
    wrapper: Any = connection
    with wrapper._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

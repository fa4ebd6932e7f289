"""The suite's databases: migrated once for all workers, cloned for each, and emptied of what a test has written.

A real server or a second connection sees only what is committed, so some tests commit; what they leave is deleted table by
table, where there is anything. The tables that a migration fills stay as they are.

Migrating costs some seconds of a core, so what it makes is kept under ``var/tests`` for the next run, until something changes on
which it depends (:func:`digest`).
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import TestCase, TransactionTestCase

from benchmarks import postgres
from zengyi.core import capture

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src/zengyi"
KEEP = ROOT / "var/tests"
#: Parts of a package from which no migration takes anything, nor what runs after the migrations (the trail's triggers).
OF_NO_TABLE = frozenset(
    "actions queries pages api forms templates templatetags static locale paper waiting demo command develop __pycache__".split()
)
#: How many are kept: two databases, on two branches.
KEPT_MOST = 4
#: Filled by the migrations, and by nobody else.
KEPT = frozenset({"django_migrations", "django_content_type", "auth_permission"})
TEMPLATE = "zengyi_template"
BLOATED = 300_000


@contextmanager
def worker() -> Iterator[None]:
    """A migrated, empty database of this worker's own in the place of the one the settings name."""
    with clone(os.environ.get("PYTEST_XDIST_WORKER", "main")):
        yield


def migrated() -> Path:
    """A file from which others can make the migrated, empty database: SQLite's own, or what ``pg_dump`` wrote."""
    _template()
    return _folder() / f"{TEMPLATE}.{'sqlite3' if connection.vendor == 'sqlite' else 'sql'}"


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


def sweep() -> None:
    """Vacuum the tables that tests left bloated with rows rolled back: before :data:`BLOATED` bytes it is not worth the time.

    On the server of the tests that harm nothing (``benchmarks/postgres.py``) nobody else does. PostgreSQL's own vacuum would come while
    a test has rows that are not committed, and find the table empty but not small: every plan would then be made for one row, and a
    list of 160 orders took 0.2 s instead of 3 ms.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relname = ANY(%s) AND pg_relation_size(oid) > %s", [_tables(), BLOATED]
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'VACUUM "{table}"')


def install() -> None:
    """Change three habits of Django's.

    Test cases that commit empty the database in the way above, not by flushing and filling it anew. The others begin with the triggers
    of the trail in place: made inside the test's transaction, SQLite would lose them with it, so every single step made them again.

    Every step of theirs is a savepoint, three statements with a name that no other has: they push out of the driver's memory those
    that come again. Named after how deep they lie, they come again too.
    """
    committing: Any = TransactionTestCase
    committing._fixture_teardown = empty
    case: Any = TestCase
    begin = case._enter_atomics.__func__

    def listen_and_begin(cls: object) -> object:
        capture.listen()
        return begin(cls)

    case._enter_atomics = classmethod(listen_and_begin)
    wrapper: Any = BaseDatabaseWrapper
    named = wrapper.savepoint

    def by_depth(self: Any) -> object:
        self.savepoint_state = len(self.savepoint_ids)
        return named(self)

    wrapper.savepoint = by_depth


@cache
def _tables() -> list[str]:
    return sorted(set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT)


def digest(source: Path = SOURCE) -> str:
    """Tells whether two migrated databases are the same: of all from which one is made, and of what makes it."""
    files = sorted(path for path in source.rglob("*") if path.is_file() and not OF_NO_TABLE & set(path.relative_to(source).parts))
    told = hashlib.sha256(f"{django.VERSION} {_maker()}".encode())
    for path in files:
        told.update(f"{path.relative_to(source)} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return told.hexdigest()[:16]


def _maker() -> str:
    if connection.vendor == "sqlite":
        wrapper: Any = connection
        return str(wrapper.Database.sqlite_version)
    return str(postgres.programs())


def _template() -> str:
    """The migrated database, made by whoever needs it first."""
    made = _folder() / "template"
    with (_folder() / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make()
            made.touch()
    return str(_folder() / f"{TEMPLATE}.sqlite3") if connection.vendor == "sqlite" else TEMPLATE


def _make() -> None:
    """From the one that an earlier run has kept, or by migrating, and then it is kept."""
    kept = KEEP / f"{connection.vendor}-{digest()}"
    if connection.vendor == "sqlite":
        target = _folder() / f"{TEMPLATE}.sqlite3"
        if kept.exists():
            shutil.copyfile(kept, target)
        else:
            _migrate(str(target))
            _keep(kept, target.read_bytes())
        return
    _administer(f'CREATE DATABASE "{TEMPLATE}"')
    if kept.exists():
        content = kept.read_bytes()
        _run("psql", "--quiet", "--no-psqlrc", "--single-transaction", "--set=ON_ERROR_STOP=1", given=content)
    else:
        _migrate(TEMPLATE)
        content = _run("pg_dump")
        _keep(kept, content)
    (_folder() / f"{TEMPLATE}.sql").write_bytes(content)


def _migrate(name: str) -> None:
    before = connection.settings_dict["NAME"]
    _use(name)
    call_command("migrate", verbosity=0, interactive=False)
    _use(before)


def _keep(kept: Path, content: bytes) -> None:
    """Keep it, whole at once, for other runs may begin meanwhile; and throw away those that nobody has used for the longest time."""
    KEEP.mkdir(parents=True, exist_ok=True)
    written = kept.with_suffix(f".{os.getpid()}")
    written.write_bytes(content)
    written.replace(kept)
    for old in sorted(KEEP.glob("*-*"), key=lambda path: path.stat().st_mtime, reverse=True)[KEPT_MOST:]:
        old.unlink(missing_ok=True)


def _run(program: str, *options: str, given: bytes = b"") -> bytes:
    """One of PostgreSQL's own programs, on the template."""
    at = connection.settings_dict
    where = [f"--host={at['HOST']}", f"--port={at['PORT']}", f"--username={at['USER']}", f"--dbname={TEMPLATE}"]
    return subprocess.run([postgres.programs() / program, *where, *options], input=given, stdout=subprocess.PIPE, check=True).stdout


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

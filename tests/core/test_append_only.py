"""Events and seals cannot be changed by any verb of SQL."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError, connection, transaction

from tests.core.steps_for_tests import AT, count_one
from zengyi.core import sealing, sql, verifying
from zengyi.core.models import Event, Seal

pytestmark = pytest.mark.django_db(transaction=True)

TABLES = ("core_event", "core_seal", "core_sealedevent")


def run(statement: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def verbs(table: str) -> list[str]:
    common = [f"UPDATE {table} SET id = id + 1000", f"DELETE FROM {table}"]
    if connection.vendor == "postgresql":
        return [
            *common,
            f"TRUNCATE {table} CASCADE",
            f"INSERT INTO {table} SELECT * FROM {table} ON CONFLICT (id) DO UPDATE SET id = excluded.id",
            f"WITH gone AS (DELETE FROM {table} RETURNING id) SELECT * FROM gone",
        ]
    return [
        *common,
        f"UPDATE OR IGNORE {table} SET id = id + 1000",
        f"UPDATE OR REPLACE {table} SET id = id",
        f"REPLACE INTO {table} SELECT * FROM {table}",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        f"INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT (id) DO UPDATE SET id = excluded.id",
    ]


@pytest.mark.parametrize("table", TABLES)
def test_every_verb_is_refused(table: str) -> None:
    count_one()
    sealing.seal(AT)
    for statement in verbs(table):
        with pytest.raises(IntegrityError, match="append-only"):
            run(statement)
    assert verifying.verify().ok
    assert (Event.objects.count(), Seal.objects.count()) == (1, 1)


def test_the_orm_is_refused_too() -> None:
    event = Event.objects.get(pk=count_one())
    event.verb = "other"
    changes: list[Callable[[], object]] = [event.save, event.delete, lambda: Event.objects.update(verb="other")]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_without_recursive_triggers_replace_would_slip_past() -> None:
    """The broken twin: without the setting, REPLACE deletes events."""
    if connection.vendor != "sqlite":
        return
    count_one()
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA recursive_triggers=OFF")
        try:
            cursor.execute("INSERT OR REPLACE INTO core_event SELECT * FROM core_event")
        finally:
            cursor.execute("PRAGMA recursive_triggers=ON")


def test_a_missing_guard_is_seen() -> None:
    assert sql.unguarded(*TABLES) == []
    on = " ON core_seal" if connection.vendor == "postgresql" else ""
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        run(f"DROP TRIGGER refuse_delete_on_core_seal{on}")
        assert sql.unguarded(*TABLES) == ["core_seal"]
        assert not verifying.verify().ok
        raise ZeroDivisionError
    assert sql.unguarded(*TABLES) == []


def test_scripts_are_cut_between_statements_only() -> None:
    script = "CREATE TABLE a (b);\n\nCREATE TRIGGER c AFTER INSERT ON a\nBEGIN\n  SELECT 1;\n  SELECT ';';\nEND;\nSELECT 1;\n"
    assert [s.split()[0:2] for s in sql.statements(script)] == [["CREATE", "TABLE"], ["CREATE", "TRIGGER"], ["SELECT", "1;"]]
    with pytest.raises(ValueError):
        list(sql.statements("SELECT 1"))

"""Migrations that fill columns do so where there are rows, and make no models for an empty database."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.state import ProjectState

from tests.cast import Cast
from zengyi.core import sql

EMPTY, WITH_ROWS = "core_idempotencykey", "people_place"


@pytest.mark.parametrize(("tables", "filled"), [([EMPTY], 0), ([WITH_ROWS], 1), ([EMPTY, WITH_ROWS], 1)])
def test_filled_once_from_rows_and_never_from_nothing(cast: Cast, tables: list[str], filled: int) -> None:
    told: list[Any] = []
    editor: Any = SimpleNamespace(connection=connection, quote_name=connection.ops.quote_name)
    state = ProjectState()
    sql.Fill(lambda apps, editor: told.append(apps), *tables).database_forwards("core", editor, state, state)
    assert len(told) == filled
    assert ("apps" in state.__dict__) == bool(filled)

"""A database from before a release: what it has not got yet does not keep the release from sealing what is there, and being installed."""

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection

from tests.cast import AT
from zengyi.core import capture, sealing
from zengyi.core.models import Seal
from zengyi.core.tracking import tables

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def older(db: None, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The database as an older release left it: a table that the code declares is not there."""
    declared = tables()
    new = replace(next(iter(declared.values())), name="people_not_yet")
    monkeypatch.setattr(capture, "tables", lambda: {**declared, new.name: new})
    wrapper: Any = connection
    wrapper.zengyi_listens = None
    yield wrapper
    monkeypatch.undo()
    wrapper.zengyi_listens = None


def triggers(wrapper: Any) -> set[str]:
    """SQLite listens by triggers of the connection; on PostgreSQL ``install`` leaves out what is missing."""
    return {name for (name,) in wrapper.connection.execute("SELECT name FROM sqlite_temp_master WHERE type = 'trigger'")}


def test_events_are_sealed_before_the_new_tables_are_made(older: Any, cast: Any) -> None:
    order = cast.place("resident")
    older.zengyi_listens = None
    before = Seal.objects.count()
    sealing.seal(AT)
    assert order.pk and Seal.objects.count() >= before
    assert "trail_of_people_person_insert" in triggers(older) and not any("not_yet" in name for name in triggers(older))


def test_it_goes_on_listening_until_everything_is_there(older: Any) -> None:
    capture.listen()
    assert older.zengyi_listens is None

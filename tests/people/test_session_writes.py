"""A session that cannot be written: pages that read are served, what writes is refused with its sentence, nobody gets a 400."""

import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from tests.cast import Cast
from zengyi.core import clock
from zengyi.people.models import Session
from zengyi.people.rules.sessions import SEEN, SEEN_EVERY, stamp

READS = ("/desk/", "/orders/", "/people/members/", "/me/", "/help/")


@pytest.fixture
def worker(db: None, cast: Cast, stopped: datetime, monkeypatch: pytest.MonkeyPatch) -> Client:
    """A worker's browser, whose next page would write when it was last seen."""
    client = Client(raise_request_exception=False)
    client.force_login(cast.users["worker"])
    assert client.get("/help/").status_code == 200
    monkeypatch.setattr(clock, "now", lambda: stopped + SEEN_EVERY)
    return client


def failing(error: DatabaseError) -> Any:
    """Django's way to write a session, on a database that answers so."""

    def save(_self: Any, must_create: bool = False) -> None:
        try:
            raise error
        except DatabaseError:
            raise UpdateError  # noqa: B904  as Django does

    return save


ERRORS = (OperationalError("database is locked"), OperationalError("No space left on device"), DatabaseError("database or disk is full"))


@pytest.mark.parametrize("error", ERRORS)
def test_staff_reads_on(worker: Client, monkeypatch: pytest.MonkeyPatch, error: DatabaseError, stopped: datetime) -> None:
    monkeypatch.setattr(SessionStore, "save", failing(error))
    assert {path: worker.get(path).status_code for path in READS} == dict.fromkeys(READS, 200)
    monkeypatch.undo()
    monkeypatch.setattr(clock, "now", lambda: stopped + 2 * SEEN_EVERY)
    assert worker.get("/help/").status_code == 200
    assert SessionStore().decode(Session.objects.get().session_data)[SEEN] == stamp(stopped + 2 * SEEN_EVERY)


def test_what_writes_is_not_passed_over(worker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionStore, "save", failing(OperationalError("database is locked")))
    assert worker.post("/act-as", {"acting_as": "resident"}).status_code == 503


def test_a_session_that_was_ended_meanwhile_is_over(worker: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed out elsewhere while this page was made: that is no trouble of the disk."""
    monkeypatch.setattr(SessionStore, "save", failing(DatabaseError("Forced update did not affect any rows.")))
    assert worker.get("/desk/").status_code == 400


if connection.vendor == "sqlite":

    @pytest.mark.django_db(transaction=True)
    def test_a_locked_database_is_not_waited_for(stopped: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
        import sqlite3

        client = Client(raise_request_exception=False)
        client.force_login(Cast().users["worker"])
        assert client.get("/help/").status_code == 200
        monkeypatch.setattr(clock, "now", lambda: stopped + timedelta(minutes=5))
        with sqlite3.connect(Path(connection.settings_dict["NAME"]), isolation_level=None) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            assert client.get("/desk/").status_code == 200
            assert time.monotonic() - began < 10, "the usual patience is 20 seconds"
            other.execute("ROLLBACK")
        assert connection.connection.execute("PRAGMA busy_timeout").fetchone() == (20_000,)

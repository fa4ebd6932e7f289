"""The demo, loaded once for the whole folder into a database of its own; each test's own writes are undone."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as live_settings
from django.db import connection
from pytest_django.plugin import DjangoDbBlocker

from zengyi import demo as package
from zengyi.people.demo import places

#: A working afternoon, and an awkward moment: a holiday's night in which a year and a quarter begin. There two communities are
#: enough: the bridge's, and the one the district's officer lives in.
AFTERNOON = datetime(2026, 11, 24, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
NEW_YEAR = datetime(2026, 1, 1, 0, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
FEW = ("hx", "gc")
#: For tests about all communities.
whole = pytest.mark.parametrize("loaded", [AFTERNOON], indirect=True, ids=["afternoon"], scope="package")


@contextmanager
def only(*keys: str) -> Iterator[None]:
    """Load these communities only."""
    sites = tuple(site for site in places.sites() if site.key in keys)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(places, "sites", lambda: sites)
        yield


@cache
def _empty() -> str:
    """The name of the migrated, empty test database, read before another one takes its place."""
    return str(connection.settings_dict["NAME"])


@contextmanager
def own_database(name: str, folder: Path) -> Iterator[None]:
    """A copy of the migrated, empty test database in the place of the one in use."""
    empty, kept, media = _empty(), connection.settings_dict["NAME"], live_settings.MEDIA_ROOT
    connection.close()
    if connection.vendor == "sqlite":
        copy = str(folder / f"{name}.sqlite3")
        with closing(sqlite3.connect(empty)) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
    else:
        copy = f"{empty}_{name}"
        _administer(f'DROP DATABASE IF EXISTS "{copy}"', f'CREATE DATABASE "{copy}" TEMPLATE "{empty}"')
    connection.settings_dict["NAME"], live_settings.MEDIA_ROOT = copy, folder / "media"
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"], live_settings.MEDIA_ROOT = kept, media
        if connection.vendor != "sqlite":
            _administer(f'DROP DATABASE "{copy}"')


def _administer(*statements: str) -> None:
    wrapper: Any = connection
    with wrapper._nodb_cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


class Loaded:
    """The demo as it was loaded."""

    def __init__(self, at: datetime, folder: Path) -> None:
        self.at = at
        self.media = folder / "media"


@pytest.fixture(scope="package", params=[AFTERNOON, NEW_YEAR], ids=["afternoon", "new-year"])
def loaded(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Loaded]:
    """The demo in a database of its own, which replaces the test database until all tests of this folder have run."""
    folder = tmp_path_factory.mktemp("demo")
    with django_db_blocker.unblock(), own_database("demo", folder):
        with only(*FEW) if request.param == NEW_YEAR else nullcontext():
            package.load(at=request.param)
        with django_db_blocker.block():
            yield Loaded(request.param, folder)


@pytest.fixture
def demo(loaded: Loaded, db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Loaded:
    """The demo at its own moment."""
    settings.MEDIA_ROOT = loaded.media
    monkeypatch.setattr("zengyi.core.clock.now", lambda: loaded.at)
    return loaded

"""The demo, loaded once for the whole folder into a database of its own; each test's own writes are undone."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings as live_settings
from pytest_django.plugin import DjangoDbBlocker

from tests import databases
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


@contextmanager
def own_database(name: str, folder: Path) -> Iterator[None]:
    """A copy of the migrated, empty test database in the place of the one in use, with photos of its own."""
    media = live_settings.MEDIA_ROOT
    with databases.clone(name):
        live_settings.MEDIA_ROOT = folder / "media"
        try:
            yield
        finally:
            live_settings.MEDIA_ROOT = media


class Loaded:
    """The demo as it was loaded."""

    def __init__(self, at: datetime, folder: Path) -> None:
        self.at = at
        self.media = folder / "media"


MOMENTS = [
    pytest.param(AFTERNOON, id="afternoon"),
    # What a database could object to has been written in the afternoon already.
    pytest.param(NEW_YEAR, id="new-year", marks=pytest.mark.databases("sqlite")),
]


@pytest.fixture(scope="package", params=MOMENTS)
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

"""Which tests run where. Nobody keeps a list: a test tells it by the fixtures it asks for, or by a mark of its own.

- Who asks for no database needs none made: it runs once, beside SQLite.
- Who asks for one runs on SQLite and on PostgreSQL, unless it says otherwise: ``@pytest.mark.databases("sqlite")`` for what no
  database can answer differently, such as documents, headers and how pages look; ``databases("postgres")`` for what is about
  PostgreSQL; ``databases("sqlite", "postgres")`` for what reaches both by ways of its own.
- Who asks for a real server or a browser, or is marked ``live`` because it starts servers, kills or threads itself, belongs to
  the group ``live`` (and ``browser``), which runs by itself: it is not disturbed by others and disturbs nobody.
"""

import os

import pytest

DATABASES = ("sqlite", "postgres")
#: Fixtures that start a server of our own, or a browser.
SERVERS, BROWSERS = frozenset({"server", "live", "serving"}), frozenset({"chromium"})


def database() -> str:
    """The one this run is on."""
    return os.environ.get("ZENGYI_TEST_DB", "sqlite")


def runs_on(uses_database: bool, marked: tuple[str, ...] | None) -> tuple[str, ...]:
    """Where a test runs that uses a database or not, and is marked or not."""
    if marked is not None:
        return marked
    return DATABASES if uses_database else ("sqlite",)


def of(item: pytest.Item) -> tuple[str, ...]:
    """Where this test runs. Raises ``pytest.UsageError`` for a mark that names no database."""
    mark = item.get_closest_marker("databases")
    if mark is not None and (not mark.args or not set(mark.args) <= set(DATABASES)):
        raise pytest.UsageError(f"{item.nodeid}: databases{mark.args} names none of {DATABASES}")
    uses = "django_db_setup" in _fixtures(item) or item.get_closest_marker("django_db") is not None
    return runs_on(uses, mark and mark.args)


def sort(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put every test into its groups, and leave out those that don't run on this database."""
    here: list[pytest.Item] = []
    elsewhere: list[pytest.Item] = []
    for item in items:
        if _fixtures(item) & BROWSERS:
            item.add_marker("browser")
        if _fixtures(item) & (SERVERS | BROWSERS):
            item.add_marker("live")
        (here if database() in of(item) else elsewhere).append(item)
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
    items[:] = here


def begin(item: pytest.Item) -> None:
    """Note whose turn it is."""
    _Turn.item = item


def assert_live() -> None:
    """Who starts a server or a rush of threads must be in the group for it, or it would disturb the others."""
    item = _Turn.item
    assert item is None or item.get_closest_marker("live"), f"{item.nodeid} starts a server or threads: mark it @pytest.mark.live"


class _Turn:
    item: pytest.Item | None = None


def _fixtures(item: pytest.Item) -> frozenset[str]:
    return frozenset(getattr(item, "fixturenames", ()))

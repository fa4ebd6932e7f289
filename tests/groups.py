"""Which tests run where. Nobody keeps a list: a test tells it by the fixtures it asks for, or by a mark of its own.

- Who asks for no database needs none made: it runs once, beside SQLite.
- Who asks for one runs on SQLite and on PostgreSQL, unless it says otherwise: ``@pytest.mark.databases("sqlite")`` for what no
  database can answer differently, such as documents, headers and how pages look; ``databases("postgres")`` for what is about
  PostgreSQL; ``databases("sqlite", "postgres")`` for what reaches both by ways of its own.
- Who asks for a real server or a browser, or is marked ``live`` because it starts servers, kills or threads itself, belongs to
  the group ``live`` (and ``browser``), which runs by itself: it is not disturbed by others and disturbs nobody.
"""

import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

DATABASES = ("sqlite", "postgres")
#: Names the file in which a run notes where the tests of each group are.
NOTED = "ZENGYI_TEST_FILES"
#: Set where nothing is killed, and PostgreSQL need not wait for the disk.
UNHARMED = "ZENGYI_TEST_UNHARMED"
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


def found_by_the_model(*faults: Callable[..., None] | str) -> list[Any]:
    """Faults for ``parametrize``, found by the test's own model of what should be: on either database alike, so on SQLite only.

    A fault that a constraint finds, or might find, is not among them: the constraints of both have to be seen to work.
    """
    return [pytest.param(fault, marks=pytest.mark.databases("sqlite")) for fault in faults]


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
    _note(items)
    if elsewhere:
        config.hook.pytest_deselected(items=elsewhere)
    items[:] = here


def noted(file: Path, database: str, group: str) -> list[str]:
    """The files that have tests of this group, as a run over all of them has noted it; none when it came to nothing."""
    return sorted(json.loads(file.read_text()).get(f"{database}, {group}", [])) if file.exists() else []


def _note(items: Iterable[pytest.Item]) -> None:
    """So that who runs a group need not read all files to find its tests: a worker reads for ten seconds."""
    if NOTED not in os.environ or (file := Path(os.environ[NOTED])).exists():
        return
    found: dict[str, set[str]] = {}
    for item in items:
        group = "live" if item.get_closest_marker("live") else "not live"
        for name in of(item):
            found.setdefault(f"{name}, {group}", set()).add(item.nodeid.partition("::")[0])
    written = file.with_suffix(f".{os.getpid()}")
    written.write_text(json.dumps({group: sorted(files) for group, files in found.items()}))
    written.replace(file)


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

"""The suite's ground: a database of one's own (SQLite, or PostgreSQL with ``ZENGYI_TEST_DB=postgres``), the cast, a real server."""

import atexit
import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from benchmarks import postgres
from tests import groups, quick

if TYPE_CHECKING:
    from tests.cast import Cast
    from tests.live import Live

CONTROLLER = "PYTEST_XDIST_WORKER" not in os.environ
_stack = ExitStack()
atexit.register(_stack.close)

# Not in pyproject.toml: pytest-django would load the settings before the lines below have said which database it is.
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

if CONTROLLER:
    _var = tempfile.mkdtemp(prefix="zengyi-tests-")
    _stack.callback(shutil.rmtree, _var, ignore_errors=True)
    os.environ["ZENGYI_VAR"] = _var
    for name in ("ZENGYI_DEMO", "ZENGYI_SMTP", "ZENGYI_SMS", "ZENGYI_ADDRESS", "ZENGYI_MAIL_FROM"):
        os.environ.pop(name, None)
    os.environ.pop("ZENGYI_REQUIRE_MFA", None)
    if groups.database() == "postgres":
        os.environ["ZENGYI_DATABASE"] = _stack.enter_context(postgres.server(durable=groups.UNHARMED not in os.environ)) + "/zengyi"
    else:
        os.environ["ZENGYI_DATABASE"] = f"sqlite:{_var}/zengyi.sqlite3"

django.setup()

# How long an example takes tells how busy the machine is, and nothing else.
settings.register_profile("steady", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Every test into its groups, before ``-m`` looks at them."""
    groups.sort(config, items)


def pytest_collection_finish() -> None:
    """Thousands of tests stay in memory to the end: whoever looks for garbage need not go through them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before any fixture of the test."""
    groups.begin(item)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> bool | None:
    """Leave out what ``make quick`` does not reach in time."""
    return quick.too_late(Path(os.environ["ZENGYI_VAR"]), item.nodeid) or None


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was left out."""
    if told := quick.left(Path(os.environ["ZENGYI_VAR"])):
        terminalreporter.write_line(told, yellow=True)


def pytest_report_header() -> str:
    """Which database."""
    return f"database: {groups.database()}"


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """With CI=true a skipped test is a failed suite."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and CONTROLLER and reporter is not None and reporter.stats.get("skipped"):
        reporter.write_line("CI=true: nothing may be skipped", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """This worker's database, made when the first test asks for one."""
    from tests import databases

    databases.install()
    with django_db_blocker.unblock(), databases.worker(), django_db_blocker.block():
        yield


@pytest.fixture(scope="module", autouse=True)
def _swept(request: pytest.FixtureRequest) -> Iterator[None]:
    """Clean tables on PostgreSQL for the next file of tests, unless its folder has a transaction of its own around all of them."""
    yield
    from django.db import connection

    if groups.UNHARMED in os.environ and connection.vendor == "postgresql" and connection.connection and not connection.in_atomic_block:
        from tests import databases

        with request.getfixturevalue("django_db_blocker").unblock():
            databases.sweep()


@pytest.fixture(scope="session", autouse=True)
def _plain_pages(django_test_environment: None) -> None:
    """Pages are rendered as the product renders them: Django would note every template with a copy of all it was given.

    No test asks which templates made a page.
    """
    from django.template import Template
    from django.test import utils

    state: Any = utils._TestState
    plain: Any = Template
    plain._render = state.saved_data.template_render


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    """Each test keeps its photos in a folder of its own."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STAGED_ROOT = tmp_path / "staged"


@pytest.fixture(autouse=True)
def _own_language() -> Iterator[None]:
    """A page in English leaves its language active in the thread; set it back for the next test."""
    from django.utils import translation

    yield
    translation.deactivate()


@pytest.fixture
def at() -> datetime:
    """A Monday morning."""
    from tests.cast import AT

    return AT


@pytest.fixture
def stopped(at: datetime, monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The clock stands still at ``at``, for pages and the API, which ask it."""
    monkeypatch.setattr("zengyi.core.clock.now", lambda: at)
    return at


@pytest.fixture
def cast(db: None) -> "Cast":
    """The people of the stories."""
    from tests.cast import Cast

    return Cast()


@pytest.fixture
def sql() -> Callable[[], AbstractContextManager[list[str]]]:
    """``with sql() as statements:`` collects what is sent to the database; transaction control is not counted."""
    from django.db import connection

    @contextmanager
    def collect() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")):
                seen.append(statement)
            return execute(statement, params, many, context)

        with connection.execute_wrapper(note):
            yield seen

    return collect


@pytest.fixture
def live(transactional_db: None, tmp_path: Path) -> Iterator["Live"]:
    """The real server, over this test's database."""
    from tests.live import Live

    with Live(tmp_path) as server:
        yield server


@pytest.fixture(autouse=True)
def nobody_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether an order is rung up again depends on its number, which differs from run to run: a test that wants one says so."""
    monkeypatch.setattr("zengyi.orders.rules.is_drawn", lambda lot: False)

"""One server for all tests in here; what is about PostgreSQL alone is collected where the suite runs on PostgreSQL."""

import os
from collections.abc import Iterator

import pytest

from tests.live import Live

collect_ignore = [] if os.environ.get("ZENGYI_TEST_DB") == "postgres" else ["test_postmaster.py"]


@pytest.fixture(scope="session")
def server(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """The real server, over the suite's database: it keeps its connections while the tables are emptied between tests."""
    with Live(tmp_path_factory.mktemp("server")) as running:
        yield running


@pytest.fixture
def live(transactional_db: None, server: Live) -> Live:
    """The server, running."""
    assert server.process is not None
    if server.process.poll() is not None:
        server.start()
    return server

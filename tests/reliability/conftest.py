"""One server for all tests in here."""

from collections.abc import Iterator

import pytest

from tests.live import Live


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

"""``kill -9`` of PostgreSQL itself under load: what was acknowledged is there, once, and our server needs no restart."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from benchmarks.postgres import Server
from tests import trail
from tests.cast import Cast
from tests.live import Live
from tests.reliability.hands import members, raw_of, token
from tests.reliability.test_kill import ANSWERS_A_ROUND, WALKERS, check_everything
from tests.reliability.walking import Walkers

pytestmark = [pytest.mark.databases("postgres"), pytest.mark.live]

KILLS = 2


@pytest.fixture
def own(django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A PostgreSQL of this test's own, in place of the suite's."""
    server = Server()
    try:
        server.start()
        with django_db_blocker.unblock():
            connection.close()
            monkeypatch.setitem(connection.settings_dict, "PORT", str(server.port))
            monkeypatch.setitem(connection.settings_dict, "NAME", "postgres")
            with connection.cursor() as cursor:
                cursor.execute("CREATE DATABASE zengyi")
            connection.close()
            monkeypatch.setitem(connection.settings_dict, "NAME", "zengyi")
            call_command("migrate", verbosity=0)
            yield server
            connection.close()
    finally:
        server.remove()


def test_a_killed_database_loses_nothing_it_acknowledged(own: Server, tmp_path: Path) -> None:
    cast = Cast()
    raws = [raw_of(cast.users[name]) for name in members(cast, 2 * WALKERS)]
    pairs = list(zip(raws[:WALKERS], raws[WALKERS:], strict=True))
    worker = token(cast, "worker")
    trail.begin(timezone.now())
    with Live(tmp_path) as live:
        with Walkers(live, pairs, worker, seed=11) as walkers:
            for _ in range(KILLS):
                walkers.wait_for(ANSWERS_A_ROUND)
                # Nobody stops before it: what is under way is cut.
                own.kill()
                walkers.up.clear()
                own.start()
                walkers.up.set()
            walkers.wait_for(ANSWERS_A_ROUND)
        connection.close()
        check_everything(live, walkers)
        assert live.process is not None
        assert live.process.poll() is None

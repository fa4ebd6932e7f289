"""A database that went away and came back costs nobody their request: kept connections are looked at before they are used."""

from collections import Counter

import pytest
from django.db import connection

from tests.cast import Cast
from tests.live import Live
from tests.reliability.hands import members, post_at_once, raw_of

pytestmark = pytest.mark.live

CROWD = 40


def test_connections_cut_between_requests_are_opened_anew(live: Live, cast: Cast) -> None:
    names = members(cast, CROWD)
    for turn in range(2):
        path = f"/api/v1/orders/{cast.published(places=CROWD).pk}/claim"
        answers = post_at_once(live, [(raw_of(cast.users[name]), path, None, "") for name in names])
        assert Counter(answer.status for answer in answers) == {200: CROWD}
        if connection.vendor == "postgresql" and turn == 0:
            cut_all()


def cut_all() -> None:
    """End every connection to this database but our own, as a restart of PostgreSQL does; at least one of the server's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        ended = [gone for (gone,) in cursor.fetchall()]
    assert ended
    assert all(ended)

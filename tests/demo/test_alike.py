"""The same moment makes the same year: two communities are enough to see it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from pytest_django.plugin import DjangoDbBlocker

from tests.demo.conftest import AFTERNOON, only, own_database
from zengyi import demo
from zengyi.bank.models import Posting
from zengyi.core.models import Event
from zengyi.orders.models import Claim, Order

pytestmark = pytest.mark.databases("sqlite")

EVENT = ("at", "user_id", "role", "verb", "object_type", "object_id", "before", "after", "reason")
ORDER = ("year", "sequence", "title", "text", "place_id", "spot", "state", "outcome", "difficulty", "requester_id", "placed_at", "ended_at")
POSTING = ("kind", "debit_id", "credit_id", "points", "key", "memo", "occurred_on")
CLAIM = ("order_id", "member_id", "organisation_id", "state", "lease_until", "points")


@pytest.fixture(scope="module")
def twice(django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory) -> list[list[Any]]:
    """What two loads leave behind."""
    with django_db_blocker.unblock(), only("gc", "xy"):
        return [_loaded(AFTERNOON, tmp_path_factory.mktemp("alike")) for _time in range(2)]


def test_the_same_moment_makes_the_same_year(twice: list[list[Any]], db: None) -> None:
    first, second = twice
    assert len(first) > 300
    assert first == second


def _loaded(at: datetime, folder: Path) -> list[Any]:
    with own_database("alike", folder):
        demo.load(at=at)
        rows = ((Event, EVENT), (Order, ORDER), (Posting, POSTING), (Claim, CLAIM))
        return [row for model, columns in rows for row in model._default_manager.order_by("pk").values_list(*columns)]

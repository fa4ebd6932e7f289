"""Small business steps to try the ground floor with."""

from dataclasses import dataclass
from datetime import UTC, datetime

from zengyi.core import audit
from zengyi.core.errors import WrongState
from zengyi.core.models import Event
from zengyi.core.steps import action

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Someone:
    """Whoever acts in a test."""

    user_id: int | None = None
    role: str = "system"
    via: str = "test"


@action
def _count(number: int, at: datetime) -> None:
    audit.record("count", "thing", number, by=Someone(), at=at, community_id=None, after={"n": number})


def count_one(number: int = 1, *, at: datetime = AT) -> int:
    """Write one event about the thing ``number`` and return its id, if nobody else writes events at the same time."""
    _count(number, at)
    return int(Event.objects.latest("pk").pk)


@action
def refuse() -> None:
    """Write an event, then refuse: nothing stays."""
    audit.record("count", "thing", 1, by=Someone(), at=AT, community_id=None)
    raise WrongState("不行。")

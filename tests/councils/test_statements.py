"""How many statements the councils' pages and API take, everything counted: few, and the same for 1, 10 and 100 rows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.cast import AT
from tests.councils.talks import closed, decided, opened, published, repair, screened
from tests.crowd import Crowd
from tests.orders.test_statements import few, measured
from zengyi.councils import actions
from zengyi.councils.models import Session, Topic

Sql = Callable[[], Any]


@pytest.fixture
def crowd(db: None, stopped: datetime) -> Crowd:
    return Crowd()


def talked(crowd: Crowd) -> dict[str, Any]:
    """As many topics and sessions as there are new members; on one of each, as many words and people, and for a tenth of them orders."""
    count = len(crowd.more)
    topic = screened(crowd, AT)
    session = opened(crowd, AT, topic, title=f"第{count}回的会")
    worker: dict[str, Any] = {"by": crowd.actor("worker"), "at": AT}
    for n in range(count):
        actions.attend(session.pk, "居民", name=f"居民{n}", **worker)
        words = (f"方{n % 7}", "PROPOSAL", f"第{n}句话")
        actions.opine(topic.pk, *words, support="FOR", session_id=session.pk, **worker)
    for _n in range(1 + count // 10):
        decided(crowd, AT, session, topic, repair(crowd, AT), repair(crowd, AT))
    row = Topic.objects.get(pk=topic.pk)
    more = [Topic(community_id=row.community_id, year=2000 + count, sequence=n, title=f"第{n}件", text="商量") for n in range(count)]
    for one in more:
        one.raiser_id, one.raised_by_id, one.raised_at = row.raiser_id, row.raised_by_id, AT
        one.state, one.tier, one.urgency, one.screened_at = "SCREENED", "DEEP", 2, AT
    Topic.objects.bulk_create(more)
    of = Session.objects.get(pk=session.pk)
    Session.objects.bulk_create(
        Session(
            community_id=of.community_id,
            series_id=of.series_id,
            ordinal=100 + n,
            kind="DELIBERATION",
            title="会",
            place="室",
            starts_at=AT + timedelta(days=n),
            planned_by_id=of.planned_by_id,
            planned_at=AT,
            state="NOTICED",
            noticed_at=AT,
        )
        for n in range(count)
    )
    done = closed(crowd, AT, opened(crowd, AT, title=f"又一回{count}"))
    published(crowd, AT, done)
    return {"topic": topic.pk, "session": session.pk, "done": done.pk}


PAGES = [
    ("resident", "/councils/topics/", 5),
    ("worker", "/councils/topics/", 5),
    ("resident", "/councils/topics/{topic}/", 19),
    ("worker", "/councils/topics/{topic}/", 19),
    ("resident", "/councils/sessions/", 5),
    ("worker", "/councils/sessions/{session}/", 16),
    ("worker", "/councils/sessions/{session}/hall", 16),
    ("worker", "/councils/sessions/{session}/minutes", 16),
    ("resident", "/councils/sessions/{done}/minutes", 8),
]
READS = [
    ("resident", "/topics?size=100", 3),
    ("resident", "/topics/{topic}", 17),
    ("worker", "/sessions?size=100", 3),
    ("worker", "/sessions/{session}", 14),
]


def test_pages_and_reads_of_the_api(crowd: Crowd, sql: Sql) -> None:
    few(measured(crowd, sql, PAGES, READS, lambda: talked(crowd)))

"""How many statements the pages and the API of posts and turns take, everything counted: few, and the same for 1, 10 and 100 rows."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from tests.bank.deeds import DAY
from tests.bank.test_statements import counted_step
from tests.cast import AT
from tests.crowd import Crowd
from tests.orders.test_statements import LIST, SIZES, few, measured, the_same
from zengyi.bank.actions import duties
from zengyi.bank.models import DutyClaim, Turn, Vacancy

Sql = Callable[[], Any]


@pytest.fixture
def crowd(db: None, stopped: datetime) -> Crowd:
    return Crowd()


def on_duty(crowd: Crowd) -> tuple[int, int]:
    """A post on which all the new members are, each with a turn that waits, and as many posts beside it."""
    worker = {"published_by": crowd.users["worker"], "published_at": AT}
    post, *_others = Vacancy.objects.bulk_create(
        Vacancy(community=crowd.community, duty="GIVING", title=f"第{n}个岗", places=200, taken=1, **worker) for n in range(len(crowd.more))
    )
    by = {"claimed_by": crowd.users["worker"], "claimed_at": AT}
    claims = DutyClaim.objects.bulk_create(
        DutyClaim(vacancy=post, community=crowd.community, member=m, standing=True, **by) for m in crowd.more
    )
    put = {"entered_by": crowd.users["member"], "entered_at": AT, "recorded_by": crowd.users["member"], "recorded_at": AT}
    turns = Turn.objects.bulk_create(
        Turn(claim=c, community=crowd.community, member=c.member, duty="GIVING", on_day=DAY, text="送菜", state="DONE", **put)
        for c in claims
    )
    return post.pk, turns[0].pk


PAGES = [
    ("member2", "/bank/duties/", 7),
    ("worker", "/bank/duties/", 7),
    ("secretary", "/bank/duties/", LIST),
    ("worker", "/bank/duties/{post}/", 6),
    ("member2", "/bank/duties/branches/{branch}/", LIST),
    ("worker", "/bank/turns/{turn}/", 5),
]  # fmt: skip
READS = [("member2", "/bank/vacancies?size=100", 4), ("worker", "/bank/turns?size=100", 3)]


def test_pages_and_reads_of_the_api(crowd: Crowd, sql: Sql) -> None:
    def named() -> dict[str, int]:
        post, turn = on_duty(crowd)
        return {"post": post, "turn": turn, "branch": crowd.branch.pk}

    few(measured(crowd, sql, PAGES, READS, named))


def test_a_post_is_claimed_and_a_turn_attested_in_the_same_few(crowd: Crowd, sql: Sql) -> None:
    claims, turns = [], []
    for n, more in enumerate(SIZES):
        crowd.grow(more)
        _post, turn = on_duty(crowd)
        free = duties.publish_vacancy("GIVING", f"新岗{n}", by=crowd.actor("worker"), at=AT)
        who = ("member", "member2", "member3")[n]
        claims.append(counted_step(sql, lambda: duties.claim_duty(free.pk, by=crowd.actor(who), at=AT)))  # noqa: B023
        turns.append(counted_step(sql, lambda: duties.attest_turn(turn, by=crowd.actor("worker"), at=AT)))  # noqa: B023
    the_same(claims, 22)
    the_same(turns, 16)

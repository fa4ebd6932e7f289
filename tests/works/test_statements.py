"""How many statements the pages and the API of projects take, everything counted: few, and the same for 1, 10 and 100 rows."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.bank.test_statements import counted_step
from tests.cast import AT
from tests.crowd import Crowd
from tests.orders.test_statements import LIST, SIZES, few, measured, the_same
from tests.works import sites
from zengyi.works import actions
from zengyi.works.models import Demand, DemandStep, FundLine, Milestone, Project

Sql = Callable[[], Any]


@pytest.fixture
def crowd(db: None, stopped: datetime) -> Crowd:
    return Crowd()


def grow(crowd: Crowd, site: sites.Site, more: int) -> None:
    """As many more demands with a step, milestones, lines and projects, written without the actions."""
    by, project, first = crowd.users["worker"], site.project, Demand.objects.count()
    about: dict[str, Any] = {"project": project, "community": crowd.community, "contractor": crowd.unit, "way": "SITE"}
    stand: dict[str, Any] = {"ball": "CONTRACTOR", "ball_since": AT, "due_on": AT.date() + timedelta(days=2)}
    made = Demand.objects.bulk_create(
        Demand(**about, **stand, number=first + n + 1, title="井盖", addressee="CONTRACTOR", raised_by=by, raised_at=AT)
        for n in range(more)
    )
    DemandStep.objects.bulk_create(
        DemandStep(demand=d, project=project, verb="raise", side="COMMUNITY", state="RAISED", by=by, at=AT, on_day=AT.date(), **stand)
        for d in made
    )
    day = AT.date()
    Milestone.objects.bulk_create(
        Milestone(lot=site.lot, name="路面", begins=day, ends=day, added_by=by, added_at=AT) for _n in range(more)
    )
    FundLine.objects.bulk_create(
        FundLine(project=project, community=crowd.community, title="钱", source="ALLIANCE", asked=1, proposed_by=by, proposed_at=AT)
        for _n in range(more)
    )
    Project.objects.bulk_create(Project(community=crowd.community, title="补绿", proposed_by=by, proposed_at=AT) for _n in range(more))
    Project.objects.filter(pk=project.pk).update(open_demands=first + more, last_demand=first + more)


PAGES = [
    ("worker", "/works/", LIST),
    ("supervisor", "/works/", LIST),
    ("worker", "/works/{project}/", 11),
    ("resident", "/works/{project}/", 11),
    ("supervisor", "/works/{project}/sheet", 7),
    ("resident", "/works/alliance/", 7),
    ("unit", "/works/demands/{demand}/", 7),
    ("", "/sites/{project}/", 9),
]  # fmt: skip
READS = [
    ("resident", "/alliance", 6),
    ("resident", "/projects/{project}/fund-lines", 6),
    ("resident", "/projects?size=100", 3),
    ("worker", "/projects/{project}", 5),
    ("unit", "/demands/{demand}", 5),
]


def test_pages_and_reads_of_the_api(crowd: Crowd, sql: Sql) -> None:
    site = sites.site(crowd)

    def named() -> dict[str, int]:
        grow(crowd, site, {0: 1, 1: 9}.get(Demand.objects.count(), 90))
        return {"project": site.project.pk, "demand": Demand.objects.order_by("pk")[0].pk}

    few(measured(crowd, sql, PAGES, READS, named))


def test_a_demand_is_raised_and_answered_in_the_same_few(crowd: Crowd, sql: Sql) -> None:
    site, raised, answered = sites.site(crowd), [], []
    for more in SIZES:
        grow(crowd, site, more)
        found: list[Any] = []
        raised.append(counted_step(sql, lambda: found.append(sites.raised(crowd, site))))  # noqa: B023
        by = crowd.actor("unit")
        step = lambda: actions.answer_demand(found[0].pk, "EXPLAIN", text="挪不动", by=by, at=AT)  # noqa: B023
        answered.append(counted_step(sql, step))
    the_same(raised, 16)
    the_same(answered, 10)

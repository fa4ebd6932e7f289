"""Whole projects played at random, from a wish to the pictures: each stands where its money, its work and its pictures say, and never goes
back. Each broken twin plants one fault, and must be found.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.cast import AT, Cast
from tests.groups import found_by_the_model
from tests.trust.ground import jpeg
from zengyi.core.errors import Refused
from zengyi.people.rules import Actor
from zengyi.works import actions
from zengyi.works.models import Demand, FundLine, Lot, Milestone, Payment, Project, Raise
from zengyi.works.rules.projects import ProjectState

PEOPLE = ("worker", "secretary", "supervisor", "unit", "resident", "far_worker")
#: Who usually takes a step.
USUAL = {
    "propose": ("worker",),
    "rank": ("worker",),
    "ask": ("worker", "secretary"),
    "approve": ("secretary",),
    "more": ("secretary",),
    "pay": ("worker",),
    "lot": ("worker",),
    "node": ("worker",),
    "start": ("worker",),
    "report": ("unit",),
    "raise": ("supervisor",),
    "settle": ("supervisor",),
    "inspect": ("supervisor",),
    "pair": ("worker",),
    "show": ("worker",),
}
#: What leads on from each state.
NEXT = {
    "CANDIDATE": ("rank",),
    "RANKED": ("ask", "approve"),
    "FUNDED": ("lot", "node", "start"),
    "EXECUTING": ("raise", "settle", "report", "node", "pay", "more", "pair", "inspect", "inspect"),
    "INSPECTED": ("pair", "pay", "show"),
    "SHOWN": ("pay",),
}
ORDER = [state.value for state in ProjectState]
MADE: Counter[str] = Counter()
PICTURE = jpeg()
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Machine(RuleBasedStateMachine):
    """A community with a project or two, and whoever comes by."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True  # type: ignore[attr-defined]
        self.block.__enter__()
        self.at: datetime = AT
        self.actors: dict[str, Actor] = {}
        self.seen: dict[int, str] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def by(self, name: str) -> Actor:
        if name not in self.actors:
            self.actors[name] = self.cast.actor(name)
        return self.actors[name]

    @rule(data=st.data())
    def somebody_acts(self, data: Any) -> None:
        """Mostly what can come next, by whoever usually does it; now and then anything, by anybody."""
        draw: Draw = data.draw
        self.at += timedelta(hours=draw(st.sampled_from((1, 9, 60))))
        project = Project.objects.first()
        usual = NEXT[project.state] if project else ("propose",)
        verb = draw(st.sampled_from(usual if draw(st.integers(0, 5)) else tuple(USUAL)))
        who = draw(st.sampled_from(USUAL[verb] if draw(st.integers(0, 5)) else PEOPLE))
        try:
            self.step(verb, project, self.by(who), draw)
        except Refused:
            return
        MADE["propose" if project is None else verb] += 1

    def step(self, verb: str, project: Project | None, by: Actor, draw: Draw) -> None:
        given: dict[str, Any] = {"by": by, "at": self.at}
        if project is None:
            actions.propose_project("换路灯", **given)
        elif verb != "propose":
            self.on(verb, project, given, draw)

    def on(self, verb: str, project: Project, given: dict[str, Any], draw: Draw) -> None:
        day = self.at.date()
        wanted = "PROPOSED" if verb == "approve" else "APPROVED"
        line = project.fund_lines.filter(state=wanted).order_by("pk").last() or FundLine(pk=0)
        node = Milestone.objects.filter(lot__project=project, done=None).first() or Milestone(pk=0)
        lot = project.lots.first() or Lot(pk=0)
        steps: dict[str, Callable[[], object]] = {
            "rank": lambda: actions.rank_project(project.pk, draw(st.integers(1, 4)), draw(st.integers(1, 3)), "老人天天爬楼", **given),
            "ask": lambda: actions.propose_line(project.pk, "换灯", "ALLIANCE", draw(st.integers(1, 9)), **given),
            "approve": lambda: actions.decide_line(line.pk, draw(st.integers(0, 5)) > 0, "联盟会第 4 次", **given),
            "more": lambda: actions.raise_line(line.pk, draw(st.integers(1, 20)), "料涨价了", **given),
            "pay": lambda: actions.pay_line(line.pk, draw(st.integers(1, 6)), "施工队", day, **given),
            "lot": lambda: actions.add_lot(project.pk, f"标段{draw(st.integers(1, 3))}", self.cast.unit.pk, **given),
            "node": lambda: actions.add_milestone(lot.pk, "立杆", day, day, **given),
            "start": lambda: actions.start_project(project.pk, **given),
            "report": lambda: actions.report_milestone(node.pk, day, day, **given),
            "raise": lambda: actions.raise_demand(project.pk, "井盖高了", addressee="COMMUNITY", **given),
            "settle": lambda: self.settle(project, given),
            "inspect": lambda: actions.inspect_project(project.pk, **given),
            "pair": lambda: actions.add_pair(project.pk, "路灯", PICTURE, PICTURE, **given),
            "show": lambda: actions.show_project(project.pk, **given),
        }
        steps[verb]()

    def settle(self, project: Project, given: dict[str, Any]) -> None:
        demand = Demand.objects.filter(project=project, closed_at=None).first()
        if demand is not None:
            if demand.state == "RAISED":
                actions.answer_demand(demand.pk, "EXPLAIN", text="本来就这样", by=self.by("worker"), at=self.at)
            actions.settle_demand(demand.pk, **given)

    @invariant()
    def nothing_goes_back(self) -> None:
        for project in Project.objects.all():
            before = self.seen.get(project.pk, "CANDIDATE")
            assert ORDER.index(before) <= ORDER.index(project.state) <= ORDER.index(before) + 1
            self.seen[project.pk] = project.state

    @invariant()
    def each_stands_where_its_rows_say(self) -> None:
        for project in Project.objects.all():
            stands = ORDER.index(project.state)
            assert project.rankings.exists() is (stands >= ORDER.index("RANKED"))
            assert project.fund_lines.filter(state="APPROVED").exists() is (stands >= ORDER.index("FUNDED"))
            assert project.lot_count == project.lots.count()
            assert project.pair_count == project.pairs.count()
            if stands >= ORDER.index("EXECUTING"):
                assert project.lot_count
            if stands >= ORDER.index("INSPECTED"):
                assert not project.demands.filter(closed_at=None).exists()
                assert not Milestone.objects.filter(lot__project=project, done=None).exists()
                assert project.inspected_by_id not in {self.cast.users["unit"].pk}
            if stands >= ORDER.index("SHOWN"):
                assert project.pair_count

    @invariant()
    def every_fen_is_approved_by_another_and_within_what_was_approved(self) -> None:
        for line in FundLine.objects.all():
            paid = list(Payment.objects.filter(line=line).values_list("amount", flat=True))
            raises = list(Raise.objects.filter(line=line).order_by("pk").values_list("before", "after"))
            assert line.paid == sum(paid) <= line.approved
            assert line.approved == (raises[-1][1] if raises else line.granted)
            assert line.decided_by_id is None or line.decided_by_id != line.proposed_by_id


def play(cast: Cast, examples: int = 8, steps: int = 36) -> None:
    """The machine over that cast, always the same way; a failure is shown as it was found."""
    machine = type("Played", (Machine,), {"cast": cast})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture(autouse=True)
def _album(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def test_whatever_people_try_a_project_goes_its_way(cast: Cast) -> None:
    MADE.clear()
    play(cast)
    assert set(USUAL) <= {name for name, times in MADE.items() if times}, MADE  # a step never made would prove little


def starts_without_a_lot(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work may begin where nobody builds."""
    monkeypatch.setattr("zengyi.works.rules.projects.check_start", lambda *_args: None)


def forgets_what_is_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """A milestone that is added is not counted as open."""
    from zengyi.works.actions import projects

    count = projects._count
    monkeypatch.setattr(
        projects, "_count", lambda found, column, *more, **less: column == "open_milestones" or count(found, column, *more, **less)
    )


def approves_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asked for money may approve it."""
    monkeypatch.setattr("zengyi.works.rules.funds.check_second", lambda *_args, **_more: None)


def pays_without_counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A payment is put down and not counted."""
    monkeypatch.setattr("zengyi.works.actions.funds.count_payment", lambda *_args: None)


FAULTS = [*found_by_the_model(forgets_what_is_open, pays_without_counting), starts_without_a_lot, approves_alone]


@pytest.mark.parametrize("fault", FAULTS)
def test_a_broken_twin_is_found(cast: Cast, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, DatabaseError)):
        play(cast, examples=14)

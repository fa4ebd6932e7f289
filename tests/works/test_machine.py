"""Projects and demands played at random: whatever people try in whatever order, the counts, the ball and the two persons hold.

Each broken twin plants one fault, and must be found.
"""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.cast import AT, Cast
from tests.groups import found_by_the_model
from tests.works import sites
from zengyi.core.errors import Refused, WrongState
from zengyi.people.rules import Actor
from zengyi.works import actions
from zengyi.works.models import Demand, DemandStep, Milestone, Project
from zengyi.works.rules.demands import CLOSED, MOVES, DemandVerb, ball_of

PEOPLE = ("worker", "secretary", "supervisor", "supervisor2", "unit", "unit2", "resident", "colleague", "far_worker")
#: Who usually takes a step; in a run anybody tries now and then.
USUAL = {
    "raise": ("supervisor", "worker"),
    DemandVerb.ANSWER: ("unit", "worker"),
    DemandVerb.DO: ("unit", "worker"),
    DemandVerb.PASS: ("supervisor", "supervisor2", "resident"),
    DemandVerb.RETURN: ("supervisor", "resident"),
    DemandVerb.SETTLE: ("supervisor", "resident"),
    DemandVerb.INSIST: ("supervisor",),
    DemandVerb.TELL: ("supervisor2",),
    "report": ("unit", "worker"),
    "move": ("worker",),
    "inspect": ("supervisor", "unit"),
}
MADE: Counter[str] = Counter()
Draw = Callable[[st.SearchStrategy[Any]], Any]


class Machine(RuleBasedStateMachine):
    """A site in work and whoever comes by."""

    cast: Cast

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True  # type: ignore[attr-defined]
        self.block.__enter__()
        self.at: datetime = AT
        self.actors: dict[str, Actor] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    def by(self, name: str) -> Actor:
        if name not in self.actors:
            self.actors[name] = self.cast.actor(name)
        return self.actors[name]

    @initialize()
    def begin(self) -> None:
        self.site = sites.site(self.cast)

    @rule(data=st.data())
    def somebody_acts(self, data: Any) -> None:
        """Mostly whoever usually does it; now and then anybody."""
        draw: Draw = data.draw
        self.at += timedelta(hours=draw(st.sampled_from((1, 9, 60))))
        verb = draw(st.sampled_from(("on", "on", "on", "on", "on", "on", "on", "on", "on", "raise", "raise", *USUAL)))
        pk = self.pick(draw)
        if verb == "on":
            verb = self.next_verb(pk, draw)
        who = draw(st.sampled_from(PEOPLE if draw(st.integers(0, 3)) == 0 else USUAL[verb]))
        try:
            self.step(verb, pk, self.by(who), draw)
        except Refused:
            return
        MADE[verb] += 1

    def pick(self, draw: Draw) -> int:
        """A demand, mostly one that is open."""
        every = Demand.objects.order_by("pk").values_list("pk", "closed_at")
        standing = [pk for pk, closed in every if closed is None]
        found = standing if standing and draw(st.integers(0, 4)) else [pk for pk, _closed in every]
        return draw(st.sampled_from(found)) if found else 0

    def next_verb(self, pk: int, draw: Draw) -> str:
        """What can come next for that demand."""
        state = Demand.objects.filter(pk=pk).values_list("state", flat=True).first()
        found: str = draw(st.sampled_from([str(verb) for verb, sources in MOVES.items() if state in sources] or ["raise"]))
        return found

    def step(self, verb: str, pk: int, by: Actor, draw: Draw) -> None:
        given: dict[str, Any] = {"by": by, "at": self.at}
        match verb:
            case "raise":
                phone, asked = draw(st.sampled_from(("", "13900001206"))), draw(st.sampled_from(("CONTRACTOR", "CONTRACTOR", "COMMUNITY")))
                actions.raise_demand(self.site.project.pk, "井盖高了", phone=phone, addressee=asked, **given)
            case "report":
                node = draw(st.sampled_from(self.site.milestones))
                ended = draw(st.sampled_from((None, self.at.date())))
                actions.report_milestone(node.pk, self.at.date(), ended, **given)
            case "move":
                node = draw(st.sampled_from(self.site.milestones))
                actions.move_milestone(node.pk, node.begins, node.ends + timedelta(days=draw(st.integers(0, 9))), "下雨", **given)
            case "inspect":
                if draw(st.integers(0, 3)):
                    return
                for node in Milestone.objects.filter(done=None):
                    actions.report_milestone(node.pk, self.at.date(), self.at.date(), by=self.by("unit"), at=self.at)
                actions.inspect_project(self.site.project.pk, **given)
            case _:
                self.demand(DemandVerb(verb), pk, given, draw)

    def demand(self, verb: DemandVerb, pk: int, given: dict[str, Any], draw: Draw) -> None:
        match verb:
            case DemandVerb.ANSWER:
                answer = draw(st.sampled_from(("ACCEPT", "ACCEPT", "EXPLAIN", "REFUSE")))
                actions.answer_demand(pk, answer, text="说一句原因", promised=self.at.date() + timedelta(days=3), **given)
            case DemandVerb.DO:
                actions.do_demand(pk, "做好了", **given)
            case DemandVerb.PASS:
                actions.pass_demand(pk, **given)
            case DemandVerb.RETURN:
                actions.return_demand(pk, "还不行", **given)
            case DemandVerb.SETTLE:
                actions.settle_demand(pk, **given)
            case DemandVerb.INSIST:
                actions.insist_on_demand(pk, "再议一次", draw(st.sampled_from(("CONTRACTOR", "COMMUNITY"))), **given)
            case _:
                actions.tell_raiser(pk, "打了电话", **given)

    @invariant()
    def the_counts_are_those_of_the_rows(self) -> None:
        for project in Project.objects.all():
            assert project.open_demands == project.demands.filter(closed_at=None).count()
            assert project.open_milestones == Milestone.objects.filter(lot__project=project, done=None).count()
            numbers = list(project.demands.order_by("pk").values_list("number", flat=True))
            assert numbers == list(range(1, project.last_demand + 1))
            if project.state in ("INSPECTED", "SHOWN"):
                assert not project.open_demands
                assert not project.open_milestones

    @invariant()
    def every_ball_is_where_its_state_says_and_the_last_step_tells_it(self) -> None:
        for demand in Demand.objects.all():
            assert demand.ball == ball_of(demand.state, demand.addressee)  # type: ignore[arg-type]
            assert (demand.state in CLOSED) is (demand.closed_at is not None)
            last = demand.steps.order_by("-pk").first()
            assert last is not None
            assert (last.state, last.ball, last.due_on, last.ball_since) == (demand.state, demand.ball, demand.due_on, demand.ball_since)

    @invariant()
    def nobody_looks_at_what_they_or_their_unit_did(self) -> None:
        contractor = self.cast.unit.pk if hasattr(self, "site") else 0
        inside = {self.cast.users["unit"].pk, self.cast.users["colleague"].pk}
        doers: dict[int, int] = {}
        for step in DemandStep.objects.select_related("demand").order_by("pk"):
            if step.verb == DemandVerb.DO:
                doers[step.demand_id] = step.by_id
            if step.verb in (DemandVerb.PASS, DemandVerb.RETURN):
                assert doers[step.demand_id] != step.by_id
                assert step.demand.contractor_id != contractor or step.by_id not in inside

    @invariant()
    def a_return_is_followed_by_a_new_day(self) -> None:
        for demand in Demand.objects.filter(returns__gt=0):
            steps = list(demand.steps.order_by("pk").values_list("verb", "state"))
            for (verb, _state), (after, _after) in pairwise(steps):
                assert verb != DemandVerb.RETURN or after == DemandVerb.ANSWER


def play(cast: Cast, examples: int = 10) -> None:
    """The machine over that cast, always the same way; a failure is shown as it was found."""
    machine = type("Played", (Machine,), {"cast": cast})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def watched(cast: Cast) -> Cast:
    """The cast with a second supervisor."""
    cast.login("supervisor2", cast.person("同志supervisor2", cast.community))
    cast.grant("supervisor2", "supervisor", cast.community)
    return cast


def test_whatever_people_try_the_demands_hold(watched: Cast) -> None:
    MADE.clear()
    play(watched)
    # A run in which a step was never made would prove little.
    assert set(USUAL) <= {name for name, times in MADE.items() if times}, MADE


def looks_at_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the role may say that it is right."""
    monkeypatch.setattr("zengyi.works.rules.demands.check_second", lambda *_args, **_more: None)
    monkeypatch.setattr("zengyi.works.rules.demands._checks", lambda _by, verb, demand: _in_state(verb, demand))


def _in_state(verb: DemandVerb, demand: Any) -> Any:
    if demand is None or demand.state not in MOVES[verb]:
        raise WrongState("not now")
    return demand


def forgets_to_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demand that ends is still counted as open."""
    monkeypatch.setattr("zengyi.works.actions.demands._close", _close_without_counting)


def _close_without_counting(found: Demand, verb: DemandVerb, state: Any, text: str, *, by: Actor, at: datetime) -> Demand:
    from zengyi.works.actions import demands

    return demands._move(found, verb, state, text, closed_at=at, told_at=None, by=by, at=at)


def skips_the_new_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """What came back may be called done without a new day."""
    from zengyi.works.rules import demands

    monkeypatch.setitem(demands.MOVES, DemandVerb.DO, (*demands.MOVES[DemandVerb.DO], demands.DemandState.RETURNED))


def keeps_the_ball(monkeypatch: pytest.MonkeyPatch) -> None:
    """The ball stays with whoever was asked."""
    monkeypatch.setattr("zengyi.works.actions.demands.ball_of", lambda state, addressee: "" if state in CLOSED else addressee)


def gives_numbers_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The number is read, not counted."""

    def number(project: Project) -> int:
        Project.objects.filter(pk=project.pk).update(open_demands=F("open_demands") + 1)
        return Project.objects.values_list("last_demand", flat=True).get(pk=project.pk) + 1

    monkeypatch.setattr("zengyi.works.actions.demands._next_number", number)


FAULTS = [looks_at_nobody, forgets_to_count, skips_the_new_day, keeps_the_ball]


@pytest.mark.parametrize("fault", [*found_by_the_model(*FAULTS), gives_numbers_twice])
def test_a_broken_twin_is_found(watched: Cast, monkeypatch: pytest.MonkeyPatch, fault: Callable[[pytest.MonkeyPatch], None]) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, DatabaseError)):
        play(watched, examples=25)

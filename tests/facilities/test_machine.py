"""Rounds and defects played at random: whatever comes, late, twice or in another order, each check is there once, each broken thing has one
open defect and one order, and the sums by day say what the stretches of time say. Each broken twin plants one fault, and must be found."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Q
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.cast import AT, Cast
from tests.facilities.walks import Estate
from zengyi.core.errors import Refused
from zengyi.facilities import actions, queries
from zengyi.facilities.actions import checking, finding, spans
from zengyi.facilities.models import Check, Defect, Facility, Span
from zengyi.orders import actions as orders
from zengyi.orders.models import Order
from zengyi.orders.rules import UNTAKEN_STATES

CODES = ("C0", "C1", "L1")
WAYS = ("look", "look", "look", "look", "repair", "repair", "again", "join", "part", "wait")
STEPS: Counter[str] = Counter()


class Machine(RuleBasedStateMachine):
    """The product, and beside it what was said: each check with its moment, and when each thing was found good."""

    estate: Estate
    first: int

    def __init__(self) -> None:
        super().__init__()
        self.block = transaction.atomic()
        self.block._from_testcase = True  # type: ignore[attr-defined]
        self.block.__enter__()
        self.at: datetime = AT
        self.sent: list[actions.Given] = []
        self.fails: Counter[tuple[int, str]] = Counter()
        self.good: dict[tuple[int, str], datetime] = {}
        self.unit = self.estate.cast.actor("unit")
        self.begun_at, self.round = self.at, self.first

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    @rule(way=st.sampled_from(WAYS), pick=st.integers(0, 99), yes=st.booleans(), other=st.booleans(), ago=st.integers(0, 90))
    def something(self, way: str, pick: int, yes: bool, other: bool, ago: int) -> None:
        """One of the ways, each as likely as it is often in ``WAYS``: left to itself, hypothesis leaves whole rules out of most runs."""
        if way == "wait":
            self.wait(1 + pick % 30)
        elif way == "look":
            self.look(CODES[pick % len(CODES)], yes, ago, other)
        elif way == "repair":
            self.repair(pick, yes)
        elif way == "join":
            self.join()
        elif way == "part":
            self.part(pick)
        elif self.sent:
            self.again(pick, other)

    def wait(self, hours: int) -> None:
        """Time passes; on another day another round is begun."""
        before, self.at = self.at.date(), self.at + timedelta(hours=hours)
        if self.at.date() != before:
            self.begun_at, self.round = self.at, self.estate.round(self.at)

    def look(self, code: str, broken: bool, ago: int, other: bool) -> None:
        """Somebody finds it good or broken, and it comes only now."""
        self.at += timedelta(minutes=1)
        ms = max(0, int((self.at - self.begun_at).total_seconds() - 60 * ago) * 1000)
        item: dict[str, Any] = {"item": "CAM-REPLAY"} if other and code != "L1" else {}
        one = self.estate.check(code, "FAIL" if broken else "OK", **item)
        one = replace(one, elapsed_ms=ms, at=self.begun_at + timedelta(milliseconds=ms))
        self.sent.append(one)
        assert [found.status for found in actions.record_checks(self.round, [one], by=self.estate.by, at=self.at)] == [201]
        key = (one.facility_id, one.item)
        if not broken:
            self.good[key] = max(one.at, self.good.get(key, one.at))
        late = broken and self.good.get(key, one.at) > one.at
        assert Check.objects.get(uid=one.uid).late == late
        self.fails[key] += broken and not late
        STEPS["late" if late else "broken" if broken else "good"] += 1

    def again(self, pick: int, other: bool) -> None:
        """The same comes again, or another body under its id."""
        one = self.sent[pick % len(self.sent)]
        here = Check.objects.get(uid=one.uid).round_id
        said = replace(one, note="不是这句") if other else one
        assert [found.status for found in actions.record_checks(here, [said], by=self.estate.by, at=self.at)] == [422 if other else 200]

    def repair(self, pick: int, passed: bool) -> None:
        """The unit repairs something, and somebody else looks again."""
        open_ = list(Defect.objects.filter(fixed_at=None, order__isnull=False).exclude(order__outcome="MERGED").order_by("pk"))
        if not open_:
            return
        defect = open_[pick % len(open_)]
        self.at += timedelta(minutes=1)
        if Order.objects.filter(pk=defect.order_id or 0, state="ASSIGNED").exists():
            orders.accept(defect.order_id or 0, by=self.unit, at=self.at)
        orders.deliver(defect.order_id or 0, text="修好了。", by=self.unit, at=self.at)
        effects = list(Defect.objects.filter(cause=defect, fixed_at=None).values_list("facility_id", "item"))
        actions.recheck(defect.pk, passed=passed, reason="" if passed else "还没好", by=self.estate.by, at=self.at)
        STEPS["passed" if passed else "returned"] += 1
        if passed:
            self.good |= dict.fromkeys([(defect.facility_id, defect.item), *effects], self.at)

    def join(self) -> None:
        """It lies at the switch; refused once it is fixed, or there already."""
        defect = Defect.objects.filter(facility__kind="CAMERA", fixed_at=None, cause=None).order_by("pk").first()
        if defect is None or Order.objects.exclude(state="ASSIGNED").filter(pk=defect.order_id or 0).exists():
            return
        self.at += timedelta(minutes=1)
        try:
            actions.join(defect.pk, cause_id=self.estate.ids["S1"], by=self.estate.by, at=self.at)
        except Refused:
            return
        STEPS["joined"] += 1

    def part(self, pick: int) -> None:
        """It does not lie there after all."""
        lying = list(Defect.objects.exclude(cause=None).filter(fixed_at=None).order_by("pk"))
        if not lying:
            return
        self.at += timedelta(minutes=1)
        actions.part(lying[pick % len(lying)].pk, by=self.estate.by, at=self.at)
        STEPS["parted"] += 1

    @invariant()
    def no_cause_has_a_cause(self) -> None:
        assert not Defect.objects.exclude(cause=None).filter(fixed_at=None).exclude(cause__cause=None).exists()

    @invariant()
    def each_once(self) -> None:
        assert Check.objects.count() == len(self.sent)
        open_ = Counter(Defect.objects.filter(fixed_at=None).values_list("facility_id", "item"))
        assert all(n == 1 for n in open_.values()), open_
        # What lies at a cause keeps the order that ended as the same matter, until it is taken apart again and gets another one.
        merged = Order.objects.filter(outcome="MERGED")
        assert Order.objects.count() - merged.count() == Defect.objects.filter(order__isnull=False).exclude(order__in=merged).count()
        assert not Defect.objects.filter(cause=None, fixed_at=None).filter(Q(order=None) | Q(order__in=merged)).exists()
        assert not Defect.objects.exclude(cause=None).filter(fixed_at=None, order__state__in=UNTAKEN_STATES).exists()
        assert not Defect.objects.filter(cause=None, order=None).exists()
        found: Counter[tuple[int, str]] = Counter()
        for facility, item, n in Defect.objects.exclude(item="CAUSE").values_list("facility_id", "item", "fails"):
            found[facility, item] += n
        assert found == +self.fails

    @invariant()
    def what_is_broken_is_down_and_the_sums_say_so(self) -> None:
        halted = set(Defect.objects.filter(fixed_at=None, stops=True).values_list("facility_id", flat=True))
        assert set(Facility.objects.filter(state="DOWN").values_list("pk", flat=True)) == halted
        assert set(Span.objects.filter(health="DOWN", until_s=None).values_list("facility_id", flat=True)) == halted
        assert queries.check_sums().problems == []
        counts = queries.counts(self.estate.cast.community.pk, at=self.at)
        assert sum(one.down for one in counts.values()) == len(halted)


def play(estate: Estate, *, examples: int, steps: int) -> None:
    class Played(Machine):
        pass

    Played.estate, Played.first = estate, estate.round()
    ruled = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Played, settings=ruled)


@pytest.fixture
def estate(cast: Cast) -> Estate:
    """Laid once for all that is played on it."""
    return Estate(cast, repairer="机关事务中心", cameras=2)


def test_rounds_and_defects_hold_whatever_comes(estate: Estate) -> None:
    STEPS.clear()
    play(estate, examples=6, steps=25)
    assert {"good", "broken", "late", "passed", "returned", "joined", "parted"} <= STEPS.keys(), STEPS


def _never_late(*_given: Any) -> set[Any]:
    return set()


def _grown_twice(self: Any, span: Any, now: Any) -> None:
    span.seen_s, span.good_s = now.at_s, max(span.good_s or 0, now.good_s)
    self._count(span, 1)
    self.extended.append(span)


def _counts_each_again(found: Any, there: Any, stops: Any, cause_of: Any) -> Any:
    return [row for one in range(2) for row in UPSERT(found, there, stops, cause_of)][: len(list(found))]


UPSERT = finding.upsert


@pytest.mark.parametrize(
    ("where", "what", "bug"),
    [
        (checking, "_late", _never_late),
        (spans._Kept, "extend", _grown_twice),
        (finding, "upsert", _counts_each_again),
        (finding, "down", lambda *_given: None),
    ],
    ids=["late truth opens a defect", "a day's sum grows twice", "a failure counts twice", "what is broken stays up"],
)
def test_a_planted_fault_is_found(estate: Estate, monkeypatch: pytest.MonkeyPatch, where: Any, what: str, bug: Callable[..., Any]) -> None:
    monkeypatch.setattr(where, what, bug)
    with pytest.raises(AssertionError):
        play(estate, examples=6, steps=25)

"""Whatever people do with an occasion in whatever order: no seat is sold twice, none stays empty that somebody waits for and could have."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from tests.activities.plans import guests, planned
from tests.cast import AT, Cast
from tests.trust.ground import undone
from zengyi.activities import actions
from zengyi.activities.actions import holding
from zengyi.activities.models import Attendee, Occasion, SignUp
from zengyi.activities.rules.signing import HOLDING, LIVE, NO_OFFERS
from zengyi.core.errors import Refused

PEOPLE = ("resident", "resident2", "neighbour", "member", "member2", "member3", "kin", "colleague")
CAPACITY = 4


class SignUps(RuleBasedStateMachine):
    """People sign up, leave, say yes, let offers run out; the host moves it, and changes how many places there are."""

    cast: Cast

    @initialize()
    def plan(self) -> None:
        """An occasion with few seats."""
        self.undone = undone()
        self.undone.__enter__()
        self.at = AT
        self.occasion = planned(self.cast.actor("worker"), capacity=CAPACITY)

    def teardown(self) -> None:
        """Nothing stays."""
        if hasattr(self, "undone"):
            self.undone.__exit__(None, None, None)

    def _own(self, who: str) -> SignUp | None:
        person = self.cast.actor(who).person_id
        return SignUp.objects.filter(occasion=self.occasion, person_id=person or 0, state__in=LIVE).first()

    def _tried(self, step: Any) -> None:
        try:
            step()
        except Refused as refusal:
            assert refusal.sentence

    @rule(who=st.sampled_from(PEOPLE), seats=st.integers(1, 3))
    def sign_up(self, who: str, seats: int) -> None:
        """All the seats or a place in the queue."""
        before = guests(self.occasion)
        try:
            made = actions.sign_up(self.occasion.pk, seats=seats, by=self.cast.actor(who), at=self.at)
        except Refused:
            assert self._own(who) or self._over()
            return
        assert made.state == ("CONFIRMED" if before.capacity - before.taken >= seats else "WAITLISTED")

    def _over(self) -> bool:
        return self.at >= self.occasion.starts_at or Occasion.objects.get(pk=self.occasion.pk).state != "PLANNED"

    @rule(who=st.sampled_from(PEOPLE))
    def leave(self, who: str) -> None:
        """Say that one does not come."""
        own = self._own(who)
        if own is not None:
            self._tried(lambda: actions.cancel_sign_up(own.pk, by=self.cast.actor(who), at=self.at))

    @rule(who=st.sampled_from(PEOPLE))
    def accept(self, who: str) -> None:
        """Say yes, whether asked or not."""
        own = self._own(who)
        if own is not None:
            self._tried(lambda: actions.accept(own.pk, by=self.cast.actor(who), at=self.at))

    @rule(hours=st.sampled_from((1, 7, 26)))
    def wait(self, hours: int) -> None:
        """Time goes by, and what is due is done."""
        self.at += timedelta(hours=hours)
        actions.run_due(self.at)

    @precondition(lambda self: not self._over())
    @rule(days=st.sampled_from((1, 2)))
    def move(self, days: int) -> None:
        """Another day."""
        self.occasion.refresh_from_db()
        start = max(self.occasion.starts_at, self.at) + timedelta(days=days)
        end = start + timedelta(hours=1)
        self.occasion = actions.move_occasion(self.occasion.pk, start, end, reason="下雨", by=self.cast.actor("worker"), at=self.at)

    @precondition(lambda self: not self._over())
    @rule(capacity=st.sampled_from((2, 4, 6)))
    def resize(self, capacity: int) -> None:
        """More places, or fewer, as far as they are free."""
        self.occasion.refresh_from_db()
        times = (self.occasion.starts_at, self.occasion.ends_at)
        by = self.cast.actor("worker")
        self._tried(lambda: actions.move_occasion(self.occasion.pk, *times, capacity=capacity, reason="换了教室", by=by, at=self.at))

    @invariant()
    def seats_add_up(self) -> None:
        """What is taken is what is sure and offered, never more than there is; families are whole."""
        if not hasattr(self, "occasion"):
            return
        slot = guests(self.occasion)
        held = SignUp.objects.filter(slot=slot, state__in=HOLDING)
        assert sum(held.values_list("seats", flat=True)) == slot.taken <= slot.capacity
        for one in SignUp.objects.filter(slot=slot):
            assert Attendee.objects.filter(sign_up=one).count() == one.seats

    @invariant()
    def nobody_waits_beside_free_seats(self) -> None:
        """Who waits needs more seats than are free, unless it is too late to offer any."""
        if not hasattr(self, "occasion"):
            return
        slot = guests(self.occasion)
        late = self.at >= Occasion.objects.get(pk=self.occasion.pk).starts_at - NO_OFFERS
        waits = SignUp.objects.filter(slot=slot, state="WAITLISTED", seats__lte=slot.capacity - slot.taken)
        assert late or not waits.exists()


@pytest.fixture
def machine(cast: Cast) -> type[SignUps]:
    """The machine with its cast."""
    return type("Machine", (SignUps,), {"cast": cast})


def run(machine: type[SignUps], examples: int) -> None:
    checks = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
    run_state_machine_as_test(
        machine,
        settings=settings(max_examples=examples, stateful_step_count=12, deadline=None, suppress_health_check=checks, derandomize=True),
    )


def test_whatever_people_do_seats_add_up(machine: type[SignUps]) -> None:
    run(machine, 10)


def test_a_seat_that_nobody_offers_on_is_found(machine: type[SignUps], monkeypatch: pytest.MonkeyPatch) -> None:
    """The planted bug: who leaves frees the seats, and nobody looks at the queue."""
    monkeypatch.setattr(holding, "offer", lambda *_given, **_more: [])
    played = machine()
    played.plan()
    try:
        played.sign_up("resident", 3)
        played.sign_up("member", 2)
        played.nobody_waits_beside_free_seats()
        played.leave("resident")
        played.seats_add_up()
        with pytest.raises(AssertionError):
            played.nobody_waits_beside_free_seats()
    finally:
        played.teardown()

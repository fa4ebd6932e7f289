"""One public function, one durable transaction, one event: or nothing."""

import pytest
from django.db import connection, transaction

from tests.core.steps_for_tests import AT, Someone, count_one, refuse
from zengyi.core import audit
from zengyi.core.errors import WrongState
from zengyi.core.models import Event
from zengyi.core.steps import StepError, action, durable, in_action

pytestmark = pytest.mark.django_db(transaction=True)


@in_action
def part() -> str:
    return "done"


def test_a_refused_step_leaves_nothing() -> None:
    with pytest.raises(WrongState):
        refuse()
    assert Event.objects.count() == 0


def test_a_part_refuses_to_run_alone() -> None:
    with pytest.raises(StepError):
        part()
    with pytest.raises(StepError):
        audit.record("x", "thing", 1, by=Someone(), at=AT, community_id=None)


@pytest.mark.parametrize("events", [0, 2])
def test_a_step_writes_exactly_one_event(events: int) -> None:
    @action
    def step() -> None:
        for _ in range(events):
            audit.record("x", "thing", 1, by=Someone(), at=AT, community_id=None)

    with pytest.raises(StepError, match=f"{events} audit events"):
        step()
    assert Event.objects.count() == 0


def test_steps_do_not_nest() -> None:
    @action
    def outer() -> None:
        count_one()

    with pytest.raises(StepError, match="inside"):
        outer()
    assert Event.objects.count() == 0


def test_a_step_does_not_hide_in_somebody_elses_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        count_one()


def test_after_a_failed_step_the_next_one_runs() -> None:
    with pytest.raises(WrongState):
        refuse()
    assert count_one()


def test_housekeeping_is_one_transaction() -> None:
    @durable
    def work() -> bool:
        return connection.in_atomic_block

    assert work()


def test_the_event_says_who_what_and_when() -> None:
    event = Event.objects.get(pk=count_one(7))
    assert (event.verb, event.object_type, event.object_id, event.at, event.role, event.via) == ("count", "thing", 7, AT, "system", "test")
    assert (event.before, event.after) == ({}, {"n": 7})

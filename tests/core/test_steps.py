"""One public function, one durable transaction, one event: or nothing."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from tests.core.steps_for_tests import AT, Someone, count_one, refuse
from zengyi.core import audit
from zengyi.core.errors import WrongState
from zengyi.core.models import Event, IdempotencyKey
from zengyi.core.steps import StepError, action, durable, in_action
from zengyi.people.models import Token

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


def test_what_the_database_refuses_at_the_end_leaves_nothing() -> None:
    """Keys of other tables are looked at with COMMIT, which goes to PostgreSQL together with the event; what is refused is told."""

    @action
    def step() -> None:
        Token.objects.create(user_id=999, digest=b"d" * 32, acting_as="member", epoch=0, created_at=AT, expires_at=AT)
        audit.record("x", "thing", 1, by=Someone(), at=AT, community_id=None)

    with pytest.raises(WrongState, match="再交一次") as told:
        step()
    assert isinstance(told.value.__cause__, IntegrityError)
    assert (Event.objects.count(), Token.objects.count()) == (0, 0)
    assert count_one() and connection.get_autocommit()


def test_a_transaction_holds_from_its_first_statement_on() -> None:
    """Whatever that is: one that cannot be read, one that fails, one in several parts; and again after a rollback and a commit."""
    key = "INSERT INTO core_idempotencykey (owner, key, fingerprint, status, answer, created_at) VALUES ('', %s, %s, 1, '', %s)"

    def put(name: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(key, [name, b"f", connection.ops.adapt_datetimefield_value(AT)])

    for number in range(2):
        with pytest.raises(RuntimeError), transaction.atomic():
            put(f"undone {number}")
            raise RuntimeError
        with pytest.raises(DatabaseError), transaction.atomic():
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("INSERTED INTO nothing")
            put("undone, too")
            with connection.cursor() as cursor:
                cursor.execute("SELECT * FROM nothing")
        with transaction.atomic():
            assert list(IdempotencyKey.objects.values_list("key", flat=True).iterator()) == [f"kept {n}" for n in range(number)]
            put(f"kept {number}")
    connection.set_autocommit(False)
    try:
        for _turn in range(2):
            put("undone")
            connection.rollback()
    finally:
        connection.set_autocommit(True)
    assert IdempotencyKey.objects.count() == 2

"""A retried request gets the first answer, and its step runs once."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connections

from tests.core.steps_for_tests import AT, count_one, refuse
from zengyi.core import idempotency
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.models import Event, IdempotencyKey
from zengyi.core.steps import StepError, action

pytestmark = pytest.mark.django_db(transaction=True)

SAME = b"a" * 32
OTHER = b"b" * 32


def ask(key: str = "k", fingerprint: bytes = SAME, run: Callable[[], Any] = count_one, owner: str = "user:1") -> tuple[int, Any]:
    """Serve one request; the answer, replayed or not."""
    try:
        with idempotency.keyed(owner, key, fingerprint, render=lambda result: (201, {"z": result, "a": "桥\0"})) as slot:
            run()
    except idempotency.Replay as replay:
        return replay.status, replay.answer
    assert slot.settled
    return slot.status, slot.answer


def test_the_second_request_gets_the_first_answer_word_for_word() -> None:
    first = ask()
    second = ask()
    assert first == second
    assert list(second[1]) == ["z", "a"]
    assert Event.objects.count() == 1


def test_another_key_or_owner_is_another_request() -> None:
    ask()
    ask(key="l")
    ask(owner="user:2")
    assert Event.objects.count() == 3


def test_another_content_under_the_same_key_is_invalid() -> None:
    ask()
    with pytest.raises(Invalid) as refusal:
        ask(fingerprint=OTHER)
    assert refusal.value.status == 422
    assert Event.objects.count() == 1


def test_a_refusal_is_not_stored_and_may_be_tried_again() -> None:
    with pytest.raises(WrongState):
        ask(run=refuse)
    assert IdempotencyKey.objects.count() == 0
    assert ask()[0] == 201


def test_a_render_that_fails_takes_the_step_back() -> None:
    with pytest.raises(ZeroDivisionError), idempotency.keyed("user:1", "k", SAME, render=lambda result: (1 // 0, None)):
        count_one()
    assert (Event.objects.count(), IdempotencyKey.objects.count()) == (0, 0)


def test_keys_do_not_nest() -> None:
    with (
        idempotency.keyed("user:1", "k", SAME, render=lambda r: (200, r)),
        pytest.raises(RuntimeError),
        idempotency.keyed("user:1", "l", SAME, render=lambda r: (200, r)),
    ):
        pass


def test_a_key_does_not_reach_beyond_its_request() -> None:
    ask()
    count_one()
    assert IdempotencyKey.objects.count() == 1


def test_a_refusal_because_the_twin_was_faster_becomes_its_answer() -> None:
    def run() -> None:
        other = threading.Thread(target=in_own_connection, args=(ask,))
        other.start()
        other.join()
        refuse()

    assert ask(run=run) == ask()
    assert Event.objects.count() == 1


def in_own_connection(run: Callable[[], Any]) -> None:
    try:
        run()
    finally:
        connections.close_all()


@pytest.mark.live
@pytest.mark.parametrize("bodies", [1, 2])
def test_many_at_once_run_exactly_one_step(bodies: int) -> None:
    answers: list[Any] = []
    start = threading.Barrier(12)

    def one(number: int) -> None:
        start.wait()
        try:
            answers.append(ask(fingerprint=(SAME, OTHER)[number % bodies]))
        except Invalid:
            answers.append("other content")

    threads = [threading.Thread(target=in_own_connection, args=(lambda n=n: one(n),)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Event.objects.count() == 1
    same = [a for a in answers if a != "other content"]
    assert len(answers) == 12
    assert len(same) == 12 // bodies
    assert all(a == same[0] for a in same)


def test_without_settling_the_same_race_runs_many_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: when the answer is not stored in the step's transaction, retries do harm."""
    monkeypatch.setattr("zengyi.core.steps.idempotency.settle", lambda result: None)
    for _ in range(3):
        with idempotency.keyed("user:1", "k", SAME, render=lambda r: (200, r)):
            count_one()
    assert Event.objects.count() == 3


def test_old_answers_are_forgotten() -> None:
    ask()
    stored = IdempotencyKey.objects.get()
    assert idempotency.forget_old(stored.created_at + idempotency.KEPT) == 0
    assert idempotency.forget_old(stored.created_at + idempotency.KEPT + timedelta(seconds=1)) == 1


def test_a_step_needs_its_one_event() -> None:
    @action
    def silent() -> None:
        pass

    with pytest.raises(StepError):
        silent()
    with pytest.raises(StepError):
        action(count_one)(at=AT)
    assert Event.objects.count() == 0

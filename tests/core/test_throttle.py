"""Limits hold for bursts, slow drips, many at once and clocks that jump."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from zengyi.core import throttle
from zengyi.core.errors import TooMany
from zengyi.core.models import Throttle

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def seconds(number: float) -> datetime:
    return AT + timedelta(seconds=number)


def let_through(limit: int, period: int, moments: list[datetime], bucket: str = "b") -> int:
    done = 0
    for at in moments:
        try:
            throttle.hit(bucket, limit, period, at=at)
        except TooMany as refusal:
            assert 1 <= refusal.retry_after <= 2 * period
            assert refusal.sentence
        else:
            done += 1
    return done


def test_a_burst_is_cut_at_the_limit() -> None:
    assert let_through(5, 60, [AT] * 20) == 5


def test_another_bucket_is_another_count() -> None:
    assert let_through(1, 60, [AT], "a") == let_through(1, 60, [AT], "b") == 1


def test_a_burst_over_the_edge_of_two_windows_is_cut_too() -> None:
    assert let_through(10, 60, [seconds(59.9)] * 10 + [seconds(60.1)] * 10) == 10


def test_it_opens_again_after_the_time_told() -> None:
    for begin in (0, 17, 59):
        bucket = f"b{begin}"
        let_through(5, 60, [seconds(begin)] * 5, bucket)
        with pytest.raises(TooMany) as refusal:
            throttle.hit(bucket, 5, 60, at=seconds(begin + 1))
        again = seconds(begin + 1 + refusal.value.retry_after)
        throttle.hit(bucket, 5, 60, at=again)


def test_refused_tries_do_not_prolong_the_lock() -> None:
    let_through(5, 60, [seconds(n) for n in range(120)])
    throttle.hit("b", 5, 60, at=seconds(180))


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
def test_a_corrected_clock_locks_nobody_out(jump: timedelta) -> None:
    assert let_through(3, 600, [AT + jump] * 5) == 3
    assert let_through(3, 600, [AT] * 5) == 3


def test_a_changed_period_locks_nobody_out() -> None:
    let_through(3, 600, [AT] * 5)
    assert let_through(3, 7, [seconds(60)] * 5) == 3


def test_zero_allows_nothing() -> None:
    assert let_through(0, 60, [AT] * 3) == 0


def test_clear_forgets() -> None:
    let_through(1, 60, [AT])
    throttle.clear("b")
    throttle.hit("b", 1, 60, at=AT)


@pytest.mark.parametrize("bucket", ["x" * 5000, "\0", "\ud800", ""])
def test_any_bucket_name_can_be_counted(bucket: str) -> None:
    assert let_through(2, 60, [AT] * 4, bucket) == 2


def test_old_counters_are_forgotten() -> None:
    let_through(1, 60, [AT])
    assert throttle.forget_old(AT + timedelta(days=1)) == 0
    assert throttle.forget_old(AT + timedelta(days=3)) == 1


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@example(2, [212, 212, 241, 271])
@given(st.integers(1, 6), st.lists(st.integers(0, 400), max_size=40))
def test_at_most_twice_the_limit_in_any_period(db: None, limit: int, offsets: list[int]) -> None:
    Throttle.objects.all().delete()
    passed = [seconds(n) for n in sorted(offsets) if let_through(limit, 60, [seconds(n)])]
    for begin in passed:
        within = [m for m in passed if begin <= m < begin + timedelta(seconds=60)]
        assert len(within) <= 2 * limit
    if offsets:
        assert passed


@pytest.mark.live
@pytest.mark.django_db(transaction=True)
def test_many_at_once_get_exactly_the_limit() -> None:
    passed: list[int] = []
    start = threading.Barrier(16)

    def tries() -> None:
        start.wait()
        try:
            passed.append(let_through(20, 60, [AT] * 5))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=tries) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(passed) == 20
    assert Throttle.objects.get().count == 20

"""Working time follows the offices of Shanghai's time zone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zengyi.core.clock import SHANGHAI
from zengyi.core.worktime import add_working_hours, is_working_day


def here(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        (here(2026, 11, 23, 8, 30), 1, here(2026, 11, 23, 9, 30)),
        (here(2026, 11, 23, 8, 30), 3.5, here(2026, 11, 23, 12, 0)),  # ends with the shift, not with the next one's start
        (here(2026, 11, 23, 8, 30), 7, here(2026, 11, 23, 17, 30)),
        (here(2026, 11, 23, 11, 0), 2, here(2026, 11, 23, 15, 0)),  # over lunch
        (here(2026, 11, 23, 12, 30), 1, here(2026, 11, 23, 15, 0)),
        (here(2026, 11, 23, 3, 0), 1, here(2026, 11, 23, 9, 30)),
        (here(2026, 11, 23, 17, 0), 1, here(2026, 11, 24, 9, 0)),
        (here(2026, 11, 27, 17, 0), 1, here(2026, 11, 30, 9, 0)),  # Friday evening to Monday
        (here(2026, 9, 30, 17, 0), 1, here(2026, 10, 8, 9, 0)),  # over the National Day holiday
        (here(2026, 11, 23, 8, 30), 70, here(2026, 12, 4, 17, 30)),
        (here(2026, 11, 22, 13, 0), 0, here(2026, 11, 22, 13, 0)),
    ],
)
def test_examples(start: datetime, hours: float, end: datetime) -> None:
    assert add_working_hours(start, hours) == end
    assert add_working_hours(start.astimezone(UTC), hours) == end


def test_holidays_and_make_up_days() -> None:
    assert not is_working_day(date(2026, 10, 1))
    assert is_working_day(date(2026, 10, 10))  # a Saturday worked for the holiday
    assert not is_working_day(date(2026, 11, 22))


def test_years_not_announced_yet_follow_the_plain_week() -> None:
    assert is_working_day(date(2090, 10, 2))
    assert not is_working_day(date(2090, 10, 1))  # a Sunday
    assert add_working_hours(here(2090, 10, 2, 8, 30), 7) == here(2090, 10, 2, 17, 30)


@pytest.mark.parametrize("hours", [-1, float("nan"), float("inf"), 1e9])
def test_nonsense_is_refused(hours: float) -> None:
    with pytest.raises(ValueError):
        add_working_hours(here(2026, 11, 23), hours)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2028, 1, 1)).map(lambda m: m.replace(tzinfo=UTC))


@given(moments, st.integers(1, 200), st.integers(1, 200))
def test_hours_add_up(at: datetime, first: int, second: int) -> None:
    assert add_working_hours(add_working_hours(at, first), second) == add_working_hours(at, first + second)


@given(moments, st.floats(0.1, 100), st.floats(0.1, 30))
def test_more_hours_end_later_and_inside_a_shift(at: datetime, hours: float, more: float) -> None:
    end = add_working_hours(at, hours)
    assert at + timedelta(hours=hours) <= end + timedelta(microseconds=1)
    assert end < add_working_hours(at, hours + more)
    assert is_working_day(end.date())
    assert 8.5 <= end.hour + end.minute / 60 + end.second / 3600 <= 17.51

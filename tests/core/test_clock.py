"""Days and quarters are Shanghai's."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zengyi.core.clock import local_date, now, quarter_bounds, quarter_of, year_of


def test_the_day_changes_at_midnight_in_shanghai() -> None:
    assert local_date(datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert local_date(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == date(2027, 1, 1)
    assert year_of(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == 2027


def test_now_is_aware() -> None:
    assert now().tzinfo is not None


@given(st.dates(date(1000, 1, 1), date(9998, 12, 31)))
def test_every_day_lies_in_its_quarter(day: date) -> None:
    first, after = quarter_bounds(quarter_of(day))
    assert first <= day < after
    assert quarter_of(after) != quarter_of(day)
    assert quarter_of(after - timedelta(days=1)) == quarter_of(day)


@pytest.mark.parametrize("text", ["", "2026", "2026Q0", "2026Q5", "Q1", "2026Q", "2026Qx", "9" * 30 + "Q1", "10000Q1", "1Q1", "999Q1"])
def test_nonsense_is_no_quarter(text: str) -> None:
    with pytest.raises(ValueError):
        quarter_bounds(text)

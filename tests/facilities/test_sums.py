"""How much worked: three states, clipped to the window, from sums that are always what the stretches of time say."""

from datetime import datetime, timedelta

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import AT, Cast
from tests.facilities.walks import Estate
from zengyi.core import clock
from zengyi.core.errors import Invalid
from zengyi.facilities import actions, queries
from zengyi.facilities.models import DaySum, Facility, Span
from zengyi.facilities.rules import Share, Stretch, by_day
from zengyi.facilities.rules.sums import DAY, WHATS, Steps, begins, day_of, shares

FIRST = 20_000
SECOND = st.integers(begins(FIRST - 3), begins(FIRST + 6))


@given(st.lists(st.tuples(st.sampled_from(WHATS), SECOND, SECOND), max_size=12), st.integers(0, DAY))
def test_sums_by_day_are_the_stretches_clipped(stretches: list[tuple[str, int, int]], now: int) -> None:
    """Whatever stretches there are, also those begun before and those that end in the middle of a day long gone."""
    steps = Steps()
    there = [Stretch(what, min(a, b), max(a, b)) for what, a, b in stretches]
    for one in there:
        steps.add(1, "LIFT", one.what, one.start, one.end)
    kept: dict[int, list[int]] = {}
    for (_community, _kind, day), row in steps.changed():
        before = kept.setdefault(max(day, FIRST - 1), [0] * 6)
        kept[max(day, FIRST - 1)] = [a + b for a, b in zip(before, row, strict=True)]
    edges = [begins(FIRST + n) for n in range(4)]
    assert shares(kept, FIRST, edges[-1]) == by_day(there, edges)
    # A day that is not over: what happened on it happened before now.
    past = [one for one in there if day_of(one.start) != FIRST + 2 and day_of(one.end) != FIRST + 2]
    now = begins(FIRST + 2) + max(now, 1)
    steps = Steps()
    for one in past:
        steps.add(1, "LIFT", one.what, one.start, one.end)
    sums = {day: row for (_c, _k, day), row in steps.changed() if day >= FIRST - 3}
    first = min([FIRST, *sums])
    assert shares(sums, first, now)[-1] == by_day(past, [begins(FIRST + 2), now])[0]


def test_what_goes_away_leaves_nothing() -> None:
    steps = Steps()
    steps.add(1, "LIFT", "UP", 5, 90_000)
    steps.add(1, "LIFT", "UP", 5, 90_000, sign=-1)
    assert list(steps.changed()) == []


def test_three_states_within_the_window(cast: Cast) -> None:
    """Up from the look until two intervals have passed, then unknown; down from a failure until it was looked at again; unknown before."""
    estate = Estate(cast, cameras=0)
    begun = estate.round()
    actions.record_checks(begun, [estate.check("L1")], by=estate.by, at=AT + timedelta(hours=1))
    seen = AT + timedelta(minutes=1)
    midnight = datetime.combine(clock.local_date(AT) + timedelta(days=3), datetime.min.time(), clock.SHANGHAI)
    day = clock.local_date(AT)
    ask = {"by": estate.by, "kind": "LIFT", "first": day, "last": day + timedelta(days=3)}
    later = queries.availability(**ask, at=AT + timedelta(days=9))  # type: ignore[arg-type]
    assert later == Share(4 * DAY, int((midnight - seen).total_seconds()), 0)
    today = queries.availability(by=estate.by, kind="LIFT", first=day, last=day, at=AT + timedelta(hours=1))
    assert today.up == 59 * 60 and today.service == (AT + timedelta(hours=1) - midnight).total_seconds() + 3 * DAY
    broken = AT + timedelta(hours=2)
    actions.record_checks(begun, [estate.check("L1", "FAIL", minutes=120)], by=estate.by, at=broken)
    counts = queries.counts(cast.community.pk, at=broken)
    assert (counts["LIFT"].up, counts["LIFT"].down, counts["LIFT"].unknown) == (0, 1, 0)
    assert (counts["SWITCH"].up, counts["SWITCH"].down, counts["SWITCH"].unknown) == (0, 0, 2)
    days = queries.drawn(**ask, at=AT + timedelta(days=9))  # type: ignore[arg-type]
    assert [one.down for _day, one in days] == [int((midnight - broken).total_seconds()) - 2 * DAY, DAY, DAY, DAY]
    assert sum(one.up for _day, one in days) == 119 * 60
    actions.retire(estate.ids["L1"], by=estate.by, at=broken + timedelta(hours=1))
    gone = queries.availability(**ask, at=AT + timedelta(days=9))  # type: ignore[arg-type]
    assert (gone.down, gone.unknown) == (3600, (AT - midnight).total_seconds() + 3 * DAY + 60)
    assert "LIFT" not in queries.counts(cast.community.pk, at=AT + timedelta(days=1))
    assert queries.check_sums().problems == []


def test_what_is_out_of_service_is_neither_up_nor_down(cast: Cast) -> None:
    """A check that comes after it was taken down stays in the history; nothing begins anew."""
    estate = Estate(cast, cameras=1)
    begun = estate.round()
    actions.retire(estate.ids["C0"], by=estate.by, at=AT)
    found = actions.record_checks(begun, [estate.check("C0")], by=estate.by, at=AT + timedelta(hours=1))
    assert [one.status for one in found] == [201] and not Span.objects.exists()
    actions.add(code="N1", name="新梯", kind="电梯", state="还没装", by=estate.by, at=AT)
    planned = Facility.objects.get(code="N1")
    assert queries.counts(cast.community.pk, at=AT)["LIFT"].total == 1
    actions.take_up(planned.pk, by=estate.by, at=AT + timedelta(hours=1))
    assert queries.counts(cast.community.pk, at=AT + timedelta(hours=1))["LIFT"].total == 2
    assert queries.check_sums().problems == []


def test_the_check_sees_sums_that_were_changed(cast: Cast) -> None:
    estate = Estate(cast, cameras=1)
    actions.record_checks(estate.round(), [estate.check("C0")], by=estate.by, at=AT + timedelta(hours=1))
    assert queries.check_sums().problems == []
    DaySum.objects.filter(kind="CAMERA").update(up_s=F("up_s") + 1)
    assert len(queries.check_sums().problems) == 1 and "CAMERA" in queries.check_sums().problems[0]
    DaySum.objects.all().delete()
    assert len(queries.check_sums().problems) == len({"POWER", "SWITCH", "CAMERA", "LIFT"})


def test_the_window_is_past_and_at_most_three_years(cast: Cast) -> None:
    by = cast.actor("worker")
    day = clock.local_date(AT)
    for first, last in (
        (day, day - timedelta(days=1)),
        (day + timedelta(days=1), day + timedelta(days=2)),
        (day - timedelta(days=2000), day),
    ):
        with pytest.raises(Invalid):
            queries.availability(by=by, at=AT, first=first, last=last)
    old = queries.drawn(by=by, at=AT, first=day - timedelta(days=1000), last=day)
    assert len(old) <= 62 and old[0][1] == Share(0, 0, 0)

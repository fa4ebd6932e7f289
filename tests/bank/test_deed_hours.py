"""Overlap in time: nobody is paid twice for the same hour, whichever rules the two deeds go under."""

from datetime import datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.bank.deeds import DAY, attested, filed, recorded
from tests.cast import Cast
from tests.trail import refused
from zengyi.bank import actions
from zengyi.bank.models import Filing
from zengyi.bank.rules import hourly_codes, hours_between
from zengyi.core.errors import Invalid, WrongState

EIGHT, NINE, TEN, TWELVE = time(8), time(9), time(10), time(12)


def test_which_rules_count_hours() -> None:
    assert hourly_codes() == {"V05", "V11"}
    assert (hours_between(EIGHT, TEN), hours_between(EIGHT, time(9, 29)), hours_between(EIGHT, time(9, 30))) == (2, 1, 2)
    assert hours_between(EIGHT, time(8, 5)) == 1


def test_the_same_hours_under_two_rules(cast: Cast, at: datetime) -> None:
    """The attack: patrol and voluntary service from eight to ten on the same day, two points each."""
    filed(cast, rule="V05", quantity=2, begins=EIGHT, ends=TEN)
    for begins, ends in ((EIGHT, TEN), (NINE, TWELVE), (time(7), time(8, 1)), (time(8, 30), NINE)):
        with refused(WrongState, "不能同时在两个地方"):
            filed(cast, rule="V11", quantity=1, begins=begins, ends=ends)
    with refused(WrongState, "不能同时在两个地方"):
        filed(cast, rule="V11")  # without its hours it stands for the whole day
    filed(cast, rule="V11", quantity=2, begins=TEN, ends=TWELVE)  # one after the other
    filed(cast, rule="V11", quantity=2, begins=EIGHT, ends=TEN, day=DAY - timedelta(days=1))
    filed(cast, "member2", rule="V11", quantity=2, begins=EIGHT, ends=TEN)
    filed(cast, rule="V03")  # what is not counted by the hour says nothing of hours


def test_whole_days_leave_no_room(cast: Cast, at: datetime) -> None:
    first = filed(cast, rule="V05", quantity=2)
    with refused(WrongState, "不能同时在两个地方"):
        filed(cast, rule="V11", quantity=1, begins=EIGHT, ends=NINE)
    actions.withdraw_deed(first.pk, by=cast.actor("member"), at=at)
    filed(cast, rule="V11", quantity=1, begins=EIGHT, ends=NINE)


def test_what_a_package_recorded_without_hours_is_trusted(cast: Cast, at: datetime) -> None:
    worker, one = cast.actor("worker"), {cast.member_id("member"): 1}
    for ref in ("1", "2"):
        (made,) = recorded(one, by=worker, community_id=cast.community.pk, rule="V05", ref=ref)
        actions.approve_deed(made, by=cast.actor("secretary"), at=at)
    filed(cast, rule="V11", quantity=2, begins=EIGHT, ends=TEN)


def test_both_slipped_in_and_only_one_is_approved(cast: Cast, at: datetime) -> None:
    """Two filings made at once: the approver's step, which holds the book, still sees it."""
    first = attested(cast, rule="V05", quantity=2, begins=EIGHT, ends=TEN)
    second = attested(cast, rule="V11", quantity=2, begins=TEN, ends=TWELVE)
    Filing.objects.filter(pk=second.pk).update(begins=NINE)
    actions.approve_deed(first.pk, by=cast.actor("secretary"), at=at)
    with refused(WrongState, "已经记上了另一件"):
        actions.approve_deed(second.pk, by=cast.actor("secretary"), at=at)
    assert cast.balance(member="member") == 2


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("ends", {"begins": EIGHT}),
        ("begins", {"ends": EIGHT}),
        ("ends", {"begins": TEN, "ends": EIGHT}),
        ("ends", {"begins": TEN, "ends": TEN}),
        ("quantity", {"begins": EIGHT, "ends": NINE, "quantity": 2}),
        ("begins", {"rule": "V03", "begins": EIGHT, "ends": NINE}),
    ],
)
def test_hours_that_cannot_be(cast: Cast, field: str, given: dict[str, object]) -> None:
    with refused(Invalid, fields={field}):
        filed(cast, **{"rule": "V05", **given})  # type: ignore[arg-type]


def test_the_table_itself_refuses_them(cast: Cast) -> None:
    made = filed(cast, rule="V05")
    for begins, ends in ((EIGHT, None), (None, EIGHT), (TEN, EIGHT), (EIGHT, EIGHT)):
        with pytest.raises(IntegrityError, match="hours_of_a_deed"), transaction.atomic():
            Filing.objects.filter(pk=made.pk).update(begins=begins, ends=ends)

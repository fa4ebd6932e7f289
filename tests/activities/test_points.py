"""What rolls and verified reports bring, by the bank's rules: attested by the host, approved by another, capped as the rule says."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from tests.activities.plans import planned
from tests.cast import AT, Cast
from zengyi.activities import actions
from zengyi.activities.actions import Marked
from zengyi.activities.models import Attendee, Occasion, Slot
from zengyi.bank import actions as bank
from zengyi.bank.models import Filing
from zengyi.core.errors import NotAllowed

HOUR = timedelta(hours=1)


def helped(cast: Cast, kind: str, hours: float, *, days: int = 1) -> Filing:
    """A member helped for so long, days ago; the roll is closed, the deed is there."""
    begin = AT - timedelta(days=days)
    times: dict[str, Any] = {"starts_at": begin, "ends_at": begin + hours * HOUR}
    made: Occasion = planned(cast.actor("worker"), at=begin - HOUR, kind=kind, helpers=[("帮手", 2)], **times)
    slot = Slot.objects.get(occasion=made, role="HELPER")
    actions.sign_up(made.pk, slot_id=slot.pk, by=cast.actor("member"), at=begin - HOUR)
    seat = Attendee.objects.get(occasion=made)
    actions.record_attendance(made.pk, [Marked(seat.pk, "IN")], by=cast.actor("worker"), at=begin)
    actions.close_occasion(made.pk, by=cast.actor("worker"), at=made.ends_at)
    return Filing.objects.get(source="OCCASION", source_ref=str(made.pk))


@pytest.mark.parametrize(
    ("kind", "hours", "rule", "quantity", "points"),
    [
        # Two hours of a clean-up or of volunteering count at most, whatever it took; a campaign counts once.
        ("CLEANUP", 4, "V05", 4, 2),
        ("CLEANUP", 0.5, "V05", 1, 1),
        ("CARE", 3, "V11", 3, 2),
        ("LAW", 3, "V08", 1, 1),
    ],
)
def test_hours_become_points_within_the_cap_of_an_activity(
    cast: Cast, kind: str, hours: float, rule: str, quantity: int, points: int
) -> None:
    deed = helped(cast, kind, hours)
    assert (deed.rule, deed.quantity, deed.attested_by_id) == (rule, quantity, cast.users["worker"].pk)
    assert cast.balance(member="member") == 0
    with pytest.raises(NotAllowed):
        bank.approve_deed(deed.pk, by=cast.actor("worker"), at=AT)
    bank.approve_deed(deed.pk, by=cast.actor("secretary"), at=AT)
    assert cast.balance(member="member") == points


def test_a_quarter_of_a_year_has_its_own_cap(cast: Cast) -> None:
    """V08 brings four a quarter at most: the fifth campaign stands in the trail and brings nothing."""
    for day in range(1, 6):
        bank.approve_deed(helped(cast, "LAW", 1, days=day).pk, by=cast.actor("secretary"), at=AT)
    assert cast.balance(member="member") == 4
    assert Filing.objects.filter(rule="V08", state="POSTED").count() == 5


def test_verified_reports_bring_one_each_up_to_six_a_quarter(cast: Cast) -> None:
    for n in range(7):
        made = actions.report_finding("RUBBISH", spot=f"{n}号桥", basis="COUNTED", count=3, by=cast.actor("member"), at=AT)
        actions.verify_finding(made.pk, True, by=cast.actor("worker"), at=AT)
        deed = Filing.objects.get(source="FINDING", source_ref=str(made.pk))
        bank.approve_deed(deed.pk, by=cast.actor("secretary"), at=AT)
    assert cast.balance(member="member") == 6


def test_the_hours_of_a_patrol_are_filed_from_its_page_and_attested_by_the_community(cast: Cast, client: Client, stopped: Any) -> None:
    """V05 of a walk that no roll was called on: nobody but who walked knows how long it took, so they say it and the host attests."""
    path = "/bank/deeds/new?rule=V05"
    client.force_login(cast.users["member"])
    assert path in client.get("/patrols/").content.decode()
    told = {"occurred_on": "2026-11-22", "text": "沿河走了一圈，没发现", "begins": "08:00", "ends": "10:00", "witness": "河边管理员"}
    assert client.post(path, told).status_code == 303
    deed = Filing.objects.get()
    assert (deed.rule, deed.quantity, deed.state) == ("V05", 2, "SUBMITTED")
    with pytest.raises(NotAllowed):
        bank.attest_deed(deed.pk, by=cast.actor("member"), at=AT)
    bank.attest_deed(deed.pk, by=cast.actor("worker"), at=AT)
    bank.approve_deed(deed.pk, by=cast.actor("secretary"), at=AT)
    assert cast.balance(member="member") == 2
    client.force_login(cast.users["worker"])
    assert path not in client.get("/patrols/").content.decode()


def test_less_than_half_an_hour_and_taking_part_bring_nothing(cast: Cast) -> None:
    begin = AT - timedelta(days=1)
    made = planned(cast.actor("worker"), at=begin - HOUR, helpers=[("帮手", 2)], starts_at=begin, ends_at=begin + HOUR)
    slot = Slot.objects.get(occasion=made, role="HELPER")
    actions.sign_up(made.pk, slot_id=slot.pk, by=cast.actor("member"), at=begin - HOUR)
    actions.sign_up(made.pk, by=cast.actor("member2"), at=begin - HOUR)
    seats = Attendee.objects.filter(occasion=made)
    actions.record_attendance(made.pk, [Marked(one.pk, "IN") for one in seats], by=cast.actor("worker"), at=begin)
    leaves = Marked(seats.get(sign_up__slot=slot).pk, "OUT", begin + timedelta(minutes=29))
    actions.record_attendance(made.pk, [leaves], by=cast.actor("worker"), at=begin + HOUR)
    actions.close_occasion(made.pk, by=cast.actor("worker"), at=made.ends_at)
    assert not Filing.objects.filter(source="OCCASION").exists()

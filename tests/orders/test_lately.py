"""A sheet moves a friend's door out of the household, and the friend claims: it is told to whoever approves."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client

from tests.cast import Cast
from tests.trail import refused
from zengyi.core.errors import NotAllowed
from zengyi.orders import actions, queries
from zengyi.orders.models import Order
from zengyi.orders.rules import SentMember
from zengyi.people import actions as people
from zengyi.people.models import Left, Member, Person

DAY = timedelta(days=1)
#: Who took the order of a stranger, the late one, and the other.
CLAIMED = {(True, False): "member2", (False, True): "kin", (False, False): "member3"}
HEAD = ["支部", "党员编号", "姓名", "幢号", "门牌", "工作单位"]


def sheet(cast: Cast, name: str, at: datetime, *, door: str = "", unit: str = "") -> None:
    """The worker imports a sheet of one row, with another door in the same building, or another unit."""
    member = Member.objects.select_related("person__home", "branch").get(pk=cast.member_id(name))
    building = member.person.home.name if door and member.person.home else cast.buildings[1].name if door else ""
    row = [member.branch.name, member.number, member.person.name, building, door, unit]
    assert people.import_sheet("members", [HEAD, row], by=cast.actor("worker"), at=at).changed == 1


def told(cast: Cast, order: Order, at: datetime, *, by: str = "worker2") -> list[str]:
    return queries.detail(order.pk, by=cast.actor(by), at=at).eased


def test_a_friend_who_is_moved_out_of_the_household_is_marked(cast: Cast, at: datetime) -> None:
    """Kin may not take it; the worker's sheet gives kin another door; kin takes it, the asker confirms, and points follow."""
    order = cast.published("resident")
    with refused(NotAllowed, "一家人"):
        actions.claim(order.pk, by=cast.actor("kin"), at=at)
    sheet(cast, "kin", at, door="909")
    assert Left.objects.count() == 1
    actions.claim(order.pk, by=cast.actor("kin"), at=at + DAY)
    assert told(cast, order, at + 3 * DAY) == ["人员表3 天前改了党员 党员丁的门牌，改之前党员 党员丁不能接这一单。"]
    assert told(cast, order, at + 3 * DAY, by="kin") == [], "whoever helps reads nothing of it"
    actions.deliver(order.pk, text="办好了", by=cast.actor("kin"), at=at + 2 * DAY)
    assert len(told(cast, order, at + 3 * DAY, by="resident")) == 1, "whoever asked is who confirms"
    actions.confirm(order.pk, by=cast.actor("resident"), at=at + 3 * DAY)
    assert cast.balance(member="kin") == 8
    assert len(told(cast, order, at + 60 * DAY)) == 1, "the mark stays with the points"
    checks = queries.quarter_checks("2026Q4", by=cast.actor("secretary"), at=at + 3 * DAY)
    assert [(one.id, len(one.sentences)) for one in checks.changed] == [(order.pk, 1)]
    findings = queries.findings_of_quarter(cast.community.pk, date(2026, 10, 1), date(2026, 12, 31))
    assert "有 1 单，表格改了门牌或单位才接得了" in [finding.text for finding in findings]
    page = Client()
    page.force_login(cast.users["secretary"])
    assert "改之前党员 党员丁不能接这一单" in page.get("/desk/checks/?quarter=2026Q4").content.decode()
    sheet(cast, "kin", at + 4 * DAY, door="1206")
    assert len(told(cast, order, at + 60 * DAY)) == 1, "moving back washes nothing clean"


@pytest.mark.parametrize("later", [False, True], ids=["the asker", "both, the asker again later"])
def test_moving_the_asker_is_no_way_around(cast: Cast, at: datetime, later: bool) -> None:
    person = Person.objects.get(user__username="resident")
    row = [["姓名", "手机", "幢号", "门牌"], [person.name, "13900001206", cast.buildings[0].name, "808"]]
    people.import_sheet("residents", row, by=cast.actor("worker"), at=at)
    if later:
        sheet(cast, "kin", at, door="909")
    order = cast.published("resident", at=at)
    actions.claim(order.pk, by=cast.actor("kin"), at=at + DAY)
    if later:
        row[1][3] = "707"
        people.import_sheet("residents", row, by=cast.actor("worker"), at=at + 2 * DAY)
    found = told(cast, order, at + 2 * DAY)
    assert len(found) == 1 and found[0].startswith("人员表2 天前改了")
    assert ("点单的人的门牌" in found[0]) or later


def test_a_unit_that_is_left_counts_like_a_door(cast: Cast, at: datetime) -> None:
    order = cast.published("unit")
    with refused(NotAllowed, "同单位"):
        actions.claim(order.pk, by=cast.actor("colleague"), at=at)
    sheet(cast, "colleague", at, unit=cast.second_unit.name)
    actions.claim(order.pk, by=cast.actor("colleague"), at=at)
    assert told(cast, order, at) == ["人员表今天改了党员 党员戊的单位，改之前党员 党员戊不能接这一单。"]


def test_a_member_sent_is_looked_at_as_well(cast: Cast, at: datetime) -> None:
    sheet(cast, "kin", at, door="909")
    order = cast.claimed("unit", "resident", at=at + DAY)
    actions.deliver(order.pk, text="办好了", sent=[SentMember(cast.member_id("kin"), 6)], by=cast.actor("unit"), at=at + 2 * DAY)
    (found,) = told(cast, order, at + 2 * DAY)
    assert "派去的人不能接这一单" in found


def test_what_changed_nothing_about_the_order_is_not_marked(cast: Cast, at: datetime) -> None:
    """Long ago, after the claim, from a door of nobody's concern, or the first door somebody has."""
    sheet(cast, "kin", at, door="909")
    sheet(cast, "member2", at, door="1206")
    sheet(cast, "member2", at + DAY, door="303")
    order = cast.published("resident2", at=at)
    actions.claim(order.pk, by=cast.actor("member2"), at=at + DAY)
    assert told(cast, order, at + DAY) == []
    late = cast.published("resident", at=at)
    actions.claim(late.pk, by=cast.actor("kin"), at=at + 31 * DAY)
    assert told(cast, late, at + 31 * DAY) == []
    other = cast.published("resident", at=at)
    actions.claim(other.pk, by=cast.actor("member3"), at=at + DAY)
    sheet(cast, "member3", at + 2 * DAY, door="1206")
    assert told(cast, other, at + 3 * DAY) == []
    for one in (order, late, other):
        asker = "resident2" if one == order else "resident"
        actions.deliver(one.pk, text="办好了", by=cast.actor(CLAIMED[one == order, one == late]), at=at + 32 * DAY)
        actions.confirm(one.pk, by=cast.actor(asker), at=at + 32 * DAY)
    assert queries.quarter_checks("2026Q4", by=cast.actor("secretary"), at=at + 32 * DAY).changed == ()

"""One's own account: base, gain, what is held until the standard is met, the weeks; and its entries by keyset."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.bank.deeds import approved, filed
from tests.bank.roll import posted
from tests.cast import AT, Cast
from tests.trail import refused
from zengyi.bank import actions, queries
from zengyi.bank.models import Account, Posting
from zengyi.core.errors import NotAllowed, NotThere
from zengyi.orders import actions as orders

DAY = timedelta(days=1)


def earn(cast: Cast, who: str, points: int, at: datetime = AT, *, asker: str = "resident2") -> None:
    """An order somebody did, confirmed at ``at``."""
    order = cast.delivered(who, asker, difficulty=points, at=at - DAY)
    orders.confirm(order.pk, by=cast.actor(asker), at=at)


def test_nobody_has_an_account_before_anything_was_posted(cast: Cast, at: datetime) -> None:
    for who in ("member", "unit"):
        with refused(NotThere, "还没有开"):
            queries.account_home(cast.actor(who), at)
    with refused(NotAllowed):
        queries.account_home(cast.actor("resident"), at)
    with refused(NotThere, "没有积分账户"):
        queries.account_home(cast.actor("worker"), at)


def test_gain_is_held_until_the_standard_is_met(cast: Cast, at: datetime) -> None:
    earn(cast, "member", 8)
    posted(cast, {"member": "ABSENT"}, rule="B02", held_on=date(2026, 10, 10))
    home = queries.account_home(cast.actor("member"), at)
    assert (home.gain, home.held, home.quarter_gain, home.quarter_base) == (8, 8, 8, 0)
    assert (home.standard, home.standard_met, home.quarter) == (3, False, "2026Q4")
    posted(cast, {"member": "PRESENT"}, rule="B04", held_on=date(2026, 10, 20))
    assert queries.account_home(cast.actor("member"), at).standard == 4  # four fifths of 5
    posted(cast, {"member": "PRESENT"}, rule="B02", held_on=date(2026, 11, 10))
    posted(cast, {"member": "PRESENT"}, rule="B02", held_on=date(2026, 11, 15))
    home = queries.account_home(cast.actor("member"), at)
    assert (home.quarter_base, home.standard, home.held, home.standard_met) == (8, 9, 8, False)
    posted(cast, {"member": "PRESENT"}, rule="B06", held_on=date(2026, 11, 16))
    home = queries.account_home(cast.actor("member"), at)
    assert (home.base, home.quarter_base, home.standard, home.held, home.standard_met) == (12, 12, 12, 0, True)
    assert Posting.objects.filter(kind="CONFIRM").count() == 1  # nothing moved


def test_only_what_residents_confirmed_makes_their_difficulties_less(cast: Cast, at: datetime) -> None:
    """A deed by the rules is gain, too, but nobody's difficulty; a deduction takes from the gain alone."""
    earn(cast, "member", 8)
    approved(cast, "member", rule="V03")
    actions.approve_deed(filed(cast, "member", rule="D01", by="worker").pk, by=cast.actor("secretary"), at=at)
    home = queries.account_home(cast.actor("member"), at)
    assert (home.quarter_gain, home.quarter_confirmed) == (8 + 2 - 2, 8)
    assert sum(home.weeks) == 8


def test_leave_is_not_asked_for(cast: Cast, at: datetime) -> None:
    posted(cast, {"member": "LEAVE"}, rule="B02", held_on=date(2026, 10, 10))
    earn(cast, "member", 8)
    home = queries.account_home(cast.actor("member"), at)
    assert (home.standard, home.held, home.standard_met) == (0, 0, True)


def test_what_is_beyond_the_cap_is_not_asked_for(cast: Cast, at: datetime) -> None:
    """A review of the year brings 4 points, once a year: for a second one the standard asks nothing, whether one is present or not."""
    posted(cast, {"member": "PRESENT", "member2": "PRESENT", "member3": "ABSENT"}, rule="B06", held_on=date(2026, 10, 10))
    posted(cast, {"member": "PRESENT", "member2": "ABSENT", "member3": "ABSENT"}, rule="B06", held_on=date(2026, 11, 10))
    homes = {name: queries.account_home(cast.actor(name), at) for name in ("member", "member2", "member3")}
    assert {name: (home.quarter_base, home.standard, home.standard_met) for name, home in homes.items()} == {
        "member": (4, 4, True),
        "member2": (4, 4, True),
        "member3": (0, 4, False),
    }


def test_a_reversal_opens_the_standard_again(cast: Cast, at: datetime) -> None:
    call = posted(cast, {"member": "PRESENT"}, rule="B02", held_on=date(2026, 11, 10))
    earn(cast, "member", 8)
    assert queries.account_home(cast.actor("member"), at).standard_met
    posting = Posting.objects.get(key=f"roll:{call.pk}:{cast.member_id('member')}")
    found = actions.propose_correction(posting.pk, "那天没有来", by=cast.actor("worker"), at=at)
    actions.decide_correction(found.pk, True, by=cast.actor("secretary"), at=at)
    home = queries.account_home(cast.actor("member"), at)
    assert (home.base, home.quarter_base, home.standard, home.held) == (0, 0, 3, 8)


def test_another_quarter_begins_at_nothing(cast: Cast, at: datetime) -> None:
    earn(cast, "member", 8)
    posted(cast, {"member": "PRESENT"}, rule="B02", held_on=date(2026, 11, 10))
    home = queries.account_home(cast.actor("member"), at + timedelta(days=60))
    assert (home.quarter, home.gain, home.base, home.quarter_gain, home.quarter_base, home.standard) == ("2027Q1", 8, 3, 0, 0, 0)


def test_the_weeks_of_the_quarter(cast: Cast, at: datetime) -> None:
    first = datetime(2026, 10, 1, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
    for day, points, asker in ((0, 2, "resident"), (6, 3, "resident2"), (7, 5, "resident"), (52, 1, "resident2")):
        earn(cast, "member", points, at=first + day * DAY, asker=asker)
    home = queries.account_home(cast.actor("member"), at)
    assert len(home.weeks) == 8 and home.weeks[:2] == (5, 5) and home.weeks[7] == 1 and sum(home.weeks) == 11
    assert [bar.points for bar in home.bars] == list(home.weeks) and all(3 <= bar.height <= 40 for bar in home.bars)
    last = queries.account_home(cast.actor("member"), datetime(2026, 12, 31, 23, 59, tzinfo=first.tzinfo))
    assert len(last.weeks) == 13  # a quarter of 92 days still has thirteen weeks, not fourteen


def test_a_units_account(cast: Cast, at: datetime) -> None:
    earn(cast, "unit", 5)
    home = queries.account_home(cast.actor("unit"), at)
    assert (home.is_unit, home.name, home.base_account_id, home.base, home.gain, home.held) == (True, "机关事务中心", None, 0, 5, 0)
    assert (home.total, home.standard, home.standard_met) == (5, 0, True)


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("member", True),
        ("member2", True),
        ("worker", True),
        ("secretary", True),
        ("far_member", False),
        ("far_secretary", False),
        ("unit", False),
        ("other_branch", False),
    ],
)
def test_who_reads_a_members_entries(cast: Cast, at: datetime, who: str, sees: bool) -> None:
    """Oneself, one's branch, the community."""
    cast.member("other_branch", "党员庚", "0007", branch=cast.second_branch)
    earn(cast, "member", 8)
    account = Account.objects.get(member=cast.members["member"], kind="GAIN")
    if sees:
        assert queries.account(account.pk, by=cast.actor(who)).holder == "党员甲"
        assert [entry.points for entry in queries.entries(account.pk, by=cast.actor(who)).rows] == [8]
        return
    for read in (queries.account, queries.entries):
        with refused(NotThere):
            read(account.pk, by=cast.actor(who))


@pytest.mark.parametrize("who", ["resident", "district", "admin", "property", "supervisor"])
def test_who_reads_no_entries(cast: Cast, at: datetime, who: str) -> None:
    earn(cast, "member", 8)
    with refused(NotThere):
        queries.entries(Account.objects.get(member=cast.members["member"], kind="GAIN").pk, by=cast.actor(who))


@pytest.mark.parametrize("account_id", [0, -1, 10**6, 2**63])
def test_an_unknown_account_is_not_there(cast: Cast, account_id: int) -> None:
    with refused(NotThere):
        queries.entries(account_id, by=cast.actor("worker"))


def test_entries_follow_one_another_without_gaps(cast: Cast, at: datetime) -> None:
    earn(cast, "member", 8)
    account = Account.objects.get(member=cast.members["member"], kind="GAIN")
    issue = Account.objects.get(kind="ISSUE")
    rows = [
        Posting(
            community=cast.community, kind="BASE", key=f"x:{n}", points=n + 1, occurred_on=at.date(), posted_at=at,
            debit=account if n % 3 == 0 else issue, credit=issue if n % 3 == 0 else account,
        )
        for n in range(50)
    ]  # fmt: skip
    Posting.objects.bulk_create(rows)
    by, seen, after = cast.actor("member"), [], None
    sizes = []
    while True:
        page = queries.entries(account.pk, by=by, after=after, size=7)
        seen += [(entry.id, entry.points) for entry in page.rows]
        sizes.append(len(page.rows))
        after = page.next_after
        if after is None:
            break
    whole = Posting.objects.filter(pk__in=[pk for pk, _points in seen]).order_by("-pk")
    assert sizes == [7] * 7 + [2] and len(seen) == len(set(seen)) == 51
    assert seen == [(row.pk, row.points if row.credit_id == account.pk else -row.points) for row in whole]
    assert sum(points for _pk, points in seen) == 8 + sum((-1 if n % 3 == 0 else 1) * (n + 1) for n in range(50))
    assert len(queries.entries(account.pk, by=by, size=10_000).rows) == 51 and len(queries.entries(account.pk, by=by, size=-5).rows) == 1

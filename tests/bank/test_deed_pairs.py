"""Two people who stand behind each other's deeds: the attack, its failure, and what a reversal gives back."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.bank.deeds import DAY, recorded, reversed_
from tests.cast import AT, Cast
from zengyi.bank import actions, queries
from zengyi.bank.models import Filing, Posting
from zengyi.bank.rules import Stood, times_before, vouching_note
from zengyi.people.rules import Actor

QUARTER = (date(2026, 10, 1), date(2026, 12, 31))


@pytest.fixture
def friends(cast: Cast) -> Cast:
    """Two workers who are members; two secretaries, of whom one approves whatever is attested."""
    cast.second_role("worker", "0801")
    cast.second_role("worker2", "0802")
    cast.login("secretary2", cast.person("同志secretary2", cast.community))
    cast.grant("secretary2", "secretary", cast.community)
    return cast


def staff(cast: Cast, who: str) -> Actor:
    """Them at the desk, and not as the member they are too."""
    return cast.actor(who, next(one.acting_as for one in cast.roles(who) if one.role.value in ("worker", "secretary")))


def handed_in(cast: Cast, who: str, attester: str, days_ago: int, *, filer: str = "", rule: str = "V12") -> Filing:
    """A deed of one that somebody has attested: two points, twelve a quarter. ``filer``: who wrote it down for them."""
    given: dict[str, Any] = {"member_id": cast.member_id(who), "by": staff(cast, filer)} if filer else {"by": cast.actor(who, "member")}
    made = actions.file_deed(rule, DAY - timedelta(days=days_ago), text="去开了三方会议", **given, at=AT)
    return actions.attest_deed(made.pk, by=staff(cast, attester), at=AT)


def counted(cast: Cast, who: str, attester: str, days_ago: int, **more: Any) -> Filing:
    """The same, approved."""
    return actions.approve_deed(handed_in(cast, who, attester, days_ago, **more).pk, by=cast.actor("secretary"), at=AT)


def points_of(filings: list[Filing]) -> list[int]:
    return [Filing.objects.get(pk=one.pk).points for one in filings]


def test_two_who_attest_each_other_get_little(friends: Cast) -> None:
    """Twelve deeds of two points, six each: 24 points without the scale, 9 with it, however they are spread over the two."""
    sides = (("worker", "worker2"), ("worker2", "worker"))
    made = [counted(friends, *sides[n % 2], n) for n in range(12)]
    assert points_of(made) == [2, 2, 2, 1, 1, 1, 0, 0, 0, 0, 0, 0]
    assert {one.short for one in made[3:]} == {"PAIR"}
    assert friends.balance(member="worker") + friends.balance(member="worker2") == 9
    (pair,) = queries.pairs_of_deeds(friends.community.pk, *QUARTER)
    assert (sorted((pair.one, pair.other)), pair.there, pair.back, pair.points) == (["同志worker", "同志worker2"], 6, 6, 9)
    found = [one for one in queries.own_findings(friends.community.pk, *QUARTER) if "互相证明" in one.text]
    assert [(one.odd, "6 件，6 件" in one.text, "一共记了 9 分" in one.detail) for one in found] == [(True, True, True)]
    assert queries.check_ledger().problems == []


def test_who_files_for_the_other_makes_a_pair_too(friends: Cast) -> None:
    """Written down by the one, attested by somebody who knows of nothing."""
    for n in range(6):
        who, filer = ("worker", "worker2") if n % 2 else ("worker2", "worker")
        counted(friends, who, "secretary2", n, filer=filer)
    last = counted(friends, "worker", "secretary2", 7, filer="worker2")
    assert (last.points, last.short) == (0, "PAIR")


def test_one_way_alone_is_the_work_of_the_desk(friends: Cast) -> None:
    """Staff attest everybody's: however many, they count in full, and nobody is listed."""
    made = [counted(friends, "worker", "worker2", n) for n in range(6)]
    assert points_of(made) == [2] * 6
    assert queries.pairs_of_deeds(friends.community.pk, *QUARTER) == []
    assert not [one for one in queries.own_findings(friends.community.pk, *QUARTER) if "互相证明" in one.text]


def test_another_attester_another_quarter_and_what_a_package_saw_count_in_full(friends: Cast) -> None:
    for n in range(4):
        counted(friends, *(("worker", "worker2") if n % 2 else ("worker2", "worker")), n)
    assert counted(friends, "worker", "secretary2", 10).points == 2
    assert counted(friends, "worker", "worker2", 60).points == 2, "the quarter before"
    seen = {friends.member_id("worker"): 1}
    (pk,) = recorded(seen, by=staff(friends, "worker2"), community_id=friends.community.pk, at=AT)
    assert actions.approve_deed(pk, by=friends.actor("secretary"), at=AT).points == 2


def test_a_reversal_lets_the_later_ones_of_both_move_up(friends: Cast) -> None:
    made = [counted(friends, *(("worker", "worker2") if n % 2 else ("worker2", "worker")), n) for n in range(8)]
    assert points_of(made) == [2, 2, 2, 1, 1, 1, 0, 0]
    before = Posting.objects.count()
    reversed_(friends, made[0])
    assert points_of(made) == [0, 2, 2, 2, 1, 1, 1, 0]
    assert Posting.objects.count() == before + 3, "one mirror, and two deeds that are made good"
    assert queries.check_ledger().problems == []
    zero = made[7]
    actions.reject_deed(zero.pk, "没有去", by=friends.actor("secretary2"), at=AT)
    assert points_of(made) == [0, 2, 2, 2, 1, 1, 1, 0]


def test_one_sent_back_without_points_lets_others_move_up(friends: Cast) -> None:
    """A deed that a cap left nothing still counts as one of the pair's; once it is sent back, it does not."""
    for n in range(3):
        counted(friends, "worker", "secretary2", 30 + n, rule="V02")
    made = [counted(friends, "worker", "worker2", 1, rule="V02"), counted(friends, "worker2", "worker", 1)]
    made += [counted(friends, "worker", "worker2", 2), counted(friends, "worker2", "worker", 3)]
    assert points_of(made) == [0, 2, 2, 1]
    actions.reject_deed(made[0].pk, "没有去", by=friends.actor("secretary2"), at=AT)
    assert points_of(made) == [0, 2, 2, 2]


def test_the_approver_sees_the_pair_and_what_it_leaves(friends: Cast, client: Any, stopped: Any) -> None:
    for n in range(4):
        counted(friends, *(("worker", "worker2") if n % 2 else ("worker2", "worker")), n)
    waiting = handed_in(friends, "worker", "worker2", 9)
    client.force_login(friends.users["secretary"])
    page = client.get(f"/bank/deeds/{waiting.pk}/").content.decode()
    assert "本季度这两位互相证明、代报已经有 4 次。" in page
    assert "照规则是 2 分，这次记 1 分" in page
    to_attest = actions.file_deed("V12", DAY - timedelta(days=10), by=friends.actor("worker", "member"), at=AT)
    client.force_login(friends.users["worker2"])
    asked = client.get(f"/bank/deeds/{to_attest.pk}/attest").content.decode()
    assert "换一位证明，照常记" in asked, "whoever is about to attest reads it before"
    client.force_login(friends.users["secretary2"])
    assert "互相证明" not in client.get(f"/bank/deeds/{to_attest.pk}/attest").content.decode()


def test_the_number_is_told_in_words() -> None:
    assert vouching_note(0, DAY) == ""
    assert [word in vouching_note(n, DAY) for n, word in ((1, "照常办"), (3, "50%"), (6, "不再记分"))] == [True] * 3


def test_who_counts_as_a_pair() -> None:
    """Both ways or not at all; the larger of two pairs; only what was approved before."""
    there, back = Stood(1, 7, frozenset({8}), AT), Stood(2, 8, frozenset({7}), AT)
    waiting = Stood(3, 7, frozenset({8, 9}))
    assert times_before(waiting, [there]) == 0
    assert times_before(waiting, [there, back]) == 2
    assert times_before(waiting, [there, back, Stood(4, 9, frozenset({7}), AT)]) == 2
    assert times_before(there, [back]) == 0, "the earlier one of the two"
    assert times_before(back, [there]) == 1

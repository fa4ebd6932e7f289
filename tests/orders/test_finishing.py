"""Delivered, confirmed, sent back, closed after silence; and who gets the points."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cast import Cast
from tests.orders.test_placing import jpeg, kept_files
from tests.trail import refused, told
from zengyi.bank import queries as bank
from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.orders import actions, queries
from zengyi.orders.models import Claim, Order, Photo, Sent
from zengyi.orders.rules import OnBehalf, SentMember, equal_shares, split

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def together(cast: Cast, *who: str, difficulty: int = 8, at: datetime) -> Order:
    """An order that several members are at, delivered by the last of them."""
    order = cast.published("resident", difficulty=difficulty, places=len(who))
    for name in who:
        actions.claim(order.pk, by=cast.actor(name), at=at)
    return actions.deliver(order.pk, text="一起办好了", by=cast.actor(who[-1]), at=at + HOUR)


def shares(order: Order) -> list[tuple[str, int | None]]:
    return list(Claim.objects.filter(order=order).order_by("pk").values_list("state", "points"))


def test_one_of_several_delivers_for_all(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member", "resident", places=2)
    actions.claim(order.pk, by=cast.actor("member2"), at=at)
    with told("deliver") as step:
        order = actions.deliver(order.pk, text="灯装好了", photos=[jpeg()], by=cast.actor("member2"), at=at + HOUR)
    assert (order.state, order.delivered_at, order.delivery_text) == ("DELIVERED", at + HOUR, "灯装好了")
    assert [row.stage for row in Photo.objects.filter(order=order)] == ["AFTER"]
    theirs = Claim.objects.get(order=order, member_id=cast.member_id("member2"))
    assert step.postings == [] and step.event.after == {"state": "DELIVERED", "claim": theirs.pk, "photos": 1, "sent": 0}
    with refused(WrongState, "办好了，等确认"):
        actions.deliver(order.pk, text="灯装好了", by=cast.actor("member"), at=at + HOUR)


def test_nobody_else_has_photos_decoded(cast: Cast, at: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    order = cast.claimed("member2", "resident")
    monkeypatch.setattr("zengyi.orders.actions.photos.kept", lambda photos: pytest.fail("decoded"))
    for who in ("member", "neighbour", "unit"):
        with refused(NotAllowed):
            actions.deliver(order.pk, text="办好了", photos=[jpeg()], by=cast.actor(who), at=at)


def test_evidence_is_wanted(cast: Cast, at: datetime) -> None:
    order = cast.claimed("member2", "resident")
    tries: list[tuple[dict[str, Any], str]] = [
        ({"text": ""}, "text"),
        ({"text": "好" * 1001}, "text"),
        ({"text": "好了", "photos": [jpeg()] * 7}, "photos"),
    ]
    for given_, field in tries:
        with refused(Invalid, fields={field}):
            actions.deliver(order.pk, **given_, by=cast.actor("member2"), at=at)
    with refused(NotAllowed):
        actions.deliver(order.pk, text="我来办好了", photos=[jpeg()], by=cast.actor("member3"), at=at)
    assert kept_files() == []


def test_points_move_once(cast: Cast, at: datetime) -> None:
    order = cast.delivered("member2", "resident")
    with told("confirm") as step:
        order = actions.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    claim = Claim.objects.get(order=order)
    assert step.postings == [("CONFIRM", "DIFFICULTY", "党员乙", 8)]
    assert step.event.after == {"state": "CONFIRMED", "channel": "SELF", "points": 8, "claims": {str(claim.pk): 8}}
    assert (order.state, order.outcome, order.ended_at) == ("CONFIRMED", "HELPED", at + DAY)
    assert (claim.state, claim.points, claim.ended_at) == ("DONE", 8, at + DAY)
    assert (cast.balance(member="member2"), cast.balance(order=order)) == (8, 0)
    with refused(WrongState, "已确认"):
        actions.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    assert bank.check_ledger().problems == []


@pytest.mark.parametrize(
    ("difficulty", "who", "points"),
    [
        (8, ("member", "member2", "member3"), [3, 3, 2]),
        (2, ("member", "member2", "member3"), [1, 1, 0]),
        (9, ("member3", "member"), [5, 4]),
    ],
)
def test_equal_shares_with_the_rest_in_the_order_of_claiming(
    cast: Cast, at: datetime, difficulty: int, who: tuple[str, ...], points: list[int]
) -> None:
    order = together(cast, *who, difficulty=difficulty, at=at)
    with told("confirm") as step:
        actions.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    assert [cast.balance(member=name) for name in who] == points
    assert shares(order) == [("DONE", share) for share in points]
    assert len(step.postings) == sum(1 for share in points if share)
    assert cast.balance(order=order) == 0


def test_shares_the_dispatcher_sets(cast: Cast, at: datetime) -> None:
    order = together(cast, "member", "member2", at=at)
    first, second = Claim.objects.filter(order=order).order_by("pk").values_list("pk", flat=True)
    by = cast.actor("worker2")
    wrong: list[dict[int, int]] = [{first: 8}, {first: 4, second: 5}, {first: 9, second: -1}, {first: 4, second + 99: 4}, {}]
    wrong += [{first: 8, second: 0}, {first: 0, second: 8}]  # everybody who came gets something
    for given_ in wrong:
        with refused(Invalid, "加起来正好 8 分", fields={"shares"}):
            actions.confirm(order.pk, channel="PHONE", shares=given_, by=by, at=at + DAY)
    with refused(Invalid, fields={"shares"}):
        actions.confirm(order.pk, shares={first: 4, second: 4}, by=cast.actor("resident"), at=at + DAY)
    with told("confirm") as step:
        actions.confirm(order.pk, channel="PHONE", shares={first: 7, second: 1}, by=by, at=at + DAY)
    assert step.postings == [("CONFIRM", "DIFFICULTY", "党员甲", 7), ("CONFIRM", "DIFFICULTY", "党员乙", 1)]
    assert shares(order) == [("DONE", 7), ("DONE", 1)]


def test_an_organisation_names_whom_it_sent(cast: Cast, at: datetime) -> None:
    order = cast.claimed("unit", "resident")
    sent = [SentMember(cast.member_id("member2"), 3), SentMember(cast.member_id("colleague"), 2)]
    actions.deliver(order.pk, text="派了两个人去办", sent=sent, by=cast.actor("unit"), at=at + HOUR)
    with told("confirm") as step:
        actions.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    assert step.postings == [
        ("CONFIRM", "DIFFICULTY", "党员乙", 3),
        ("CONFIRM", "DIFFICULTY", "党员戊", 2),
        ("CONFIRM", "DIFFICULTY", "机关事务中心", 3),
    ]
    assert shares(order) == [("DONE", 8)]


def test_all_of_it_for_whom_it_sent(cast: Cast, at: datetime) -> None:
    order = cast.claimed("unit", "resident")
    actions.deliver(order.pk, text="办好了", sent=[SentMember(cast.member_id("member2"), 8)], by=cast.actor("unit"), at=at)
    actions.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    assert (cast.balance(member="member2"), cast.balance(unit=cast.unit)) == (8, 0)


def test_the_last_delivery_says_who_was_sent(cast: Cast, at: datetime) -> None:
    order = cast.claimed("unit", "resident")
    actions.deliver(order.pk, text="办好了", sent=[SentMember(cast.member_id("member2"), 8)], by=cast.actor("unit"), at=at)
    actions.send_back(order.pk, reason="还差一点", by=cast.actor("resident"), at=at + HOUR)
    actions.deliver(order.pk, text="又办好了", sent=[SentMember(cast.member_id("member3"), 1)], by=cast.actor("unit"), at=at + 2 * HOUR)
    actions.confirm(order.pk, by=cast.actor("resident"), at=at + DAY)
    assert [cast.balance(member=name) for name in ("member2", "member3")] == [0, 1]
    assert (cast.balance(unit=cast.unit), Sent.objects.count()) == (7, 1)


@pytest.mark.parametrize(
    ("who", "sent", "sentence"),
    [
        ("unit", [("member", 5), ("member2", 4)], "最多 8 分"),
        ("unit", [("member", -1)], "最多 8 分"),
        ("unit", [("member", 1), ("member", 1)], "一人一行"),
        ("unit", [("far_member", 1)], "本社区的党员"),
        ("unit", [("kin", 1)], "一家人"),
        ("member2", [("member", 1)], "只有单位"),
    ],
)
def test_whom_one_cannot_send(cast: Cast, at: datetime, who: str, sent: list[tuple[str, int]], sentence: str) -> None:
    order = cast.claimed(who, "resident")
    named = [SentMember(cast.member_id(name), points) for name, points in sent]
    with refused(Invalid, sentence, fields={"sent"}):
        actions.deliver(order.pk, text="办好了", sent=named, by=cast.actor(who), at=at)


def test_the_asker_and_colleagues_are_not_sent(cast: Cast, at: datetime) -> None:
    order = cast.claimed("unit2", "colleague")
    cast.member("colleague2", "党员己", "0006", unit=cast.unit)
    for name in ("colleague", "colleague2"):
        with refused(Invalid, "点单的人", fields={"sent"}):
            actions.deliver(order.pk, text="办好了", sent=[SentMember(cast.member_id(name), 1)], by=cast.actor("unit2"), at=at)


def test_whoever_weighed_or_placed_it_is_not_sent(cast: Cast, at: datetime) -> None:
    for name, number in (("worker", "0077"), ("worker2", "0078")):
        cast.second_role(name, number)
    order = cast.claimed("unit", "worker2", on_behalf=OnBehalf(name="居民0808", phone="13900000808"))
    for name in ("worker", "worker2"):
        with refused(Invalid, "代点或定分的人", fields={"sent"}):
            actions.deliver(order.pk, text="办好了", sent=[SentMember(cast.member_id(name), 1)], by=cast.actor("unit"), at=at)


def test_not_good_yet(cast: Cast, at: datetime) -> None:
    order = cast.delivered("member2", "resident")
    with refused(Invalid, fields={"reason"}):
        actions.send_back(order.pk, reason="", by=cast.actor("resident"), at=at + HOUR)
    with refused(Invalid, fields={"due_at"}):
        actions.send_back(order.pk, reason="还在漏", due_at=at, by=cast.actor("resident"), at=at + HOUR)
    with told("return") as step:
        order = actions.send_back(order.pk, reason="还在漏", due_at=at + 5 * DAY, by=cast.actor("resident"), at=at + HOUR)
    assert (order.state, order.delivered_at, order.due_at, order.taken) == ("CLAIMED", None, at + 5 * DAY, 1)
    assert step.event.reason == "还在漏" and step.postings == []
    assert Claim.objects.get(order=order).lease_until == at + 5 * DAY
    actions.deliver(order.pk, text="不漏了", by=cast.actor("member2"), at=at + DAY)
    assert actions.confirm(order.pk, by=cast.actor("resident"), at=at + DAY).outcome == "HELPED"


def test_on_behalf_by_a_second_person(cast: Cast, at: datetime) -> None:
    order = cast.place("worker", on_behalf=OnBehalf(name="居民0808", phone="13900000808"))
    actions.triage(order.pk, difficulty=4, by=cast.actor("secretary"), at=at)
    actions.publish(order.pk, by=cast.actor("worker2"), at=at)
    actions.claim(order.pk, by=cast.actor("member2"), at=at)
    actions.deliver(order.pk, text="送到家了", by=cast.actor("member2"), at=at)
    for who in ("worker", "secretary"):
        with refused(NotAllowed, "您经手过"):
            actions.confirm(order.pk, channel="PHONE", by=cast.actor(who), at=at + DAY)
    for channel in ("SELF", "", "TELEPATHY"):
        with refused(Invalid, "怎么告诉您的", fields={"channel"}):
            actions.confirm(order.pk, channel=channel, by=cast.actor("worker2"), at=at + DAY)
    with told("confirm") as step:
        actions.confirm(order.pk, channel="VISIT", by=cast.actor("worker2"), at=at + DAY)
    assert (step.event.after["channel"], step.event.user_id) == ("VISIT", cast.users["worker2"].pk)


def test_whoever_weighed_their_own_order_does_not_confirm_it(cast: Cast, at: datetime) -> None:
    order = cast.published("worker")
    actions.claim(order.pk, by=cast.actor("member2"), at=at)
    actions.deliver(order.pk, text="办好了", by=cast.actor("member2"), at=at)
    for acting_as in ("", "resident"):
        with refused(NotAllowed, "您经手过"):
            actions.confirm(order.pk, by=cast.actor("worker", acting_as), at=at + DAY)
    assert "confirm" not in [move.verb for move in queries.detail(order.pk, by=cast.actor("worker"), at=at).moves]
    assert actions.confirm(order.pk, channel="VISIT", by=cast.actor("worker2"), at=at + DAY).state == "CONFIRMED"


def test_silence(cast: Cast, at: datetime) -> None:
    order = cast.delivered("member2", "resident")
    delivered, by = order.delivered_at or at, cast.actor("worker")
    with refused(WrongState, "才提醒过"):
        actions.remind(order.pk, by=by, at=delivered + DAY)
    for number in (1, 2):
        with refused(WrongState, "提醒过两次"):
            actions.close(order.pk, by=by, at=delivered + 2 * number * DAY)
        with told("remind") as step:
            order = actions.remind(order.pk, by=by, at=delivered + 2 * number * DAY)
        assert (order.reminders, step.event.after) == (number, {"reminders": number})
        with refused(WrongState, "才提醒过"):
            actions.remind(order.pk, by=cast.actor("worker2"), at=delivered + 2 * number * DAY + HOUR)
    with refused(WrongState, "再等两天"):
        actions.close(order.pk, by=by, at=delivered + 5 * DAY)
    with told("close") as step:
        order = actions.close(order.pk, by=by, at=delivered + 6 * DAY)
    assert (order.state, order.outcome, order.ended_at) == ("CLOSED", "NO_ANSWER", delivered + 6 * DAY)
    assert step.postings == [("REVERSAL", "DIFFICULTY", "ISSUE", 8)]
    assert shares(order) == [("DONE", 0)] and cast.balance(member="member2") == 0
    assert bank.check_ledger().problems == []


def test_an_answer_ends_the_counting(cast: Cast, at: datetime) -> None:
    order = cast.delivered("member2", "resident")
    actions.remind(order.pk, by=cast.actor("worker"), at=at + 3 * DAY)
    actions.send_back(order.pk, reason="还在漏", by=cast.actor("resident"), at=at + 4 * DAY)
    order = actions.deliver(order.pk, text="不漏了", by=cast.actor("member2"), at=at + 5 * DAY)
    assert (order.reminders, order.reminded_at) == (0, None)
    with refused(WrongState, "才提醒过"):
        actions.remind(order.pk, by=cast.actor("worker"), at=at + 6 * DAY)


@given(st.integers(0, 40), st.integers(1, 30))
def test_equal_shares_are_equal_and_whole(points: int, claimants: int) -> None:
    found = equal_shares(points, claimants)
    assert sum(found) == points and max(found) - min(found) <= 1 and found == sorted(found, reverse=True)


@given(st.integers(0, 40), st.lists(st.none() | st.integers(0, 40), min_size=1, max_size=12))
def test_split_gives_out_everything_and_no_more(points: int, fixed: list[int | None]) -> None:
    if sum(share or 0 for share in fixed) > points:
        with pytest.raises(ValueError, match="more is fixed"):
            split(points, fixed)
        return
    found = split(points, fixed)
    assert sum(found) == points and len(found) == len(fixed)
    assert all(got >= (share or 0) for got, share in zip(found, fixed, strict=True))
    if None in fixed:
        assert all(got == share for got, share in zip(found, fixed, strict=True) if share is not None)
        free = [got for got, share in zip(found, fixed, strict=True) if share is None]
        assert max(free) - min(free) <= 1

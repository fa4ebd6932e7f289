"""四大岗: posts are published, claimed and given up; turns are planned, done, attested by somebody else, and become deeds."""

import json
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F

from tests.bank.deeds import DAY, filed
from tests.bank.posts import DID, claimed, published, turned
from tests.cast import AT, Cast
from tests.trail import refused, told
from zengyi.bank import actions as bank
from zengyi.bank.actions import duties as actions
from zengyi.bank.models import DutyClaim, Filing, Turn, Vacancy
from zengyi.bank.queries import coverage
from zengyi.bank.queries import duties as queries
from zengyi.bank.queries.offers import branch_offers
from zengyi.core.errors import Invalid, NotAllowed, NotThere, Refused, WrongState
from zengyi.people.models import Member, household_index
from zengyi.people.queries.waiting import waiting
from zengyi.people.web.waiting import sources

TODAY = AT.date()


def test_a_member_claims_a_post_and_gets_it_as_their_duty(cast: Cast, at: datetime) -> None:
    vacancy = published(cast, "GIVING")
    with told("claim", "duty") as found:
        claim = actions.claim_duty(vacancy.pk, by=cast.actor("member2"), at=at)
    assert found.postings == []
    assert found.event.after == {"vacancy": vacancy.pk, "duty": "GIVING", "member": cast.member_id("member2"), "standing": True}
    vacancy.refresh_from_db()
    assert (vacancy.taken, Member.objects.get(pk=claim.member_id).duty) == (1, "GIVING")
    deed = Filing.objects.get(member=claim.member_id)
    assert (deed.rule, deed.state, deed.filed_by_id, deed.worth) == ("V01", "SUBMITTED", cast.users["member2"].pk, 2)
    with refused(NotAllowed):
        bank.attest_deed(deed.pk, by=cast.actor("member2"), at=at)  # not by themselves
    bank.attest_deed(deed.pk, by=cast.actor("worker"), at=at)
    bank.approve_deed(deed.pk, by=cast.actor("secretary"), at=at)
    assert cast.balance(member="member2") == 2


def test_claiming_brings_points_once_a_year(cast: Cast, at: datetime) -> None:
    claim = claimed(cast)
    actions.give_up_duty(claim.pk, by=cast.actor("member"), at=at)
    assert list(Filing.objects.values_list("state", "reason")) == [("WITHDRAWN", "岗位放下了")]
    assert Member.objects.get(pk=claim.member_id).duty == ""
    second = claimed(cast, duty="GIVING")
    deed = Filing.objects.get(state="SUBMITTED")
    bank.approve_deed(bank.attest_deed(deed.pk, by=cast.actor("worker"), at=at).pk, by=cast.actor("secretary"), at=at)
    actions.give_up_duty(second.pk, reason="搬家了", by=cast.actor("member"), at=at)
    claimed(cast, duty="GOVERNANCE")
    assert Filing.objects.count() == 2  # approved already: neither withdrawn nor made again
    assert cast.balance(member="member") == 2


def test_one_post_each_and_no_more_than_there_are_places(cast: Cast, at: datetime) -> None:
    vacancy, other = published(cast), published(cast, "GIVING", title="送餐")
    for who in ("member", "member2"):
        actions.claim_duty(vacancy.pk, by=cast.actor(who), at=at)
    with refused(WrongState, "人已经够了"):
        actions.claim_duty(vacancy.pk, by=cast.actor("kin"), at=at)
    with refused(WrongState, "已经认领过这一个"):
        actions.claim_duty(vacancy.pk, by=cast.actor("member"), at=at)
    with refused(WrongState, "一人一岗"):
        actions.claim_duty(other.pk, by=cast.actor("member"), at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vacancy.objects.filter(pk=vacancy.pk).update(taken=F("taken") + 1)
    held = DutyClaim.objects.get(vacancy=vacancy, member=cast.member_id("member"))
    with pytest.raises(IntegrityError), transaction.atomic():
        DutyClaim.objects.create(
            vacancy=other, community=cast.community, member=held.member, standing=True, claimed_by=cast.users["member"], claimed_at=at
        )


def test_who_may_not_claim(cast: Cast, at: datetime) -> None:
    vacancy = published(cast, branch_id=cast.second_branch.pk)
    with refused(WrongState, "那个支部"):
        actions.claim_duty(vacancy.pk, by=cast.actor("member"), at=at)
    with refused(NotThere):
        actions.claim_duty(vacancy.pk, by=cast.actor("far_member"), at=at)
    with refused(NotThere):
        actions.claim_duty(vacancy.pk, member_id=cast.member_id("far_member"), by=cast.actor("worker"), at=at)
    with refused(NotAllowed):
        actions.claim_duty(vacancy.pk, by=cast.actor("resident"), at=at)
    with refused(NotAllowed):
        actions.claim_duty(vacancy.pk, member_id=cast.member_id("member2"), by=cast.actor("member"), at=at)
    with refused(Invalid, fields={"member_id"}):
        actions.claim_duty(vacancy.pk, by=cast.actor("worker"), at=at)
    actions.close_vacancy(vacancy.pk, by=cast.actor("worker"), at=at)
    with refused(WrongState, "不招人"):
        actions.claim_duty(vacancy.pk, member_id=cast.member_id("member3"), by=cast.actor("worker"), at=at)
    with refused(WrongState):
        actions.close_vacancy(vacancy.pk, by=cast.actor("worker"), at=at)


def test_the_desk_writes_a_claim_down_and_has_attested_it_by_that(cast: Cast, at: datetime) -> None:
    vacancy = published(cast)
    claim = actions.claim_duty(vacancy.pk, member_id=cast.member_id("kin"), by=cast.actor("worker"), at=at)
    deed = Filing.objects.get(member=claim.member_id)
    assert (deed.state, deed.filed_by_id, deed.attested_by_id) == ("ATTESTED", None, cast.users["worker"].pk)
    with refused(NotThere):
        actions.give_up_duty(claim.pk, by=cast.actor("member"), at=at)  # somebody else's


@pytest.mark.parametrize(
    ("field", "more"),
    [
        ("title", {"title": "看"}),
        ("title", {"title": "长" * 41}),
        ("text", {"text": "长" * 301}),
        ("timing", {"timing": "长" * 61}),
        ("places", {"places": 0}),
        ("places", {"places": 51}),
        ("on_day", {"on_day": TODAY - timedelta(days=1)}),
        ("on_day", {"on_day": TODAY + timedelta(days=93)}),
    ],
)
def test_what_cannot_be_published(cast: Cast, field: str, more: dict[str, Any]) -> None:
    with refused(Invalid, fields={field}):
        published(cast, **more)
    with refused(Invalid, fields={"duty"}):
        published(cast, "WATCHING")
    with refused(Invalid, fields={"branch_id"}):
        published(cast, branch_id=cast.far_branch.pk)
    with refused(NotAllowed):
        published(cast, who="member")


def test_a_need_of_one_day_is_a_planned_turn_beside_the_post(cast: Cast, at: datetime) -> None:
    claimed(cast)
    need = published(cast, "GIVING", title="清扫河岸", on_day=TODAY + timedelta(days=2), places=5)
    claim = actions.claim_duty(need.pk, by=cast.actor("member"), at=at)
    turn = Turn.objects.get(claim=claim)
    assert (turn.state, turn.on_day, turn.text, turn.duty) == ("PLANNED", need.on_day, "清扫河岸", "GIVING")
    assert Member.objects.get(pk=claim.member_id).duty == "MONITORING"  # the post's
    with refused(WrongState, "还没到"):
        actions.record_turn(turn.pk, DID, by=cast.actor("member"), at=at)
    after = at + timedelta(days=2)
    actions.record_turn(turn.pk, DID, by=cast.actor("member"), at=after)
    with refused(WrongState, "已经做过"):
        actions.give_up_duty(claim.pk, by=cast.actor("member"), at=after)
    with refused(WrongState, "不招人"):
        actions.claim_duty(need.pk, by=cast.actor("member2"), at=at + timedelta(days=3))


def test_a_turn_from_claim_to_points_by_three_people(cast: Cast, at: datetime) -> None:
    turn = turned(cast)
    assert (turn.state, turn.recorded_by_id) == ("DONE", cast.users["member"].pk)
    with told("attest", "turn") as found:
        actions.attest_turn(turn.pk, by=cast.actor("worker"), at=at)
    assert found.postings == []
    turn.refresh_from_db()
    deed = Filing.objects.get(rule="V02")
    assert (turn.state, turn.filing_id) == ("ATTESTED", deed.pk)
    assert (deed.state, deed.filed_by_id, deed.attested_by_id) == ("ATTESTED", cast.users["member"].pk, cast.users["worker"].pk)
    assert (deed.source, deed.source_ref, deed.occurred_on, deed.text) == ("TURN", str(turn.pk), DAY, f"监督岗 · {DID}")
    with refused(NotAllowed):
        bank.approve_deed(deed.pk, by=cast.actor("worker"), at=at)
    bank.approve_deed(deed.pk, by=cast.actor("secretary"), at=at)
    assert cast.balance(member="member") == 2
    row = queries.turn(turn.pk, by=cast.actor("member"), at=at)
    assert (row.points, row.filing_state, row.moves) == (2, "POSTED", frozenset())


def test_the_caps_of_the_rule_hold_for_turns(cast: Cast, at: datetime) -> None:
    claim = claimed(cast)
    for days in range(3, 6):
        turn = actions.enter_turn(claim.pk, TODAY - timedelta(days=days), text=DID, by=cast.actor("member"), at=at)
        actions.attest_turn(turn.pk, by=cast.actor("worker"), at=at)
        bank.approve_deed(Filing.objects.get(source="TURN", source_ref=str(turn.pk)).pk, by=cast.actor("secretary"), at=at)
    assert list(Filing.objects.filter(rule="V02").order_by("pk").values_list("points", "short")) == [(2, ""), (2, ""), (0, "QUARTER")]
    assert cast.balance(member="member") == 4


def test_who_recorded_it_neither_attests_nor_approves_it(cast: Cast, at: datetime) -> None:
    turn = turned(cast, by="secretary")
    with refused(NotAllowed):
        actions.attest_turn(turn.pk, by=cast.actor("secretary"), at=at)
    actions.attest_turn(turn.pk, by=cast.actor("worker"), at=at)
    deed = Filing.objects.get(rule="V02")
    assert deed.filed_by_id == cast.users["secretary"].pk
    with refused(NotAllowed):
        bank.approve_deed(deed.pk, by=cast.actor("secretary"), at=at)
    bank.deny_deed(deed.pk, by=cast.actor("member"), at=at)  # entered by another: told, and can say 不是我


def test_nobody_attests_their_own_their_households_or_their_units(cast: Cast, at: datetime) -> None:
    _moves_in_with_kin(cast, "secretary")
    cast.second_role("worker2", "0062", unit=cast.unit)
    own = turned(cast, "kin")
    kinds = [waiting(sources(), by=cast.actor(who), at=at, most=9).counts.get("turn", 0) for who in ("worker", "worker2", "secretary")]
    assert kinds == [1, 1, 0]  # the secretary lives with them
    with refused(NotAllowed, "一家人"):
        actions.attest_turn(own.pk, by=cast.actor("secretary"), at=at)
    colleague = actions.enter_turn(claimed(cast, "colleague", duty="GIVING").pk, DAY, text=DID, by=cast.actor("colleague"), at=at)
    with refused(NotAllowed, "同单位"):
        actions.attest_turn(colleague.pk, by=cast.actor("worker2"), at=at)
    mine = actions.claim_duty(published(cast).pk, member_id=cast.member_id("worker2"), by=cast.actor("worker"), at=at)
    turn = actions.enter_turn(mine.pk, DAY, text=DID, by=cast.actor("worker"), at=at)
    with refused(NotAllowed, "自己的事"):
        actions.attest_turn(turn.pk, by=cast.actor("worker2"), at=at)


def _moves_in_with_kin(cast: Cast, name: str) -> None:
    person = cast.users[name].person
    assert person is not None
    person.home, person.door, person.household_index = cast.buildings[0], "1206", household_index(cast.buildings[0].pk, "1206")
    person.save()


def test_a_turn_that_came_back_is_put_right(cast: Cast, at: datetime) -> None:
    turn = turned(cast)
    with refused(Invalid, fields={"reason"}):
        actions.return_turn(turn.pk, " ", by=cast.actor("worker"), at=at)
    actions.return_turn(turn.pk, "那天下雨，是不是记错了一天", by=cast.actor("worker"), at=at)
    with refused(WrongState, "请改一改"):
        actions.attest_turn(turn.pk, by=cast.actor("worker"), at=at)
    row = queries.turn(turn.pk, by=cast.actor("member"), at=at)
    assert (row.reason, row.moves, row.due) == ("那天下雨，是不是记错了一天", frozenset({"record", "cancel"}), True)
    actions.record_turn(turn.pk, "下雨天也去了，撑着伞", by=cast.actor("member"), at=at)
    actions.attest_turn(turn.pk, by=cast.actor("worker"), at=at)
    with refused(WrongState):
        actions.cancel_turn(turn.pk, by=cast.actor("member"), at=at)


def test_turns_ahead_and_when_they_can_be_put_down(cast: Cast, at: datetime) -> None:
    claim, by = claimed(cast), cast.actor("member")
    for field, day, text in (
        ("on_day", TODAY + timedelta(days=93), ""),
        ("on_day", date(2026, 6, 30), DID),
        ("text", TODAY - timedelta(days=1), ""),
        ("text", TODAY - timedelta(days=1), "长" * 301),
    ):
        with refused(Invalid, fields={field}):
            actions.enter_turn(claim.pk, day, text=text, by=by, at=at)
    assert actions.enter_turn(claim.pk, TODAY, by=by, at=at).state == "PLANNED"  # this evening
    with refused(WrongState, "已经有一班"):
        actions.enter_turn(claim.pk, TODAY, text=DID, by=by, at=at)
    for days in range(1, 12):
        ahead = actions.enter_turn(claim.pk, TODAY + timedelta(days=days), by=by, at=at)
    with refused(WrongState, "已经排了 12 班"):
        actions.enter_turn(claim.pk, TODAY + timedelta(days=30), by=by, at=at)
    actions.cancel_turn(ahead.pk, reason="那天值班", by=by, at=at)
    actions.enter_turn(claim.pk, ahead.on_day, by=by, at=at)  # called off, so the day is free again
    actions.give_up_duty(claim.pk, by=by, at=at)
    assert set(Turn.objects.values_list("state", flat=True)) == {"CANCELLED"}
    assert Vacancy.objects.get().taken == 0
    with refused(WrongState, "放下"):
        actions.enter_turn(claim.pk, TODAY, text=DID, by=by, at=at)


def test_the_same_deed_told_twice_counts_once(cast: Cast, at: datetime) -> None:
    filed(cast, rule="V02")  # the member has filed the day's turn already
    turn = turned(cast)
    actions.attest_turn(turn.pk, by=cast.actor("worker"), at=at)
    assert Filing.objects.filter(rule="V02").count() == 1
    assert Turn.objects.get(pk=turn.pk).filing_id is None


def test_everything_offered_can_be_done_and_nothing_else(cast: Cast, at: datetime) -> None:
    """What the reads offer is what the actions take, for everybody and every state."""
    claim = claimed(cast)
    states = {"DONE": turned_on(cast, claim, 3), "PLANNED": actions.enter_turn(claim.pk, TODAY, by=cast.actor("member"), at=at)}
    states["ATTESTED"] = actions.attest_turn(turned_on(cast, claim, 4).pk, by=cast.actor("worker"), at=at)
    states["RETURNED"] = actions.return_turn(turned_on(cast, claim, 5).pk, "写清楚些", by=cast.actor("worker"), at=at)
    steps: dict[str, Any] = {
        "record": lambda pk, by: actions.record_turn(pk, DID, by=by, at=at),
        "cancel": lambda pk, by: actions.cancel_turn(pk, by=by, at=at),
        "attest": lambda pk, by: actions.attest_turn(pk, by=by, at=at),
        "return": lambda pk, by: actions.return_turn(pk, "写清楚些", by=by, at=at),
    }
    tried = 0
    for turn in states.values():
        for who in ("member", "member2", "worker", "secretary", "far_worker", "far_secretary", "resident"):
            by = cast.actor(who)
            for verb, step in steps.items():
                try:
                    offered = verb in queries.turn(turn.pk, by=by, at=at).moves
                except Refused:
                    offered = False
                with transaction.atomic():
                    marked: Any = transaction.get_connection().atomic_blocks[-1]
                    marked._from_testcase = True
                    try:
                        step(turn.pk, by)
                        done = True
                    except Refused:
                        done = False
                    transaction.set_rollback(True)
                assert offered == done, (turn.state, who, verb)
                tried += done
    assert tried == 16


def turned_on(cast: Cast, claim: DutyClaim, days: int) -> Turn:
    """A turn of that claim so many days ago."""
    return actions.enter_turn(claim.pk, TODAY - timedelta(days=days), text=DID, by=cast.actor("member"), at=AT)


def test_the_coverage_of_a_community(cast: Cast, at: datetime) -> None:
    turned(cast, places=3)
    published(cast, "GIVING", title="送餐", places=4)
    published(cast, "GIVING", title="昨天的事", on_day=TODAY + timedelta(days=1))
    found = coverage.duty_coverage(by=cast.actor("worker"), at=at)
    lines = {line.duty: (line.members, line.places, line.taken, line.left, line.turns, line.waiting) for line in found.lines}
    assert lines == {
        "DELIBERATION": (0, 0, 0, 0, 0, 0),
        "GOVERNANCE": (1, 0, 0, 0, 0, 0),
        "GIVING": (0, 6, 0, 6, 0, 0),
        "MONITORING": (1, 3, 1, 2, 1, 1),
    }
    assert (found.left, found.none) == (8, 3)
    assert [(one.name, one.duties, one.none) for one in found.branches] == [("第一支部", (0, 1, 0, 1), 3), ("第二支部", (0, 0, 0, 0), 0)]


def test_a_branch_is_offered_tasks_and_whom_to_ask(cast: Cast, at: datetime) -> None:
    """Those of whom something stands this quarter are not in it; each of the others once, under what fits them."""
    giving = published(cast, "GIVING", title="送餐", places=4)
    published(cast, "GOVERNANCE", title="看楼道", places=1)
    published(cast, "GOVERNANCE", title="别的支部的", branch_id=cast.second_branch.pk)
    turned(cast, "member", title="看工地")  # has helped
    filed(cast, "member2", rule="V03")  # has something that waits
    held = actions.claim_duty(giving.pk, by=cast.actor("kin"), at=at)
    Filing.objects.filter(member=held.member_id).delete()  # on a post, and nothing else yet
    found = branch_offers(cast.branch.pk, by=cast.actor("member"), at=at)
    told_of = {(row.title, row.held): row.names for row in found.rows}
    assert told_of == {("送餐", True): ["党员丁"], ("送餐", False): ["党员戊"], ("看楼道", False): ["党员丙"], ("看工地", False): []}
    assert found.willing == 3
    assert branch_offers(cast.branch.pk, by=cast.actor("secretary"), at=at).willing == 3
    for who, error in (("worker", NotAllowed), ("resident", NotAllowed), ("district", NotAllowed), ("far_member", NotThere)):
        with pytest.raises(error):
            branch_offers(cast.branch.pk, by=cast.actor(who), at=at)
    with pytest.raises(NotThere):
        branch_offers(cast.second_branch.pk, by=cast.actor("member"), at=at)


def test_claims_meanwhile_do_not_bring_a_tallied_quarter_back(cast: Cast, at: datetime) -> None:
    worker, secretary, community = cast.actor("worker"), cast.actor("secretary"), cast.community.pk
    bank.tally_quarter(community, "2026Q3", by=worker, at=at)
    claimed(cast, "member2", duty="GIVING")
    assert bank.prepare_quarter(community, "2026Q3", by=worker, at=at).state == "PREPARED"
    claimed(cast, "kin", duty="GIVING")
    found = bank.publish_quarter(community, "2026Q3", by=secretary, at=at)
    assert found.state == "PUBLISHED"
    assert json.loads(found.statement)["duties"][2] == {"duty": "GIVING", "members": 0}  # when it was tallied

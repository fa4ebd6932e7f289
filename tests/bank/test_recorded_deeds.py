"""Deeds that other packages record: a session's attendance, an activity's, a round."""

from datetime import date, datetime, timedelta

import pytest

from tests.bank.deeds import DAY, attested, filed, recorded
from tests.cast import Cast
from tests.trail import refused
from zengyi.bank import actions, queries
from zengyi.bank.models import Filing
from zengyi.core.errors import Invalid, NotAllowed, WrongState
from zengyi.core.steps import StepError


def test_recorded_by_another_package(cast: Cast, at: datetime) -> None:
    worker = cast.actor("worker")
    filed(cast, "member3", rule="V03")
    members = {cast.member_id(name): 1 for name in ("member", "member2", "member3")}
    made = recorded(members, by=worker, community_id=cast.community.pk)
    found = Filing.objects.filter(pk__in=made).order_by("member_id")
    assert [(f.member_id, f.state, f.filed_by_id, f.attested_by_id) for f in found] == [
        (cast.member_id(name), "ATTESTED", None, worker.user_id) for name in ("member", "member2")
    ]  # member3 had filed it themselves
    assert recorded(members, by=worker, community_id=cast.community.pk) == []
    with refused(WrongState, "已经申报过"):
        filed(cast, rule="V03")
    with refused(NotAllowed):
        actions.reject_deed(made[0], "不算", by=cast.actor("worker"), at=at)
    actions.approve_deed(made[0], by=cast.actor("secretary"), at=at)
    assert cast.balance(member="member") == 2
    assert len(queries.entered_by_others(by=cast.actor("member"), at=at)) == 1
    assert recorded({cast.member_id("member"): 1}, by=worker, community_id=cast.community.pk, ref="13") != []  # another session


def test_recorded_for_oneself_still_has_to_be_attested(cast: Cast, at: datetime) -> None:
    cast.second_role("worker", "0077")
    worker = cast.actor("worker")
    (made,) = recorded({cast.member_id("worker"): 1}, by=worker, community_id=cast.community.pk)
    found = Filing.objects.get(pk=made)
    assert (found.state, found.filed_by_id, found.attested_by_id) == ("SUBMITTED", worker.user_id, None)
    with refused(NotAllowed):
        actions.attest_deed(made, by=worker, at=at)
    actions.attest_deed(made, by=cast.actor("worker2"), at=at)
    actions.approve_deed(made, by=cast.actor("secretary"), at=at)


def test_what_cannot_be_recorded(cast: Cast, at: datetime) -> None:
    worker, one = cast.actor("worker"), {cast.member_id("member"): 1}
    for field, members, more in (
        ("rule", one, {"rule": "B02"}),
        ("rule", one, {"rule": "D01"}),
        ("occurred_on", one, {"day": date(2026, 12, 1)}),
        ("members", one | {cast.member_id("far_member"): 1}, {}),
        ("quantity", dict.fromkeys(one, 0), {}),
    ):
        with refused(Invalid, fields={field}):
            recorded(members, by=worker, community_id=cast.community.pk, **more)
    with pytest.raises(StepError):  # never by itself
        actions.record_deeds("V03", one, DAY, "SESSION", "1", community_id=cast.community.pk, by=worker, at=at)


def test_both_told_of_the_same_deed_and_only_one_counts(cast: Cast, at: datetime) -> None:
    """A filing slips in while the other is made: the approver's step, which holds the book, still sees it."""
    own = attested(cast, rule="V03")
    Filing.objects.filter(pk=own.pk).update(source="SESSION", source_ref="9")
    second = attested(cast, rule="V03", day=DAY - timedelta(days=1), attester="worker")
    Filing.objects.filter(pk=second.pk).update(occurred_on=DAY)
    actions.approve_deed(own.pk, by=cast.actor("secretary"), at=at)
    with refused(WrongState, "已经记上"):
        actions.approve_deed(second.pk, by=cast.actor("secretary"), at=at)

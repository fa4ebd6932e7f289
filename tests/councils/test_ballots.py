"""Ballots step by step: prepared, opened, voted on, closed and counted; and what each step refuses."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from tests.cast import AT, Cast
from tests.councils.ballots import CLOSES, LIFT, NOTICED, Vote, flats, owners_vote, peoples_vote
from zengyi.core.errors import Invalid, NotAllowed, NotThere, Refused, WrongState
from zengyi.core.models import Event
from zengyi.councils import actions, queries
from zengyi.councils.models import Ballot, Elector, Mandate, Stance
from zengyi.councils.queries.ballot_rows import code_of
from zengyi.councils.rules.ballots import Proposal, VoteChannel
from zengyi.councils.rules.owners import heads_of

pytestmark = pytest.mark.django_db


def card(vote: Vote, login: str = "worker") -> Any:
    """The ballot as that login reads it."""
    return queries.ballot(vote.ballot.pk, by=vote.cast.actor(login))


def test_an_owners_vote_from_the_sheet_to_the_result(cast: Cast) -> None:
    vote = owners_vote(cast, 6, developer=3).open()
    assert (vote.ballot.number, vote.ballot.heads, vote.ballot.area) == ("2026-01", 7, 72_000)
    for position, said in enumerate(["FOR", "FOR", "FOR", "AGAINST"], start=1):
        vote.say(position, said)
    vote.say(7, "FOR", channel=VoteChannel.DESK)
    shown = card(vote)
    assert (shown.turnout.heads_voted, shown.turnout.area_voted, shown.result) == (5, 56_000, None)
    closed = vote.close()
    assert closed.adopted is True
    result = closed.result
    assert result is not None
    assert (result["heads"], result["heads_voted"], result["heads_for"]) == (7, 5, 4)
    assert (result["area"], result["area_voted"], result["area_for"]) == ("720.00", "560.00", "480.00")
    assert (result["quorum"], result["also_165"], result["silence"], result["conflicts"]) == (True, False, "RETURNED_ONLY", [])
    assert set(result["recounts"]) == {"RETURNED_ONLY", "SILENT_TAKES_PART", "SILENT_FOLLOWS"}
    assert [event.verb for event in Event.objects.filter(object_type="ballot").order_by("pk")] == [
        "prepare",
        "open",
        *["vote"] * 5,
        "close",
    ]
    adopted = queries.adopted_ballot(closed.pk)
    assert adopted is not None
    assert (adopted.subject, adopted.adopted, adopted.digest) == ("USE_FUND", True, closed.digest)
    assert [one.id for one in queries.adopted_ballots(cast.community.pk, "USE_FUND")] == [closed.pk]
    assert queries.adopted_ballots(cast.community.pk, "RAISE_FUND") == []


def test_what_is_open_is_no_adopted_ballot(cast: Cast) -> None:
    vote = owners_vote(cast).open()
    assert queries.adopted_ballot(vote.ballot.pk) is None
    hands = peoples_vote(cast).open(closes_at=None)
    hands.say(1, "FOR")
    assert hands.close().adopted is True
    assert queries.adopted_ballot(hands.ballot.pk) is None, "a show of hands decides nothing about the fund"


def test_a_second_answer_replaces_the_first_and_none_comes_late(cast: Cast) -> None:
    vote = owners_vote(cast, 2).open()
    first, second = vote.say(1, "AGAINST"), vote.say(1, "FOR")
    assert first.receipt != second.receipt
    assert [(one.pk, one.latest) for one in Stance.objects.order_by("pk")] == [(first.pk, False), (second.pk, True)]
    vote.say(2, "FOR", channel=VoteChannel.PHONE)
    assert vote.close().result["heads_for"] == 2  # type: ignore[index]
    with pytest.raises(WrongState) as late:
        vote.say(1, "AGAINST")
    assert late.value.status == 409


def test_after_its_end_nobody_votes_although_nobody_closed_it(cast: Cast) -> None:
    vote = owners_vote(cast, 2).open()
    vote.say(1, "FOR", at=CLOSES - timedelta(seconds=1))
    for at in (CLOSES, CLOSES + timedelta(hours=1)):
        with pytest.raises(WrongState, match="已截止，没有记上"):
            vote.say(2, "FOR", at=at)
    assert card(vote).result is None
    assert actions.close_due(CLOSES - timedelta(seconds=1)) == 0
    assert actions.close_due(CLOSES) == 1
    assert actions.close_due(CLOSES) == 0
    assert card(vote).result["heads_voted"] == 1
    assert Ballot.objects.get().closed_by is None


def test_paper_stands_beside_the_rest_and_contradictions_are_listed(cast: Cast) -> None:
    vote = owners_vote(cast, 4).open()
    vote.bind(1, "resident")
    vote.own("resident", "FOR")
    vote.say(1, "AGAINST")
    vote.say(2, "FOR", channel=VoteChannel.PHONE)
    vote.say(2, "FOR")
    vote.say(3, "FOR")
    closed = vote.close()
    assert closed.result is not None
    assert closed.result["conflicts"] == [1]
    assert (closed.result["heads_voted"], closed.result["heads_for"]) == (2, 2)
    assert Stance.objects.filter(elector=vote.elector(1), latest=True).count() == 2, "both are kept"


def test_silence_counts_as_the_pack_says_and_only_once_delivered(cast: Cast) -> None:
    vote = owners_vote(cast, 6)
    pack = {**(vote.ballot.pack or {}), "silence": "SILENT_FOLLOWS"}
    Ballot.objects.filter(pk=vote.ballot.pk).update(pack=pack)
    vote.open()
    ids = [vote.elector(n).pk for n in (1, 2, 3, 4)]
    assert actions.mark_delivered(vote.ballot.pk, ids, by=cast.actor("worker"), at=AT) == 4
    with pytest.raises(Invalid):
        actions.mark_delivered(vote.ballot.pk, ids, by=cast.actor("worker"), at=AT)
    vote.say(1, "FOR")
    closed = vote.close()
    assert closed.result is not None
    assert (closed.result["heads_voted"], closed.result["heads_for"], closed.result["choices"]["UNDELIVERED"]["heads"]) == (4, 4, 2)
    assert closed.result["recounts"]["RETURNED_ONLY"]["heads_voted"] == 1


# Who votes as whom.


def test_a_code_on_paper_lets_its_holder_vote_and_is_theirs_from_then_on(cast: Cast) -> None:
    vote = owners_vote(cast, 3).open()
    code = code_of(vote.ballot.pk, vote.elector(1).pk)
    made = vote.own("resident", "FOR", code=code)
    assert made.channel == VoteChannel.ONLINE
    assert vote.elector(1).person_id == cast.actor("resident").person_id
    vote.own("resident", "AGAINST")
    with pytest.raises(NotAllowed, match="这张票是别人的"):
        vote.own("resident2", "FOR", code=code)
    with pytest.raises(WrongState, match="一位业主只有一张票"):
        vote.own("resident", "FOR", code=code_of(vote.ballot.pk, vote.elector(2).pk))
    assert Stance.objects.filter(elector=vote.elector(2)).count() == 0


@pytest.mark.parametrize("code", ["1-AAAAAAAAAA", "-", "x", "0-AAAAAAAAAA", "99999999999999999999-A", "１-AAAAAAAAAA"])
def test_a_wrong_code_is_refused(cast: Cast, code: str) -> None:
    vote = owners_vote(cast, 3).open()
    with pytest.raises(Invalid) as refused:
        vote.own("resident", "FOR", code=code)
    assert "code" in refused.value.fields


def test_a_code_of_another_ballot_is_none_here(cast: Cast) -> None:
    one, other = owners_vote(cast, 3).open(), owners_vote(cast, 3).open()
    with pytest.raises(Invalid):
        other.own("resident", "FOR", code=code_of(one.ballot.pk, one.elector(1).pk))
    assert queries.ballot(other.ballot.pk, by=cast.actor("resident"), code=code_of(one.ballot.pk, one.elector(1).pk)).mine is None


def test_who_is_no_elector_cannot_vote(cast: Cast) -> None:
    vote = owners_vote(cast, 3).open()
    for login in ("resident", "member", "unit", "property", "worker"):
        with pytest.raises(NotAllowed):
            vote.own(login, "FOR")
    with pytest.raises(NotThere):
        vote.own("far_resident", "FOR")
    with pytest.raises(NotAllowed):
        vote.own("district", "FOR")
    entered = actions.Entered(elector_id=vote.elector(1).pk, channel=VoteChannel.PAPER)
    with pytest.raises(NotAllowed):
        actions.cast_stance(vote.ballot.pk, actions.Answer(choice="FOR"), entered=entered, by=cast.actor("resident"), at=AT)
    with pytest.raises(NotThere):
        actions.cast_stance(vote.ballot.pk, actions.Answer(choice="FOR"), entered=entered, by=cast.actor("far_worker"), at=AT)


def test_a_worker_does_not_enter_their_own_vote(cast: Cast) -> None:
    vote = owners_vote(cast, 3).open()
    vote.bind(1, "worker")
    with pytest.raises(NotAllowed, match="不能自己替自己记"):
        vote.say(1, "FOR")
    vote.own("worker", "FOR")


def test_spoken_answers_are_read_back(cast: Cast) -> None:
    vote = owners_vote(cast, 3).open()
    by = cast.actor("worker")
    for channel in (VoteChannel.DESK, VoteChannel.PHONE):
        entered = actions.Entered(elector_id=vote.elector(1).pk, channel=channel)
        with pytest.raises(Invalid) as refused:
            actions.cast_stance(vote.ballot.pk, actions.Answer(choice="FOR"), entered=entered, by=by, at=AT)
        assert list(refused.value.fields) == ["read_back"]
    with pytest.raises(Invalid):
        vote.say(1, "FOR", channel=VoteChannel.ONLINE)
    with pytest.raises(Invalid):
        vote.say(1, "MAYBE")
    assert Stance.objects.count() == 0


# Mandates.


def mandate(vote: Vote, position: int, holder: str = "王五", paper: str = "卷宗 3 号袋") -> Mandate:
    """A written mandate."""
    return actions.give_mandate(vote.ballot.pk, vote.elector(position).pk, holder, paper, by=vote.cast.actor("worker"), at=AT)


def test_a_mandate_is_written_capped_and_void_in_absence(cast: Cast) -> None:
    vote = owners_vote(cast, 6).open()
    with pytest.raises(Invalid):
        mandate(vote, 1, paper=" ")
    with pytest.raises(Invalid):
        vote.say(1, "FOR", channel=VoteChannel.DESK, by_mandate=True, holder_present=True)
    for position in (1, 2, 3):
        mandate(vote, position)
    with pytest.raises(WrongState, match="最多受 3 位委托"):
        mandate(vote, 4, holder="王  五".replace("  ", ""))
    with pytest.raises(WrongState, match="已经委托过人了"):
        mandate(vote, 1, holder="赵六")
    with pytest.raises(Invalid) as absent:
        vote.say(1, "FOR", channel=VoteChannel.DESK, by_mandate=True)
    assert list(absent.value.fields) == ["holder_present"]
    made = vote.say(1, "FOR", channel=VoteChannel.DESK, by_mandate=True, holder_present=True)
    assert made.mandate.holder == "王五"
    actions.revoke_mandate(vote.ballot.pk, vote.elector(2).pk, by=cast.actor("worker"), at=AT)
    with pytest.raises(NotThere):
        actions.revoke_mandate(vote.ballot.pk, vote.elector(2).pk, by=cast.actor("worker"), at=AT)
    mandate(vote, 4)
    assert Mandate.objects.count() == 4


def test_the_principal_may_always_vote_themselves(cast: Cast) -> None:
    vote = owners_vote(cast, 2).open()
    vote.bind(1, "resident")
    mandate(vote, 1)
    vote.say(1, "FOR", channel=VoteChannel.DESK, by_mandate=True, holder_present=True)
    vote.own("resident", "AGAINST")
    vote.say(2, "AGAINST")
    assert vote.close().result["choices"]["AGAINST"]["heads"] == 2  # type: ignore[index]


# Preparing and opening.


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": "换"}, "title"),
        ({"text": "长" * 2001}, "text"),
        ({"method": "majority"}, "method"),
        ({"subject": ""}, "subject"),
        ({"pack": "moon"}, "pack"),
        ({"options": ("甲", "乙")}, "options"),
        ({"amount": 0}, "amount"),
        ({"method": "hands"}, "subject"),
        ({"method": "score", "subject": "", "options": ("甲",), "points": 5}, "options"),
        ({"method": "score", "subject": "", "options": ("甲", "甲"), "points": 5}, "options"),
        ({"method": "dot", "subject": "", "options": ("甲", "乙"), "points": 0}, "points"),
        ({"method": "hands", "subject": "", "options": ("甲", "乙")}, "options"),
    ],
)
def test_what_cannot_be_put_to_the_vote(cast: Cast, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.create_ballot(Proposal(**(LIFT | more)), by=cast.actor("worker"), at=AT)
    assert field in refused.value.fields
    assert Ballot.objects.count() == 0


def test_strangers_and_far_topics_are_refused(cast: Cast) -> None:
    hands = Proposal(title="九点以后不跳舞", text="", method="hands")
    far = cast.actor("far_resident").person_id
    with pytest.raises(Invalid):
        actions.create_ballot(hands, voters=[actions.Voter(person_id=far)], by=cast.actor("worker"), at=AT)
    with pytest.raises(Invalid):
        actions.create_ballot(hands, voters=[actions.Voter("")], by=cast.actor("worker"), at=AT)
    topic = actions.raise_topic("楼下太吵", "广场舞跳到十点。", by=cast.actor("far_resident"), at=AT)
    with pytest.raises(Invalid):
        actions.create_ballot(hands, topic_id=topic.pk, by=cast.actor("worker"), at=AT)
    with pytest.raises(Invalid):
        actions.create_ballot(hands, place_id=cast.far_building.pk, by=cast.actor("worker"), at=AT)
    with pytest.raises(NotAllowed):
        actions.create_ballot(hands, by=cast.actor("member"), at=AT)


@pytest.mark.parametrize(
    ("noticed_on", "closes_at", "field"),
    [
        (None, CLOSES, "noticed_on"),
        (date(2026, 11, 24), CLOSES, "noticed_on"),
        (date(2026, 11, 9), CLOSES, "noticed_on"),
        (NOTICED, None, "closes_at"),
        (NOTICED, AT + timedelta(days=61), "closes_at"),
        (NOTICED, AT - timedelta(days=1), "closes_at"),
        (NOTICED, AT, "closes_at"),
    ],
)
def test_an_owners_vote_keeps_the_days_of_its_rules(cast: Cast, noticed_on: Any, closes_at: Any, field: str) -> None:
    vote = owners_vote(cast)
    with pytest.raises(Invalid) as refused:
        actions.open_ballot(vote.ballot.pk, noticed_on=noticed_on, closes_at=closes_at, by=cast.actor("worker"), at=AT)
    assert list(refused.value.fields) == [field]
    assert Ballot.objects.get().state == "DRAFT"


def test_the_day_after_the_notice_counts_first(cast: Cast) -> None:
    vote = owners_vote(cast)
    by = cast.actor("worker")
    actions.open_ballot(vote.ballot.pk, noticed_on=date(2026, 11, 8), closes_at=CLOSES, by=by, at=AT)
    assert Ballot.objects.get().state == "OPEN"


def test_the_list_is_replaced_until_opening_and_never_after(cast: Cast) -> None:
    vote, by = owners_vote(cast), cast.actor("worker")
    actions.set_owners(vote.ballot.pk, heads_of(flats(3, developer=2)), by=by, at=AT)
    vote.ballot.refresh_from_db()
    assert (vote.ballot.heads, vote.ballot.area, Elector.objects.count()) == (4, 40_000, 4)
    vote.open()
    with pytest.raises(WrongState):
        actions.set_owners(vote.ballot.pk, heads_of(flats(9)), by=by, at=AT)
    assert Elector.objects.count() == 4
    with pytest.raises(WrongState):
        vote.open()
    empty = actions.create_ballot(Proposal(**LIFT), by=by, at=AT)
    with pytest.raises(WrongState, match="名单"):
        actions.open_ballot(empty.pk, noticed_on=NOTICED, closes_at=CLOSES, by=by, at=AT)
    with pytest.raises(WrongState):
        actions.set_owners(peoples_vote(cast).ballot.pk, heads_of(flats(3)), by=by, at=AT)


def test_an_early_end_of_an_owners_vote_is_explained(cast: Cast) -> None:
    vote = owners_vote(cast, 2).open()
    vote.say(1, "FOR")
    with pytest.raises(Invalid):
        vote.close(AT)
    with pytest.raises(NotAllowed):
        actions.close_ballot(vote.ballot.pk, reason="都问过了", by=cast.actor("resident"), at=AT)
    assert vote.close(AT, reason="电梯停了，业主大会临时会议决定提前").close_reason.startswith("电梯停了")
    full = owners_vote(cast, 2).open()
    full.say(1, "FOR")
    full.say(2, "FOR")
    assert full.close(AT).close_reason == "", "everybody voted: nobody loses anything"
    with pytest.raises(WrongState):
        full.close(AT)


def test_what_is_put_together_keeps_no_answer_in_the_trail(cast: Cast) -> None:
    vote = owners_vote(cast, 3).open()
    vote.say(1, "AGAINST")
    told = str(list(Event.objects.values_list("before", "after", "reason", "rows")))
    assert "AGAINST" not in told
    assert "FOR" not in told


def test_refusals_leave_nothing(cast: Cast) -> None:
    vote = owners_vote(cast, 3).open()
    before = Ballot.objects.get().cast
    steps: list[Callable[[], Any]] = [
        lambda: vote.say(1, "MAYBE"),
        lambda: vote.own("resident", "FOR"),
        lambda: vote.own("resident", "FOR", code="1-X"),
    ]
    for step in steps:
        with pytest.raises(Refused):
            step()
    assert (Ballot.objects.get().cast, Stance.objects.count()) == (before, 0)

"""Ways of voting at a table: what each takes for an answer, and what the answers come to."""

import pytest

from tests.cast import AT, Cast
from tests.councils.ballots import Vote, peoples_vote
from zengyi.core.errors import Invalid
from zengyi.councils import actions
from zengyi.councils.models import Stance
from zengyi.councils.rules.ballots import Proposal, VoteChannel

pytestmark = [pytest.mark.django_db, pytest.mark.databases("sqlite")]


@pytest.mark.parametrize(
    ("method", "said", "adopted"),
    [
        ("consensus", ["FOR", "FOR", "ASIDE"], True),
        ("consensus", ["FOR", "FOR", "AGAINST"], False),
        ("consensus", ["ASIDE", "ASIDE"], False),
        ("consent", ["FOR", "ABSTAIN"], True),
        ("hands", ["FOR", "FOR", "AGAINST"], True),
        ("hands", ["FOR", "AGAINST"], False),
        ("hands", ["FOR", "ABSTAIN"], False),
        ("hands", [], False),
    ],
)
def test_votes_on_one_proposal(cast: Cast, method: str, said: list[str], adopted: bool) -> None:
    vote = peoples_vote(cast, method).open(closes_at=None)
    for position, choice in enumerate(said, start=1):
        vote.say(position, choice, channel=VoteChannel.DESK)
    assert vote.close(AT).adopted is adopted


def test_an_objection_to_a_consent_says_why(cast: Cast) -> None:
    vote = peoples_vote(cast, "consent").open(closes_at=None)
    vote.bind(1, "resident")
    with pytest.raises(Invalid):
        vote.own("resident", "AGAINST")
    vote.own("resident", "AGAINST", reason="老人六点就要睡")
    vote.say(2, "FOR")
    assert vote.close(AT).adopted is False


def test_thresholds_and_quorum_in_whole_numbers(cast: Cast) -> None:
    two_thirds = peoples_vote(cast, "hands", 3, passes=">=2/3", quorum=">=2/3").open(closes_at=None)
    for position, choice in enumerate(["FOR", "FOR", "AGAINST"], start=1):
        two_thirds.say(position, choice)
    assert two_thirds.close(AT).adopted is True
    few = peoples_vote(cast, "hands", 4, quorum=">=2/3").open(closes_at=None)
    few.say(1, "FOR")
    few.say(2, "FOR")
    closed = few.close(AT)
    assert closed.result is not None
    assert (closed.adopted, closed.result["quorum"]) == (False, False)


@pytest.mark.parametrize(
    ("method", "points", "numbers", "sums", "leading"),
    [
        ("score", 5, [[5, 0, 3], [1, 2, 3]], [6, 2, 6], [1, 3]),
        ("dot", 3, [[3, 0, 0], [1, 2, 0]], [4, 2, 0], [1]),
        ("ranked", 0, [[2, 1, 3], [2]], [2, 6, 1], [2]),
    ],
)
def test_votes_between_options(cast: Cast, method: str, points: int, numbers: list[list[int]], sums: list[int], leading: list[int]) -> None:
    vote = peoples_vote(cast, method, options=("长凳", "健身器", "花坛"), points=points).open(closes_at=None)
    for login, position, given in zip(("resident", "member"), (1, 2), numbers, strict=True):
        vote.bind(position, login)
        vote.own(login, "", numbers=given)
    closed = vote.close(AT)
    assert closed.result is not None
    assert (closed.result["options"], closed.result["leading"], closed.adopted) == (sums, leading, None)


@pytest.mark.parametrize(
    ("method", "numbers"),
    [
        ("score", [6, 0, 0]),
        ("score", [1, 2]),
        ("score", [-1, 0, 0]),
        ("dot", [2, 2, 0]),
        ("dot", [0, 0, 0]),
        ("ranked", [1, 1]),
        ("ranked", [4]),
        ("ranked", []),
    ],
)
def test_numbers_that_are_no_answer(cast: Cast, method: str, numbers: list[int]) -> None:
    vote = peoples_vote(cast, method, options=("长凳", "健身器", "花坛"), points=3 if method == "dot" else 5).open(closes_at=None)
    vote.bind(1, "resident")
    for choice, given in (("", numbers), ("FOR", [])):
        with pytest.raises(Invalid):
            vote.own("resident", choice, numbers=given)
    assert Stance.objects.count() == 0


def test_weights_are_whole_numbers(cast: Cast) -> None:
    hands = Proposal(title="九点以后不跳舞", text="", method="hands")
    voters = [actions.Voter("大户", weight=3), actions.Voter("甲"), actions.Voter("乙")]
    vote = Vote(cast, actions.create_ballot(hands, voters=voters, by=cast.actor("worker"), at=AT)).open(closes_at=None)
    vote.say(1, "FOR")
    vote.say(2, "AGAINST")
    vote.say(3, "AGAINST")
    closed = vote.close(AT)
    assert closed.result is not None
    assert (closed.adopted, closed.result["choices"]) == (True, {"FOR": 3, "AGAINST": 2, "ABSTAIN": 0})

"""A ballot played at random against the simplest model of it: what was said last on each side, and a count of that."""

from typing import Any

import pytest
from django.db.models import Count
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.cast import AT, Cast
from tests.councils.ballots import CLOSES, Vote, owners_vote
from tests.trust.ground import undone
from zengyi.core.errors import Invalid, WrongState
from zengyi.councils import actions
from zengyi.councils.models import Ballot, Elector, Stance
from zengyi.councils.rules.ballots import Side, VoteChannel, side_of
from zengyi.councils.rules.owners import Opinion, Silence, Subject, count
from zengyi.councils.rules.owners import Vote as Said

pytestmark = pytest.mark.django_db

OWNERS = 5
CHOICES = ("FOR", "AGAINST", "ABSTAIN")
ENTERED = [channel for channel in VoteChannel if channel != VoteChannel.ONLINE]


class Played(RuleBasedStateMachine):
    """One ballot, from opening on, among the people of a cast."""

    among: Cast

    def __init__(self) -> None:
        super().__init__()
        self.kept = undone()
        self.kept.__enter__()
        self.vote: Vote = owners_vote(self.among, OWNERS).open()
        self.said: dict[tuple[int, Side], str] = {}
        self.delivered: set[int] = set()
        self.sold: dict[int, int] = {}
        self.taken = 0
        self.closed = self.posted = False

    def teardown(self) -> None:
        self.kept.__exit__(None, None, None)

    @rule(position=st.integers(1, OWNERS), choice=st.sampled_from(CHOICES), channel=st.sampled_from(ENTERED))
    def say(self, position: int, choice: str, channel: VoteChannel) -> None:
        if self.closed:
            with pytest.raises(WrongState):
                self.vote.say(position, choice, channel=channel)
            return
        self.vote.say(position, choice, channel=channel)
        self.said[position, side_of(channel)] = choice
        self.taken += 1

    @precondition(lambda self: not self.closed)
    @rule(position=st.integers(1, OWNERS))
    def deliver(self, position: int) -> None:
        ids = [self.vote.elector(position).pk]
        if position in self.delivered:
            with pytest.raises(Invalid):
                actions.mark_delivered(self.vote.ballot.pk, ids, by=self.among.actor("worker"), at=AT)
            return
        actions.mark_delivered(self.vote.ballot.pk, ids, by=self.among.actor("worker"), at=AT)
        self.delivered.add(position)
        self.taken += 1

    @rule(position=st.integers(1, OWNERS))
    def sell(self, position: int) -> None:
        """Whoever buys a flat gets a paper anew, and votes unless the seller has."""
        elector = self.vote.elector(position)
        given: Any = (self.vote.ballot.pk, elector.pk, f"买家{position}-{elector.sold}", "不动产权证")
        if self.closed or any((position, side) in self.said for side in Side):
            with pytest.raises(WrongState):
                actions.sell_flat(*given, by=self.among.actor("worker"), at=AT)
            return
        actions.sell_flat(*given, by=self.among.actor("worker"), at=AT)
        self.sold[position] = self.sold.get(position, 0) + 1
        self.delivered.discard(position)
        self.taken += 1

    @rule()
    def post(self) -> None:
        """Only a result hangs on the board, and since one day."""
        given: Any = {"by": self.among.actor("worker"), "at": CLOSES}
        if not self.closed or self.posted:
            with pytest.raises(WrongState):
                actions.post_result(self.vote.ballot.pk, CLOSES.date(), **given)
            return
        actions.post_result(self.vote.ballot.pk, CLOSES.date(), **given)
        self.posted = True

    @rule(position=st.integers(1, OWNERS), choice=st.sampled_from(("", "MAYBE", "ASIDE")))
    def say_nonsense(self, position: int, choice: str) -> None:
        with pytest.raises((Invalid, WrongState)):
            self.vote.say(position, choice)

    @precondition(lambda self: not self.closed)
    @rule()
    def close(self) -> None:
        result: Any = self.vote.close(CLOSES).result
        votes = [Said(str(position), 8000, self._opinion(position)) for position in range(1, OWNERS + 1)]
        for silence in Silence:
            found = count(votes, Subject.USE_FUND, silence)
            told = result["recounts"][silence]
            assert (told["heads_voted"], told["heads_for"], told["adopted"]) == (found.heads_voted, found.heads_for, found.adopted)
        assert [str(position) for position in result["conflicts"]] == list(count(votes, Subject.USE_FUND, silence).conflicts)
        self.closed = True

    def _opinion(self, position: int) -> Opinion | None:
        answers = {self.said[position, side] for side in Side if (position, side) in self.said}
        if len(answers) > 1:
            return None
        return Opinion(answers.pop()) if answers else Opinion.SILENT if position in self.delivered else Opinion.UNDELIVERED

    @invariant()
    def one_answer_counts(self) -> None:
        latest = Stance.objects.filter(latest=True)
        assert {(s.elector.position, Side(s.side)): s.answer for s in latest.select_related("elector")} == self.said
        assert not latest.values("elector", "side").annotate(n=Count("pk")).filter(n__gt=1).exists()

    @invariant()
    def flats_change_hands_and_stay_one_head_each(self) -> None:
        rows = Elector.objects.values_list("position", "sold", "area")
        assert sorted(rows) == [(n, self.sold.get(n, 0), 8000) for n in range(1, OWNERS + 1)]

    @invariant()
    def nothing_is_told_before_closing(self) -> None:
        row = Ballot.objects.get()
        assert (row.result is not None, row.digest != "", row.state == "CLOSED") == (self.closed,) * 3
        assert (row.posted_on is not None) == self.posted
        assert row.cast == self.taken, "every answer and every delivery took its turn"
        returned = Elector.objects.filter(returned_at__isnull=False).count()
        assert returned == len({position for position, _side in self.said})


def test_a_ballot_played_at_random(cast: Cast) -> None:
    steady = settings(max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    run_state_machine_as_test(type("Here", (Played,), {"among": cast}), settings=steady)

"""Fifty at once: one answer of an elector counts, whoever sends it how often, and none slips past closing. Naive twins are caught."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.db.models import Count

from tests.cast import AT, Cast
from tests.councils.ballots import CLOSES, Vote, owners_vote
from tests.reliability.hands import with_barrier
from zengyi.core.errors import WrongState
from zengyi.councils.models import Ballot, Elector, Stance
from zengyi.councils.rules.ballots import BallotState

pytestmark = pytest.mark.live

CROWD = 50


def twice(ballot_id: int) -> int:
    """How many electors have more than one answer that counts on a side: none is right."""
    latest = Stance.objects.filter(ballot_id=ballot_id, latest=True).values("elector", "side").annotate(n=Count("pk"))
    return latest.filter(n__gt=1).count()


def unread(ballot_id: int) -> int:
    """How many electors' answers came although the count knows nothing of them."""
    ballot = Ballot.objects.get(pk=ballot_id)
    assert ballot.result is not None
    answered = Stance.objects.filter(ballot=ballot).values("elector").distinct().count()
    return answered - int(ballot.result["heads_voted"])


def test_one_elector_fifty_times(transactional_db: None, cast: Cast) -> None:
    vote = owners_vote(cast, 3).open()

    def say(choice: str, barrier: threading.Barrier) -> None:
        barrier.wait()
        vote.say(1, choice)

    with_barrier([partial(say, ("FOR", "AGAINST")[n % 2]) for n in range(CROWD)])
    assert Stance.objects.count() == CROWD, "none is lost"
    assert Stance.objects.filter(latest=True).count() == 1
    last = Stance.objects.order_by("-pk").first()
    assert last is not None
    assert last.latest, "the last one counts"
    assert twice(vote.ballot.pk) == 0
    assert Ballot.objects.get().cast == CROWD
    vote.say(2, "FOR")
    closed = vote.close()
    assert closed.result is not None
    assert closed.result["heads_voted"] == 2


@contextmanager
def without_the_rule() -> Iterator[None]:
    """The table of answers without its rule that only one counts."""
    rule = next(one for one in Stance._meta.constraints if one.name == "one_stance_per_elector_and_side")
    with connection.schema_editor() as editor:
        editor.remove_constraint(Stance, rule)
    try:
        yield
    finally:
        Stance.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(Stance, rule)


def test_a_naive_twin_counts_somebody_fifty_times(transactional_db: None, cast: Cast) -> None:
    """Read, decide, write: each puts down an answer for whoever had none when they looked. The table itself takes only one of them."""
    vote = owners_vote(cast, 3).open()
    elector, by = vote.elector(1), cast.users["worker"]

    def naive(number: int, barrier: threading.Barrier) -> bool:
        none_yet = not Stance.objects.filter(elector=elector, latest=True).exists()
        barrier.wait()
        row = Stance(ballot=vote.ballot, elector=elector, side="DIRECT", answer="FOR", channel="ONLINE", receipt=f"{number:010d}")
        row.cast_by_id, row.cast_at = by.pk, AT
        try:
            row.save()
        except IntegrityError:
            return False
        return none_yet

    crowd = [partial(naive, n) for n in range(CROWD)]
    with without_the_rule():
        assert sum(with_barrier(crowd)) == CROWD
        assert twice(vote.ballot.pk) == 1
        assert Stance.objects.filter(latest=True).count() == CROWD
    assert sum(with_barrier(crowd)) == 1
    assert twice(vote.ballot.pk) == 0


def test_closing_amid_a_crowd_loses_nobody(transactional_db: None, cast: Cast) -> None:
    """Whoever was told that their vote was taken is counted; whoever comes later is told so."""
    vote = owners_vote(cast, CROWD).open()

    def say(position: int, barrier: threading.Barrier) -> bool:
        barrier.wait()
        try:
            vote.say(position, "FOR")
        except WrongState:
            return False
        return True

    def close(barrier: threading.Barrier) -> Any:
        barrier.wait()
        return vote.close()

    steps: list[Any] = [partial(say, position) for position in range(1, CROWD + 1)]
    answers = with_barrier([*steps[: CROWD // 2], close, *steps[CROWD // 2 :]])
    taken = sum(answer is True for answer in answers)
    closed = Ballot.objects.get()
    assert closed.result is not None
    assert closed.result["heads_voted"] == taken == Elector.objects.filter(returned_at__isnull=False).count()
    assert unread(closed.pk) == 0


def test_a_naive_twin_loses_votes_at_closing(transactional_db: None, cast: Cast) -> None:
    """Looks whether it is open, then writes: whoever looked before closing is told "taken" and counted by nobody."""
    vote = owners_vote(cast, CROWD).open()
    electors = list(Elector.objects.order_by("position"))
    looked = threading.Barrier(CROWD + 1)

    def naive(elector: Elector, barrier: threading.Barrier) -> bool:
        barrier.wait()
        is_open = Ballot.objects.get(pk=vote.ballot.pk).state == BallotState.OPEN
        looked.wait()
        closed_meanwhile.wait(30)
        if is_open:
            row = Stance(ballot=vote.ballot, elector=elector, side="DIRECT", answer="FOR", channel="ONLINE", receipt=f"{elector.pk:010d}")
            row.cast_by_id, row.cast_at = cast.users["worker"].pk, AT
            row.save()
        return is_open

    closed_meanwhile = threading.Event()

    def close(barrier: threading.Barrier) -> bool:
        barrier.wait()
        looked.wait()
        try:
            vote.close(CLOSES)
        finally:
            closed_meanwhile.set()
        return False

    crowd: list[Any] = [partial(naive, elector) for elector in electors]
    answers = with_barrier([*crowd, close])
    assert sum(answers) == CROWD
    assert unread(vote.ballot.pk) == CROWD


def test_two_close_it_once(transactional_db: None, cast: Cast) -> None:
    vote: Vote = owners_vote(cast, 3).open()
    vote.say(1, "FOR")

    def close(barrier: threading.Barrier) -> bool:
        barrier.wait()
        try:
            vote.close()
        except WrongState:
            return False
        return True

    assert sum(with_barrier([close] * 8)) == 1

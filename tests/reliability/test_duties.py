"""Many members claim the last places of a post in the same moment: as many get one as there are, and a twin that looks first oversells."""

import threading
from collections import Counter
from functools import partial

import pytest
from django.db.models import F

from tests.bank.posts import published, turned
from tests.cast import AT, Cast
from tests.live import Live
from tests.reliability import verdict
from tests.reliability.hands import members, post_at_once, raw_of, token, with_barrier
from zengyi.bank.models import DutyClaim, Turn, Vacancy

pytestmark = pytest.mark.live


def test_thirty_claim_the_seven_places_of_a_post(live: Live, cast: Cast) -> None:
    post = published(cast, places=7)
    asked = [(raw_of(cast.users[name]), f"/api/v1/bank/vacancies/{post.pk}/claim", None, "") for name in members(cast, 30)]
    answers = post_at_once(live, asked)
    assert Counter(answer.status for answer in answers) == {201: 7, 409: 23}
    post.refresh_from_db()
    assert post.taken == DutyClaim.objects.filter(vacancy=post, state="HELD").count() == 7
    assert verdict.faults() == []


def test_one_member_claims_many_posts_at_once_and_gets_one(live: Live, cast: Cast) -> None:
    (name,) = members(cast, 1)
    posts = [published(cast, title=f"第{n}个岗") for n in range(12)]
    asked = [(raw_of(cast.users[name]), f"/api/v1/bank/vacancies/{post.pk}/claim", None, "") for post in posts]
    answers = post_at_once(live, asked)
    assert Counter(answer.status for answer in answers) == {201: 1, 409: 11}
    assert sum(Vacancy.objects.values_list("taken", flat=True)) == 1


def test_a_turn_is_attested_once(live: Live, cast: Cast) -> None:
    turn, raw = turned(cast), token(cast, "worker")
    answers = post_at_once(live, [(raw, f"/api/v1/bank/turns/{turn.pk}/attest", None, "")] * 10)
    assert Counter(answer.status for answer in answers) == {200: 1, 409: 9}
    assert Turn.objects.get(pk=turn.pk).filing_id is not None


def test_a_twin_that_looks_before_it_writes_gives_away_more_than_there_is(transactional_db: None, cast: Cast) -> None:
    post = published(cast, places=2)
    names = members(cast, 6)

    def naive(name: str, barrier: threading.Barrier) -> bool:
        left = Vacancy.objects.filter(pk=post.pk, taken__lt=F("places")).exists()
        barrier.wait()
        if left:
            claim = DutyClaim(vacancy=post, community=cast.community, member=cast.members[name], standing=True)
            claim.claimed_by, claim.claimed_at = cast.users[name], AT
            claim.save(force_insert=True)
        return left

    won = with_barrier([partial(naive, name) for name in names])
    assert sum(won) == 6 > post.places

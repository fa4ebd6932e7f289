"""Two thousand sign up for a hundred seats at once: exactly a hundred are taken, families whole. A naive twin oversells. A server that is
killed in the middle keeps every sign-up that it acknowledged, and takes none twice."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from http.client import HTTPException
from typing import Any

import pytest

from tests.activities.plans import guests, planned
from tests.cast import AT, Cast
from tests.live import Answer, Live
from tests.reliability.hands import Hand, token, with_barrier
from zengyi.activities.models import Attendee, SignUp, Slot
from zengyi.core import clock
from zengyi.people.models import Person

pytestmark = pytest.mark.live

CROWD, SEATS, HANDS = 2000, 100, 10
#: Every third who comes brings one or two others.
FAMILY = (1, 1, 3, 1, 2, 1)


def posted(hand: Hand, path: str, body: Any, key: str) -> Answer:
    """The answer to a request that is sent again, under the same key, while the server says that it is too busy."""
    for _again in range(20):
        answer = hand.post(path, body, key)
        if answer.status != 503:
            break
    return answer


def test_two_thousand_sign_up_for_a_hundred_seats(live: Live, cast: Cast) -> None:
    now = clock.now()
    times: dict[str, Any] = {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(days=2, hours=1)}
    occasion = planned(cast.actor("worker"), capacity=SEATS, at=now, **times)
    people = Person.objects.bulk_create(Person(community=cast.community, name=f"居民{n}") for n in range(CROWD))
    secret, path = token(cast, "worker"), f"/api/v1/occasions/{occasion.pk}/sign-ups"

    def some(first: int, barrier: threading.Barrier) -> list[tuple[int, str, int]]:
        answers = []
        with Hand(live, secret) as hand:
            barrier.wait()
            for n in range(first, CROWD, HANDS):
                body = {"person_id": people[n].pk, "seats": FAMILY[n % len(FAMILY)], "channel": "PAPER"}
                answer = posted(hand, path, body, f"crowd-{n}")
                assert answer.status == 201, answer.body
                answers.append((answer.status, answer.body["state"], answer.body["seats"]))
        return answers

    answers = [one for found in with_barrier([partial(some, n) for n in range(HANDS)]) for one in found]
    assert Counter(status for status, _state, _seats in answers) == {201: CROWD}
    sure = [seats for _status, state, seats in answers if state == "CONFIRMED"]
    assert sum(sure) == SEATS == guests(occasion).taken
    rows = SignUp.objects.filter(occasion=occasion)
    assert rows.count() == CROWD == rows.values("number").distinct().count()
    assert rows.filter(state="WAITLISTED").count() == CROWD - len(sure)
    for one in rows.filter(state="CONFIRMED"):
        assert Attendee.objects.filter(sign_up=one).count() == one.seats


def test_a_killed_server_keeps_each_sign_up_that_it_acknowledged_and_takes_none_twice(live: Live, cast: Cast) -> None:
    """``kill -9`` in the middle; whoever had no answer asks again under the same key."""
    now, crowd, hands = clock.now(), 160, 4
    times: dict[str, Any] = {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(days=2, hours=1)}
    occasion = planned(cast.actor("worker"), capacity=40, at=now, **times)
    people = Person.objects.bulk_create(Person(community=cast.community, name=f"居民{n}") for n in range(crowd))
    secret, path = token(cast, "worker"), f"/api/v1/occasions/{occasion.pk}/sign-ups"
    half, up, cut = threading.Semaphore(0), threading.Event(), []
    up.set()

    def once(body: Any, key: str) -> Answer | None:
        up.wait(60)
        try:
            with Hand(live, secret) as hand:
                return posted(hand, path, body, key)
        except (OSError, HTTPException):
            cut.append(key)
            return None

    def some(first: int, barrier: threading.Barrier) -> list[Answer]:
        answers = []
        barrier.wait()
        for n in range(first, crowd, hands):
            body = {"person_id": people[n].pk, "seats": FAMILY[n % len(FAMILY)], "channel": "PAPER"}
            while (answer := once(body, f"killed-{n}")) is None:
                pass
            assert answer.status == 201, answer.body
            answers.append(answer)
            half.release()
        return answers

    def kill(barrier: threading.Barrier) -> list[Answer]:
        barrier.wait()
        for _n in range(crowd // 3):
            assert half.acquire(timeout=60)
        up.clear()
        live.kill()
        live.start()
        up.set()
        return []

    jobs: list[Callable[[threading.Barrier], list[Answer]]] = [*(partial(some, n) for n in range(hands)), kill]
    found = with_barrier(jobs)
    answers = [answer for part in found for answer in part]
    told = {answer.body["id"]: (answer.body["state"], answer.body["seats"]) for answer in answers}
    rows = SignUp.objects.filter(occasion=occasion)
    assert len(told) == crowd == rows.count() == rows.values("person").distinct().count()
    assert {row.pk: (row.state, row.seats) for row in rows} == told
    assert sum(seats for state, seats in told.values() if state == "CONFIRMED") == guests(occasion).taken == 40


def test_a_naive_twin_oversells(transactional_db: None, cast: Cast) -> None:
    """Look, decide, write: all who looked before the first one wrote believe that there is a seat."""
    occasion = planned(cast.actor("worker"), capacity=1)
    slot = guests(occasion)
    people = Person.objects.bulk_create(Person(community=cast.community, name=f"居民{n}") for n in range(8))

    def naive(n: int, barrier: threading.Barrier) -> bool:
        free = Slot.objects.filter(pk=slot.pk).values_list("capacity", flat=True).get() - taken()
        barrier.wait()
        if free < 1:
            return False
        given: dict[str, Any] = {"occasion": occasion, "slot": slot, "community": cast.community, "person": people[n], "number": n + 1}
        SignUp.objects.create(**given, seats=1, state="CONFIRMED", made_by=cast.users["worker"], made_at=AT)
        return True

    def taken() -> int:
        return SignUp.objects.filter(slot=slot, state="CONFIRMED").count()

    assert with_barrier([partial(naive, n) for n in range(8)]) == [True] * 8
    assert taken() == 8 > slot.capacity

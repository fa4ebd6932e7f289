"""Two thousand sign up for a hundred seats at once: exactly a hundred are taken, families whole. A naive twin oversells."""

import threading
from collections import Counter
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.activities.plans import guests, planned
from tests.cast import AT, Cast
from tests.live import Live
from tests.reliability.hands import Hand, token, with_barrier
from zengyi.activities.models import Attendee, SignUp, Slot
from zengyi.core import clock
from zengyi.people.models import Person

pytestmark = pytest.mark.live

CROWD, SEATS, HANDS = 2000, 100, 10
#: Every third who comes brings one or two others.
FAMILY = (1, 1, 3, 1, 2, 1)


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
                answer = hand.post(path, body)
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

"""Checks as fifty phones send them out of a basement: each several times, in any order, while the server is killed. In the end each is
there once, each broken thing has one defect and one order, and nothing that was acknowledged is lost.

The suite sends a few hundred. All ten thousand: ``ZENGYI_STORM=10000 pytest -n0 tests/reliability/test_round_storm.py``, with
``ZENGYI_TEST_DB=postgres`` on PostgreSQL.
"""

import os
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from http.client import HTTPException
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from tests.cast import Cast
from tests.facilities.walks import Estate
from tests.live import Live
from tests.reliability.hands import Hand
from zengyi.core import clock
from zengyi.facilities import actions, queries
from zengyi.facilities.models import Check, Defect, Facility
from zengyi.orders.models import Order

pytestmark = pytest.mark.live

UPLOADS = int(os.environ.get("ZENGYI_STORM", "320"))
PHONES = 50 if UPLOADS >= 10_000 else 8
EACH, A_REQUEST, CAMERAS, BROKEN = 4, 6, 24, 8
PATIENCE_SECONDS = 60 + UPLOADS / 10
Body = dict[str, Any]


def body_of(one: actions.Given) -> Body:
    """A check as a phone sends it."""
    said = {"uid": str(one.uid), "item": one.item, "facility_id": one.facility_id, "result": one.result}
    return {**said, "reason": one.reason, "note": one.note, "elapsed_ms": one.elapsed_ms, "at": one.at.isoformat()}


def found(estate: Estate, number: int) -> list[actions.Given]:
    """So many checks: the first cameras are broken whenever anybody looks, all others are fine."""
    made = {code: estate.check(code, "FAIL" if int(code[1:]) < BROKEN else "OK") for code in (f"C{n}" for n in range(CAMERAS))}
    return [replace(made[f"C{n % CAMERAS}"], uid=uuid4(), elapsed_ms=1000 + n) for n in range(number)]


@dataclass
class Phones:
    """So many phones, each with its share of the requests; a request is sent again until it was answered."""

    live: Live
    path: str
    key: str
    requests: list[list[Body]]
    #: How often each check was taken, and known.
    taken: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    wrong: list[Any] = field(default_factory=list)
    again: int = 0
    done: int = 0
    lock: Any = field(default_factory=threading.Lock)

    def send(self, in_the_middle: Callable[["Phones"], None] | None = None) -> None:
        """All of it."""
        threads = [threading.Thread(target=self._phone, args=(self.requests[n::PHONES],), daemon=True) for n in range(PHONES)]
        for thread in threads:
            thread.start()
        if in_the_middle is not None:
            in_the_middle(self)
        for thread in threads:
            thread.join(PATIENCE_SECONDS)
        assert not any(thread.is_alive() for thread in threads)

    def wait_for(self, requests: int) -> None:
        """Until so many requests were answered."""
        end = time.monotonic() + PATIENCE_SECONDS
        while self.done < requests and time.monotonic() < end:
            time.sleep(0.01)
        assert self.done >= requests

    def _phone(self, requests: list[list[Body]]) -> None:
        hand = Hand(self.live, self.key)
        for checks in requests:
            end = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < end and not self._answered(hand, checks):
                hand.line.close()
                time.sleep(0.05)
        hand.line.close()

    def _answered(self, hand: Hand, checks: list[Body]) -> bool:
        try:
            answer = hand.post(self.path, {"checks": checks})
        except (OSError, HTTPException, ValueError):
            answer = None
        with self.lock:
            if answer is None or answer.status in (409, 503):
                self.again += 1
                return False
            self.done += 1
            if answer.status != 200:
                self.wrong.append(answer)
                return True
            for told in answer.body["checks"]:
                {201: self.taken, 200: self.known}.get(told["status"], Counter())[told["uid"]] += 1
                if told["status"] not in (200, 201):
                    self.wrong.append(told)
        return True


def shuffled(checks: list[actions.Given], *, own_ids: bool = True) -> list[list[Body]]:
    """Each check several times, in any order, some to a request. Without ids of their own, each arrival is another check."""
    dice = random.Random(50)
    uploads = [body_of(one) for one in checks for _time in range(EACH)]
    if not own_ids:
        uploads = [{**one, "uid": str(uuid4())} for one in uploads]
    dice.shuffle(uploads)
    requests = []
    while uploads:
        n = dice.randint(1, A_REQUEST)
        # The same id twice in one request is told once.
        requests.append(list({one["uid"]: one for one in uploads[:n]}.values()))
        uploads = uploads[n:]
    return requests


def faults(checks: list[actions.Given], phones: Phones) -> list[str]:
    """What is not as it should be, seen from the database."""
    wrong = [f"answered {one}" for one in phones.wrong[:5]]
    stored = Counter(str(uid) for uid in Check.objects.values_list("uid", flat=True))
    wanted = {str(one.uid) for one in checks}
    wrong += ["checks are lost"] if wanted - stored.keys() else []
    wrong += [f"{len(stored)} checks instead of {len(wanted)}"] if len(stored) != len(wanted) else []
    fails = Counter(one.facility_id for one in checks if one.result == "FAIL")
    defects = Counter(dict(Defect.objects.values_list("facility_id", "fails")))
    wrong += [f"defects {dict(defects)} instead of {dict(fails)}"] if fails != defects else []
    orders = Order.objects.count()
    wrong += [f"{orders} orders for {len(fails)} broken things"] if orders != len(fails) else []
    down = set(Facility.objects.filter(state="DOWN").values_list("pk", flat=True))
    wrong += ["not the broken ones are down"] if down != set(fails) else []
    return wrong + queries.check_sums().problems


@dataclass(frozen=True)
class Basement:
    """An estate with a round that was begun a while ago, and the pass by which the phones upload."""

    estate: Estate
    round_id: int
    key: str


@pytest.fixture
def basement(live: Live) -> Basement:
    """On the server's database."""
    now = clock.now()
    estate = Estate(Cast(), cameras=CAMERAS, at=now)
    begun = estate.round(now)
    return Basement(estate, begun, actions.start(begun, by=estate.by, at=now).key)


def phones_of(live: Live, basement: Basement, requests: list[list[Body]]) -> Phones:
    return Phones(live, f"/api/v1/rounds/{basement.round_id}/checks", basement.key, requests)


def test_doubled_and_reordered_uploads_count_once_and_a_killed_server_loses_none(live: Live, basement: Basement) -> None:
    checks = found(basement.estate, UPLOADS // EACH)
    phones = phones_of(live, basement, shuffled(checks))
    lost: list[str] = []

    def kill(phones: Phones) -> None:
        phones.wait_for(len(phones.requests) // 3)
        live.kill()
        with phones.lock:
            acknowledged = phones.taken.keys() | phones.known.keys()
        there = {str(uid) for uid in Check.objects.values_list("uid", flat=True)}
        connection.close()
        lost.extend(acknowledged - there)
        live.start()

    phones.send(kill)
    assert lost == [] and phones.again > 0
    assert faults(checks, phones) == []
    # Whoever was first was told so once; a check whose first answer was cut off is known when it comes again.
    assert max(phones.taken.values()) == 1 and phones.taken.keys() | phones.known.keys() == {str(one.uid) for one in checks}


def test_the_broken_twin_without_ids_of_the_phone_counts_all_of_them(live: Live, basement: Basement) -> None:
    """Ids made when a check arrives: the same storm is four times as many checks, and each thing was found broken four times as often."""
    checks = found(basement.estate, CAMERAS)
    phones = phones_of(live, basement, shuffled(checks, own_ids=False))
    phones.send()
    assert phones.wrong == [] and Check.objects.count() == EACH * CAMERAS
    assert any("checks instead of" in one for one in faults(checks, phones))
    assert Defect.objects.count() == BROKEN and Defect.objects.filter(fails=EACH).count() == BROKEN

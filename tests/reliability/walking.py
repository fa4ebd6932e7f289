"""Load that survives a server: stories walked through the API, every request repeated with its key until it is answered."""

import random
import threading
from collections.abc import Iterator
from http.client import HTTPException
from types import TracebackType
from typing import Any

from tests.live import Answer, Live
from tests.reliability.hands import Hand

STORIES_MOST = 18  # a member may place 20 orders a day
BUSY = 503
WAIT_SECONDS = 180

Step = tuple[str, str, Any]


class Walkers:
    """Several walkers at once, each with a requester and a claimant of its own; what was answered is kept by key."""

    def __init__(self, live: Live, pairs: list[tuple[str, str]], worker: str, *, seed: int) -> None:
        self.live = live
        self.worker = worker
        self.seed = seed
        self.answers: dict[str, Answer] = {}
        self.differing: list[str] = []
        self.errors: list[BaseException] = []
        self.repeated = self.cut = 0
        self.given_up = False
        self.up = threading.Event()
        self.up.set()
        self._news = threading.Condition()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._walk, args=(n, *pair), daemon=True) for n, pair in enumerate(pairs)]

    def __enter__(self) -> "Walkers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.given_up = error is not None
        self._stop.set()
        self.up.set()
        for thread in self._threads:
            thread.join(WAIT_SECONDS)
        assert not any(thread.is_alive() for thread in self._threads)
        if self.errors and error is None:
            raise self.errors[0]

    def wait_for(self, count: int) -> None:
        """Wait until ``count`` more requests were answered."""
        with self._news:
            goal = len(self.answers) + count
            self._news.wait_for(lambda: len(self.answers) >= goal or self.errors, WAIT_SECONDS)
            assert len(self.answers) >= goal, (len(self.answers), self.errors)

    def _walk(self, number: int, requester: str, claimant: str) -> None:
        dice = random.Random(self.seed * 1000 + number)
        hand = Hand(self.live, "")
        try:
            for story in range(STORIES_MOST):
                if self._stop.is_set():
                    return
                order_id = 0
                for verb, token, body in self._story(requester, claimant):
                    path = f"/api/v1/orders/{order_id}/{verb}" if order_id else "/api/v1/orders"
                    answer = self._insist(hand, token, path, body, f"{number}-{story}-{verb}", again=dice.random() < 0.1)
                    assert answer.status in (200, 201), (verb, answer)
                    order_id = order_id or int(answer.body["id"])
        except BaseException as error:
            with self._news:
                self.errors.append(error)
                self._news.notify_all()
        finally:
            hand.line.close()

    def _story(self, requester: str, claimant: str) -> Iterator[Step]:
        yield "place", requester, {"kind": "WISH", "title": "想要一副老花镜", "text": "看报纸看不清了。"}
        yield "triage", self.worker, {"difficulty": 3}
        yield "publish", self.worker, {}
        yield "claim", claimant, {}
        yield "deliver", claimant, {"text": "送去了，看得清了。"}
        yield "confirm", requester, {}

    def _insist(self, hand: Hand, token: str, path: str, body: Any, key: str, *, again: bool) -> Answer:
        """Send it until it is answered; sometimes once more, and then the answer must be the same."""
        hand.token = token
        answer = self._try(hand, path, body, key)
        with self._news:
            self.answers[key] = answer
            self._news.notify_all()
        if again:
            self.repeated += 1
            repeated = self._try(hand, path, body, key)
            if (repeated.status, repeated.body) != (answer.status, answer.body):
                self.differing.append(f"{key}: {answer} and then {repeated}")
        return answer

    def _try(self, hand: Hand, path: str, body: Any, key: str) -> Answer:
        while not self.given_up:
            assert self.up.wait(WAIT_SECONDS)
            try:
                answer = hand.post(path, body, key)
            except (OSError, HTTPException):
                hand.line.close()
                self.cut += 1
                continue
            if answer.status != BUSY:
                return answer
            self.cut += 1
        raise RuntimeError("the server does not come back")

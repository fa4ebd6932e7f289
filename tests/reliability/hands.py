"""Many hands at once: a thread and an open connection each, let go together."""

import hashlib
import json
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import partial
from http.client import HTTPConnection
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests import groups
from tests.cast import Cast
from tests.live import Answer, Live
from zengyi.people.models import Member, Person, Token, User

T = TypeVar("T")
WAIT_SECONDS = 120


class Hand:
    """One client with a connection that stays open and a token of its own."""

    def __init__(self, live: Live, token: str) -> None:
        self.token = token
        self.line = HTTPConnection("127.0.0.1", live.port, timeout=WAIT_SECONDS)

    def post(self, path: str, body: Any = None, key: str = "") -> Answer:
        """POST JSON; raises ``OSError`` or ``HTTPException`` when the server goes away."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.token}"} | ({"Idempotency-Key": key} if key else {})
        self.line.request("POST", path, json.dumps(body or {}), headers)
        response = self.line.getresponse()
        return Answer(response.status, json.loads(response.read()), dict(response.headers))

    def send(self, path: str, **fields: str) -> int:
        """POST a form as a browser does whose session is this hand's token; the status."""
        secret = "a" * 32
        cookies = f"{settings.SESSION_COOKIE_NAME}={self.token}; {settings.CSRF_COOKIE_NAME}={secret}"
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookies, "X-CSRFToken": secret}
        self.line.request("POST", path, urlencode(fields), headers)
        response = self.line.getresponse()
        response.read()
        return response.status

    def __enter__(self) -> "Hand":
        self.line.connect()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.line.close()


def at_once(jobs: Iterable[Callable[[], T]]) -> list[T]:
    """Run every job in a thread of its own, none before all are there; their results in order. The first error is raised."""
    return with_barrier([partial(_after, job) for job in jobs])


def _after(job: Callable[[], T], barrier: threading.Barrier) -> T:
    barrier.wait()
    return job()


def with_barrier(jobs: Sequence[Callable[[threading.Barrier], T]]) -> list[T]:
    """Run every job in a thread of its own, each given the barrier at which all meet."""
    groups.assert_live()
    barrier = threading.Barrier(len(jobs), timeout=WAIT_SECONDS)
    results: list[Any] = [None] * len(jobs)
    errors: list[BaseException] = []

    def run(place: int) -> None:
        try:
            results[place] = jobs[place](barrier)
        except BaseException as error:
            errors.append(error)
            barrier.abort()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place,), daemon=True) for place in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_SECONDS)
    if errors:
        raise next((error for error in errors if not isinstance(error, threading.BrokenBarrierError)), errors[0])
    assert not any(thread.is_alive() for thread in threads)
    return results


def post_at_once(live: Live, asked: Sequence[tuple[str, str, Any, str]]) -> list[Answer]:
    """Send ``(token, path, body, key)`` each from a client of its own, all connected before the first is let go."""
    hands = [Hand(live, token) for token, *_ in asked]
    try:
        for hand in hands:
            hand.__enter__()
        return at_once(partial(hand.post, path, body, key) for hand, (_, path, body, key) in zip(hands, asked, strict=True))
    finally:
        for hand in hands:
            hand.line.close()


def token(cast: Cast, name: str, acting_as: str = "") -> str:
    """A token for that login in that role (its first when not said), put down without the password."""
    row = _token(cast.users[name], acting_as or cast.actor(name).acting_as)
    Token.objects.get_or_create(digest=row["digest"], defaults=row)
    return raw_of(cast.users[name], row["acting_as"])


def session(cast: Cast, name: str) -> str:
    """A browser's session of that login, as its cookie says it."""
    browser = Client()
    browser.force_login(cast.users[name])
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def members(cast: Cast, count: int) -> list[str]:
    """``count`` more members of the community, with a token each; the names of their logins."""
    names = [f"hand{n:03d}" for n in range(count)]
    persons = Person.objects.bulk_create(Person(community=cast.community, name=f"党员{name}") for name in names)
    users = User.objects.bulk_create(
        User(username=name, person=person, password=cast.hash) for name, person in zip(names, persons, strict=True)
    )
    here = {"community": cast.community, "branch": cast.branch}
    made = Member.objects.bulk_create(Member(person=person, number=name, **here) for name, person in zip(names, persons, strict=True))
    Token.objects.bulk_create(Token(**_token(user, "member")) for user in users)
    cast.users |= dict(zip(names, users, strict=True))
    cast.members |= dict(zip(names, made, strict=True))
    return names


def raw_of(user: User, acting_as: str = "member") -> str:
    """The token of that login in that role, as it is sent."""
    return f"token-of-{user.pk}-as-{acting_as}"


def _token(user: User, acting_as: str) -> dict[str, Any]:
    return {
        "user": user,
        "digest": hashlib.sha256(raw_of(user, acting_as).encode()).digest(),
        "acting_as": acting_as,
        "epoch": user.epoch,
        "created_at": timezone.now(),
        "expires_at": timezone.now() + timedelta(days=1),
    }

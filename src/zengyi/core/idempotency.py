"""Idempotency keys: a retried request gets the first answer, stored in the transaction of the step it caused.

Whoever serves a request opens :func:`keyed` around the one action it calls. The action's transaction ends with
:func:`settle`, which stores the rendered answer under the key: step and answer are committed together or not at all. The unique
key lets one request with that key commit; another, at once or later, is refused or rolled back and gets the first one's answer.
So nothing is looked up for the many requests that are no retry. A refusal changes nothing and is therefore not stored: the same
key may be tried again.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from zengyi.core import clock
from zengyi.core.errors import Invalid, Refused
from zengyi.core.models import IdempotencyKey

#: How long an answer is kept for a retry.
KEPT = timedelta(days=7)


class Replay(Exception):
    """The request was already served: ``status`` and ``answer`` are what was answered then. Caught only where requests are answered."""

    def __init__(self, status: int, answer: object) -> None:
        super().__init__(status)
        self.status = status
        self.answer = answer


class OtherContent(Invalid):
    """The key was used for another content before."""


@dataclass(slots=True)
class Slot:
    """The answer to the request now being served; ``settled`` once the action has stored it."""

    owner: str
    key: str
    fingerprint: bytes
    render: Callable[[Any], tuple[int, object]]
    settled: bool = False
    status: int = 0
    answer: object = None


_slot: ContextVar[Slot | None] = ContextVar("zengyi_idempotency", default=None)


def replay_if_known(owner: str, key: str, fingerprint: bytes) -> None:
    """Raise :class:`Replay` or :class:`OtherContent` when a request was served under that key before."""
    row = IdempotencyKey.objects.filter(owner=owner, key=key).first()
    if row is None:
        return
    if bytes(row.fingerprint) != fingerprint:
        sentence = _("这一份刚才已经交过，内容不一样。要另交一份，请再按一次。")
        raise OtherContent(sentence, {"Idempotency-Key": _("这个键已经用在别的内容上。")})
    raise Replay(row.status, json.loads(row.answer))


@contextmanager
def keyed(owner: str, key: str, fingerprint: bytes, *, render: Callable[[Any], tuple[int, object]]) -> Iterator[Slot]:
    """Serve a request under ``key``, unique per ``owner`` (64 characters each at most).

    ``fingerprint`` is the SHA-256 of what was asked; ``render`` turns the action's result into status and JSON answer.
    Raises :class:`Replay` when the key was served before or by somebody faster, :class:`OtherContent` when it was served with
    another fingerprint. Yields the :class:`Slot`, which holds the answer once the action has committed.
    """
    if _slot.get() is not None:
        raise RuntimeError("one request has one idempotency key")
    slot = Slot(owner, key, fingerprint, render)
    token = _slot.set(slot)
    try:
        yield slot
    except (Refused, DatabaseError):
        # Perhaps it was refused or rolled back because the same request had come before: then answer as that one was answered.
        replay_if_known(slot.owner, slot.key, slot.fingerprint)
        raise
    finally:
        _slot.reset(token)


@contextmanager
def aside() -> Iterator[None]:
    """An action that runs inside is not the one that was asked for, and answers nobody: what became of it stands after a refusal."""
    token = _slot.set(None)
    try:
        yield
    finally:
        _slot.reset(token)


def settle(result: object) -> None:
    """Store the answer to the request now being served, if it carried a key. Runs at the end of the action's transaction."""
    slot = _slot.get()
    if slot is None or slot.settled:
        return
    slot.status, answer = slot.render(result)
    stored = json.dumps(answer)
    IdempotencyKey.objects.create(
        owner=slot.owner,
        key=slot.key,
        fingerprint=slot.fingerprint,
        status=slot.status,
        answer=stored,
        created_at=clock.now(),
    )
    slot.answer = json.loads(stored)
    slot.settled = True


def forget_old(at: datetime) -> int:
    """Delete the answers that are too old for a retry; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=at - KEPT).delete()[0]

"""Seals: committed audit events are chained in batches, so that a later change of any of them shows.

Each event becomes a leaf (SHA-256 over its canonical JSON), a batch of leaves one Merkle root (RFC 9162), and each seal's
digest covers its root and the digest before. Writers never wait for it: events are sealed after they were committed. An
event with a lower id may become visible after one with a higher id was sealed; so the sealer asks which events have no seal
yet, not which are newer than the last one.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import Max

from zengyi.core import sql
from zengyi.core.models import Event, Seal, SealedEvent
from zengyi.core.steps import durable

BATCH = 1000
#: The first seal's ``previous``.
ORIGIN = bytes(32)
GUARDED = ("core_event", "core_seal", "core_sealedevent")
#: Events this many ids behind the newest sealed one are searched for missing seals only once an hour: no transaction stays open for so long
#: that so many others come and go.
LATE_IDS = 20_000
THOROUGH_EVERY = timedelta(hours=1)

_COLUMNS = ("id", "at", "user_id", "role", "via", "community_id", "verb", "object_type", "object_id", "before", "after", "reason")


@dataclass(slots=True)
class _Memory:
    """When this process last looked through all events."""

    thorough_at: datetime | None = None


_memory = _Memory()


def canonical(event: dict[str, Any]) -> bytes:
    """The event as bytes that are always the same: JSON with sorted keys, no spaces, moments in UTC with microseconds."""
    written = {**event, "at": event["at"].astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}
    return json.dumps(written, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass")


def leaf_hash(data: bytes) -> bytes:
    """The hash of a leaf (RFC 9162, 2.1.1)."""
    return hashlib.sha256(b"\0" + data).digest()


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over hashed ``leaves`` (RFC 9162, 2.1.1): the left subtree is the largest full one."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    stack: list[tuple[int, bytes]] = []
    for leaf in leaves:
        size, node = 1, leaf
        while stack and stack[-1][0] == size:
            size, node = size * 2, _node(stack.pop()[1], node)
        stack.append((size, node))
    root = stack.pop()[1]
    while stack:
        root = _node(stack.pop()[1], root)
    return root


def seal_digest(previous: bytes, root: bytes, count: int, at: datetime) -> bytes:
    """What a seal is known by: covers everything in it and, through ``previous``, all seals before."""
    moment = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").encode()
    return hashlib.sha256(b"zengyi seal v1\0" + previous + root + count.to_bytes(8, "big") + moment).digest()


def seal(at: datetime) -> int:
    """Seal every committed event that has no seal yet; returns how many were sealed. Several sealers don't harm each other."""
    sealed = 0
    while True:
        events = _unsealed(at)
        if not events:
            return sealed
        try:
            _write([(event["id"], leaf_hash(canonical(event))) for event in events], at)
        except IntegrityError:
            return sealed  # another sealer has just sealed these events, and will seal the rest
        sealed += len(events)


@dataclass(frozen=True, slots=True)
class Report:
    """What :func:`verify` looked through and found. ``newest`` is the digest to note elsewhere, in minutes or on paper."""

    seals: int
    events: int
    unsealed: int
    newest: str
    problems: tuple[str, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """Whether the chain is intact."""
        return not self.problems


def verify() -> Report:
    """Recompute every leaf, root and digest from the events as they are now, and look whether the tables are guarded.

    What was cut off the end of the chain together with its events cannot be seen from inside: compare ``newest`` with an
    earlier report.
    """
    problems = [f"{table}: the triggers that refuse changes are missing" for table in sql.unguarded(*GUARDED)]
    previous, seals, events = ORIGIN, 0, 0
    for one in Seal.objects.order_by("id").iterator(chunk_size=200):
        seals += 1
        leaves, wrong = _leaves_now(one.pk)
        events += len(leaves)
        problems += [f"event {event_id} is not as it was sealed" for event_id in wrong]
        if bytes(one.previous) != previous:
            problems.append(f"seal {one.pk} does not follow the seal before it")
        if len(leaves) != one.count or merkle_root(leaves) != bytes(one.root):
            problems.append(f"seal {one.pk}: its events do not give its root")
        if seal_digest(bytes(one.previous), bytes(one.root), one.count, one.at) != bytes(one.digest):
            problems.append(f"seal {one.pk}: its digest is wrong")
        previous = bytes(one.digest)
    unsealed = Event.objects.filter(sealed=None).count()
    return Report(seals, events, unsealed, previous.hex() if seals else "", tuple(problems))


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _unsealed(at: datetime) -> list[dict[str, Any]]:
    events = Event.objects.filter(sealed=None).order_by("id")
    last = _memory.thorough_at
    thorough = last is None or not timedelta() <= at - last < THOROUGH_EVERY
    if not thorough:
        newest = SealedEvent.objects.aggregate(newest=Max("event_id"))["newest"] or 0
        events = events.filter(id__gt=newest - LATE_IDS)
    found: list[dict[str, Any]] = list(events.values(*_COLUMNS)[:BATCH])
    if thorough and len(found) < BATCH:
        _memory.thorough_at = at
    return found


@durable
def _write(leaves: Sequence[tuple[int, bytes]], at: datetime) -> None:
    previous = Seal.objects.order_by("-id").values_list("digest", flat=True).first()
    before = ORIGIN if previous is None else bytes(previous)
    root = merkle_root([leaf for _, leaf in leaves])
    made = Seal.objects.create(at=at, count=len(leaves), root=root, previous=before, digest=seal_digest(before, root, len(leaves), at))
    SealedEvent.objects.bulk_create(
        SealedEvent(event_id=event_id, seal=made, position=position, leaf=leaf) for position, (event_id, leaf) in enumerate(leaves)
    )


def _leaves_now(seal_id: int) -> tuple[list[bytes], list[int]]:
    """The stored leaves of a seal in order, and the ids of events that no longer match their stored leaf."""
    columns = (*(f"event__{name}" for name in _COLUMNS), "leaf")
    rows: Iterable[tuple[Any, ...]] = SealedEvent.objects.filter(seal_id=seal_id).order_by("position").values_list(*columns)
    leaves, wrong = [], []
    for *values, stored in rows:
        event = dict(zip(_COLUMNS, values, strict=True))
        leaves.append(bytes(stored))
        if leaf_hash(canonical(event)) != bytes(stored):
            wrong.append(event["id"])
    return leaves, wrong

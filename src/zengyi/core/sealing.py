"""Seals: committed audit events are chained in batches, so that a later change of any of them shows (:mod:`zengyi.core.verifying`).

Each event becomes a leaf (SHA-256 over its id and content), a batch of leaves one Merkle root (RFC 9162), and each seal's
digest covers its root and the digest before. Writers never wait for it: events are sealed after they were committed. An
event with a lower id may become visible after one with a higher id was sealed; so the sealer asks which events have no seal
yet, not which are newer than the last one.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import IntegrityError, connection
from django.db.models import Max

from zengyi.core import audit, tracking
from zengyi.core.models import Seal, SealedEvent
from zengyi.core.steps import durable

BATCH = 1000
#: The first seal's ``previous``.
ORIGIN = bytes(32)
GUARDED = ("core_event", "core_seal", "core_sealedevent")
#: Events this many ids behind the newest sealed one are searched for missing seals only once an hour: no transaction stays open for so long
#: that so many others come and go.
LATE_IDS = 20_000
THOROUGH_EVERY = timedelta(hours=1)

#: What an event says, but for its id, in the order of :func:`zengyi.core.audit.content`, and its mark.
_SAID = ("at", "user_id", "role", "via", "community_id", "verb", "object_type", "object_id", "before", "after", "reason", "rows", "mark")
_ON_POSTGRES = {
    "at": "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    "before": "e.before::text",
    "after": "e.after::text",
}
#: With the plus, the driver hands on what is there instead of making a moment of it.
_ON_SQLITE = {"at": "+e.at"}

Raw = tuple[Any, ...]


@dataclass(slots=True)
class _Memory:
    """When this process last looked through all events."""

    thorough_at: datetime | None = None


_memory = _Memory()


def columns() -> str:
    """The columns of an event ``e`` for :func:`said`, its id first. As the database holds them: nothing is made of a million moments."""
    read = _ON_POSTGRES if connection.vendor == "postgresql" else _ON_SQLITE
    return ", ".join(["e.id", *(read.get(name, f"e.{name}") for name in _SAID)])


def said(row: Raw) -> tuple[bytes, bytes | None]:
    """The content of an event read by :func:`columns`, and its mark; an event from before there were marks has none."""
    at, before, after, mark = str(row[1]), row[9], row[10], row[13]
    if at[-1] != "Z":
        at = f"{at.removesuffix('+00:00').replace(' ', 'T')}{'' if '.' in at else '.000000'}Z"
    if mark is None:
        old: dict[str, Any] = dict(zip(("id", *_SAID[:11]), row, strict=False))
        old |= {"at": at, "before": json.loads(before), "after": json.loads(after)}
        return json.dumps(old, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "surrogatepass"), None
    before = before if before == "{}" else audit.plain(json.loads(before))
    after = after if after == "{}" else audit.plain(json.loads(after))
    return audit.content(at, *row[2:9], before, after, *row[11:13]), bytes(mark)


def leaf_of(row: Raw) -> bytes:
    """The leaf of an event read by :func:`columns`."""
    content, mark = said(row)
    return leaf_hash(content if mark is None else b"%d\n%b" % (row[0], content))


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


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest seal, for people to note: whoever has its digits can show later that nothing before it was changed."""

    number: int
    at: datetime
    digest: bytes

    @property
    def digits(self) -> list[str]:
        """Its digits in groups of four, as they are copied by hand."""
        text = self.digest.hex()
        return [text[start : start + 4] for start in range(0, len(text), 4)]


def newest() -> Newest | None:
    """The newest seal; nothing before the first."""
    for number, at, digest in Seal.objects.order_by("-id").values_list("pk", "at", "digest")[:1]:
        return Newest(number, at, bytes(digest))
    return None


def seal(at: datetime, tell: Callable[[int], None] = lambda sealed: None) -> int:
    """Seal every committed event that has no seal yet; returns how many were sealed. Several sealers don't harm each other.

    ``tell`` is told how many are sealed so far: after years without a sealer it takes a while.
    """
    last = _memory.thorough_at
    thorough = last is None or not timedelta() <= at - last < THOROUGH_EVERY
    newest = 0 if thorough else SealedEvent.objects.aggregate(newest=Max("event_id"))["newest"] or 0
    after = newest - LATE_IDS if newest else None
    sealed = 0
    # Each search goes on where the last one ended. From the beginning it would look through all that was sealed before.
    while events := unsealed(after):
        try:
            _write([(event[0], leaf_of(event)) for event in events], at)
        except IntegrityError:
            return sealed  # another sealer has just sealed these events, and will seal the rest
        sealed += len(events)
        after = events[-1][0]
        tell(sealed)
    if thorough:
        _memory.thorough_at = at
    return sealed


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def unsealed(after: int | None = None) -> list[Raw]:
    """The next committed events without a seal, those after an id."""
    later = "" if after is None else "AND e.id > %s"
    text = f"""
        SELECT {columns()} FROM core_event e
        WHERE NOT EXISTS (SELECT 1 FROM core_sealedevent s WHERE s.event_id = e.id) {later} ORDER BY e.id LIMIT {BATCH}
    """  # noqa: S608  nothing in it was typed by anybody
    with connection.cursor() as cursor:
        cursor.execute(text, [] if after is None else [after])
        return list(cursor.fetchall())


@durable
def _write(leaves: Sequence[tuple[int, bytes]], at: datetime) -> None:
    previous = Seal.objects.order_by("-id").values_list("digest", flat=True).first()
    before = ORIGIN if previous is None else bytes(previous)
    root = merkle_root([leaf for _, leaf in leaves])
    digest = seal_digest(before, root, len(leaves), at)
    made = Seal.objects.create(at=at, count=len(leaves), root=root, previous=before, digest=digest, mark=tracking.mark(digest))
    SealedEvent.objects.bulk_create(
        SealedEvent(event_id=event_id, seal=made, position=position, leaf=leaf) for position, (event_id, leaf) in enumerate(leaves)
    )

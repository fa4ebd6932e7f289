"""The audit trail: one event per business step, written in the step's own transaction."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from json.encoder import encode_basestring
from typing import Any, Protocol

from zengyi.core import capture, tracking
from zengyi.core.prepared import Statement
from zengyi.core.steps import current_step, in_action

_EVENT = Statement(
    "core_record",
    """
    INSERT INTO core_event
      (at, user_id, role, via, community_id, verb, object_type, object_id, before, after, reason, rows, mark)
    VALUES (%(at)s, %(user)s, %(role)s, %(via)s, %(community)s, %(verb)s, %(object_type)s, %(object)s, %(before)s, %(after)s, %(reason)s,
      %(rows)s, %(mark)s)
    """,
)


class Acting(Protocol):
    """Who acts, as far as the trail needs to know."""

    @property
    def user_id(self) -> int | None: ...
    @property
    def role(self) -> str: ...
    @property
    def via(self) -> str: ...


@in_action
def record(
    verb: str,
    object_type: str,
    object_id: int,
    *,
    by: Acting,
    at: datetime,
    community_id: int | None,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
    reason: str = "",
    rows: str | None = None,
) -> None:
    """Say the step's one event; it is written when the step ends, together with the COMMIT.

    ``verb`` is the move's name (``place``, ``claim`` …), ``object_type`` the thing's lower-case name (``order``). ``before``
    and ``after`` hold only what changed, as JSON values; never a name, phone or door number. The digests of the rows the step has
    changed come along by themselves, so it is the last thing a step writes; only :mod:`zengyi.core.baseline` says ``rows`` itself.
    """
    step = current_step()
    step.events += 1
    values: dict[str, Any] = {"at": at, "user": by.user_id, "role": str(by.role), "via": by.via, "community": community_id}
    values |= {
        "verb": str(verb),
        "object_type": object_type,
        "object": object_id,
        "reason": str(reason),
        "rows": capture.take() if rows is None else rows,
    }
    values |= {"before": _plain(before), "after": _plain(after)}
    values["mark"] = tracking.mark(content(stamp(at), *(values[name] for name in _SAID)))
    step.last = partial(_EVENT.run_last, **values)


_PLAIN = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_SAID = ("user", "role", "via", "community", "verb", "object_type", "object", "before", "after", "reason", "rows")


def content(at: str, *said: object) -> bytes:
    """All of an event but its id, as bytes that are always the same: a JSON list of texts, whole numbers and nothing.

    ``before`` and ``after`` are texts of :func:`plain`.
    """
    parts = [_written(value) for value in (at, *said)]
    return f"[{','.join(parts)}]".encode("utf-8", "surrogatepass")


def _written(value: object) -> str:
    """A value as JSON; a trail is millions of them, and ``json.dumps`` takes twice as long."""
    if type(value) is str:
        return encode_basestring(value)
    return "null" if value is None else str(value) if type(value) is int else json.dumps(value)


def stamp(at: datetime) -> str:
    """A moment in UTC with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def plain(value: object) -> str:
    """A JSON value as text that is always the same: keys sorted, no spaces."""
    return _PLAIN.encode(value) if value else "{}"


def _plain(values: Mapping[str, Any] | None) -> str:
    # Once through JSON first: numbers as keys become texts there, and sort as such.
    return plain(json.loads(json.dumps(dict(values)))) if values else "{}"

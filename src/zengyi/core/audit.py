"""The audit trail: one event per business step, written in the step's own transaction."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from zengyi.core.prepared import Statement
from zengyi.core.steps import current_step, in_action

_EVENT = Statement(
    "core_record",
    """
    INSERT INTO core_event (at, user_id, role, via, community_id, verb, object_type, object_id, before, after, reason)
    VALUES (%(at)s, %(user)s, %(role)s, %(via)s, %(community)s, %(verb)s, %(object_type)s, %(object)s, %(before)s, %(after)s, %(reason)s)
    RETURNING id
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
) -> int:
    """Write the step's one event; returns its id.

    ``verb`` is the move's name (``place``, ``claim`` …), ``object_type`` the thing's lower-case name (``order``). ``before``
    and ``after`` hold only what changed, as JSON values; never a name, phone or door number.
    """
    current_step().events += 1
    values = {"at": at, "user": by.user_id, "role": str(by.role), "via": by.via, "community": community_id, "verb": str(verb)}
    values |= {"object_type": object_type, "object": object_id, "reason": reason}
    with _EVENT.run(before=json.dumps(dict(before or {})), after=json.dumps(dict(after or {})), **values) as cursor:
        return int(cursor.fetchone()[0])

"""The audit trail: one event per business step, written in the step's own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from zengyi.core.models import Event
from zengyi.core.steps import current_step, in_action


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
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> Event:
    """Write the step's one event.

    ``verb`` is the move's name (``place``, ``claim`` …), ``object_type`` the thing's lower-case name (``order``). ``before``
    and ``after`` hold only what changed, as JSON values; never a name, phone or door number.
    """
    current_step().events += 1
    return Event.objects.create(
        verb=verb,
        object_type=object_type,
        object_id=object_id,
        user_id=by.user_id,
        role=by.role,
        via=by.via,
        at=at,
        community_id=community_id,
        before=dict(before or {}),
        after=dict(after or {}),
        reason=reason,
    )

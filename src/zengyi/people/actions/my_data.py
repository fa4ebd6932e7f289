"""Giving somebody all that is held about them: one event each time, and not too often."""

from datetime import datetime

from zengyi.core import audit, throttle
from zengyi.core.steps import action
from zengyi.people.rules import Actor, check_role

#: So many archives a day are enough for anybody; making one reads every table.
A_DAY, DAY = 3, 86_400


def export_own_data(*, by: Actor, at: datetime) -> int:
    """Note that somebody takes all that is held about them; returns the login it is for.

    Raises :class:`~zengyi.core.errors.TooMany` after three within a day.
    """
    check_role(by, "site.self")
    throttle.hit(f"my-data:{by.login_id}", A_DAY, DAY, at=at)
    return _export(by=by, at=at)


@action
def _export(*, by: Actor, at: datetime) -> int:
    about = ("person", by.person_id) if by.person_id is not None else ("login", by.login_id)
    audit.record("export", about[0], about[1], by=by, at=at, community_id=by.community_id, after={"of": "own"})
    return by.login_id

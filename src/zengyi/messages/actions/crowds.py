"""One event told to a crowd, written by the database itself: to make a hundred thousand rows one by one takes Python ten times as long."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from zengyi.messages.models import Message
from zengyi.messages.rules import Pace, Quiet, Way
from zengyi.messages.rules.sending import due_at

#: From so many on it is a crowd; so many are written by one statement.
CROWD, AT_ONCE = 500, 10_000

_LOGINS = {
    "sqlite": "SELECT value AS login, %s AS said FROM json_each(%s)",
    "postgresql": "SELECT login::bigint AS login, %s::jsonb AS said FROM jsonb_array_elements_text(%s::jsonb) AS given(login)",
}
_TELL = """
INSERT INTO messages_message (user_id, event_id, template, object_id, "values", urgent, at)
SELECT login, %s, %s, %s, said, %s, %s FROM ({logins}) AS logins WHERE true
ON CONFLICT DO NOTHING
"""
_QUEUE = """
INSERT INTO messages_delivery (event_id, user_id, channel, template, object_id, "values", urgent, due_at, state)
SELECT told.event_id, told.user_id, wanted.way, told.template, told.object_id, told."values", told.urgent,
  CASE WHEN told.urgent THEN %s ELSE CASE wanted.quiet || ' ' || wanted.pace {cases} END END, 'WAITING'
FROM messages_message told JOIN messages_preference wanted ON wanted.user_id = told.user_id
WHERE told.event_id IN ({events}) AND wanted.way IN ({ways})
ON CONFLICT DO NOTHING
"""


def tell(like: Message, logins: Sequence[int]) -> None:
    """Write ``like`` for each of these logins; who has it already keeps it."""
    moment = connection.ops.adapt_datetimefield_value(like.at)
    given = [like.event_id, like.template, like.object_id, like.urgent, moment, json.dumps(like.values)]
    _run(_TELL.format(logins=_LOGINS[connection.vendor]), [*given, json.dumps(list(logins))])


def queue(event_ids: Collection[int], ways: Sequence[Way], at: datetime) -> None:
    """Queue what was told of these events for whoever wants it by one of the ``ways`` too, each at their own time."""
    cases: list[Any] = []
    for quiet in Quiet:
        for pace in Pace:
            cases += [f"{quiet} {pace}", _moment(due_at(quiet, pace, at, urgent=False))]
    marks = {"cases": "WHEN %s THEN %s " * (len(cases) // 2), "events": _marks(event_ids), "ways": _marks(ways)}
    _run(_QUEUE.format(**marks), [_moment(at), *cases, *event_ids, *(str(way) for way in ways)])


def _moment(at: datetime) -> object:
    return connection.ops.adapt_datetimefield_value(at)


def _marks(values: Collection[object]) -> str:
    return ", ".join(["%s"] * len(values))


def _run(sql: str, values: Sequence[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)

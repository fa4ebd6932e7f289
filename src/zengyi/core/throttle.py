"""Limits on how often something may be tried: sign-ins, tokens, uploads.

A sliding window, estimated from two fixed ones: what was counted in this window plus the share of the last window that still
lies within the period. One conditional statement decides and counts, so that a hundred tries at once don't slip through. Time
that jumps (a corrected clock) never locks anybody out for longer than two windows.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import TooMany
from zengyi.core.models import Throttle

BUCKET_LENGTH_MOST = 100
MINUTE = 60
# Another process, whose clock is a little ahead, may have begun the next window: such a row counts as the current window. A row even
# further in the future comes from a wrong clock and is started afresh.
_CURRENT = "core_throttle.window_start >= %(start)s AND core_throttle.window_start < %(beyond)s"
_LAST = "core_throttle.window_start >= %(before)s AND core_throttle.window_start < %(start)s"
_STALE = "core_throttle.window_start < %(before)s OR core_throttle.window_start >= %(beyond)s"
# Whole numbers only: count + previous × (seconds − elapsed) / seconds < limit
_COUNT = f"""
INSERT INTO core_throttle (bucket, window_start, count, previous_count) VALUES (%(bucket)s, %(start)s, 1, 0)
ON CONFLICT (bucket) DO UPDATE SET
  previous_count = CASE WHEN {_CURRENT} THEN core_throttle.previous_count WHEN {_LAST} THEN core_throttle.count ELSE 0 END,
  count = CASE WHEN {_CURRENT} THEN core_throttle.count + 1 ELSE 1 END,
  window_start = CASE WHEN {_CURRENT} THEN core_throttle.window_start ELSE %(start)s END
WHERE ({_CURRENT} AND core_throttle.count * %(seconds)s + core_throttle.previous_count * %(left)s < %(room)s)
  OR ({_LAST} AND core_throttle.count * %(left)s < %(room)s) OR {_STALE}
RETURNING id
"""  # noqa: S608  put together from the lines above


def hit(bucket: str, limit: int, seconds: int, *, at: datetime) -> None:
    """Count one try in ``bucket``; raises :class:`TooMany` when there were ``limit`` within the last ``seconds`` already.

    A refused try is not counted. Call it outside an action: the count must stay even when the step is refused afterwards.
    """
    name = _short(bucket)
    elapsed = int(at.timestamp()) % seconds
    start = datetime.fromtimestamp(int(at.timestamp()) - elapsed, UTC)
    if limit > 0 and _count(name, limit, seconds, start, elapsed):
        return
    retry_after = _wait(name, limit, seconds, start, elapsed)
    minutes = -(-retry_after // MINUTE)
    raise TooMany(_("试得太多了，请 %(minutes)d 分钟后再试。") % {"minutes": minutes}, retry_after=retry_after)


def clear(bucket: str) -> None:
    """Forget the tries counted in ``bucket``, as after a successful sign-in."""
    Throttle.objects.filter(bucket=_short(bucket)).delete()


def forget_old(at: datetime) -> int:
    """Delete counters nobody touched for two days; returns how many."""
    return Throttle.objects.filter(window_start__lt=at - timedelta(days=2)).delete()[0]


def _short(bucket: str) -> str:
    if len(bucket) <= BUCKET_LENGTH_MOST and bucket.isascii() and "\0" not in bucket:
        return bucket
    return hashlib.sha256(bucket.encode("utf-8", "surrogatepass")).hexdigest()


def _count(bucket: str, limit: int, seconds: int, start: datetime, elapsed: int) -> bool:
    stored = connection.ops.adapt_datetimefield_value
    window = timedelta(seconds=seconds)
    values = {
        "bucket": bucket,
        "start": stored(start),
        "before": stored(start - window),
        "beyond": stored(start + 2 * window),
        "seconds": seconds,
        "left": seconds - elapsed,
        "room": limit * seconds,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)
        return cursor.fetchone() is not None


def _wait(bucket: str, limit: int, seconds: int, start: datetime, elapsed: int) -> int:
    """Seconds until a try would be let through again, if nobody else tries."""
    row = Throttle.objects.filter(bucket=bucket).first()
    if row is None or limit <= 0:
        return seconds
    count, previous = row.count, row.previous_count
    if row.window_start < start:
        count, previous = 0, row.count
    if count < limit and previous:
        return max(1, seconds - (limit - count) * seconds // previous - elapsed + 1)
    return max(1, seconds - elapsed + (max(0, seconds - limit * seconds // count) if count else 0) + 1)

"""Limits on how often something may be tried: sign-ins, tokens, uploads.

A sliding window, estimated from two fixed ones: what was counted in this window plus the share of the last window that still
lies within the period. One conditional UPDATE decides and counts, so that a hundred tries at once don't slip through. Time
that jumps (a corrected clock) never locks anybody out for longer than two windows.
"""

import hashlib
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import TooMany
from zengyi.core.models import Throttle

BUCKET_LENGTH_MOST = 100
MINUTE = 60


def hit(bucket: str, limit: int, seconds: int, *, at: datetime) -> None:
    """Count one try in ``bucket``; raises :class:`TooMany` when there were ``limit`` within the last ``seconds`` already.

    A refused try is not counted. Call it outside an action: the count must stay even when the step is refused afterwards.
    """
    name = _short(bucket)
    elapsed = int(at.timestamp()) % seconds
    start = datetime.fromtimestamp(int(at.timestamp()) - elapsed, UTC)
    if limit > 0 and (_count(name, limit, seconds, start, elapsed) or _begin(name, start) or _count(name, limit, seconds, start, elapsed)):
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
    window = timedelta(seconds=seconds)
    # A neighbour's clock may be just past the edge of the window already: its window is ours. Anything later is a wrong clock.
    current = Q(window_start__gte=start, window_start__lt=start + 2 * window)
    last = Q(window_start__gte=start - window, window_start__lt=start)
    stale = Q(window_start__lt=start - window) | Q(window_start__gte=start + 2 * window)
    # Whole numbers only: count + previous × (seconds − elapsed) / seconds < limit
    left, room = Value(seconds - elapsed), limit * seconds
    rows = Throttle.objects.annotate(
        now_used=F("count") * Value(seconds) + F("previous_count") * left,
        last_used=F("count") * left,
    ).filter(Q(bucket=bucket) & ((current & Q(now_used__lt=room)) | (last & Q(last_used__lt=room)) | stale))
    return bool(
        rows.update(
            previous_count=Case(When(current, then=F("previous_count")), When(last, then=F("count")), default=Value(0)),
            count=Case(When(current, then=F("count") + 1), default=Value(1)),
            window_start=Case(When(current, then=F("window_start")), default=Value(start)),
        )
    )


def _begin(bucket: str, start: datetime) -> bool:
    if Throttle.objects.filter(bucket=bucket).exists():
        return False
    try:
        with transaction.atomic():
            Throttle.objects.create(bucket=bucket, window_start=start, count=1)
    except IntegrityError:
        return False
    return True


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

"""Housekeeping: what ``zengyi work`` does again and again. Packages add their jobs to :data:`JOBS` when Django starts."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import OperationalError

from zengyi.core import idempotency, outbox, sealing, staging, throttle

log = logging.getLogger("zengyi.work")


@dataclass(frozen=True, slots=True)
class Job:
    """Something to run every so often. ``run`` takes the time and returns how many things it did."""

    name: str
    every: timedelta
    run: Callable[[datetime], int]


def _forget_old(at: datetime) -> int:
    return idempotency.forget_old(at) + throttle.forget_old(at) + outbox.forget_old(at)


#: All jobs by name. A package adds its own in ``AppConfig.ready``: ``work.add(Job("orders", timedelta(minutes=1), run_due))``.
JOBS: dict[str, Job] = {}


def add(job: Job) -> None:
    """Add ``job``; the same name again replaces it."""
    JOBS[job.name] = job


add(Job("outbox", timedelta(seconds=2), outbox.send_due))
add(Job("seal", timedelta(seconds=5), sealing.seal))
add(Job("forget", timedelta(hours=1), _forget_old))
add(Job("staged", timedelta(hours=1), staging.sweep))


@dataclass(frozen=True, slots=True)
class Done:
    """What a job did: ``count`` things, or the ``error`` that stopped it."""

    name: str
    count: int
    error: str = ""


class Worker:
    """Runs jobs when they are due. A job that fails is logged and tried again at its next turn; the others go on."""

    def __init__(self) -> None:
        self._last: dict[str, datetime] = {}

    def run_due(self, at: datetime) -> list[Done]:
        """Run every job whose turn has come, upper packages first, so that what they cause is sent and sealed at once.

        A job that last ran in what is the future now is due: the clock was wrong then, and nobody waits until that day.
        """
        done = []
        for job in reversed(list(JOBS.values())):
            last = self._last.get(job.name)
            if last is not None and last <= at < last + job.every:
                continue
            self._last[job.name] = at
            try:
                done.append(Done(job.name, job.run(at)))
            except Exception as error:
                # A database that is away explains itself in one line; anything else needs its traceback.
                log.error("job %s failed", job.name, exc_info=not isinstance(error, OperationalError))
                done.append(Done(job.name, 0, f"{type(error).__name__}: {error}"))
        return done

"""Business steps and their transactions.

``@action`` marks one business step: one durable transaction and exactly one audit event. ``@in_action`` marks a part of a
step that must never run alone, such as posting points. ``@durable`` marks housekeeping that writes but is no business step
(sealing events, sending messages). Nothing else opens a transaction: ``django.db.transaction`` is banned outside this room.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext_lazy as _

from zengyi.core import capture, idempotency
from zengyi.core.errors import WrongState

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(slots=True)
class RunningStep:
    """The business step now running. ``last`` writes its event and is the last thing that the transaction does."""

    name: str
    events: int = 0
    last: Callable[[], None] | None = None


#: PostgreSQL's code, from SQLSTATE class 23; SQLite only has words for it.
FOREIGN_KEY_VIOLATION = "23503"

_step: ContextVar[RunningStep | None] = ContextVar("zengyi_step", default=None)


#: SQLite lets one transaction write at a time; the others sleep and try again, each time longer. Threads of one process queue here instead.
_turn = threading.RLock()


@contextmanager
def _transaction(name: str, step: RunningStep | None = None) -> Iterator[None]:
    with _turn if connection.vendor == "sqlite" else nullcontext():
        capture.listen()
        with capture.capturing() as changes, transaction.atomic(durable=True):
            yield
            if unsaid := capture.left(changes):
                raise StepError(f"{name} changed {', '.join(unsaid)} and no audit event says so")
            if step is not None and step.last is not None:
                step.last()


@contextmanager
def impatient(milliseconds: int) -> Iterator[None]:
    """What is written inside waits so long for SQLite's other writers, not longer: for what may be left undone."""
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    raw = connection.connection
    usual = int(connection.settings_dict["OPTIONS"].get("timeout", 5) * 1000)
    raw.execute(f"PRAGMA busy_timeout = {milliseconds:d}")
    try:
        yield
    finally:
        raw.execute(f"PRAGMA busy_timeout = {usual:d}")


class StepError(RuntimeError):
    """A step was programmed wrongly: nested, run outside one, without its one audit event, or changing rows after it."""


def current_step() -> RunningStep:
    """The step now running; raises :class:`StepError` outside one."""
    step = _step.get()
    if step is None:
        raise StepError("this runs only inside an action")
    return step


def _leads_nowhere(error: IntegrityError) -> bool:
    """Whether a row would lead to one that is not there: databases look when a step ends, and somebody may have taken it away meanwhile."""
    return getattr(error.__cause__, "sqlstate", "") == FOREIGN_KEY_VIOLATION or "FOREIGN KEY" in str(error)


def action(function: Callable[P, R]) -> Callable[P, R]:
    """One business step: a durable transaction that writes exactly one audit event.

    Raises :class:`WrongState` where what it leads to was taken away at that moment, as when two entries of a person become one.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _step.get() is not None:
            raise StepError(f"{function.__qualname__} was called inside {current_step().name}")
        step = RunningStep(function.__qualname__)
        token = _step.set(step)
        try:
            with _transaction(step.name, step):
                result = function(*args, **kwargs)
                if step.events != 1:
                    raise StepError(f"{step.name} wrote {step.events} audit events, not one")
                idempotency.settle(result)
            return result
        except IntegrityError as error:
            if not _leads_nowhere(error):
                raise
            raise WrongState(_("这一刻别人刚好动了同一个人或同一件事，什么都没有记下。请再看一眼，再交一次。")) from error
        finally:
            _step.reset(token)

    return run


def in_action(function: Callable[P, R]) -> Callable[P, R]:
    """Part of a step: refuses to run outside one."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        current_step()
        return function(*args, **kwargs)

    return run


def durable(function: Callable[P, R]) -> Callable[P, R]:
    """Housekeeping in one durable transaction, without an audit event."""

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with _transaction(function.__qualname__):
            return function(*args, **kwargs)

    return run


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is of the same moment, while others go on writing. Nothing may be written."""
    database = connection
    if connection.in_atomic_block:
        yield  # a test's transaction is of one moment already
    elif connection.vendor == "postgresql":
        with transaction.atomic(durable=True):
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield
    else:
        # Django would begin by taking the turn to write, which others then wait for.
        connection.ensure_connection()
        database.connection.execute("BEGIN DEFERRED")
        try:
            yield
        finally:
            database.connection.execute("ROLLBACK")

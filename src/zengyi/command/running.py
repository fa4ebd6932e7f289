"""Whether something serves or works on this folder: they hold a lock together, restoring needs it alone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from zengyi.command.errors import Failed

LOCK = "running.lock"


@contextmanager
def running() -> Iterator[None]:
    """Hold the lock with others that run. Raises :class:`Failed` while a backup is brought back."""
    with _held(fcntl.LOCK_SH, "a backup is being brought back just now; start again when that is done"):
        yield


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock alone. Raises :class:`Failed` while something runs."""
    with _held(fcntl.LOCK_EX, "'zengyi serve' or 'zengyi work' is running on this folder: stop it first, nothing was changed"):
        yield


@contextmanager
def _held(kind: int, otherwise: str) -> Iterator[None]:
    from django.conf import settings

    path = Path(settings.VAR) / LOCK
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with path.open("a") as file:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Failed(otherwise) from error
        yield

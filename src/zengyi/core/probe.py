"""Whether this machine can still write: tried out by writing, at most every few seconds."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.db import DatabaseError

from zengyi.core import clock
from zengyi.core.models import Throttle
from zengyi.core.steps import durable, impatient

#: An answer is reused for so long, so that asking often does not keep the disk busy.
SECONDS = 5.0
PATIENCE_MILLISECONDS = 2000
#: Large enough to need free space: a file system may still find room for a few bytes when it is full.
BYTES = 64 * 1024
_BUCKET = "ready"

_last: dict[str, tuple[float, bool]] = {}


def database_writes() -> bool:
    """Whether a row can be written and committed."""
    return _known("database", _write_row)


def files_write() -> bool:
    """Whether a file can be written where photos are kept."""
    return _known("files", _write_file)


def _known(name: str, ask: Callable[[], bool]) -> bool:
    at, well = _last.get(name, (0.0, False))
    if not at or time.monotonic() - at >= SECONDS:
        well = ask()
        _last[name] = (time.monotonic(), well)
    return well


def _write_row() -> bool:
    try:
        with impatient(PATIENCE_MILLISECONDS):
            _touch()
    except DatabaseError:
        return False
    return True


@durable
def _touch() -> None:
    moment = clock.now()
    if not Throttle.objects.filter(bucket=_BUCKET).update(window_start=moment):
        Throttle.objects.create(bucket=_BUCKET, window_start=moment)


def _write_file() -> bool:
    try:
        folder = Path(settings.MEDIA_ROOT)
        folder.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=folder, prefix=".ready-") as file:
            file.write(bytes(BYTES))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        return False
    return True

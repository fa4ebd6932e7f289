"""Files that were made from data and are asked for again and again: kept in ``var/made``, made anew when they are gone.

Only for what is public: nobody's permission is asked here. The name of a file is the SHA-256 of all that it was made from, so a file is
never stale, and another reader's file is never found. One is made at a time in each process, for making takes a processor and memory;
how many are made is limited, for visitors need no login to ask. A full disk keeps nobody from reading.
"""

import hashlib
import os
import threading
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings

from zengyi.core import throttle

#: What is kept at most; the longest unread go first.
FILES_MOST, BYTES_MOST = 200, 64 * 1024 * 1024
#: Files made in a minute for one subject.
A_MINUTE, MINUTE = 30, 60
_PART = ".part"
_MAKING = threading.Lock()


def kept(subject: str, of: bytes, make: Callable[[], bytes], *, at: datetime) -> bytes:
    """The file made from ``of``: the one that is there, or what ``make`` makes. ``subject``: for whom it is counted.

    Raises :class:`~zengyi.core.errors.TooMany` when too many were made for it lately.
    """
    path = settings.MADE_ROOT / hashlib.sha256(of).hexdigest()
    if (found := _read(path)) is not None:
        return found
    throttle.hit(f"made:{subject}", A_MINUTE, MINUTE, at=at)
    with _MAKING:
        if (found := _read(path)) is not None:  # somebody else has just made it
            return found
        content = make()
        with suppress(OSError):
            _write(path, content)
            _make_room(path.parent)
        return content


def _read(path: Path) -> bytes | None:
    try:
        content = path.read_bytes()
    except OSError:
        return None
    with suppress(OSError):
        os.utime(path)
    return content


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: a file is renamed to its name when it is complete."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part = path.with_name(f"{uuid.uuid4()}{_PART}")
    try:
        part.write_bytes(content)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _make_room(folder: Path) -> None:
    found = sorted(((stat.st_mtime, stat.st_size, entry.path) for entry in os.scandir(folder) for stat in [entry.stat()]), reverse=True)
    size = 0
    for number, (_read_at, each, path) in enumerate(found):
        size += each
        if number >= FILES_MOST or size > BYTES_MOST:
            Path(path).unlink(missing_ok=True)

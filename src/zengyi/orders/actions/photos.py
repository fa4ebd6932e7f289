"""Photos of orders: re-encoded, kept under a random name, the file before the row."""

import math
import os
import re
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from zengyi.core import images
from zengyi.core.errors import Refused
from zengyi.core.steps import in_action
from zengyi.orders.models import Photo
from zengyi.orders.queries.files import path_of
from zengyi.people.rules import Actor

ORPHAN_AGE = timedelta(hours=6)
#: The two hexadecimal digits a photo's name begins with are its folder.
FOLDERS = 256
ASKED_AT_ONCE = 500
#: Photos given together are shown in that order: their ids are random.
TICK = timedelta(microseconds=1)
_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A photo whose file is written and whose row is not yet."""

    id: uuid.UUID
    width: int
    height: int
    size: int


@contextmanager
def kept(photos: Sequence[bytes]) -> Iterator[list[Kept]]:
    """Clean the photos and write their files to the disk; they are removed again when the step is refused.

    Raises :class:`Invalid` for what is no photo, before any file is written. Whether a step was committed whose answer got lost
    only the database knows: those files stay until :func:`sweep` has looked.
    """
    cleaned = [images.clean(photo) for photo in photos]
    files: list[Kept] = []
    try:
        for photo in cleaned:
            file = Kept(uuid.uuid4(), photo.width, photo.height, len(photo.jpeg))
            files.append(file)
            path = path_of(file.id)
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, photo.jpeg)
            _write(path_of(file.id, preview=True), photo.preview)
        yield files
    except Refused:
        for file in files:
            for preview in (False, True):
                path_of(file.id, preview=preview).unlink(missing_ok=True)
        raise


def _write(path: Path, content: bytes) -> None:
    """Write the file so that it is there after a power cut, as its row will be."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@in_action
def record(files: Sequence[Kept], *, order_id: int, stage: str, by: Actor, at: datetime) -> None:
    """Write the rows of photos just kept; ``stage`` is BEFORE or AFTER. They stay in the order in which they were given."""
    if files:
        Photo.objects.bulk_create(
            Photo(
                id=f.id,
                order_id=order_id,
                stage=stage,
                width=f.width,
                height=f.height,
                size=f.size,
                by_id=by.login_id,
                added_at=at + n * TICK,
            )
            for n, f in enumerate(files)
        )


def sweep(at: datetime) -> int:
    """Remove files older than six hours that no row names, as a crash between file and row leaves them; returns how many.

    A run looks into one of the folders, the next one each minute, so that its work stays small as the photos become many.
    """
    folder = Path(settings.MEDIA_ROOT) / "photos" / f"{int(at.timestamp()) // 60 % FOLDERS:02x}"
    oldest = (at - ORPHAN_AGE).timestamp()
    stale = [path for path in folder.glob("*.jpg") if _OURS.match(path.name) and _written(path) < oldest]
    known: set[str] = set()
    for start in range(0, len(stale), ASKED_AT_ONCE):
        names = {_name(path) for path in stale[start : start + ASKED_AT_ONCE]}
        known |= {str(pk) for pk in Photo.objects.filter(pk__in=names).values_list("pk", flat=True)}
    orphans = [path for path in stale if _name(path) not in known]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(orphans)


def _written(path: Path) -> float:
    """When the file was last written; one that is gone by now needs no sweeping."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _name(path: Path) -> str:
    return path.name.partition(".")[0]

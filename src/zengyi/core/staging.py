"""Photos received before their form is taken: each one once, for the login that sent it, until its form is taken or a day has passed.

They are files and nothing else: the login is the folder, the photo's random id the name. So no row can outlive its file nor a file its
row, a photo that is sent again costs no write, and whatever a crash leaves behind is swept by its age like everything else.
"""

import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from zengyi.core import images, throttle
from zengyi.core.errors import TooMany, WrongState

LIVES = timedelta(days=1)
#: What one login may have lying here: forms begun on two phones and a desk; no more than a few minutes' sending.
PHOTOS_MOST = 40
BYTES_MOST = 64 * 1024 * 1024
#: Photos of one login that are decoded within an hour. Staff writes down for others.
AN_HOUR = 240
HOUR = 3600
_PREVIEW = ".preview"
_PART = ".part"


def receive(user_id: int, photo_id: uuid.UUID, content: bytes, *, at: datetime) -> str:
    """Keep a photo under its id; returns the SHA-256 of what was received, in hexadecimal. The same again gets the same answer.

    Raises :class:`Invalid` for what is no photo, :class:`WrongState` when another photo has that id, :class:`TooMany` when no more fits,
    and ``OSError`` on a full disk. After each of these nothing of it is there.
    """
    digest = hashlib.sha256(content).hexdigest()
    if _same(_path(user_id, photo_id), content):
        return digest
    throttle.hit(f"staged:{user_id}", AN_HOUR, HOUR, at=at)
    preview = images.clean(content).preview
    folder = _folder(user_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    parts = [folder / f"{uuid.uuid4()}{_PART}" for _file in range(2)]
    try:
        for part, written in zip(parts, (preview, content), strict=True):
            _write(part, written, at)
        # A name is taken once, also by two at the same time: who comes later finds the first one's photo there. That of the photo
        # itself is taken last, because it says that all is there.
        for part, path in zip(parts, (_path(user_id, photo_id, preview=True), _path(user_id, photo_id)), strict=True):
            with suppress(FileExistsError):
                os.link(part, path)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
    if not _same(_path(user_id, photo_id), content):
        raise WrongState(_("这张照片没有收下，请去掉它，再选一次。"))
    _make_room(user_id, photo_id, at)
    return digest


def _same(path: Path, content: bytes) -> bool:
    """Whether that photo is there; raises when another one is."""
    try:
        there = path.read_bytes()
    except FileNotFoundError:
        return False
    if there != content:
        raise WrongState(_("这张照片没有收下，请去掉它，再选一次。"))
    return True


def _make_room(user_id: int, photo_id: uuid.UUID, at: datetime) -> None:
    """Take the photo back when there is now more than one login may keep. Written first, then looked at: two at once never slip through."""
    files = list(_files(_folder(user_id)))
    photos = [(path, stat) for path, stat in files if not path.suffix]
    if len(photos) <= PHOTOS_MOST and sum(stat.st_size for _path, stat in files) <= BYTES_MOST:
        return
    drop(user_id, [photo_id])
    oldest = min((stat.st_mtime for _path, stat in photos), default=at.timestamp())
    sentence = _("您还有 %(count)d 张照片选好了没有交，放不下了。请先把写好的交上，或者明天再选。") % {"count": len(photos) - 1}
    raise TooMany(sentence, retry_after=max(60, int(oldest + LIVES.total_seconds() - at.timestamp())))


def content_of(user_id: int, photo_id: uuid.UUID) -> bytes | None:
    """What was received under that id from that login; nothing when it is not, or no longer, there."""
    try:
        return _path(user_id, photo_id).read_bytes()
    except FileNotFoundError:
        return None


def is_there(user_id: int, photo_id: uuid.UUID) -> bool:
    """Whether it was received, and not removed since."""
    return _path(user_id, photo_id).exists()


def preview_of(user_id: int, photo_id: uuid.UUID) -> bytes | None:
    """A small JPEG of it, as clean as photos of orders are; nothing when it is not there."""
    try:
        return _path(user_id, photo_id, preview=True).read_bytes()
    except FileNotFoundError:
        return None


def drop(user_id: int, photo_ids: Iterable[uuid.UUID]) -> None:
    """Remove photos: their form was taken, or their owner wants them no more."""
    for photo_id in photo_ids:
        for preview in (False, True):
            _path(user_id, photo_id, preview=preview).unlink(missing_ok=True)


def sweep(at: datetime) -> int:
    """Remove what has lain here for a day; returns how many files."""
    root, oldest = Path(settings.STAGED_ROOT), (at - LIVES).timestamp()
    folders = [path for path in root.iterdir() if path.is_dir()] if root.is_dir() else []
    stale = [path for folder in folders for path, stat in _files(folder) if stat.st_mtime < oldest]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def _folder(user_id: int) -> Path:
    return Path(settings.STAGED_ROOT) / str(int(user_id))


def _path(user_id: int, photo_id: uuid.UUID, *, preview: bool = False) -> Path:
    return _folder(user_id) / f"{photo_id}{_PREVIEW if preview else ''}"


def _files(folder: Path) -> Iterator[tuple[Path, os.stat_result]]:
    for path in folder.iterdir():
        with suppress(FileNotFoundError):
            yield path, path.stat()


def _write(path: Path, content: bytes, at: datetime) -> None:
    """For nobody else on this machine to read; on the disk before anybody is told so; as old as the clock of the product says."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.utime(path, (at.timestamp(), at.timestamp()))

"""Photos on the disk: encoded anew, kept under a random name, each file written before the row that names it."""

import math
import os
import re
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from zengyi.core import images
from zengyi.core.errors import Refused, is_full

ORPHAN_AGE = timedelta(hours=6)
#: The two hexadecimal digits a photo's name begins with are its folder.
FOLDERS = 256
ASKED_AT_ONCE = 500
_OURS = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.")


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A photo whose file is written and whose row is not yet."""

    id: uuid.UUID
    width: int
    height: int
    size: int


class Album:
    """The photos of one package, in a folder of its own, so that no package sweeps away what another one keeps."""

    def __init__(self, name: str) -> None:
        self.name = name

    def path_of(self, photo_id: uuid.UUID, *, preview: bool = False) -> Path:
        """The file of a photo, or of its preview."""
        name = str(photo_id)
        return Path(settings.MEDIA_ROOT) / self.name / name[:2] / f"{name}{'.preview' if preview else ''}.jpg"

    @contextmanager
    def kept(self, photos: Sequence[bytes]) -> Iterator[list[KeptPhoto]]:
        """Clean the photos and write their files to the disk; they are removed again when the step is refused.

        Raises :class:`Invalid` for what is no photo, before any file is written, and ``OSError`` on a full disk, where nothing stays.
        After any other error, such as a connection lost during the commit, the step may have been committed: the files stay, and
        :meth:`sweep` removes them if no row names them.
        """
        cleaned = [images.clean(photo) for photo in photos]
        files: list[KeptPhoto] = []
        try:
            for photo in cleaned:
                file = KeptPhoto(uuid.uuid4(), photo.width, photo.height, len(photo.jpeg))
                files.append(file)
                path = self.path_of(file.id)
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, photo.jpeg)
                _write(self.path_of(file.id, preview=True), photo.preview)
            yield files
        except Exception as error:
            if isinstance(error, Refused) or is_full(error):
                for file in files:
                    for preview in (False, True):
                        self.path_of(file.id, preview=preview).unlink(missing_ok=True)
            raise

    def sweep(self, at: datetime, known: Callable[[set[str]], set[str]]) -> int:
        """Remove files older than six hours that no row names, as a crash between file and row leaves them; returns how many.

        ``known`` tells which of some ids stand in a row. A run looks into one of the album's folders, the next one each minute, so that
        its work stays small as the photos become many.
        """
        folder = Path(settings.MEDIA_ROOT) / self.name / f"{int(at.timestamp()) // 60 % FOLDERS:02x}"
        oldest = (at - ORPHAN_AGE).timestamp()
        stale = [path for path in folder.glob("*.jpg") if _OURS.match(path.name) and _written(path) < oldest]
        named: set[str] = set()
        for start in range(0, len(stale), ASKED_AT_ONCE):
            named |= known({_name(path) for path in stale[start : start + ASKED_AT_ONCE]})
        orphans = [path for path in stale if _name(path) not in named]
        for path in orphans:
            path.unlink(missing_ok=True)
        return len(orphans)


def _write(path: Path, content: bytes) -> None:
    """Write the file and wait until the disk has it: after a power cut the row is there, so the file must be, too."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _written(path: Path) -> float:
    """When the file was last written, in seconds; never old enough to be swept when somebody else has just removed it."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return math.inf


def _name(path: Path) -> str:
    return path.name.partition(".")[0]

"""Files that no other account on the machine may read, whatever their folder allows and whatever the umask is."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.conf import LazySettings

OTHERS = 0o077
#: What SQLite writes beside its database.
BESIDE = ("", "-wal", "-shm", "-journal")


def write_for_us_alone() -> None:
    """From now on files that this process makes are 0600 and folders 0700. (Static files are then opened to everybody.)"""
    os.umask(OTHERS)


def close_to_others(settings: "LazySettings") -> None:
    """Take away other accounts' access to keys, database, photos and kept uploads that an earlier start left open."""
    database = settings.DATABASES["default"]
    paths = [Path(settings.SECRETS), Path(settings.MEDIA_ROOT), Path(settings.VAR) / "imports", Path(settings.STAGED_ROOT)]
    if database["ENGINE"].endswith("sqlite3"):
        paths += [Path(f"{database['NAME']}{end}") for end in BESIDE]
    for path in paths:
        close(path)


def close(path: Path) -> None:
    """Take away other accounts' access to one file or folder, if it exists and is ours."""
    with suppress(FileNotFoundError, PermissionError):
        mode = path.stat().st_mode
        if mode & OTHERS:
            path.chmod(mode & ~OTHERS & 0o7777)

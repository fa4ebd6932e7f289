"""Files that nobody else on the machine may read: whatever folder they lie in, and whatever the account's habits are."""

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

OTHERS = 0o077
#: What SQLite writes beside its database.
BESIDE = ("", "-wal", "-shm", "-journal")


def write_for_us_alone() -> None:
    """From now on this process's files are 0600 and its folders 0700. The static files, which are for everybody, say so themselves."""
    os.umask(OTHERS)


def close_to_others(settings: Any) -> None:
    """Take from others what an earlier start, or whoever made the folder, left open: keys, database, photos and kept uploads."""
    database = settings.DATABASES["default"]
    paths = [Path(settings.SECRETS), Path(settings.MEDIA_ROOT), Path(settings.VAR) / "imports"]
    if database["ENGINE"].endswith("sqlite3"):
        paths += [Path(f"{database['NAME']}{end}") for end in BESIDE]
    for path in paths:
        close(path)


def close(path: Path) -> None:
    """Take from others whatever they may do with one file or folder, if it is there and ours."""
    with suppress(FileNotFoundError, PermissionError):
        mode = path.stat().st_mode
        if mode & OTHERS:
            path.chmod(mode & ~OTHERS & 0o7777)

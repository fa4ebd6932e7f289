"""The list of a backup: what is in it, sealed with the machine's key, and believed only after every line was looked at."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

from zengyi.command.errors import Failed

LIST = "backup.json"
VERSION = 2
_KINDS: dict[str, type] = {
    "version": int, "database": str, "made_at": str, "secrets": str, "migrations": list, "files": dict, "seal": str,
}  # fmt: skip
_SHA256 = re.compile(r"[0-9a-f]{64}")


def write(folder: Path, vendor: str, made_at: str) -> None:
    """Write the list of everything in ``folder``."""
    listed: dict[str, Any] = {
        "version": VERSION,
        "database": vendor,
        "made_at": made_at,
        "secrets": secrets_mark(),
        "migrations": applied(),
        "files": {name: sha256(folder / name) for name in _there(folder)},
    }
    text = json.dumps({**listed, "seal": _seal(listed)}, indent=1, sort_keys=True)
    (folder / LIST).write_text(text, encoding="utf-8")


def checked(folder: Path, vendor: str, main: str) -> dict[str, Any]:
    """The list of the backup in ``folder``, whose main file is ``main``. Raises :class:`Failed` with a sentence for whatever is wrong."""
    listed = _read(folder)
    if listed["version"] != VERSION:
        raise Failed(f"this backup is of version {listed['version']}, which this program does not read; it reads version {VERSION}")
    if missing := [name for name, kind in _KINDS.items() if not isinstance(listed.get(name), kind)]:
        raise Failed(f"{folder} is not a backup: its list has no {', '.join(missing)}")
    if listed["database"] != vendor:
        raise Failed(f"this backup is of {listed['database']}, the configured database is {vendor}")
    if listed["secrets"] != secrets_mark():
        raise Failed("the secrets file here is not the one this backup was made with; bring that one back first")
    if listed["seal"] != _seal({name: value for name, value in listed.items() if name != "seal"}):
        raise Failed("the backup's list was changed after it was made")
    _check_files(folder, listed["files"], main)
    if unknown := sorted(set(listed["migrations"]) - _known()):
        raise Failed(f"this backup was made by a newer program: it has the migrations {', '.join(unknown[:5])}")
    return listed


def _read(folder: Path) -> dict[str, Any]:
    try:
        listed = json.loads((folder / LIST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Failed(f"{folder} is not a backup") from error
    if not isinstance(listed, dict) or not isinstance(listed.get("version"), int):
        raise Failed(f"{folder} is not a backup")
    return listed


def _check_files(folder: Path, files: dict[str, Any], main: str) -> None:
    there = set(_there(folder))
    if main not in files:
        raise Failed(f"the backup's list does not name {main}")
    if strange := sorted(there - files.keys()):
        raise Failed(f"the backup's list does not name {strange[0]}, which lies in the folder")
    for name, digest in files.items():
        if not isinstance(digest, str) or not _SHA256.fullmatch(digest):
            raise Failed(f"the backup's list has no hash of {name}")
        if name not in there or sha256(folder / name) != digest:
            raise Failed(f"the backup is damaged: {name}")


def _there(folder: Path) -> list[str]:
    """Every file of a folder, by its path inside; a link is none of ours."""
    if links := [path for path in folder.rglob("*") if path.is_symlink()]:
        raise Failed(f"{links[0]} is a link; a backup has none")
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path != folder / LIST)


def sha256(path: Path) -> str:
    """A file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def secrets_mark() -> str:
    """What tells whether the secrets at hand are those the data was written with; the secrets do not follow from it."""
    from zengyi.core.secrets import blind_index

    return (blind_index("backup", "mark") or b"").hex()


def _seal(listed: dict[str, Any]) -> str:
    from zengyi.core.secrets import blind_index

    return (blind_index("backup-list", json.dumps(listed, sort_keys=True)) or b"").hex()


def applied() -> list[str]:
    """The migrations the configured database has."""
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    return sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations())


def _known() -> set[str]:
    from django.db.migrations.loader import MigrationLoader

    return {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}

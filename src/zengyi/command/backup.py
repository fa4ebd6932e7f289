"""``backup`` and ``restore``: database and photos as one folder, with a list of hashes."""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
from contextlib import suppress
from datetime import UTC
from pathlib import Path
from typing import Any

from zengyi.command.errors import Failed

LIST = "backup.json"
SQLITE_FILE = "database.sqlite3"
PG_FILE = "database.dump"
MEDIA = "media"


def add_to(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the sub-commands."""
    backup = commands.add_parser(
        "backup",
        help="copy database and photos into a new folder",
        description="Copy the database (while it is in use) and the photos into a new folder. The secrets file is not in it: "
        "keep a copy of it elsewhere, without it phones and door numbers cannot be read again.",
    )
    backup.add_argument("folder", type=Path, help="where the new folder is made, named after the moment")
    backup.set_defaults(run=_backup)

    restore = commands.add_parser(
        "restore",
        help="bring a backup back",
        description="Bring a backup back into the configured database and media folder, then check it. Stop 'serve' and 'work' first.",
    )
    restore.add_argument("folder", type=Path, help="a folder made by 'zengyi backup'")
    restore.add_argument("--replace", action="store_true", help="overwrite what is there now")
    restore.set_defaults(run=_restore)


def _backup(arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import connection

    from zengyi.core import clock

    moment = clock.now().astimezone(UTC).strftime("%Y%m%d-%H%M%S")
    target: Path = arguments.folder / f"zengyi-{moment}"
    making = target.with_name(f".{target.name}.unfinished")
    try:
        making.mkdir(parents=True)
    except FileExistsError as error:
        raise Failed(f"another backup is being made: {making}") from error
    making.chmod(0o700)
    try:
        if connection.vendor == "sqlite":
            _copy_sqlite(making / SQLITE_FILE)
        else:
            _run_pg("pg_dump", "--format=custom", "--no-owner", f"--file={making / PG_FILE}")
        media = Path(settings.MEDIA_ROOT)
        if media.is_dir():
            shutil.copytree(media, making / MEDIA, copy_function=_copy_file)
        (making / LIST).write_text(json.dumps(_list(making, connection.vendor), indent=1, sort_keys=True), encoding="utf-8")
        making.rename(target)
    except BaseException:
        shutil.rmtree(making, ignore_errors=True)
        raise
    files = sum(1 for p in target.rglob("*") if p.is_file())
    size = sum(p.stat().st_size for p in target.rglob("*") if p.is_file())
    print(f"{target}: {files} files, {size / 1e6:.1f} MB")
    print("NOT in it: the secrets file. Keep a copy elsewhere, or phones and door numbers can never be read again.")
    return 0


def _copy_file(source: str, target: str) -> None:
    """Copy one file. A file that has disappeared since the listing belonged to a refused upload; no row names it."""
    with suppress(FileNotFoundError):
        shutil.copyfile(source, target)


def _copy_sqlite(target: Path) -> None:
    import sqlite3

    from django.db import connection

    connection.ensure_connection()
    copy = sqlite3.connect(target)
    try:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
        problem = copy.execute("PRAGMA integrity_check").fetchone()[0]
    finally:
        copy.close()
    if problem != "ok":
        raise Failed(f"the copy is damaged: {problem}")


def _list(folder: Path, vendor: str) -> dict[str, Any]:
    from zengyi.core import clock

    files = {str(p.relative_to(folder)): _sha256(p) for p in sorted(folder.rglob("*")) if p.is_file()}
    return {
        "version": 1,
        "database": vendor,
        "made_at": clock.now().astimezone(UTC).isoformat(),
        "secrets": _secrets_mark(),
        "files": files,
    }


def _secrets_mark() -> str:
    """A keyed hash by which ``restore`` tells whether it has the same secrets; the secrets cannot be derived from it."""
    from zengyi.core.secrets import blind_index

    return (blind_index("backup", "mark") or b"").hex()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run_pg(program: str, *arguments: str) -> None:
    from django.db import connection

    settings = connection.settings_dict
    environment = dict(os.environ)
    for name, value in (("PGHOST", "HOST"), ("PGPORT", "PORT"), ("PGUSER", "USER"), ("PGPASSWORD", "PASSWORD"), ("PGDATABASE", "NAME")):
        if settings[value]:
            environment[name] = str(settings[value])
    try:
        done = subprocess.run([program, *arguments], env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError as error:
        raise Failed(f"{program} is not installed or not on the PATH") from error
    if done.returncode:
        raise Failed(f"{program} failed: {done.stderr.strip()}")


def _restore(arguments: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import connection

    source: Path = arguments.folder
    listed = _check_list(source, connection.vendor)
    media = Path(settings.MEDIA_ROOT)
    if not arguments.replace and (_has_data() or (media.is_dir() and any(media.iterdir()))):
        raise Failed("there is data already; '--replace' overwrites it")
    if listed["secrets"] != _secrets_mark():
        raise Failed("the secrets file here is not the one this backup was made with; bring that one back first")
    if connection.vendor == "sqlite":
        _bring_back_sqlite(source / SQLITE_FILE)
    else:
        database = connection.settings_dict["NAME"]
        connection.close()
        _run_pg(
            "pg_restore", "--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction",
            f"--dbname={database}", str(source / PG_FILE),
        )  # fmt: skip
    if (source / MEDIA).is_dir():
        arriving = media.with_name(f"{media.name}.arriving")
        shutil.rmtree(arriving, ignore_errors=True)
        shutil.copytree(source / MEDIA, arriving, copy_function=shutil.copyfile)
        shutil.rmtree(media, ignore_errors=True)
        arriving.rename(media)
    print(f"restored from {source}, made {listed['made_at']}")

    from zengyi.command.check import check_all

    return 0 if check_all() else 1


def _check_list(source: Path, vendor: str) -> dict[str, Any]:
    try:
        listed: dict[str, Any] = json.loads((source / LIST).read_text(encoding="utf-8"))
        wanted, made_with = dict(listed["files"]), listed["database"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Failed(f"{source} is not a backup") from error
    if made_with != vendor:
        raise Failed(f"this backup is of {made_with}, the configured database is {vendor}")
    for name, digest in wanted.items():
        path = source / name
        if not path.is_file() or _sha256(path) != digest:
            raise Failed(f"the backup is damaged: {name}")
    return listed


def _has_data() -> bool:
    from django.db import connection

    if "core_event" not in connection.introspection.table_names():
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM core_event)")
        return bool(cursor.fetchone()[0])


def _bring_back_sqlite(source: Path) -> None:
    """Copy the backup over the open database, page by page in one transaction: readers see the old data or the new."""
    import sqlite3

    from django.db import connection

    connection.ensure_connection()
    backup = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    try:
        backup.backup(connection.connection)
    finally:
        backup.close()
    connection.close()

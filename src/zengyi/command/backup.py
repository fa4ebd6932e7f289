"""``backup`` and ``restore``: database and photos as one folder, with a list of hashes."""

import argparse
import os
import shutil
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from zengyi.command import backup_list, running
from zengyi.command.errors import Failed

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
        description="Bring a backup back, end every session and token in it, and check it. Stop 'serve' and 'work' first.",
    )
    restore.add_argument("folder", type=Path, help="a folder made by 'zengyi backup'")
    restore.add_argument("--replace", action="store_true", help="overwrite what is there now")
    restore.set_defaults(run=_restore, begins=True)


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
        backup_list.write(making, connection.vendor, clock.now().astimezone(UTC).isoformat())
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
    with running.alone():
        return _restore_alone(arguments.folder, replace=arguments.replace)


def _restore_alone(source: Path, *, replace: bool) -> int:
    from django.conf import settings
    from django.db import connection

    from zengyi.command.serve import bring_up_to_date
    from zengyi.core import clock
    from zengyi.people.actions import restoring
    from zengyi.people.rules import SYSTEM

    sqlite = connection.vendor == "sqlite"
    listed = backup_list.checked(source, connection.vendor, SQLITE_FILE if sqlite else PG_FILE)
    media, has_data = Path(settings.MEDIA_ROOT), _has_data()
    if not replace and (has_data or (media.is_dir() and any(media.iterdir()))):
        raise Failed("there is data already; '--replace' overwrites it")
    _check_nobody_connected()
    before = restoring.credentials() if has_data and not _pending() else {}
    if has_data:
        print(_lost_since(listed["made_at"]))
    if sqlite:
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
    bring_up_to_date(quiet=True)
    kept = restoring.end_what_was_restored(before, made_at=listed["made_at"], by=SYSTEM, at=clock.now())
    print(f"restored from {source}, made {listed['made_at']}")
    print(f"every session and token has ended; {kept} logins keep a password changed, or stay closed as they were, since the backup")
    if not before:
        print("passwords are those of that moment: whoever changed theirs since must change it again")

    from zengyi.command.check import check_all

    return 0 if check_all() else 1


def _pending() -> list[str]:
    from zengyi.command.serve import pending

    return pending()


def _lost_since(made_at: str) -> str:
    """What the database at hand has that the backup has not, in a line."""
    from zengyi.core.models import Event

    since = Event.objects.filter(at__gt=datetime.fromisoformat(made_at))
    newest = since.order_by("-at").values_list("at", flat=True).first()
    last = f", the last at {newest.isoformat()}" if newest else ""
    return f"lost with what is overwritten: {since.count()} steps since the backup{last}"


def _check_nobody_connected() -> None:
    """Raise :class:`Failed` while somebody else uses the database, from wherever: another machine's server, a console."""
    from django.db import OperationalError, connection

    from zengyi.core.steps import impatient

    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            mine = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            cursor.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {mine}")  # noqa: S608  a constant
            if others := cursor.fetchone()[0]:
                raise Failed(f"{others} others are connected to the database: stop them first, nothing was changed")
            return
        try:
            # SQLite leaves its write-ahead log only when nobody else has the database open; the next connection takes it up again.
            with impatient(500):
                cursor.execute("PRAGMA journal_mode = DELETE")
                alone = cursor.fetchone()[0] == "delete"
        except OperationalError:
            alone = False
    if not alone:
        raise Failed("somebody else has the database open: stop them first, nothing was changed")


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

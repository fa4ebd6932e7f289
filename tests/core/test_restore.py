"""Bringing a backup back: believed only as far as it was looked at, never under somebody, and what was ended since stays ended."""

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.core.test_command import COMMUNITY, PATIENCE, Machine, machine, migrated

__all__ = ["machine", "migrated"]


@pytest.fixture
def made(machine: Machine, tmp_path: Path) -> Path:
    """A backup of the machine."""
    (machine.folder / "media").mkdir(exist_ok=True)
    (machine.folder / "media" / "a.jpg").write_bytes(b"a")
    return backed_up(machine, tmp_path / "kept")


def backed_up(machine: Machine, folder: Path) -> Path:
    machine.run("backup", str(folder))
    (made,) = folder.iterdir()
    return made


LISTS: dict[str, tuple[dict[str, object], str]] = {
    "another version": ({"version": 1}, "version 1"),
    "no version": ({"version": None}, "not a backup"),
    "no hashes": ({"files": None}, "has no files"),
    "no moment": ({"made_at": 7}, "has no made_at"),
    "no migrations": ({"migrations": None}, "has no migrations"),
    "no seal": ({"seal": None}, "has no seal"),
    "another database": ({"database": "mysql"}, "configured database is sqlite"),
    "other keys": ({"secrets": "00"}, "secrets file"),
    "another moment": ({"made_at": "2020-01-01T00:00:00+00:00"}, "changed after it was made"),
    "fewer files": ({"files": {}}, "changed after it was made"),
}


def test_a_backups_list_is_not_believed(machine: Machine, made: Path) -> None:
    before = (machine.folder / "zengyi.sqlite3").read_bytes()
    right = json.loads((made / "backup.json").read_text())
    for what, sentence in LISTS.values():
        (made / "backup.json").write_text(json.dumps({**right, **what}))
        assert sentence in machine.run("restore", str(made), "--replace", expect=1)
    assert (machine.folder / "zengyi.sqlite3").read_bytes() == before


def test_a_file_that_is_not_in_the_list_is_refused(machine: Machine, made: Path) -> None:
    extra = made / "media" / "b.jpg"
    extra.write_bytes(b"b")
    assert "does not name media/b.jpg" in machine.run("restore", str(made), "--replace", expect=1)
    extra.unlink()
    (made / "media" / "a.jpg").unlink()
    assert "damaged: media/a.jpg" in machine.run("restore", str(made), "--replace", expect=1)
    (made / "media" / "a.jpg").symlink_to("/etc/passwd")
    assert "is a link" in machine.run("restore", str(made), "--replace", expect=1)


def test_a_backup_of_a_newer_program_is_refused(machine: Machine, tmp_path: Path) -> None:
    with sqlite3.connect(machine.folder / "zengyi.sqlite3") as database:
        database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('core', '9999_later', '2030-01-01')")
    database.close()
    made = backed_up(machine, tmp_path / "kept")
    assert "newer program: it has the migrations core.9999_later" in machine.run("restore", str(made), "--replace", expect=1)


def test_what_was_ended_stays_ended(machine: Machine, tmp_path: Path) -> None:
    """A password changed because somebody knew it, a revoked token and a closed session do not come back with the day before yesterday."""
    line = ["--community", COMMUNITY, "--name", "书记甲", "--phone", "13900000001"]
    machine.run("user", "boss", "--role", "secretary", *line)
    rows = sqlite3.connect(machine.folder / "zengyi.sqlite3", isolation_level=None)
    (user,) = rows.execute("SELECT id FROM people_user").fetchone()
    token = "INSERT INTO people_token (user_id, digest, acting_as, epoch, created_at, expires_at) VALUES (?, x'00', 'resident', 0, ?, ?)"
    rows.execute(token, (user, "2026-11-25", "2999-01-01"))
    session = "INSERT INTO people_session (session_key, session_data, expire_date, user_id) VALUES ('s', 'x', '2999-01-01', ?)"
    rows.execute(session, (user,))
    (then,) = rows.execute("SELECT epoch FROM people_user").fetchone()
    rows.close()
    made = backed_up(machine, tmp_path / "kept")
    machine.run("user", "boss", "--role", "secretary", *line)  # a new one-time password
    with sqlite3.connect(machine.folder / "zengyi.sqlite3") as rows:
        newer, epoch = rows.execute("SELECT password, epoch FROM people_user").fetchone()
    rows.close()
    told = machine.run("restore", str(made), "--replace", expect=1)
    assert told.count("wrong:") == 1 and "wrong: people_token 1: was changed by another way" in told  # the token planted above
    assert "lost with what is overwritten: " in told and "since the backup, the last at 20" in told
    assert "1 logins keep a password" in told
    assert after(machine) == (newer, epoch + 1, 0, 0, 1)
    # On a machine that has lost everything nothing newer is known; tokens and sessions end all the same.
    elsewhere = Machine(tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    shutil.copy(machine.folder / "secrets.json", elsewhere.folder / "secrets.json")
    assert "passwords are those of that moment" in elsewhere.run("restore", str(made), expect=1)
    password, *others = after(elsewhere)
    assert password != newer
    assert others == [then + 1, 0, 0, 1]


def after(machine: Machine) -> tuple[object, ...]:
    """Password and epoch of the one login, open tokens, sessions, and events that tell of the restoring."""
    rows = sqlite3.connect(machine.folder / "zengyi.sqlite3")
    counts = ("people_token WHERE revoked_at IS NULL", "people_session", "core_event WHERE verb = 'restore'")
    found = (
        *rows.execute("SELECT password, epoch FROM people_user").fetchone(),
        *(rows.execute(f"SELECT count(*) FROM {what}").fetchone()[0] for what in counts),
    )
    rows.close()
    return found


def _held(lock: Path) -> bool:
    """Whether the lock is taken: the file is there a moment earlier."""
    if not lock.exists():
        return False
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


@pytest.mark.live
def test_nothing_is_brought_back_under_somebody(machine: Machine, made: Path) -> None:
    """While anybody has the database open, and while it works or serves on this folder."""
    other = sqlite3.connect(machine.folder / "zengyi.sqlite3")
    other.execute("SELECT count(*) FROM core_event").fetchone()
    assert "has the database open" in machine.run("restore", str(made), "--replace", expect=1)
    other.close()
    process = subprocess.Popen([sys.executable, "-m", "zengyi", "work"], env=machine.environment, start_new_session=True)
    try:
        refused, until = "", time.monotonic() + PATIENCE
        while "is running on this folder" not in refused and time.monotonic() < until:
            if _held(machine.folder / "running.lock"):
                refused = machine.run("restore", str(made), "--replace", expect=1)
            time.sleep(0.2)
        assert "is running on this folder" in refused
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    machine.run("restore", str(made), "--replace")

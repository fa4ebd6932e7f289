"""The ``zengyi`` command: plain answers, exit codes, and a database that comes back from its backup."""

import fcntl
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.ports import free_port
from zengyi.command import backup, main, parser
from zengyi.command.serve import _is_local
from zengyi.core.apps import check_sqlite

COMMUNITY = "崇川区/虹桥街道/虹西社区"
#: Seconds; what hangs would never end, and a busy machine may be slow.
PATIENCE = 300


class Machine:
    """A fresh machine with its own folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZENGYI_", "DJANGO_"))}
        return {**kept, "ZENGYI_VAR": str(self.folder), "PYTHONWARNINGS": "default"}

    def run(self, *arguments: str, expect: int = 0, **extra: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "zengyi", *arguments],
            env={**self.environment, **extra},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        told = done.stdout + done.stderr
        assert done.returncode == expect, told
        assert "Traceback" not in told
        return told


@pytest.fixture(scope="session")
def migrated() -> Path:
    """A machine's folder, made by the command itself; once for all workers of this run, by whoever needs it first."""
    folder = Path(os.environ["ZENGYI_VAR"], "migrated")
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            machine = Machine(folder.with_suffix(".unfinished"))
            machine.run("migrate")
            machine.run("place", f"{COMMUNITY}/虹桥新村/226幢")
            machine.folder.rename(folder)
    return folder


@pytest.fixture
def machine(migrated: Path, tmp_path: Path) -> Machine:
    shutil.copytree(migrated, tmp_path / "var")
    return Machine(tmp_path / "var")


def test_every_verb_has_help(capsys: pytest.CaptureFixture[str]) -> None:
    verbs = parser()._subparsers._group_actions[0].choices  # type: ignore[union-attr]
    assert verbs
    for verb in verbs:
        with pytest.raises(SystemExit) as end:
            main([str(verb), "--help"])
        assert end.value.code == 0
        assert "usage: zengyi" in capsys.readouterr().out


@pytest.mark.parametrize(
    "line", [[], ["nothing"], ["serve", "--port", "0"], ["serve", "--port", "x"], ["serve", "--workers", "0"], ["ledger"]]
)
def test_a_wrong_command_line_ends_with_2(line: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        main(line)
    assert end.value.code == 2
    assert "usage: zengyi" in capsys.readouterr().err


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 2)])
def test_an_sqlite_that_can_lose_data_is_refused(version: tuple[int, ...]) -> None:
    with pytest.raises(Exception, match="can corrupt"):
        check_sqlite(version)


def test_a_good_sqlite_is_fine() -> None:
    check_sqlite((3, 51, 3))
    check_sqlite((3, 53, 4))


@pytest.mark.parametrize(
    ("host", "local"), [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("example.org", False), ("::", False)]
)
def test_which_addresses_stay_on_this_machine(host: str, local: bool) -> None:
    assert _is_local(host) == local


def test_an_empty_folder_is_told_what_to_do(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "new")
    assert "zengyi migrate" in machine.run("serve", "--port", "1", expect=1)
    assert "zengyi migrate" in machine.run("ledger", "check", expect=1)
    assert "to do: core.0001_initial" in machine.run("migrate", "--check", expect=1)


@pytest.mark.parametrize("line", [["ledger", "check"], ["place", "崇川区"]])
def test_who_only_looks_makes_no_instance(tmp_path: Path, line: list[str]) -> None:
    folder = tmp_path / "elsewhere"
    told = Machine(folder).run(*line, expect=1)
    assert f"there is no instance in {folder}" in told
    assert "zengyi migrate" in told
    assert not folder.exists()


def test_a_wrong_configuration_is_told(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    (tmp_path / "secrets.json").write_text("{")
    assert "cannot start" in machine.run("work", "--once", expect=1)
    unreachable = machine.run(
        "work", "--once", expect=1, ZENGYI_SECRETS=str(tmp_path / "s"), ZENGYI_DATABASE="postgresql://x@127.0.0.1:1/x"
    )
    assert "refused" in unreachable


def test_migrated_is_up_to_date(machine: Machine) -> None:
    assert "up to date" in machine.run("migrate", "--check")


def test_the_first_login(machine: Machine) -> None:
    line = ["--community", COMMUNITY, "--name", "书记甲", "--phone", "13900000001"]
    told = machine.run("user", "boss", "--role", "secretary", *line)
    assert told.startswith("user name boss · one-time password ")
    assert machine.run("user", "boss", "--role", "secretary", *line) != told
    assert "not a phone" in machine.run("user", "boss", "--role", "secretary", *line, "--phone", "x", expect=1)
    other = [COMMUNITY.replace("西", "东") if part == COMMUNITY else part for part in line]
    assert "zengyi place" in machine.run("user", "boss", "--role", "secretary", *other, expect=1)


def test_importing_a_sheet(machine: Machine, tmp_path: Path) -> None:
    sheet = tmp_path / "r.csv"
    sheet.write_text("姓名,手机,幢号,门牌\n居民1206,13900001206,226,1206\n", encoding="utf-8")
    line = ["import", "residents", str(sheet), "--community", COMMUNITY]
    assert "1 new" in machine.run(*line)
    assert "imported: 1 new" in machine.run(*line, "--apply")
    assert "imported: 0 new, 0 changed, 1 unchanged" in machine.run(*line, "--apply")
    sheet.write_text("姓名,手机\n居民1,13900001206x\n", encoding="utf-8")
    assert "row 2" in machine.run(*line, "--apply", expect=1)
    assert "No such file" in machine.run("import", "residents", "nothing.csv", "--community", COMMUNITY, expect=1)


def test_work_seals_what_happened_and_the_check_finds_it_well(machine: Machine) -> None:
    assert "seal: 5" in machine.run("work", "--once")
    told = machine.run("ledger", "check")
    assert "5 events in 1 seals" in told
    assert "all is well" in told


def test_the_check_finds_a_changed_event(machine: Machine) -> None:
    machine.run("work", "--once")
    tamper = "DROP TRIGGER refuse_update_on_core_event; UPDATE core_event SET verb = 'x' WHERE id = 2"
    code = f"import pysqlite3; c = pysqlite3.connect({str(machine.folder / 'zengyi.sqlite3')!r}); c.executescript({tamper!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
    told = machine.run("ledger", "check", expect=1)
    assert "event 2 is not as it was sealed" in told
    assert "triggers that refuse changes are missing" in told
    assert "NOT WELL" in told


def test_a_grant_put_in_by_hand_is_named_and_can_be_taken_over_with_a_reason(machine: Machine) -> None:
    machine.run("work", "--once")
    (seal,) = re.findall(r"newest seal ([0-9a-f]{64})", machine.run("ledger", "check"))
    told = machine.run("ledger", "check", "--seal", seal[:20])
    assert "the noted seal is seal 1 of" in told
    assert "is not in the chain" in machine.run("ledger", "check", "--seal", "0" * 20, expect=1)
    assert "16 to 64 digits" in machine.run("ledger", "check", "--seal", "123", expect=1)
    assert "no row differs" in machine.run("ledger", "accept", "--reason", "nothing")

    forge = "INSERT INTO people_place (kind, name, path, sort, phone, plan) VALUES ('DISTRICT', '别区', '/99/', 0, '', '{}')"
    code = f"import pysqlite3; c = pysqlite3.connect({str(machine.folder / 'zengyi.sqlite3')!r}); c.executescript({forge!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
    told = machine.run("ledger", "check", expect=1)
    assert re.search(r"wrong: people_place \d+: stands there, but no event made it", told)
    assert "say why" in machine.run("ledger", "accept", "--reason", " ", expect=1)
    assert "1 rows taken over" in machine.run("ledger", "accept", "--reason", "as decided")
    told = machine.run("ledger", "check")
    assert "took over 1 rows that differed: as decided" in told
    assert "all is well" in told


def test_a_database_from_before_the_trail_kept_rows_begins_with_those_it_has(machine: Machine) -> None:
    """What an older release left: no columns for rows, its events unmarked and sealed in the old way."""
    machine.run("work", "--once")
    older = """
        DROP TRIGGER refuse_update_on_core_event; DROP TRIGGER refuse_delete_on_core_event;
        DROP TRIGGER refuse_update_on_core_seal; DROP TRIGGER refuse_delete_on_core_seal;
        DROP TRIGGER refuse_update_on_core_sealedevent; DROP TRIGGER refuse_delete_on_core_sealedevent;
        DELETE FROM core_sealedevent; DELETE FROM core_seal; DELETE FROM core_kept;
        UPDATE core_event SET rows = NULL, mark = NULL;
    """
    code = f"import pysqlite3; c = pysqlite3.connect({str(machine.folder / 'zengyi.sqlite3')!r}); c.executescript({older!r})"
    subprocess.run([sys.executable, "-c", code], check=True)
    assert "stands there, but no event made it" in machine.run("ledger", "check", expect=1)
    told = machine.run("migrate")
    assert "people_place: the trail begins with 5 rows" in told
    told = machine.run("ledger", "check", expect=1)
    wrong = [line for line in told.splitlines() if "wrong:" in line]
    assert len(wrong) == 3, told
    assert all("triggers that refuse changes" in line for line in wrong)
    assert "the trail begins" not in machine.run("migrate")


def as_before(told: str, before: str) -> bool:
    """Whether a check says what it said before, but for the restoring's own event, which waits for its seal."""
    return told.replace(", 1 waiting to be sealed", ", 0 waiting to be sealed") == before


def test_a_backup_comes_back(machine: Machine, tmp_path: Path) -> None:
    machine.run("work", "--once")
    before = machine.run("ledger", "check")
    (machine.folder / "media").mkdir()
    (machine.folder / "media" / "a.jpg").write_bytes(b"a")
    told = machine.run("backup", str(tmp_path / "kept"))
    assert "Keep a copy" in told
    (made,) = (tmp_path / "kept").iterdir()
    assert made.stat().st_mode & 0o77 == 0
    machine.run("place", f"{COMMUNITY}/虹桥新村/227幢")
    (machine.folder / "media" / "b.jpg").write_bytes(b"b")

    assert "--replace" in machine.run("restore", str(made), expect=1)
    told = machine.run("restore", str(made), "--replace")
    assert before.splitlines()[-1] in told
    assert "steps since the backup" in told
    assert as_before(machine.run("ledger", "check"), before)
    assert [p.name for p in (machine.folder / "media").iterdir()] == ["a.jpg"]

    elsewhere = Machine(tmp_path / "elsewhere")
    assert "secrets" in elsewhere.run("restore", str(made), expect=1)
    shutil.copy(machine.folder / "secrets.json", elsewhere.folder / "secrets.json")
    elsewhere.run("restore", str(made))
    assert as_before(elsewhere.run("ledger", "check"), before)


def open_to_others(folder: Path) -> dict[str, str]:
    """The files under a folder that somebody else on the machine may do something with, but the static ones, which are for everybody."""
    files = (path for path in folder.rglob("*") if path.is_file() and "static" not in path.parts)
    return {path.name: oct(path.stat().st_mode) for path in files if path.stat().st_mode & 0o77}


def test_files_are_for_us_alone_whatever_folder_they_lie_in(tmp_path: Path) -> None:
    """A folder that was made beforehand and is open, and an account whose habit is to let others read."""
    before = os.umask(0o022)
    try:
        var = tmp_path / "var"
        var.mkdir(mode=0o755)
        machine = Machine(var)
        machine.run("migrate")
        machine.run("place", f"{COMMUNITY}/虹桥新村/226幢")
        machine.run("backup", str(tmp_path / "kept"))
        (made,) = (tmp_path / "kept").iterdir()
        with sqlite3.connect(var / "zengyi.sqlite3") as held:  # keeps the files beside the database alive
            held.execute("SELECT count(*) FROM core_event").fetchone()
            machine.run("place", f"{COMMUNITY}/虹桥新村/227幢")
            assert {"zengyi.sqlite3", "zengyi.sqlite3-wal", "zengyi.sqlite3-shm", "secrets.json"} <= {path.name for path in var.iterdir()}
            assert open_to_others(tmp_path) == {}
        held.close()
        # What an earlier version, or a copy by hand, left open is closed at the next command.
        for path in (var / "zengyi.sqlite3", var / "secrets.json"):
            path.chmod(0o644)
        machine.run("migrate", "--check")
        assert open_to_others(tmp_path) == {}
        for path in made.rglob("*"):
            path.chmod(0o755 if path.is_dir() else 0o644)
        machine.run("restore", str(made), "--replace")
        assert open_to_others(var) == {}
    finally:
        os.umask(before)


def test_a_file_that_is_gone_by_now_does_not_stop_a_backup(tmp_path: Path) -> None:
    backup._copy_file(str(tmp_path / "refused.jpg"), str(tmp_path / "copy.jpg"))
    assert not (tmp_path / "copy.jpg").exists()
    (tmp_path / "kept.jpg").write_bytes(b"photo")
    backup._copy_file(str(tmp_path / "kept.jpg"), str(tmp_path / "copy.jpg"))
    assert (tmp_path / "copy.jpg").read_bytes() == b"photo"


def test_a_damaged_backup_is_refused(machine: Machine, tmp_path: Path) -> None:
    machine.run("backup", str(tmp_path / "kept"))
    (made,) = (tmp_path / "kept").iterdir()
    file = made / "database.sqlite3"
    data = bytearray(file.read_bytes())
    data[5000] ^= 1
    file.write_bytes(data)
    assert "damaged" in machine.run("restore", str(made), "--replace", expect=1)
    (made / "backup.json").write_text(json.dumps([]))
    assert "not a backup" in machine.run("restore", str(made), "--replace", expect=1)
    assert "not a backup" in machine.run("restore", str(tmp_path), "--replace", expect=1)


@pytest.fixture
def serving(machine: Machine) -> Iterator[tuple[Machine, int, "subprocess.Popen[str]"]]:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "zengyi", "serve", "--work", "--port", str(port)],
        env=machine.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield machine, port, process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.enable_socket
def test_it_serves_works_and_stops(serving: tuple[Machine, int, "subprocess.Popen[str]"]) -> None:
    machine, port, process = serving
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/no-such-page", timeout=5):
                pass
        except urllib.error.HTTPError as answer:
            assert answer.code == 404
            break
        except OSError:
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.2)
    while "0 waiting" not in machine.run("ledger", "check"):
        assert time.monotonic() < deadline
    process.send_signal(signal.SIGTERM)
    told, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, told
    assert f"serving on http://127.0.0.1:{port}/" in told


def test_a_taken_port_is_told(machine: Machine) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        assert "choose another" in machine.run("serve", "--port", str(other.getsockname()[1]), expect=1)


def test_demo_data_stays_on_this_machine(machine: Machine) -> None:
    for mark in ("demo", "demo.unfinished"):
        (machine.folder / mark).touch()
        assert "--demo-in-public" in machine.run("serve", "--host", "0.0.0.0", "--port", "1", expect=1), mark
        (machine.folder / mark).unlink()


def test_half_a_demo_is_not_served_as_a_whole_one(machine: Machine) -> None:
    machine.run("migrate")
    (machine.folder / "demo.unfinished").touch()
    for command in (["demo"], ["serve", "--demo", "--port", "1"]):
        assert "not loaded to its end" in machine.run(*command, expect=1)


def test_sqlite_is_served_by_one_process(machine: Machine) -> None:
    assert "one process" in machine.run("serve", "--workers", "2", "--no-static", "--port", "1", expect=1)

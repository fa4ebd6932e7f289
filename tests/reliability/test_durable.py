"""An answer means that the change is on the disk, not only with the system: at least one sync before each of them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests.cast import Cast
from tests.live import Live
from tests.reliability.hands import members, raw_of

pytestmark = pytest.mark.live

WRITES = 10
SERVING = """
import io, json, sys
from zengyi.project.wsgi import application
heads = []
request = {"REQUEST_METHOD": "GET", "PATH_INFO": "/ready", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
           "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http"}
answer = application(request, lambda status, headers, *more: heads.append(status))
answer.close()
from django.db import connection
assert heads == ["200 OK"] and connection.connection is not None, heads
found = {}
with connection.cursor() as cursor:
    for name in sys.argv[1:]:
        cursor.execute(("PRAGMA " if connection.vendor == "sqlite" else "SHOW ") + name)
        found[name] = cursor.fetchone()[0]
print(json.dumps(found))
"""
COUNT_SYNCS = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
static int noted(const char *name, int file) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int result = real(file);
    int log = open(getenv("SYNC_LOG"), O_WRONLY | O_APPEND | O_CREAT, 0600);
    if (result == 0 && log >= 0 && write(log, "s", 1) != 1) abort();
    if (log >= 0) close(log);
    return result;
}
int fsync(int file) { return noted("fsync", file); }
int fdatasync(int file) { return noted("fdatasync", file); }
"""
WRITER = """
import sys, pysqlite3
rows = pysqlite3.connect(sys.argv[1], isolation_level=None)
rows.execute("PRAGMA journal_mode=WAL")
rows.execute(f"PRAGMA synchronous={sys.argv[2]}")
rows.execute("CREATE TABLE written (n INTEGER)")
print("ready", flush=True)
sys.stdin.readline()
for n in range(int(sys.argv[3])):
    rows.execute("INSERT INTO written VALUES (?)", (n,))
print("written", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def shim(tmp_path: Path) -> dict[str, str]:
    """Environment in which a program notes every successful sync by one byte in ``SYNC_LOG``."""
    source, library = tmp_path / "syncs.c", tmp_path / "syncs.so"
    source.write_text(COUNT_SYNCS)
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    log = tmp_path / "syncs"
    log.touch()
    return {"LD_PRELOAD": str(library), "SYNC_LOG": str(log)}


def syncs(shim: dict[str, str]) -> int:
    """How many were noted so far."""
    return Path(shim["SYNC_LOG"]).stat().st_size


def test_a_serving_connection_is_durable(live: Live) -> None:
    wanted: dict[str, int | str]
    if connection.vendor == "sqlite":
        wanted = {"synchronous": 2, "journal_mode": "wal", "foreign_keys": 1, "recursive_triggers": 1}
    else:
        wanted = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
    command = [sys.executable, "-c", SERVING, *wanted]
    asked = subprocess.run(command, env=live.environment, capture_output=True, text=True, check=True, timeout=300)
    assert json.loads(asked.stdout) == wanted


def test_every_answer_has_its_sync(transactional_db: None, cast: Cast, tmp_path: Path, shim: dict[str, str]) -> None:
    orders = [cast.published() for _ in range(WRITES)]
    names = members(cast, WRITES)
    live = Live(tmp_path)
    if connection.vendor == "sqlite":
        live.environment |= shim
    with live:
        for order, name in zip(orders, names, strict=True):
            before = syncs(shim) if connection.vendor == "sqlite" else wal_syncs()
            assert live.post(f"/api/v1/orders/{order.pk}/claim", token=raw_of(cast.users[name])).status == 200
            after = syncs(shim) if connection.vendor == "sqlite" else wal_syncs()
            assert after > before


def wal_syncs() -> int:
    """Up to where PostgreSQL has written its log to the disk, in bytes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_wal_flush_lsn() - '0/0'")
        return int(cursor.fetchone()[0])


@pytest.mark.parametrize(("synchronous", "least", "most"), [("FULL", WRITES, 10 * WRITES), ("NORMAL", 0, 0)])
def test_the_count_tells_a_careless_twin(tmp_path: Path, shim: dict[str, str], synchronous: str, least: int, most: int) -> None:
    """SQLite with ``synchronous=NORMAL`` survives every ``kill -9`` and still makes no sync before it answers."""
    command = [sys.executable, "-c", WRITER, str(tmp_path / "twin.sqlite3"), synchronous, str(WRITES)]
    with subprocess.Popen(command, env={**os.environ, **shim}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as twin:
        assert twin.stdin is not None and twin.stdout is not None
        assert twin.stdout.readline() == "ready\n"
        before = syncs(shim)
        twin.stdin.write("go\n")
        twin.stdin.flush()
        assert twin.stdout.readline() == "written\n"
        counted = syncs(shim) - before
        twin.stdin.write("end\n")
    assert least <= counted <= most

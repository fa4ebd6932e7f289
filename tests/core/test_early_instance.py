"""An instance from the project's second day is brought up to today as ``docs/operating.md`` tells: nothing in it is lost or changed.

``early/instance.tar.xz`` is that instance's folder as its own program left it: the demo of commit dd58d0b0, with two communities of nine
and a shorter year, on the first seven migrations. Its keys are zeros, so that the folder holds no secret.
"""

import base64
import json
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.core.test_command import PATIENCE, Machine
from tests.core.test_command_postgresql import District, district

__all__ = ["district"]

pytestmark = [pytest.mark.live]

EARLY = Path(__file__).parent / "early" / "instance.tar.xz"
ZEROS = base64.b64encode(b"0" * 32).decode()
KEYS = {"secret_key": "0" * 66, "field_keys": {"k1": ZEROS}, "index_key": ZEROS}
#: Where it stood: the newest migration of each package that there was.
STOOD_AT = {"people": "0001", "core": "0002", "bank": "0002", "orders": "0002"}
#: What an upgrade itself adds to: the trail, and what Django notes about the schema. What was there before is still looked at.
GROWS = {"core_event", "core_seal", "core_sealedevent", "django_migrations", "django_content_type", "auth_permission"}
#: What every upgrade begins anew, and what is made from other rows.
LEFT_OUT = ("core_throttle", "sqlite_", "orders_order_search_fts")
LEAST = {"people_person": 100, "orders_order": 50, "orders_claim": 50, "bank_posting": 500, "bank_account": 200, "core_event": 600}

SIGN_IN = """
import json, re, sys
import django
from django.conf import settings
settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
django.setup()
from django.test import Client
found = {}
for login in sys.argv[1:]:
    client = Client(headers={"host": "localhost"})
    assert client.post("/sign-in", {"username": login, "password": "demo-zengyi"}).status_code == 303, login
    pages = {"/": client.get("/", follow=True)}
    if login in ("member", "secretary"):
        for path in set(re.findall('href="(/[^"#?]*/)"', pages["/"].content.decode())):
            pages[path] = client.get(path, follow=True)
    found[login] = {path: page.status_code for path, page in pages.items()}
print(json.dumps(found))
"""


def unpacked(machine: Machine) -> Path:
    """The instance as it stands on its machine; returns its database."""
    machine.folder.mkdir()
    with tarfile.open(EARLY) as kept:
        kept.extraction_filter = getattr(tarfile, "data_filter", None)  # there since Python 3.11.4
        kept.extractall(machine.folder)
    (machine.folder / "secrets.json").write_text(json.dumps(KEYS))
    return machine.folder / "zengyi.sqlite3"


def rows(database: Path) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table, each by its columns."""
    with closing(sqlite3.connect(database)) as opened:
        opened.row_factory = sqlite3.Row
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'")]
        return {
            table: [dict(row) for row in opened.execute(f'SELECT * FROM "{table}" ORDER BY 1')]
            for table in tables
            if not table.startswith(LEFT_OUT)
        }


def python(machine: Machine, script: str, *arguments: str) -> str:
    """A script with the instance's settings."""
    environment = {**machine.environment, "DJANGO_SETTINGS_MODULE": "zengyi.project.settings"}
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def upgraded(machine: Machine, tmp_path: Path) -> None:
    """The steps of the document, one by one."""
    assert "run 'zengyi migrate'" in machine.run("serve", "--port", "1", expect=1)
    machine.run("backup", str(tmp_path / "kept"))
    machine.run("migrate")
    told = machine.run("ledger", "check")
    assert "wrong:" not in told and "all is well" in told


def works(machine: Machine) -> None:
    """Everybody signs in with the password they had and sees their first page; all that those of a member and a secretary lead to opens."""
    found = json.loads(python(machine, SIGN_IN, "member", "secretary", "district"))
    assert {(login, path): status for login, pages in found.items() for path, status in pages.items() if status != 200} == {}
    assert len(found["member"]) > 4 and len(found["secretary"]) > 8, found


@pytest.mark.databases("sqlite")
def test_nothing_is_lost_or_changed(tmp_path: Path) -> None:
    machine = Machine(tmp_path / "var")
    database = unpacked(machine)
    before = rows(database)
    assert {table: len(before[table]) for table in LEAST if len(before[table]) < LEAST[table]} == {}
    upgraded(machine, tmp_path)
    after = rows(database)
    assert before.keys() - after.keys() == set()
    for table, were in before.items():
        now = after[table]
        assert len(now) >= len(were) if table in GROWS else len(now) == len(were), table
        kept = were[0].keys() & now[0].keys() if were else set()
        assert [{c: row[c] for c in kept} for row in now[: len(were)]] == [{c: row[c] for c in kept} for row in were], table
    works(machine)
    # Back to where it stood: the copy of before is brought back.
    (made,) = (tmp_path / "kept").iterdir()
    machine.run("restore", "--replace", str(made))
    assert rows(database)["bank_account"] == before["bank_account"]


def brought_over(source: Path) -> str:
    """A script that lays the tables as they stood then and fills them with the same rows."""
    return f"""
import datetime, json, sqlite3, sys
import django
django.setup()
from django.core.management.commands.migrate import Command
from django.core.management import call_command
from django.db import connection, transaction
for package, number in {STOOD_AT!r}.items():
    call_command(Command(), package, number, verbosity=0)
for package in ("auth", "contenttypes", "otp_static", "otp_totp", "sessions"):
    call_command(Command(), package, verbosity=0)
source = sqlite3.connect({str(source)!r})
source.row_factory = sqlite3.Row
with transaction.atomic(), connection.cursor() as cursor:
    tables = set(connection.introspection.table_names(cursor)) - {{"django_migrations", "django_content_type", "auth_permission"}}
    for table in sorted(tables):
        if table.startswith("orders_order_search"):
            continue
        cursor.execute("SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s", [table])
        types = dict(cursor.fetchall())
        for row in source.execute(f'SELECT * FROM "{{table}}"'):
            names = [name for name in row.keys() if name in types]
            values = [bool(row[n]) if types[n] == "boolean" and row[n] is not None else row[n] for n in names]
            moments = [v + "+00:00" if v and types[n].startswith("timestamp") else v for n, v in zip(names, values)]
            columns, marks = ", ".join(f'"{{n}}"' for n in names), ", ".join(["%s"] * len(names))
            cursor.execute(f'INSERT INTO "{{table}}" ({{columns}}) OVERRIDING SYSTEM VALUE VALUES ({{marks}})', moments)
        if types.get("id") == "bigint":
            cursor.execute(f"SELECT setval(pg_get_serial_sequence(%s, 'id'), greatest(max(id), 1)) FROM \\"{{table}}\\"", [table])
"""


@pytest.mark.databases("postgres")
@pytest.mark.django_db(transaction=True)
def test_the_same_on_postgresql(district: District, tmp_path: Path) -> None:
    source = unpacked(district)
    python(district, brought_over(source))
    source.unlink()
    upgraded(district, tmp_path)
    works(district)

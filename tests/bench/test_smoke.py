"""The benchmarks run from end to end, on few orders and on copies of the suite's migrated database. Their figures mean nothing here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django.plugin import DjangoDbBlocker

from benchmarks.looks import LIFE, PAGES
from benchmarks.migrated import KEPT
from tests import databases, groups

pytestmark = [pytest.mark.databases("sqlite", "postgres"), pytest.mark.live]

ROOT = Path(__file__).parents[2]
SECONDS = 900


@pytest.fixture
def environment(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> dict[str, str]:
    """That of a benchmark: it need not migrate again what the suite has migrated."""
    with django_db_blocker.unblock():
        return {**os.environ, KEPT: str(databases.migrated())}


def ran(environment: dict[str, str], *words: str) -> str:
    """What one of our modules printed; it must come to a good end."""
    command = [sys.executable, "-m", *words]
    done = subprocess.run(command, check=False, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_every_benchmark_without_peers(environment: dict[str, str]) -> None:
    told = ran(environment, "benchmarks", "all", "--quick", "--no-peers", "--database", groups.database())
    shares = re.findall(r"^\| (ours[^|]*) \|.*\| (\d+\.\d\d) \|$", told, re.MULTILINE)
    assert [name.partition(":")[0] for name, _ in shares] == ["ours"] * 4, told
    assert all(float(share) > 0 for _, share in shares)


def test_a_tiny_district_is_made_and_looked_at(environment: dict[str, str]) -> None:
    sizes = ["--communities=2", "--small=300", "--orders=400", "--sqlite-orders=400", "--members=0.1", "--times=1", "--rounds=1"]
    told = ran(environment, "benchmarks.scale", "--database", groups.database(), *sizes)
    lines = re.findall(r"^\| ([^|]+) \|(?: \d+ \|){5} (\d+\.\d\d) \|(?: \d+ \|){2}$", told, re.MULTILINE)
    assert {name for name, _ratio in lines} == {*PAGES, *(f"API {verb}" for verb in LIFE)}, told


def test_a_tiny_quarter_is_closed(environment: dict[str, str]) -> None:
    told = ran(environment, "benchmarks.quarter", "--database", groups.database(), "--members=60", "--postings=400")
    figures = dict(re.findall(r"^\| ([^|]+) \| ([0-9.]+) \|$", told, re.MULTILINE))
    assert {"tally, s", "A4 sheet, s", "all of it, s", "most memory, MB"} <= figures.keys(), told
    assert int(figures["most memory, MB"]) > 0


@pytest.mark.databases("sqlite")
def test_a_district_has_books_that_add_up(tmp_path: Path, environment: dict[str, str]) -> None:
    """What is measured is what the product could have written: balances are sums of postings, events vouch for rows."""
    environment |= {"ZENGYI_VAR": str(tmp_path), "ZENGYI_DATABASE": f"sqlite:{tmp_path}/town.sqlite3"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    ran(environment, "benchmarks.trail", "--orders=800")
    assert "all is well" in ran(environment, "zengyi", "ledger", "check")

"""The benchmarks run from end to end. Their figures mean nothing here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.looks import LIFE, PAGES

pytestmark = [pytest.mark.databases("sqlite", "postgres"), pytest.mark.live]

ROOT = Path(__file__).parents[2]


def test_every_benchmark_without_peers() -> None:
    kind = "postgres" if os.environ.get("ZENGYI_TEST_DB") == "postgres" else "sqlite"
    command = [sys.executable, "-m", "benchmarks", "all", "--quick", "--no-peers", "--database", kind]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    shares = re.findall(r"^\| (ours[^|]*) \|.*\| (\d+\.\d\d) \|$", done.stdout, re.MULTILINE)
    assert [name.partition(":")[0] for name, _ in shares] == ["ours"] * 4, done.stdout
    assert all(float(share) > 0 for _, share in shares)


def test_a_tiny_district_is_made_and_looked_at() -> None:
    kind = "postgres" if os.environ.get("ZENGYI_TEST_DB") == "postgres" else "sqlite"
    sizes = ["--communities=2", "--small=300", "--orders=400", "--sqlite-orders=400", "--members=0.1", "--times=1", "--rounds=1"]
    command = [sys.executable, "-m", "benchmarks.scale", "--database", kind, *sizes]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stderr
    lines = re.findall(r"^\| ([^|]+) \|(?: \d+ \|){5} (\d+\.\d\d) \|$", done.stdout, re.MULTILINE)
    assert {name for name, _ratio in lines} == {*PAGES, *(f"API {verb}" for verb in LIFE)}, done.stdout


def test_a_tiny_quarter_is_closed() -> None:
    kind = "postgres" if os.environ.get("ZENGYI_TEST_DB") == "postgres" else "sqlite"
    command = [sys.executable, "-m", "benchmarks.quarter", "--database", kind, "--members=60", "--postings=400"]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True, timeout=480)
    assert done.returncode == 0, done.stderr
    told = dict(re.findall(r"^\| ([^|]+) \| ([0-9.]+) \|$", done.stdout, re.MULTILINE))
    assert {"tally, s", "A4 sheet, s", "all of it, s", "most memory, MB"} <= told.keys(), done.stdout
    assert int(told["most memory, MB"]) > 0


@pytest.mark.databases("sqlite")
def test_a_district_has_books_that_add_up(tmp_path: Path) -> None:
    """What is measured is what the product could have written: balances are sums of postings, events vouch for rows."""
    environment = {**os.environ, "ZENGYI_VAR": str(tmp_path), "ZENGYI_DATABASE": f"sqlite:{tmp_path}/town.sqlite3"}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    for command in (["benchmarks.trail", "--orders=800"], ["zengyi", "ledger", "check"]):
        done = subprocess.run([sys.executable, "-m", *command], check=False, cwd=ROOT, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert "all is well" in done.stdout

"""The benchmarks run from end to end. Their figures mean nothing here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

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

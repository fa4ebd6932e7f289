"""``kill -9`` under load: what was acknowledged is there, once; what was not is there once after the retry."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from tests import trail
from tests.cast import Cast
from tests.live import Live
from tests.reliability import verdict
from tests.reliability.hands import members, raw_of, token
from tests.reliability.walking import Walkers
from zengyi.core.models import Event, IdempotencyKey
from zengyi.orders.models import Order

pytestmark = pytest.mark.live

WALKERS = 12
KILLS = 3
ANSWERS_A_ROUND = 100


def lost(acknowledged: set[Any], stored: set[Any]) -> set[Any]:
    """What was acknowledged and is not there."""
    return acknowledged - stored


def zengyi(live: Live, *words: str) -> subprocess.CompletedProcess[str]:
    """The real command, over the server's database."""
    command = [sys.executable, "-m", "zengyi", *words]
    return subprocess.run(command, check=False, env=live.environment, capture_output=True, text=True, timeout=300)


def check_everything(live: Live, walkers: Walkers) -> None:
    """No answer was taken back, nothing happened twice, and the ledger's own check agrees."""
    assert walkers.differing == []
    assert walkers.repeated > 0
    assert walkers.cut > 0
    stored = {row.key: (row.status, json.loads(row.answer)) for row in IdempotencyKey.objects.all()}
    assert {key: (answer.status, answer.body) for key, answer in walkers.answers.items()} == stored
    happened = Counter(Event.objects.filter(object_type="order", user__username__startswith="hand").values_list("verb", "object_id"))
    happened += Counter(Event.objects.filter(object_type="order", user__username="worker").values_list("verb", "object_id"))
    acknowledged = {(key.rsplit("-", 1)[1], answer.body["id"]) for key, answer in walkers.answers.items()}
    assert lost(acknowledged, set(happened)) == set()
    assert set(happened.values()) == {1}
    assert len(happened) == len(acknowledged)
    assert Order.objects.count() == sum(key.endswith("-place") for key in walkers.answers)
    assert verdict.faults() == []
    sealed = zengyi(live, "work", "--once")
    assert sealed.returncode == 0, sealed
    checked = zengyi(live, "ledger", "check")
    assert checked.returncode == 0, checked
    assert "all is well" in checked.stdout


def test_a_killed_server_loses_nothing_it_acknowledged(live: Live, cast: Cast) -> None:
    names = members(cast, 2 * WALKERS)
    raws = [raw_of(cast.users[name]) for name in names]
    pairs = list(zip(raws[:WALKERS], raws[WALKERS:], strict=True))
    worker = token(cast, "worker")
    trail.begin(timezone.now())
    with Walkers(live, pairs, worker, seed=7) as walkers:
        for _ in range(KILLS):
            walkers.wait_for(ANSWERS_A_ROUND)
            # Nobody stops before it: what is under way is cut.
            live.kill()
            walkers.up.clear()
            live.start()
            walkers.up.set()
        walkers.wait_for(ANSWERS_A_ROUND)
    check_everything(live, walkers)


LAZY = """
import sqlite3, sys
rows = sqlite3.connect(sys.argv[1], isolation_level=None)
rows.execute("CREATE TABLE acknowledged (n INTEGER)")
rows.execute("BEGIN")
for n in range(1_000_000):
    rows.execute("INSERT INTO acknowledged VALUES (?)", (n,))
    print(n, flush=True)
    if n % 100_000 == 99_999:
        rows.execute("COMMIT")
        rows.execute("BEGIN")
"""


def test_a_lazy_twin_loses_what_it_acknowledged(tmp_path: Path) -> None:
    """It answers first and commits later. The pipe takes some ten thousand answers before it has to wait for its reader."""
    import sqlite3

    path = tmp_path / "lazy.sqlite3"
    with subprocess.Popen([sys.executable, "-c", LAZY, str(path)], stdout=subprocess.PIPE, text=True) as twin:
        assert twin.stdout is not None
        acknowledged = {int(twin.stdout.readline()) for _ in range(50)}
        os.kill(twin.pid, signal.SIGKILL)
        acknowledged |= {int(line) for line in twin.stdout if line.endswith("\n")}
    rows = sqlite3.connect(path)
    stored = {n for (n,) in rows.execute("SELECT n FROM acknowledged")}
    rows.close()
    assert lost(acknowledged, stored) == acknowledged

"""Two real workers at once: what was told once is sent once, by whichever of them."""

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.carriers import Fake, carrier
from tests.cast import Cast
from tests.live import Live
from tests.news import pieces
from zengyi.core import clock
from zengyi.messages.models import Delivery, Letter, Message, Robot
from zengyi.news import actions as news

pytestmark = pytest.mark.live

ROBOTS, WORKERS, NOTICES_MOST, PATIENCE_SECONDS = 8, 2, 4, 120


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Several ``zengyi work``, over the test's database."""
    command, environment = [sys.executable, "-m", "zengyi", "work"], Live(tmp_path).environment
    with (tmp_path / "work.log").open("ab") as log:
        running = [subprocess.Popen(command, env=environment, stdout=log, stderr=log) for _n in range(WORKERS)]
    yield running
    for process in running:
        process.kill()
        process.wait()


def wait_for_the_end(letters: int) -> None:
    """Until so many letters were made and none is under way any more."""
    end = time.monotonic() + PATIENCE_SECONDS
    while Letter.objects.count() < letters or Letter.objects.filter(ended_at=None).exists():
        assert time.monotonic() < end, Counter(Letter.objects.values_list("state", flat=True))
        time.sleep(0.2)


def notice(cast: Cast, fake: Fake, number: int) -> None:
    """One more notice, which every robot's group is to hear of."""
    fake.plan = ["meet"] * ROBOTS
    piece = pieces.approved(cast, kind="NOTICE", title=f"明天停水{number}")
    news.publish(piece.pk, by=cast.actor("worker"), at=clock.now())
    wait_for_the_end(number * ROBOTS)


def test_two_workers_at_once_double_nothing_and_lose_nothing(cast: Cast, workers: list[subprocess.Popen[bytes]]) -> None:
    with carrier() as fake:
        for number in range(ROBOTS):
            Robot.objects.create(
                community=cast.community,
                name=f"群{number}",
                hook=f"{fake.url}?key={number}",
                added_by=cast.users["worker"],
                added_at=clock.now(),
            )
        told = 0
        while not fake.met.is_set() and told < NOTICES_MOST:
            told += 1
            notice(cast, fake, told)
        assert fake.met.is_set()  # both were sending at one moment
        seen = Counter((path, text.partition("\n")[0]) for path, text in fake.taken)
    assert len(seen) == told * ROBOTS and set(seen.values()) == {1}
    assert set(Letter.objects.values_list("state", "attempts")) == {("SENT", 1)}
    assert set(Delivery.objects.filter(channel="ROBOT").values_list("state", flat=True)) == {"TOLD"}
    assert Message.objects.count() == Message.objects.values("event", "user", "template").distinct().count() > 0
    assert all(process.poll() is None for process in workers)

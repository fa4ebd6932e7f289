"""Jobs run at their pace, and one that fails stops neither itself for good nor the others."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.core.steps_for_tests import AT, count_one
from zengyi.core import work
from zengyi.core.models import Seal
from zengyi.core.work import Job, Worker


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Job]:
    made: dict[str, Job] = {}
    monkeypatch.setattr(work, "JOBS", made)
    return made


def test_jobs_run_when_their_turn_has_come(jobs: dict[str, Job]) -> None:
    ran: list[str] = []

    def named(name: str) -> Callable[[datetime], int]:
        def run(at: datetime) -> int:
            ran.append(name)
            return 1

        return run

    work.add(Job("slow", timedelta(minutes=1), named("slow")))
    work.add(Job("fast", timedelta(seconds=1), named("fast")))
    worker = Worker()
    for number in range(3):
        worker.run_due(AT + timedelta(seconds=number))
    worker.run_due(AT + timedelta(seconds=60))
    assert ran == ["fast", "slow", "fast", "fast", "fast", "slow"]


def test_a_clock_that_jumped_ahead_and_came_back_stops_nothing(jobs: dict[str, Job]) -> None:
    ran: list[datetime] = []

    def run(at: datetime) -> int:
        ran.append(at)
        return 1

    work.add(Job("minutely", timedelta(minutes=1), run))
    worker, ahead = Worker(), AT + timedelta(days=400)
    moments = [AT, ahead, AT + timedelta(seconds=1), AT + timedelta(seconds=2), AT + timedelta(seconds=61)]
    for moment in moments:
        worker.run_due(moment)
    assert ran == [AT, ahead, AT + timedelta(seconds=1), AT + timedelta(seconds=61)]


def test_a_failing_job_is_told_and_tried_again(jobs: dict[str, Job], caplog: pytest.LogCaptureFixture) -> None:
    turns = iter([ZeroDivisionError("no"), None])

    def shaky(at: datetime) -> int:
        if error := next(turns):
            raise error
        return 7

    work.add(Job("fine", timedelta(seconds=1), lambda at: 1))
    work.add(Job("shaky", timedelta(seconds=1), shaky))
    worker = Worker()
    with caplog.at_level(logging.ERROR):
        first = worker.run_due(AT)
    assert [(d.name, d.count, d.error) for d in first] == [("shaky", 0, "ZeroDivisionError: no"), ("fine", 1, "")]
    assert "shaky" in caplog.text
    assert [d.count for d in worker.run_due(AT + timedelta(seconds=1))] == [7, 1]


@pytest.mark.django_db(transaction=True)
def test_the_standing_jobs_run() -> None:
    count_one()
    done = {d.name: d for d in Worker().run_due(AT)}
    assert {"outbox", "seal", "forget"} <= done.keys()
    assert not [d for d in done.values() if d.error]
    assert Seal.objects.count() == 1

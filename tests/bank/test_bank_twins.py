"""Broken twins of the whole bank: each plants one fault, and playing at random must find it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError
from django.db.models import Value
from django.db.models.expressions import RawSQL

from tests.bank import test_deed_machine as deeds
from tests.bank.test_bank_machine import Machine, branch  # noqa: F401  the fixture
from tests.bank.test_deed_machine import staffed  # noqa: F401  what it asks for
from tests.cast import Cast
from tests.groups import found_by_the_model
from zengyi.bank.actions import roll_calls


def leaves_meetings_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mark is taken back, and the meeting that found the cap full stays at nothing."""
    monkeypatch.setattr("zengyi.bank.actions.marks._make_good", lambda *_args, **_more: None)


def counts_no_cap_of_meetings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every meeting brings its points, however many there were."""
    monkeypatch.setattr("zengyi.bank.actions.roll_calls._capped", lambda values: Value(values["points"]))


def caps_the_year_of_posting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A meeting that is put down late takes room from the year in which it is put down."""
    real = roll_calls._capped

    def capped(values: dict[str, Any]) -> RawSQL:
        year = str(values["day"])[:4]
        return real(values | {"first": f"{year}-01-01", "last": f"{year}-12-31"})

    monkeypatch.setattr(roll_calls, "_capped", capped)


def publishes_what_was_prepared(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has been posted between preparing and publishing is not seen."""
    monkeypatch.setattr("zengyi.bank.actions.quarters._changed", lambda _row, _tell: False)


def seals_over_doubts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter is sealed while somebody still waits for an answer."""
    monkeypatch.setattr("zengyi.bank.rules.quarters.seal_needs", lambda _quarter: [])
    monkeypatch.setattr("zengyi.bank.actions.quarters.UNANSWERED", ())


def lets_one_person_close(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever prepared a quarter publishes it, too: the database still refuses."""
    monkeypatch.setattr("zengyi.bank.rules.quarters.check_second", lambda *_args, **_more: None)


def counts_every_time_of_a_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two friends are paid in full without end."""
    monkeypatch.setattr("zengyi.bank.rules.pairs.percent_after", lambda _before, _day: 100)


def forgets_the_pair(monkeypatch: pytest.MonkeyPatch) -> None:
    """Help is taken back, and the pair's later help stays at what its number had left."""
    monkeypatch.setattr("zengyi.bank.actions.helping._make_good", lambda *_args, **_more: None)


FAULTS = [
    leaves_meetings_short,
    counts_no_cap_of_meetings,
    caps_the_year_of_posting,
    publishes_what_was_prepared,
    seals_over_doubts,
    counts_every_time_of_a_pair,
    forgets_the_pair,
]


@pytest.mark.parametrize("fault", [*found_by_the_model(*FAULTS), lets_one_person_close])
def test_a_broken_twin_is_found(
    branch: Cast,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
    fault: Callable[[pytest.MonkeyPatch], None],
) -> None:
    fault(monkeypatch)
    with pytest.raises((AssertionError, ArithmeticError, DatabaseError)):
        deeds.play(branch, examples=25, steps=50, machine=Machine)

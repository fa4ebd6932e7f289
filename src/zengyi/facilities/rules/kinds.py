"""Kinds of facilities, as data: ``kinds.toml`` beside this package says what each is called and what the law asks for. Pure."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

_FILE = Path(__file__).parents[1] / "kinds.toml"


@dataclass(frozen=True, slots=True)
class Word:
    """A code with its word. ``up``: the fault lies with what the thing hangs on, of that kind."""

    code: str
    text: str
    up: str = ""


@dataclass(frozen=True, slots=True)
class FirstItem:
    """An item of the checklist that a community begins with. ``stops``: without it the thing does not work at all."""

    key: str
    title: str
    look: tuple[str, ...]
    stops: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """A service that comes round again: every so many ``days``, shown in amber ``ahead`` days before. ``law``: where it says so.
    ``column``: under which title a sheet says when it was done last."""

    code: str
    name: str
    days: int
    ahead: int
    law: str
    column: str

    def due(self, last: date) -> date:
        """The day by which it must be done again."""
        return last + timedelta(days=self.days)

    def light(self, due: date, today: date) -> str:
        """``late``, ``soon`` or ``ok``: amber comes before the day, not after it.

        >>> service = Clock("SERVICE", "维保", 15, 3, "", "上次维保")
        >>> [service.light(date(2026, 11, 28), date(2026, 11, day)) for day in (24, 25, 28, 29)]
        ['ok', 'soon', 'soon', 'late']
        """
        if today > due:
            return "late"
        return "soon" if today >= due - timedelta(days=self.ahead) else "ok"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of facility."""

    code: str
    name: str
    icon: str
    category: str
    urgency: int
    faults: tuple[Word, ...]
    reasons: tuple[Word, ...]
    items: tuple[FirstItem, ...]
    clocks: tuple[Clock, ...]
    cause: bool = False
    emergency: str = ""

    def fault(self, code: str) -> Word | None:
        """What a passer-by may report, by its code."""
        return next((word for word in self.faults if word.code == code), None)

    def reason(self, code: str) -> Word | None:
        """Why a check failed, by its code."""
        return next((word for word in self.reasons if word.code == code), None)

    def clock(self, code: str) -> Clock | None:
        """A service by its code."""
        return next((clock for clock in self.clocks if clock.code == code), None)


@cache
def kinds() -> Mapping[str, Kind]:
    """All kinds by code, in the order of the file."""
    return {code: _kind(code, row) for code, row in tomllib.loads(_FILE.read_text(encoding="utf-8")).items()}


def _kind(code: str, row: Mapping[str, Any]) -> Kind:
    given: dict[str, Any] = dict(row)
    makers: dict[str, Callable[..., Any]] = {"faults": Word, "reasons": Word, "items": FirstItem, "clocks": Clock}
    for name, make in makers.items():
        given[name] = tuple(make(*(tuple(cell) if isinstance(cell, list) else cell for cell in one)) for one in given[name])
    return Kind(code, **given)


@cache
def clocks() -> Mapping[str, Clock]:
    """All services that come round by code, of whatever kind. No two kinds have one of the same code."""
    return {clock.code: clock for kind in kinds().values() for clock in kind.clocks}


def kind_named(text: str) -> Kind | None:
    """The kind somebody writes in a sheet, by its name or its code."""
    plain = text.strip()
    return next((kind for kind in kinds().values() if plain in (kind.name, kind.code)), None)

"""The share of time up, down and unknown as a drawing: columns of an SVG, their numbers written here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from zengyi.facilities.queries import Mark
from zengyi.facilities.rules import Share

WIDTH, HEIGHT, LEFT, TOP = 664, 180, 52, 20
_LABELS_MOST = 6
#: Numbers of marks that fall into one column stand below one another, so many units apart.
_APART, _FIRST = 32, 38


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a column."""

    look: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class Flag:
    """Where something happened: a line through the column, and its number, which the list below explains."""

    number: int
    what: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Curve:
    """The whole drawing: bars from below, up, then unknown as bare ground, down from above; grid lines and days below; what happened."""

    bars: list[Bar]
    grid: list[tuple[float, int]]
    days: list[tuple[float, date]]
    flags: list[Flag] = field(default_factory=list)
    width: int = WIDTH
    height: int = HEIGHT + 28
    left: int = LEFT
    right: int = WIDTH
    base: int = HEIGHT
    top: int = TOP


def curve(days: Sequence[tuple[date, Share]], marks: Sequence[Mark] = ()) -> Curve | None:
    """A column for each; nothing when nothing was in service."""
    if not any(share.service for _day, share in days):
        return None
    step = (WIDTH - LEFT) / len(days)
    room = HEIGHT - TOP
    bars = []
    for at, (_day, share) in enumerate(days):
        if not share.service:
            continue
        x, w = round(LEFT + at * step, 1), round(max(step - 1, 0.5), 1)
        up, down = (round(value / share.service * room, 1) for value in (share.up, share.down))
        bars += [Bar("up", x, round(HEIGHT - up, 1), w, up)] if up else []
        bars += [Bar("down", x, TOP, w, down)] if down else []
    every = -(-len(days) // _LABELS_MOST)
    labels = [(round(LEFT + (at + 0.5) * step, 1), day) for at, (day, _share) in enumerate(days) if at % every == 0]
    grid = [(round(HEIGHT - room * part / 100, 1), part) for part in (0, 50, 100)]
    return Curve(bars, grid, labels, _flags(days, marks, step))


def _flags(days: Sequence[tuple[date, Share]], marks: Sequence[Mark], step: float) -> list[Flag]:
    flags, last_x, y = [], -WIDTH * 1.0, _FIRST
    for number, mark in enumerate(marks, start=1):
        column = max((at for at, (day, _share) in enumerate(days) if day <= mark.day), default=0)
        x = round(min(LEFT + (column + 0.5) * step, WIDTH - 14), 1)
        y = y + _APART if x - last_x < _APART else _FIRST
        flags.append(Flag(number, mark.what, x, y))
        last_x = x
    return flags

"""Charts as plain numbers for an inline SVG: drawn on the server, coloured by the style sheet, no script."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

LEFT, RIGHT, TOP, BOTTOM = 44, 772, 18, 212
STEPS = (1, 2, 5)
LABELS_MOST = 8


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two lines over the weeks of a quarter: points gained so far, and difficulty still open.

    ``grid`` and ``weeks`` are the marks of the two axes, each with its place; week 0 is the quarter's beginning. The ends are the
    lines' last points, ``labels`` the base lines of their figures, ``cross`` where what was gained overtakes what is open.
    """

    gained: str
    open: str
    area: str
    grid: list[tuple[float, int]]
    weeks: list[tuple[float, int]]
    gained_now: int
    open_now: int
    gained_end: tuple[float, float]
    open_end: tuple[float, float]
    labels: tuple[float, float]
    cross: tuple[float, float, int] | None
    view: str = "0 0 856 236"


def crossing(opening: int, weeks: Sequence[tuple[int, int]]) -> Crossing | None:
    """The chart of ``(gained so far, open)`` by week from what was open at the beginning; nothing when there is nothing to draw."""
    if not weeks:
        return None
    points = [(0, opening), *weeks]
    most = max(1, *(max(pair) for pair in points))
    step = _step(most)
    top = step * -(-most // step)
    xs = [LEFT + (RIGHT - LEFT) * place / len(weeks) for place in range(len(points))]
    every = -(-len(points) // LABELS_MOST)

    def height(value: float) -> float:
        return round(BOTTOM - max(0, value) / top * (BOTTOM - TOP), 1)

    def line(values: Sequence[int]) -> str:
        return " ".join(f"{x:.1f},{height(value)}" for x, value in zip(xs, values, strict=True))

    gained, still = [pair[0] for pair in points], [pair[1] for pair in points]
    ends = height(gained[-1]), height(still[-1])
    return Crossing(
        gained=line(gained),
        open=line(still),
        area=f"{line(still)} {xs[-1]:.1f},{BOTTOM} {xs[0]:.1f},{BOTTOM}",
        grid=[(height(value), value) for value in range(0, top + 1, step)],
        weeks=[(x, place) for place, x in enumerate(xs) if place % every == 0],
        gained_now=gained[-1],
        open_now=still[-1],
        gained_end=(xs[-1], ends[0]),
        open_end=(xs[-1], ends[1]),
        labels=_apart(*ends),
        cross=_cross(gained, still, xs, height),
    )


def _step(most: int) -> int:
    """A round distance between grid lines, so that there are three to five of them."""
    size = 1
    while True:
        for digit in STEPS:
            if most <= digit * size * 4:
                return digit * size
        size *= 10


def _apart(first: float, second: float) -> tuple[float, float]:
    """The heights of the two figures at the lines' ends: beside their points, but far enough apart to read both."""
    gap = 18
    if abs(first - second) < gap:
        middle = (first + second) / 2
        return (middle - gap / 2 + 5, middle + gap / 2 + 5) if first <= second else (middle + gap / 2 + 5, middle - gap / 2 + 5)
    return first + 5, second + 5


def _cross(
    gained: Sequence[int], still: Sequence[int], xs: Sequence[float], height: Callable[[float], float]
) -> tuple[float, float, int] | None:
    for place in range(1, len(xs)):
        before, after = gained[place - 1] - still[place - 1], gained[place] - still[place]
        if before < 0 <= after:
            share = -before / (after - before)
            value = gained[place - 1] + share * (gained[place] - gained[place - 1])
            return xs[place - 1] + share * (xs[place] - xs[place - 1]), height(value), place
    return None

"""Charts as plain numbers for an inline SVG: drawn on the server, coloured by the style sheet, no script."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT, LEFT, BOTTOM = 640, 220, 40, 28


@dataclass(frozen=True, slots=True)
class Crossing:
    """Two lines over the weeks of a quarter: points gained so far, and difficulty still open."""

    gained: str
    open: str
    weeks: list[tuple[float, int]]
    most: int
    gained_now: int
    open_now: int
    view: str = f"0 0 {WIDTH} {HEIGHT}"


def crossing(weeks: Sequence[tuple[int, int]]) -> Crossing | None:
    """The chart of ``(gained so far, open)`` by week; nothing when there is nothing to draw."""
    if not weeks:
        return None
    most = max(1, *(max(pair) for pair in weeks))
    step = (WIDTH - LEFT - 12) / max(1, len(weeks) - 1)
    xs = [LEFT + step * place for place in range(len(weeks))]

    def line(values: Sequence[int]) -> str:
        ys = [HEIGHT - BOTTOM - value / most * (HEIGHT - BOTTOM - 16) for value in values]
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(xs, ys, strict=True))

    gained, still = [pair[0] for pair in weeks], [pair[1] for pair in weeks]
    return Crossing(line(gained), line(still), [(x, place) for place, x in enumerate(xs, 1)], most, gained[-1], still[-1])

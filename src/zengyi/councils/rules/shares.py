"""A cost spread over flats by their areas, to the cent. 民法典 283: by agreement, else by the share of the area."""

from collections.abc import Sequence


def spread(cents: int, areas: Sequence[int]) -> list[int]:
    """What falls on each flat, in cents, in the order of ``areas`` (whole numbers of any one unit).

    The parts add up to the whole: what rounding down leaves goes, a cent each, to the largest remainders, and of equal ones to the first.
    Raises ``ValueError`` for a cost or an area below zero, or when there is nothing to spread over.

    >>> spread(10_000_000, [80, 120, 100])
    [2666667, 4000000, 3333333]
    """
    whole = sum(areas)
    if cents < 0 or whole <= 0 or min(areas) < 0:
        raise ValueError("a cost is spread over areas that are positive or zero, and not all of them zero")
    parts = [cents * area // whole for area in areas]
    remainders = sorted(range(len(areas)), key=lambda at: (-(cents * areas[at] % whole), at))
    for at in remainders[: cents - sum(parts)]:
        parts[at] += 1
    return parts

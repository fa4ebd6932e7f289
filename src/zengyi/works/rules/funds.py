"""Money of projects, in fen: whole hundredths of a yuan, never anything else."""

from collections.abc import Sequence


def allocate(total: int, areas: Sequence[int]) -> list[int]:
    """``total`` fen shared out by area, in hundredths of a square metre, to the fen and with nothing left over.

    Costs are borne by agreement, else by area (民法典 283). Everybody's part is rounded down; the fen left go one by one to those with
    the largest rest, among equals to the first. Raises ``ValueError`` without areas, or for one that is not positive.

    >>> allocate(10_000_000, [8_000, 12_000, 10_000])
    [2666667, 4000000, 3333333]
    """
    if not areas or min(areas) <= 0 or total < 0:
        raise ValueError("areas must be positive, and there must be some")
    whole = sum(areas)
    shares = [total * area // whole for area in areas]
    rests = sorted(range(len(areas)), key=lambda n: (-(total * areas[n] % whole), n))
    for n in rests[: total - sum(shares)]:
        shares[n] += 1
    return shares

"""How the points of an order are shared among those who took it."""

from collections.abc import Sequence


def equal_shares(points: int, claimants: int) -> list[int]:
    """``points`` in equal shares; what is left over goes one by one in the order of claiming.

    >>> equal_shares(8, 3)
    [3, 3, 2]
    """
    share, rest = divmod(points, claimants)
    return [share + (1 if place < rest else 0) for place in range(claimants)]


def split(points: int, fixed: Sequence[int | None]) -> list[int]:
    """``points`` among claims: shares the dispatcher fixed, the rest equally; when all are fixed, the rest goes in order.

    Raises ``ValueError`` when the fixed shares are more than there is.

    >>> split(8, [None, None, None]), split(8, [5, None]), split(8, [2, 2])
    ([3, 3, 2], [5, 3], [4, 4])
    """
    rest = points - sum(share or 0 for share in fixed)
    if rest < 0:
        raise ValueError("more is fixed than there is")
    free = [place for place, share in enumerate(fixed) if share is None] or list(range(len(fixed)))
    shares = [share or 0 for share in fixed]
    for place, extra in zip(free, equal_shares(rest, len(free)), strict=True):
        shares[place] += extra
    return shares

"""A bar on standard error that says how far something is; where nobody looks at it, nothing is written."""

import sys
from collections.abc import Callable

WIDTH = 30


def bar(what: str) -> Callable[[int, int], None]:
    """Returns what is told how much is done, and of how much. The bar ends its line when all is."""
    shown = sys.stderr.isatty()
    last = -1

    def tell(done: int, whole: int) -> None:
        nonlocal last
        share = min(100, done * 100 // whole) if whole else 100
        if not shown or share == last:
            return
        last = share
        full = WIDTH * share // 100
        end = "\n" if share == 100 else ""
        print(f"\r{what} [{'#' * full}{'.' * (WIDTH - full)}] {share:3} %", end=end, file=sys.stderr, flush=True)

    return tell

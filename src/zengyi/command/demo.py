"""Loading the demo district, once and whole, and telling a database that holds it."""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from zengyi.command.errors import Failed

PATIENCE_SECONDS = 5


def holds_demo() -> bool:
    """Whether the run-time folder holds the demo, even if half loaded: everybody knows its passwords."""
    return _mark().exists() or _unfinished().exists()


def is_loaded() -> bool:
    """Whether the demo was loaded to its end."""
    return _mark().exists()


def load() -> int:
    """Load the demo district into an empty database; returns how many communities it has. Raises :class:`Failed`."""
    from zengyi import demo
    from zengyi.core import clock
    from zengyi.people import queries as people

    if _unfinished().exists():
        raise Failed(f"the demo was not loaded to its end: remove the folder {_unfinished().parent} and start again")
    if people.communities():
        raise Failed("the database is not empty; the demo goes into a new one (set ZENGYI_VAR to another folder)")
    # Marked before loading: the passwords of a half-loaded demo are just as well known.
    _unfinished().touch()
    demo.load(clock.now(), tell=_patience())
    _unfinished().rename(_mark())
    return len(people.communities())


def _mark() -> Path:
    return Path(os.environ.get("ZENGYI_VAR", "var")).resolve() / "demo"


def _unfinished() -> Path:
    return _mark().with_name("demo.unfinished")


def _patience() -> Callable[[float], None]:
    """Report progress on standard error, but only when loading takes long."""
    told = time.monotonic()

    def tell(share: float) -> None:
        nonlocal told
        if time.monotonic() - told > PATIENCE_SECONDS:
            told = time.monotonic()
            print(f"zengyi: a year of orders, {share:.0%} done", file=sys.stderr, flush=True)

    return tell

"""What ``make quick`` runs: the tests of the packages that were changed, and of those above them in the layers.

Nearest first, for as long as somebody likes to wait: a change at the bottom concerns nearly every test there is. What was not
reached is told by folder, and left to ``make test``.
"""

import os
import subprocess
import time
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = "src/zengyi/"
#: No test begins later than this many seconds after the first. To start takes ten more, and the last ones take their time, twenty at
#: most: all is over within a minute and a half.
SECONDS = 60
#: Only ``make quick`` sets it.
LIMIT = "ZENGYI_TEST_SECONDS"
#: Two workers start sooner than three; small portions keep the order.
HOW = ("-n", "2", "--dist", "load", "--maxschedchunk", "8")
#: What reads the house as a whole, whatever was changed.
ALWAYS = "tests/codebase"

Layers = Sequence[frozenset[str]]


def layers() -> Layers:
    """The packages from the top down, side by side where they are; as import-linter has them."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    order = next(one["layers"] for one in contracts if one["type"] == "layers" and "containers" not in one)
    return [frozenset(name.strip().removeprefix("zengyi.") for name in line.split("|")) for line in order]


def changed() -> list[str]:
    """Files that differ from where this branch left main, uncommitted and new ones included."""
    base = next((found for main in ("main", "origin/main") if (found := _git("merge-base", "HEAD", main))), ["HEAD"])[0]
    return sorted({*_git("diff", "--name-only", base), *_git("ls-files", "--others", "--exclude-standard")})


def folders(files: Iterable[str], order: Layers, present: Iterable[str]) -> list[str]:
    """The folders of tests to run, of those that are ``present``.

    ``tests/bank`` and ``tests/bank_pages`` belong to the package ``bank``. A folder of no package (``tests/trust``) runs when it
    was changed itself; what all tests share changes them all.
    """
    packages = frozenset().union(*order)
    touched: set[str] = set()
    chosen = {ALWAYS}
    for file in files:
        parts = file.split("/")
        if file.startswith(SOURCE):
            touched |= {parts[2]} & packages or packages
        elif parts[0] == "tests" and len(parts) > 2:
            chosen.add("/".join(parts[:2]))
        elif parts[0] == "tests" or file.startswith(("pyproject", "requirements")):
            touched |= packages
    wanted = above(touched, order)
    here = list(present)
    chosen |= {folder for folder in here if any(_of(folder, package) for package in wanted)}
    return sorted(chosen & set(here))


def above(touched: set[str], order: Layers) -> set[str]:
    """These packages and all that lie in higher layers than any of them."""
    lowest = max((place for place, side in enumerate(order) if side & touched), default=0)
    return touched.union(*order[:lowest])


def nearest_first(chosen: Iterable[str], files: Iterable[str], order: Layers) -> list[str]:
    """The folders whose tests or whose package was changed, then the rest from the bottom up."""
    names = set(files)
    own = {"/".join(file.split("/")[:2]) for file in names if file.startswith("tests/")}
    packages = {file.split("/")[2] for file in names if file.startswith(SOURCE)}

    def far(folder: str) -> tuple[bool, int, str]:
        near = folder in own or any(_of(folder, package) for package in packages)
        level = next((place for place, side in enumerate(order) if any(_of(folder, package) for package in side)), len(order))
        return not near, -level, folder

    return sorted(chosen, key=far)


def chosen() -> list[str]:
    """The folders for the changes as they are, in the order in which they run."""
    files, order = changed(), layers()
    found = folders(files, order, [f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir()])
    return nearest_first(found, files, order)


def limit() -> None:
    """Tests that are started from here run for so long."""
    os.environ[LIMIT] = str(SECONDS)


@cache
def _end() -> float:
    """Time runs from the first test on, however long the start took on a busy machine."""
    return time.monotonic() + float(os.environ[LIMIT])


def too_late(folder: Path, test: str) -> bool:
    """Whether this test is not to begin any more; then that is noted in ``folder``."""
    if LIMIT not in os.environ or time.monotonic() < _end():
        return False
    with (folder / "left.txt").open("a") as noted:
        noted.write(f"{test}\n")
    return True


def left(folder: Path) -> str:
    """A line about what was not reached; empty when everything was."""
    noted = folder / "left.txt"
    if not noted.exists():
        return ""
    by_folder = Counter("/".join(test.split("/")[:2]) for test in noted.read_text().splitlines())
    named = ", ".join(f"{name} {count}" for name, count in by_folder.items())
    return f"not reached in {SECONDS} s: {by_folder.total()} tests ({named}); 'make test' runs them"


def _of(folder: str, package: str) -> bool:
    name = folder.removeprefix("tests/")
    return name == package or name.startswith(f"{package}_")


def _git(*arguments: str) -> list[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()

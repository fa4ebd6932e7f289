"""What ``make quick`` runs: the tests of the packages that were changed, and of those above them in the layers."""

import subprocess
import tomllib
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = "src/zengyi/"
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


def chosen() -> list[str]:
    """The folders for the changes as they are."""
    return folders(changed(), layers(), [f"tests/{path.name}" for path in (ROOT / "tests").iterdir() if path.is_dir()])


def _of(folder: str, package: str) -> bool:
    name = folder.removeprefix("tests/")
    return name == package or name.startswith(f"{package}_")


def _git(*arguments: str) -> list[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.splitlines()

"""``make quick`` runs the tests of what was changed, and of what lies above it."""

import math
from pathlib import Path

import pytest

from tests import quick

ORDER = [frozenset({"command", "develop"}), frozenset({"project"}), frozenset({"orders"}), frozenset({"bank"}), frozenset({"core"})]
PRESENT = ["tests/codebase", "tests/trust", "tests/project", "tests/orders", "tests/orders_pages", "tests/bank", "tests/core"]


@pytest.mark.parametrize(
    ("files", "run"),
    [
        ([], "codebase"),
        (["README.md", "docs/a.md", "benchmarks/load.py"], "codebase"),
        (["src/zengyi/command/serve.py"], "codebase"),
        (["src/zengyi/orders/rules.py"], "codebase orders orders_pages project"),
        (["src/zengyi/bank/sql/sums.sql", "README.md"], "bank codebase orders orders_pages project"),
        (["src/zengyi/core/clock.py"], "bank codebase core orders orders_pages project"),
        (["tests/core/test_clock.py"], "codebase core"),
        (["tests/trust/walk.py", "src/zengyi/project/urls.py"], "codebase project trust"),
        (["tests/cast.py"], "bank codebase core orders orders_pages project"),
        (["pyproject.toml"], "bank codebase core orders orders_pages project"),
        (["src/zengyi/new_package/rules.py"], "bank codebase core orders orders_pages project"),
    ],
)
def test_which_folders_run(files: list[str], run: str) -> None:
    assert quick.folders(files, ORDER, PRESENT) == [f"tests/{name}" for name in run.split()]


def test_what_was_changed_runs_first_and_then_from_the_bottom_up() -> None:
    files = ["src/zengyi/bank/rules.py", "tests/trust/walk.py"]
    ordered = quick.nearest_first(quick.folders(files, ORDER, PRESENT), files, ORDER)
    assert ordered == [f"tests/{name}" for name in "trust bank codebase orders orders_pages project".split()]


def test_what_is_not_reached_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(quick.LIMIT, "1")
    monkeypatch.setattr(quick, "_end", lambda: math.inf)
    assert not quick.too_late(tmp_path, "tests/bank/test_sums.py::test_one")
    assert quick.left(tmp_path) == ""
    monkeypatch.setattr(quick, "_end", lambda: 0.0)
    for test in ("bank/test_sums.py::test_one", "bank/test_sums.py::test_two", "orders/test_api.py::test_it"):
        assert quick.too_late(tmp_path, f"tests/{test}")
    assert "3 tests (tests/bank 2, tests/orders 1)" in quick.left(tmp_path)
    monkeypatch.delenv(quick.LIMIT)
    assert not quick.too_late(tmp_path, "tests/bank/test_sums.py::test_one")


def test_the_layers_are_those_of_the_contract() -> None:
    order = quick.layers()
    assert order[-1] == {"core"}
    assert frozenset({"core", "people", "bank", "orders", "project"}) <= frozenset().union(*order)

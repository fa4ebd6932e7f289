"""The migrated database of an earlier run is taken again only while nothing has changed on which it depends."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.codebase.test_tidiness import ROOT, tracked
from tests.databases import OF_NO_TABLE, SOURCE, digest


def taken(path: Path) -> Iterator[str]:
    """The modules of ours that a file imports, with the names it takes from them."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_what_migrations_take_is_looked_at() -> None:
    """And what runs after every migration: the trail, which is part of the core."""
    after = {SOURCE / f"core/{name}.py" for name in ("management/commands/migrate", "baseline", "capture", "tracking", "sql", "search")}
    files = [path for path in tracked("src/zengyi/*.py") if "migrations" in path.parts or path in after]
    wrong = {
        f"{path.relative_to(ROOT)} takes {name}"
        for path in files
        for name in taken(path)
        if name.startswith("zengyi.") and len(name.split(".")) > 3 and OF_NO_TABLE & set(name.split(".")[2:])
    }
    assert wrong == set()
    assert len(files) > 50 and after <= set(files)


@pytest.mark.parametrize(
    ("changed", "matters"),
    [
        ("bank/migrations/0001_initial.py", True),
        ("bank/migrations/0002_more.py", True),
        ("bank/models/accounts.py", True),
        ("bank/rules/points.py", True),
        ("bank/trail.toml", True),
        ("core/capture.py", True),
        ("bank/pages/account.py", False),
        ("bank/templates/bank/account.html", False),
        ("bank/queries/sums.py", False),
    ],
)
def test_a_change_makes_another(tmp_path: Path, changed: str, matters: bool) -> None:
    (tmp_path / "bank/migrations").mkdir(parents=True)
    (tmp_path / "bank/migrations/0001_initial.py").write_text("operations = []")
    before = digest(tmp_path)
    assert digest(tmp_path) == before
    target = tmp_path / changed
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("something else")
    assert (digest(tmp_path) != before) is matters


def test_the_source_is_where_it_is_looked_for() -> None:
    assert (SOURCE / "core/migrations/0001_initial.py").exists()

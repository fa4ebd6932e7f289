"""Where each test runs is told by the test itself, and what may differ between databases runs on both."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import groups
from tests.codebase.test_tidiness import ROOT, tracked

#: Kinds of tests by the names of their modules, in every package: each is about what the database does.
BY_BOTH = re.compile(r"test_(constraints|statements|injection|limits|matrix|bad_\w+|races|claims|once|connections)\.py")
#: Whoever speaks of these knows that there are two databases.
TELLING = re.compile(r"connection\.vendor|IntegrityError|\.cursor\(\)|ZENGYI_TEST_DB|\bat_once\(|\bsql\(\)")
SQLITE_ONLY = 'databases("sqlite")'
#: Tests of such modules whose answers are words that come out of templates and the log, whatever database is below.
OF_WORDS = {
    "test_injection.py": {"test_stored_words_stay_words", "test_words_in_a_refused_form_stay_words"},
    "test_limits.py": {"test_the_log_names_nobody"},
}


@pytest.mark.parametrize(
    ("uses", "marked", "runs"),
    [
        (False, None, ("sqlite",)),
        (True, None, ("sqlite", "postgres")),
        (True, ("sqlite",), ("sqlite",)),
        (True, ("postgres",), ("postgres",)),
        (False, ("sqlite", "postgres"), ("sqlite", "postgres")),
    ],
)
def test_where_a_test_runs(uses: bool, marked: tuple[str, ...] | None, runs: tuple[str, ...]) -> None:
    assert groups.runs_on(uses, marked) == runs


def wrongly_alone(name: str, text: str) -> list[str]:
    """Why a module, or tests of it, that run on SQLite only should run on both; nothing when they may."""
    alone, tests = "", set[str]()
    for node in ast.parse(text).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark" and SQLITE_ONLY in _as_written(text, node.value):
            alone, tests = text, {"all"}
        if isinstance(node, ast.FunctionDef) and any(SQLITE_ONLY in _as_written(text, one) for one in _bare(node)):
            alone += _as_written(text, node)
            tests.add(node.name)
    both = BY_BOTH.fullmatch(name) if tests - OF_WORDS.get(name, set()) else None
    return [found[0] for found in (both, TELLING.search(alone)) if found]


def _bare(test: ast.FunctionDef) -> list[ast.expr]:
    """Its marks; what stands inside a parametrization is about single cases."""
    return [one for one in test.decorator_list if "parametrize" not in ast.unparse(one)]


def _as_written(text: str, node: ast.AST) -> str:
    return ast.get_source_segment(text, node) or ""


def test_what_databases_may_answer_differently_runs_on_both() -> None:
    modules = [path for path in tracked("tests/*.py") if path.name.startswith("test_") and path.name != Path(__file__).name]
    wrong = {path.name: why for path in modules if (why := wrongly_alone(path.name, path.read_text()))}
    assert wrong == {}
    assert len([path for path in modules if BY_BOTH.fullmatch(path.name)]) > 12


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("test_constraints.py", ""),
        ("test_matrix.py", ""),
        ("test_looks.py", "with pytest.raises(IntegrityError): ..."),
        ("test_looks.py", "with connection.cursor() as cursor: ..."),
        ("test_looks.py", "with sql() as statements: ..."),
    ],
)
def test_a_module_that_leaves_a_database_out_wrongly_is_found(name: str, body: str) -> None:
    assert wrongly_alone(name, f'pytestmark = [pytest.mark.django_db, pytest.mark.databases("sqlite")]\n{body}\n')
    assert not wrongly_alone(name, f"{body}\n")
    assert not wrongly_alone("test_looks.py", 'pytestmark = pytest.mark.databases("sqlite")\n')
    test = f'@pytest.mark.databases("sqlite")\ndef test_one():\n    {body or "..."}\n'
    assert wrongly_alone(name, test)
    elsewhere = f'@pytest.mark.databases("sqlite")\ndef test_one():\n    ...\n\ndef test_two():\n    {body or "..."}\n'
    assert not wrongly_alone("test_looks.py", elsewhere)


def rushing(tree: ast.Module) -> Iterator[str]:
    """Tests that start threads or programs that go on by themselves, and are in no group for it."""
    marked = any(isinstance(node, ast.Assign) and "pytest.mark.live" in ast.unparse(node) for node in tree.body)
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_") and not marked:
            decorators = [ast.unparse(one) for one in node.decorator_list]
            asked = {argument.arg for argument in node.args.args} & (groups.SERVERS | groups.BROWSERS)
            if re.search(r"threading\.Barrier\(|\bPopen\(", ast.unparse(node)) and not asked and "pytest.mark.live" not in decorators:
                yield node.name


def test_rushes_are_in_a_group_of_their_own() -> None:
    wrong = [
        f"{path.name}::{name}"
        for path in tracked("tests/*.py")
        if path.name.startswith("test_") and path.name != Path(__file__).name
        for name in rushing(ast.parse(path.read_text()))
    ]
    assert wrong == []
    planted = "def test_many():\n    start = threading.Barrier(2)\n"
    assert list(rushing(ast.parse(planted))) == ["test_many"]
    assert list(rushing(ast.parse("@pytest.mark.live\n" + planted))) == []


PLANTED = """
import os
import pytest
from pathlib import Path
from tests.live import Live

def made():
    return sorted(path.name for path in Path(os.environ["ZENGYI_VAR"]).glob("*.sqlite3*"))

def test_without_a_database():
    assert made() == []

def test_a_server_without_a_word(tmp_path):
    with pytest.raises(AssertionError, match="starts a server or threads"):
        Live(tmp_path).start()

@pytest.mark.databases("postgres")
def test_elsewhere():
    raise AssertionError("this is not PostgreSQL")

def test_with_one(db):
    assert {name.split("-")[0] for name in made()} >= {"main", "zengyi_template.sqlite3"}
"""


LAUNCHED = """
import pytest

@pytest.mark.live
def test_a_launch():
    raise AssertionError("this is in another group")
"""


CONFTEST = """
import pytest
from tests.conftest import *

class Last:
    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items):
        items.sort(key=lambda item: item.location[1])

def pytest_configure(config):
    config.pluginmanager.register(Last())
"""


def test_who_asks_for_no_database_gets_none(tmp_path: Path) -> None:
    """A run of its own: none is made before the first test that asks. It notes where the tests of each group are."""
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_planted.py").write_text(PLANTED)
    (tmp_path / "test_launched.py").write_text(LAUNCHED)
    how = ["-q", "-n0", "-p", "no:cacheprovider", "-m", "not live"]
    command = [sys.executable, "-m", "pytest", *how, "-c", str(ROOT / "pyproject.toml"), str(tmp_path)]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZENGYI_", "PYTEST_", "DJANGO_"))}
    file = tmp_path / "files.json"
    environment = {**kept, "ZENGYI_TEST_DB": "sqlite", "PYTHONPATH": str(ROOT), groups.NOTED: str(file)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert "3 passed, 2 deselected" in done.stdout, done.stdout + done.stderr
    noted = {(name, group): groups.noted(file, name, group) for name in groups.DATABASES for group in ("live", "not live")}
    assert {where: [Path(one).name for one in files] for where, files in noted.items()} == {
        ("sqlite", "live"): ["test_launched.py"],
        ("sqlite", "not live"): ["test_planted.py"],
        ("postgres", "live"): [],
        ("postgres", "not live"): ["test_planted.py"],
    }

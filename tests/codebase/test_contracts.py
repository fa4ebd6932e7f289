"""The contracts of the house hold, and each one fails on a planted violation: a check that can't fail checks nothing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent


def lint_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """import-linter over a copy of the source."""
    command: list[str | Path] = [TOOLS / "lint-imports", "--no-cache", "--no-logo", "--config", ROOT / "pyproject.toml"]
    environment = {**os.environ, "PYTHONPATH": str(tree / "src")}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the source to plant violations in."""
    copied = tmp_path_factory.mktemp("house")
    shutil.copytree(ROOT / "src", copied / "src", ignore=shutil.ignore_patterns("__pycache__", "static", "templates", "*.egg-info"))
    return copied


def test_the_house_keeps_its_contracts(tree: Path) -> None:
    done = lint_imports(tree)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    ("contract", "file", "line"),
    [
        ("Packages: each imports only what lies below", "bank/queries/sums.py", "from zengyi.orders import rules as upward"),
        ("Packages: each imports only what lies below", "core/clock.py", "import zengyi.people.rules"),
        ("Rooms: from the rules up to the pages", "orders/queries/lists.py", "from zengyi.orders import actions"),
        ("Rooms: from the rules up to the pages", "bank/helpers.py", "LEFT_OVER = 1"),
        ("Pages, API and forms never touch tables", "orders/pages/orders.py", "from zengyi.orders.models import Order"),
        ("Packages: each imports only what lies below", "people/demo/towns.py", "from zengyi.command.serve import DEMO_PASSWORD"),
        ("Packages: each imports only what lies below", "project/wsgi.py", "from zengyi.command.serve import SERVER_PID"),
        ("Packages: each imports only what lies below", "command/serve.py", "from zengyi.develop.catalogue.checks import check"),
        ("Tables and pages are private to their package", "project/shell.py", "from zengyi.orders.models import Order"),
        ("Tables and pages are private to their package", "orders/queries/desk.py", "from zengyi.bank.models import Account"),
        ("Tables and pages are private to their package", "orders/actions/placing.py", "from zengyi.people.models import Person"),
        ("Tables and pages are private to their package", "demo/__init__.py", "from zengyi.people.models import Person"),
        ("Tables and pages are private to their package", "orders/pages/orders.py", "from zengyi.people.pages import lists"),
        ("Tables and pages are private to their package", "orders/api/operations.py", "from zengyi.bank.api import AccountOut"),
        ("What serves knows no demo", "project/pages.py", "from zengyi.people.demo import towns"),
        ("What serves knows no demo", "orders/queries/lists.py", "from zengyi.people.demo import towns"),
        ("Rules are pure: no tables, no queries", "bank/rules/words.py", "from zengyi.core.models import Event"),
        ("Rules are pure: no tables, no queries", "bank/rules/words.py", "from zengyi.people.queries import communities"),
    ],
)
def test_a_planted_violation_fails(tree: Path, contract: str, file: str, line: str) -> None:
    path = tree / "src" / "zengyi" / file
    old = path.read_text() if path.exists() else None
    try:
        path.write_text(f"{old or ''}\n{line}\n")
        done = lint_imports(tree)
    finally:
        if old is None:
            path.unlink()
        else:
            path.write_text(old)
    assert done.returncode == 1
    if old is None:
        assert "helpers" in done.stdout, done.stdout
    else:
        assert f"{contract} BROKEN" in done.stdout, done.stdout


def ruff(code: str, name: str) -> str:
    """What ruff says of ``code`` as if it stood in the file ``name``."""
    command: list[str | Path] = [TOOLS / "ruff", "check", "--no-cache", "--output-format", "concise", "--stdin-filename", ROOT / name, "-"]
    return subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False).stdout


@pytest.mark.parametrize(
    "line",
    [
        "from django.db import transaction",
        "from django.dispatch import receiver",
        "from django.db.models.signals import post_save",
        "import datetime\n\nprint(datetime.datetime.now())",
        "from django.utils import timezone\n\nprint(timezone.now())",
    ],
)
def test_banned_interfaces_are_refused(line: str) -> None:
    assert "TID251" in ruff(f'"""A room."""\n\n{line}\n', "src/zengyi/orders/actions/planted.py")


def test_only_core_opens_transactions() -> None:
    assert "TID251" not in ruff('"""A room."""\n\nfrom django.db import transaction\n', "src/zengyi/core/planted.py")


def test_the_type_checker_is_strict(tmp_path: Path) -> None:
    planted = tmp_path / "planted.py"
    planted.write_text("def untyped(value):\n    return value\n")
    command: list[str | Path] = [TOOLS / "mypy", "--config-file", ROOT / "pyproject.toml", "--cache-dir", tmp_path / "cache", planted]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "ZENGYI_VAR": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Function is missing a type annotation" in done.stdout

"""A new package is found in its own folder: put into a copy of the house, it works with two lines of others changed.

What it declares (page, entry, operation, permissions, job, demo, English) is looked at within the copy by
``tests/newcomer/checks``; here the house's own checks look at it, and find what is planted in it.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = Path(sys.executable).parent
NEWCOMER = Path(__file__).parent
#: The shared lines that a new package adds: the file, the line before which it goes, and the new line.
SHARED = (
    ("src/zengyi/project/settings.py", '    "zengyi.project",\n', '    "zengyi.greetings",\n'),
    ("pyproject.toml", '  "zengyi.orders",\n', '  "zengyi.greetings",\n'),
)
HOUSE_RULES = "rooms or template_is_used or pages_never_query or action_says or inline"


class House:
    """A copy of the house with the new package in it."""

    def __init__(self, folder: Path) -> None:
        self.root, self.package = folder, folder / "src" / "zengyi" / "greetings"
        # With what is compiled already, or each house would compile all of it; not what another process is just writing.
        left_out = shutil.ignore_patterns("*.pyc.*", "*.egg-info", "newcomer")
        for name in ("src", "tests", "benchmarks"):
            shutil.copytree(ROOT / name, folder / name, ignore=left_out)
        for name in ("pyproject.toml", "Makefile"):
            shutil.copy(ROOT / name, folder / name)
        shutil.copytree(NEWCOMER / "greetings", self.package)
        shutil.copytree(NEWCOMER / "checks", folder / "tests" / "greetings")
        for file, before, line in SHARED:
            text = (folder / file).read_text()
            assert text.count(before) == 1
            (folder / file).write_text(text.replace(before, line + before))

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """A tool over the copy."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("ZENGYI_", "DJANGO_", "PYTEST_"))}
        own = {"PYTHONPATH": f"{self.root / 'src'}:{self.root}", "ZENGYI_VAR": str(self.root / "var")}
        program = [str(TOOLS / command[0]), *command[1:]]
        return subprocess.run(program, cwd=self.root, env={**kept, **own}, capture_output=True, text=True, check=False)

    def lint(self) -> str:
        """What import-linter says."""
        return self.run("lint-imports", "--no-cache", "--no-logo").stdout

    def catalogue(self) -> str:
        """What the catalogue's check says."""
        return self.run("python", "-m", "zengyi.develop.catalogue", "check").stdout

    def pytest(self, *arguments: str) -> str:
        """What the tests say."""
        return self.run("pytest", "-q", "-n0", "-p", "no:cacheprovider", *arguments).stdout

    @contextmanager
    def planted(self, name: str, text: str, instead_of: str = "") -> Iterator[None]:
        """A file of the source with something wrong at its end, or instead of something right."""
        path = self.root / "src" / "zengyi" / name
        old = path.read_text() if path.exists() else None
        assert not instead_of or (old and instead_of in old)
        path.write_text(old.replace(instead_of, text) if old and instead_of else f"{old or ''}\n{text}\n")
        try:
            yield
        finally:
            if old is None:
                path.unlink()
            else:
                path.write_text(old)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("newcomer"))


def test_a_new_package_works_with_two_lines_of_others_changed(house: House) -> None:
    told = house.pytest("tests/greetings")
    assert re.search(r"^10 passed", told, re.MULTILINE), told


TOLD = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "zengyi.project.settings"
import django
django.setup()
from tests.demo.conftest import AFTERNOON, FEW, only
from zengyi import demo
from zengyi.core.models import Event
from zengyi.greetings.models import Greeting
with only(*FEW):
    demo.load(AFTERNOON)
print(Greeting.objects.values("community").distinct().count(), Event.objects.filter(object_type="greeting", verb="say").count())
"""


def test_its_chapter_of_the_demo_is_told_with_the_others(house: House) -> None:
    """In every community there is; two are enough."""
    done = house.run("python", "-m", "zengyi", "migrate")
    assert done.returncode == 0, done.stderr
    done = house.run("python", "-c", TOLD)
    assert done.stdout == "2 2\n", done.stdout + done.stderr


def test_the_houses_own_checks_look_at_it_and_are_content(house: House) -> None:
    contracts = house.lint()
    assert "0 broken" in contracts, contracts
    assert "complete" in house.catalogue(), house.catalogue()
    assert (
        "No changes detected"
        in house.run("django-admin", *"makemigrations --check --dry-run --settings zengyi.project.settings".split()).stdout
    )
    told = house.pytest("tests/codebase/test_tidiness.py", "-k", HOUSE_RULES)
    assert re.search(r"^5 passed", told, re.MULTILINE), told


@pytest.mark.parametrize(
    ("name", "line", "contract"),
    [
        ("orders/queries/lists.py", "from zengyi.greetings import rules as upward", "Packages: each imports only what lies below"),
        ("greetings/queries.py", "from zengyi.greetings import actions", "Rooms: from the rules up to the pages"),
        ("greetings/pages.py", "from zengyi.greetings.models import Greeting", "Pages, API and forms never touch tables"),
        ("project/shell.py", "from zengyi.greetings.models import Greeting", "Tables and pages are private to their package"),
        ("greetings/pages.py", "from zengyi.orders.pages import lists", "Tables and pages are private to their package"),
        ("greetings/rules.py", "from zengyi.people.models import Person", "Rules are pure: no tables, no queries"),
    ],
)
def test_a_planted_import_breaks_a_contract(house: House, name: str, line: str, contract: str) -> None:
    with house.planted(name, line):
        told = house.lint()
    assert f"{contract} BROKEN" in told, told


def test_a_room_that_is_none_is_found(house: House) -> None:
    with house.planted("greetings/helpers.py", "LEFT_OVER = 1"):
        assert "helpers" in house.lint()
        assert "1 failed" in house.pytest("tests/codebase/test_tidiness.py", "-k", "other_rooms")


@pytest.mark.parametrize(
    ("name", "old", "new", "told"),
    [
        ("greetings/locale/en/LC_MESSAGES/django.po", "Nobody has said hello yet.", "", "greetings: not translated: 还没有人问好。"),
        ("greetings/pages.py", '"greetings/list.html"', '"大家好"', "greetings: pages.py:30: not marked for translation: 大家好"),
    ],
)
def test_english_that_is_missing_is_found(house: House, name: str, old: str, new: str, told: str) -> None:
    with house.planted(name, new, old):
        assert told in house.catalogue()


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("greetings/roles.toml", 'urls = ["greetings", ', "urls = ["),
        ("greetings/roles.toml", '"api:say_greeting"', '"api:say_greeting", "nowhere"'),
        ("greetings/roles.toml", 'worker = "community"', 'wroker = "community"'),
        ("greetings/roles.toml", "[greeting.say]", "[order.claim]"),
    ],
)
def test_a_table_that_is_wrong_is_found(house: House, name: str, old: str, new: str) -> None:
    with house.planted(name, new, old):
        told = house.pytest("tests/trust/test_table.py", "-k", "every_way_stands")
    assert re.search(r"^1 (failed|error)", told, re.MULTILINE) or "ValueError" in told, told


def test_a_table_the_trail_knows_nothing_of_is_found(house: House) -> None:
    with house.planted("greetings/trail.toml", "Nothing", "Greeting"):
        assert "1 failed" in house.pytest("tests/core/test_tracking.py", "-k", "kept_or_left_out")
    assert "1 passed" in house.pytest("tests/core/test_tracking.py", "-k", "kept_or_left_out")


def test_a_way_without_a_case_is_found(house: House) -> None:
    path = house.root / "tests" / "greetings" / "cases.py"
    kept = path.read_text()
    path.write_text(kept.replace('    yield Case("api:say_greeting"', '    assert Case("api:say_greeting"'))
    try:
        assert "1 failed" in house.pytest("tests/trust/test_table.py", "-k", "every_way_is_walked")
    finally:
        path.write_text(kept)

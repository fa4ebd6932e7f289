"""The documents under ``docs/`` that are made from data: up to date, complete, and noticed when they are not."""

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import translation

from tests.trust import table as tables
from tests.trust.test_table import WAYS
from zengyi.develop.reference import documents
from zengyi.develop.reference.roles import MARKS, ROLES
from zengyi.develop.reference.ways import ways
from zengyi.orders import rules
from zengyi.people.rules import Scope
from zengyi.people.rules.roles import table as table_of_product
from zengyi.project.api import api

pytestmark = pytest.mark.databases("sqlite")

DOCS = Path(__file__).parents[2] / "docs"
COMMAND = [sys.executable, "-m", "zengyi.develop.reference"]
ARROW = re.compile(r"^    (\S+) --> (\S+): (.+)$", re.MULTILINE)


@pytest.fixture(autouse=True)
def _chinese() -> None:
    translation.activate("zh-hans")


@pytest.mark.parametrize("name", documents.MADE)
def test_a_document_says_what_the_data_says(name: str) -> None:
    made = documents.documents()[name]
    assert (DOCS / name).read_text("utf-8") == made, "run: python -m zengyi.develop.reference write docs"


def test_what_is_stale_is_found_and_written(tmp_path: Path) -> None:
    assert sorted(documents.write(tmp_path / "new")) == sorted(documents.documents())
    assert documents.stale(tmp_path / "new") == documents.write(tmp_path / "new") == []
    (tmp_path / "new" / "roles.md").write_text("something else", encoding="utf-8")
    assert documents.stale(tmp_path / "new") == ["roles.md"]


def test_the_command_fails_until_it_has_written(tmp_path: Path) -> None:
    for what, code, told in (("check", 1, "stale"), ("write", 0, "written")):
        done = subprocess.run([*COMMAND, what, str(tmp_path)], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr, done.stdout.count(told)) == (code, "", 3)
    assert documents.stale(tmp_path) == []


def test_a_changed_cell_makes_the_document_stale() -> None:
    table, row = table_of_product(), table_of_product()["desk.use"]
    try:
        table["desk.use"] = replace(row, scopes={})
        assert set(documents.stale(DOCS)) == {"roles.md"}
        table["order.claim"], kept = replace(table["order.claim"], scopes={}), table["order.claim"]
        assert set(documents.stale(DOCS)) == {"roles.md", "orders.md", "api.md"}
    finally:
        table["desk.use"] = row
        table["order.claim"] = kept


def test_the_roles_say_every_action_role_scope_and_way() -> None:
    text = documents.documents()["roles.md"]
    for action, row in tables.read().items():
        assert f"| `{action}` | {row.title} |" in text
    assert set(MARKS) == set(Scope) and len({mark for mark, _meaning in MARKS.values()}) == len(Scope)
    assert {str(role) for role in ROLES} == set(tables.ROLES)
    assert set(ways()) >= WAYS
    assert all(f"`{ways()[way]}`" in text for way in WAYS)


def test_the_diagram_has_exactly_the_moves_of_the_table() -> None:
    text = documents.documents()["orders.md"]
    drawn = {
        (source, target, verb) for source, target, labels in ARROW.findall(text) for verb in re.findall(r"(?:^|<br>)([a-z]+) ", labels)
    }
    assert drawn == {(s, str(m.target), str(m.verb)) for m in rules.MOVES.values() for s in map(str, m.sources or ("[*]",))}
    assert text.count("[*]\n") == len(set(rules.State) - set(rules.OPEN_STATES))
    for state in rules.State:
        assert f"| `{state}` | {state.label} |" in text
    for category, hours in rules.DUE_WORKING_HOURS.items():
        assert f"| `{category}` | {category.label} | {' | '.join(map(str, hours.values()))} |" in text


def test_the_api_says_every_operation_and_field() -> None:
    text, opened = documents.documents()["api.md"], api.get_openapi_schema()
    for path, item in opened["paths"].items():
        for method in item:
            assert f"`{method.upper()} {path}`\n" in text
    for name, schema in opened["components"]["schemas"].items():
        for field in schema.get("properties", ()):
            assert re.search(rf"`(?:[a-z_.\[\]]+\.)?{field}`", text), (name, field)


def test_links_lead_somewhere() -> None:
    for name, text in documents.documents().items():
        headings = {
            re.sub(r"[^\w -]", "", line.lstrip("# ").lower()).replace(" ", "-") for line in text.splitlines() if line.startswith("#")
        }
        for target in re.findall(r"\]\(([^)]+)\)", text):
            assert target[1:] in headings if target.startswith("#") else (DOCS / target).exists(), (name, target)

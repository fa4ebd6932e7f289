"""The table of permissions as the tests read it: by themselves, from the files, without asking the code that they judge."""

import tomllib
from dataclasses import dataclass, replace
from pathlib import Path

import zengyi

ROLES = ("anonymous", "resident", "member", "organisation", "worker", "secretary", "property", "supervisor", "district", "admin")


@dataclass(frozen=True)
class Row:
    """An action: the roles that may do it, each within its scopes, and the URLs that lead to it."""

    title: str
    scopes: dict[str, frozenset[str]]
    urls: tuple[str, ...]
    second_person: bool = False


Table = dict[str, Row]


def read() -> Table:
    """The table as it stands in the product: what every package says of its actions, with the ways that others add to them."""
    table: Table = {}
    ways: dict[str, tuple[str, ...]] = {}
    for file in sorted(Path(zengyi.__file__).parent.glob("*/roles.toml")):
        for group, actions in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for verb, row in actions.items():
                action = f"{group}.{verb}"
                ways[action] = (*ways.get(action, ()), *row["urls"])
                if row.keys() != {"urls"}:
                    assert action not in table, f"{file} gives {action} a second time"
                    scopes = {role: frozenset([row[role]] if isinstance(row[role], str) else row[role]) for role in ROLES if role in row}
                    table[action] = Row(row["title"], scopes, (), row.get("second_person", False))
    assert ways.keys() == table.keys()
    return {action: replace(row, urls=ways[action]) for action, row in table.items()}


def action_of(table: Table, way: str) -> str:
    """The action a URL leads to."""
    return next(action for action, row in table.items() if way in row.urls)


def changed(table: Table, action: str, role: str, scopes: frozenset[str]) -> Table:
    """The table with one cell changed; no scopes: the role may not."""
    row = table[action]
    cells = {**row.scopes, role: scopes} if scopes else {r: s for r, s in row.scopes.items() if r != role}
    return {**table, action: replace(row, scopes=cells)}

"""The table of permissions as the tests read it: by themselves, from the file, without asking the code that they judge."""

import tomllib
from dataclasses import dataclass, replace
from importlib import resources

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
    """The table as it stands in the product."""
    text = resources.files("zengyi.people").joinpath("roles.toml").read_text(encoding="utf-8")
    table: Table = {}
    for package, actions in tomllib.loads(text).items():
        for verb, row in actions.items():
            scopes = {role: frozenset([row[role]] if isinstance(row[role], str) else row[role]) for role in ROLES if role in row}
            table[f"{package}.{verb}"] = Row(row["title"], scopes, tuple(row["urls"]), row.get("second_person", False))
    return table


def action_of(table: Table, way: str) -> str:
    """The action a URL leads to."""
    return next(action for action, row in table.items() if way in row.urls)


def changed(table: Table, action: str, role: str, scopes: frozenset[str]) -> Table:
    """The table with one cell changed; no scopes: the role may not."""
    row = table[action]
    cells = {**row.scopes, role: scopes} if scopes else {r: s for r, s in row.scopes.items() if r != role}
    return {**table, action: replace(row, scopes=cells)}

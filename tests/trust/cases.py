"""Every way into the product, with what is asked, of what, and what a right answer is. Ways are the names of roles.toml.

The cases themselves stand with the tests of each package, in ``tests/<package>/cases.py``, and are found there:

- ``cases(ground, role)`` yields a :class:`Case` for each way, in scope and out of it;
- ``forms(ground)`` yields a ``Filled`` (see ``forms_of``) for each form of the pages, where there are any, and
  ``FORMS`` names them in the same order;
- ``ALONE``: for each action with a second person, how somebody would do it to what is their own, which must be refused;
- ``MACHINE``: actions that no role may do and no way leads to;
- ``VISITS``: the paths a browser looks at, by the page's name (see ``tests/browser/walk.py``);
- ``READ_ONLY``: pages that take no form; ``NO_PAGES``: addresses that are no pages (files, buttons that only send);
- ``lay(ground)`` brings what the cases are about onto the ground, and answers with it: ``ground.of["<package>"]``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from tests.trust.ground import AWAY, HERE, Fact, Ground

#: The login that stands for each role.
LOGINS = {
    "resident": "resident",
    "member": "member",
    "organisation": "unit",
    "worker": "worker",
    "secretary": "secretary",
    "property": "property",
    "supervisor": "supervisor",
    "district": "district",
    "admin": "admin",
}
READ, SENT, SHOWN_OR_SENT, WRONG_METHOD = frozenset({200}), frozenset({303}), frozenset({200, 302}), frozenset({405})
EVERYWHERE = frozenset({"public", "own", "assigned", "unit", "branch", "neighbour", "community", "subtree", "aggregate"})


@dataclass(frozen=True)
class Case:
    """One request of one role.

    ``action`` is the row of the table it asks for beyond its way's own row; ``relations`` how the target lies to whoever asks;
    ``blind``: a page that does not show the order before it acts on it, like the API;
    ``fact`` the order it is about; ``objection`` the status with which a rule beyond the table refuses what the table allows,
    such as that nobody confirms their own work; ``whose`` the people whose names may be read where it is allowed, ``bared``
    those whose phone and door.
    """

    way: str
    method: str
    path: str
    data: Any = None
    good: frozenset[int] = READ
    action: str = ""
    relations: frozenset[str] = EVERYWHERE
    fact: Fact | None = None
    objection: int = 0
    sees: bool = False
    blind: bool = False
    whose: frozenset[str] = frozenset()
    bared: frozenset[str] = frozenset()

    @property
    def api(self) -> bool:
        """Whether it goes to the API."""
        return self.path.startswith("/api/")

    def __str__(self) -> str:
        about = f" {self.fact}" if self.fact else ""
        return f"{self.method} {self.path} ({self.way} {self.action}){about}"


def lies(role: str, where: str) -> frozenset[str]:
    """The scopes in which anything of that community lies for that role."""
    found = {"public"}
    if where == HERE and role not in ("anonymous", "district", "admin"):
        found |= {"community", "neighbour"}
    if role in ("district", "admin") and where in (HERE, AWAY):
        found |= {"subtree", "aggregate"}
    return frozenset(found)


def lies_order(role: str, fact: Fact) -> frozenset[str]:
    """The scopes in which an order lies for that role."""
    found, login = set(lies(role, fact.where)), LOGINS.get(role, "")
    if not fact.shown:
        found -= {"public", "neighbour"}
    if fact.owner == login:
        found.add("own")
    if fact.holder == login:
        found.add("assigned")
    return frozenset(found)


def visits(
    way: str, path: str, get: frozenset[int] = WRONG_METHOD, post: Any = None, *, sent: frozenset[int] = SENT, **more: Any
) -> Iterator[Case]:
    """A page asked for by every method: shown, or not by GET; taking a form, or not by POST."""
    yield Case(way, "GET", path, good=get, **more)
    yield Case(way, "POST", path, post or {}, sent if post is not None else WRONG_METHOD, **more)
    yield Case(way, "DELETE", path, good=WRONG_METHOD, **more)


def modules() -> Iterator[ModuleType]:
    """Every package's ``tests/<package>/cases.py``, by name."""
    for path in sorted(Path(__file__).parents[1].glob("*/cases.py")):
        if path.parent != Path(__file__).parent:
            yield import_module(f"tests.{path.parent.name}.cases")


def every_case(ground: Ground, role: str) -> list[Case]:
    """Every way of every package, as a role."""
    return [case for module in modules() for case in module.cases(ground, role)]

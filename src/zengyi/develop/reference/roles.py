# Chinese in this file is data: the documents show the Chinese words beside the English.
"""``roles.md``: who may do what, from the table of permissions."""

from itertools import groupby

from zengyi.develop.reference.markdown import codes
from zengyi.develop.reference.markdown import table as markdown_table
from zengyi.develop.reference.ways import ways
from zengyi.people.rules import Role, Scope
from zengyi.people.rules.roles import ROLE_NAMES, Permission, table

ROLES = tuple(role for role in Role if role != Role.SYSTEM)
FROM_WHAT = {
    Role.ANONYMOUS: "nobody is signed in",
    Role.RESIDENT: "a person of a community",
    Role.MEMBER: "a party member of a branch of the community",
    Role.ORGANISATION: "granted on a community, for a unit registered there",
    Role.WORKER: "granted on a community",
    Role.SECRETARY: "granted on a community, by the district",
    Role.PROPERTY: "granted on a community or below",
    Role.SUPERVISOR: "granted on a community or below",
    Role.DISTRICT: "granted on a district or subdistrict",
    Role.ADMIN: "granted on the machine; runs it and sees no business data",
}
MARKS = {
    Scope.PUBLIC: ("P", "what is on public view, names masked"),
    Scope.OWN: ("O", "one's own: what one asked for, one's account, one's pages"),
    Scope.ASSIGNED: ("A", "what one has taken on or was asked to take on; who asked, with phone and door, only while one is at it"),
    Scope.UNIT: ("U", "what is one's unit's"),
    Scope.BRANCH: ("B", "what is one's branch's"),
    Scope.NEIGHBOUR: ("N", "what one's community has put on public view, names masked"),
    Scope.COMMUNITY: ("C", "everything of one's community"),
    Scope.SUBTREE: ("S", "everything below one's node of the place tree"),
    Scope.AGGREGATE: ("Σ", "sums only, below one's node"),
}
INTRODUCTION = """\
# Who may do what

The one source is the `roles.toml` of each package, beginning with [`people/roles.toml`](../src/zengyi/people/roles.toml): the code
asks them, this page is made from them, and a test walks every role through every page and every operation of the API by them. What no
row names is open to nobody. What lies out of somebody's scope looks like what does not exist (404); what lies in it and is not theirs
is refused (403); whoever is not signed in is asked to: a page leads to the sign-in, the API answers 401, and knows no visitors. Somebody
with several roles acts in one of them at a time.
"""


WAYS_IN = """\
Each page and each operation stands under exactly one action. Besides it, the page of a move asks for `order.{verb}`, deciding on a
roll-call for `points.decide`, and the board of a community for `points.sums`.
"""


def document() -> str:
    """The page."""
    parts = [INTRODUCTION, "## Roles\n", _roles(), "## Scopes\n", _scopes(), "## Actions\n", _about_actions()]
    for package, rows in groupby(table().values(), key=lambda row: row.action.partition(".")[0]):
        parts.extend((f"### {package}\n", _actions(list(rows))))
    parts.extend(("## Ways in\n", WAYS_IN, _ways()))
    return "\n".join(parts)


def _roles() -> str:
    names = {**ROLE_NAMES, Role.ANONYMOUS: "访客"}
    return markdown_table(("role", "中文", "who has it"), [(f"`{role}`", str(names[role]), FROM_WHAT[role]) for role in ROLES])


def _scopes() -> str:
    return markdown_table(("", "scope", "reaches"), [(mark, f"`{scope}`", meaning) for scope, (mark, meaning) in MARKS.items()])


def _about_actions() -> str:
    return (
        "² a second person: nobody does this to what they proposed, weighed or did themselves. – may not. A row of nothing but – is done\n"
        "by the machine alone.\n"
    )


def _actions(rows: list[Permission]) -> str:
    head = ("action", "中文", *(str(role) for role in ROLES))
    return markdown_table(head, [(f"`{row.action}`", row.title, *(_cell(row, role) for role in ROLES)) for row in rows])


def _cell(row: Permission, role: Role) -> str:
    scopes = row.scopes.get(role, ())
    return " ".join(MARKS[scope][0] for scope in scopes) + ("²" if row.second_person else "") if scopes else "–"


def _ways() -> str:
    known = ways()
    return markdown_table(
        ("action", "ways"), [(f"`{row.action}`", codes(known[url] for url in row.urls)) for row in table().values() if row.urls]
    )

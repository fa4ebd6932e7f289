"""Who may do what, and where: roles and scopes. The table itself is made of every package's ``roles.toml``."""

import tomllib
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from zengyi.core import packages
from zengyi.core.errors import NotAllowed, NotSignedIn, NotThere

MEGABYTE = 1024 * 1024


class Role(StrEnum):
    """Roles. Resident and member follow from who one is; the others are granted."""

    ANONYMOUS = "anonymous"
    RESIDENT = "resident"
    MEMBER = "member"
    ORGANISATION = "organisation"
    WORKER = "worker"
    SECRETARY = "secretary"
    PROPERTY = "property"
    SUPERVISOR = "supervisor"
    DISTRICT = "district"
    ADMIN = "admin"
    SYSTEM = "system"


GRANTED_ROLES = (
    Role.ORGANISATION,
    Role.WORKER,
    Role.SECRETARY,
    Role.PROPERTY,
    Role.SUPERVISOR,
    Role.DISTRICT,
    Role.ADMIN,
)
#: Who works in one community.
COMMUNITY_ROLES = frozenset({Role.WORKER, Role.SECRETARY})
STAFF_ROLES = frozenset({Role.WORKER, Role.SECRETARY, Role.DISTRICT, Role.ADMIN})

ROLE_NAMES = {
    Role.RESIDENT: _("居民"),
    Role.MEMBER: _("党员"),
    Role.ORGANISATION: _("单位联系人"),
    Role.WORKER: _("社区工作人员"),
    Role.SECRETARY: _("社区书记"),
    Role.PROPERTY: _("物业"),
    Role.SUPERVISOR: _("监理队员"),
    Role.DISTRICT: _("区级"),
    Role.ADMIN: _("系统管理员"),
    Role.SYSTEM: _("系统"),
}


class Scope(StrEnum):
    """How far an allowed action reaches."""

    PUBLIC = "public"  # what is on public view, masked
    OWN = "own"  # what one asked for oneself
    ASSIGNED = "assigned"  # what one has claimed or was assigned
    UNIT = "unit"  # what one's organisation holds
    BRANCH = "branch"
    NEIGHBOUR = "neighbour"  # what one's community has put on public view
    COMMUNITY = "community"
    SUBTREE = "subtree"  # everything below one's node of the place tree
    AGGREGATE = "aggregate"  # sums only, below one's node


def known(*ids: int | None) -> frozenset[int]:
    """The ids without the missing ones."""
    return frozenset(one for one in ids if one is not None)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting in one role. Built once per request; actions take it as ``by=``.

    ``makers``: the logins that made this one what it is (:mod:`zengyi.people.rules.second`).
    """

    user_id: int | None
    role: Role
    via: str = "web"
    name: str = ""
    person_id: int | None = None
    community_id: int | None = None
    community_name: str = ""
    place_path: str = ""
    member_id: int | None = None
    branch_id: int | None = None
    organisation_id: int | None = None
    unit_id: int | None = None
    duty: str = ""
    household: bytes | None = None
    grant_id: int | None = None
    contact_of: frozenset[int] = frozenset()
    makers: frozenset[int] = frozenset()

    @property
    def signed_in(self) -> bool:
        """Whether somebody is signed in."""
        return self.user_id is not None

    @property
    def units(self) -> frozenset[int]:
        """The organisations somebody belongs to, whatever role they act in now: whose contact they are, and where they work."""
        return self.contact_of | known(self.organisation_id, self.unit_id)

    @property
    def login_id(self) -> int:
        """The login that acts, for what must name one. Raises :class:`NotSignedIn` when nobody is behind it."""
        if self.user_id is None:
            raise NotSignedIn(_("请先登录。"))
        return self.user_id

    @property
    def acting_as(self) -> str:
        """The key under which this role can be chosen again: ``resident``, ``member`` or ``grant:7``."""
        return f"grant:{self.grant_id}" if self.grant_id else str(self.role)


NOBODY = Actor(user_id=None, role=Role.ANONYMOUS)
SYSTEM = Actor(user_id=None, role=Role.SYSTEM, via="system")


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is about, as far as permission needs to know. ``shown``: it is on public view."""

    community_id: int | None = None
    path: str = ""
    person_ids: frozenset[int] = frozenset()
    member_ids: frozenset[int] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    branch_id: int | None = None
    shown: bool = True


@dataclass(frozen=True, slots=True)
class Permission:
    """One row of the table: an action, the roles that may do it with the scopes they have, and the ways to it."""

    action: str
    title: str
    scopes: dict[Role, tuple[Scope, ...]]
    second_person: bool
    urls: tuple[str, ...]
    megabytes: dict[str, int]


@cache
def table() -> dict[str, Permission]:
    """The permission table, by action: every package's rows, the lowest package's first.

    One package gives an action its roles. Packages above may only add further ways to it, addresses and API operations. Raises
    ``ValueError`` otherwise.
    """
    rows: dict[str, Permission] = {}
    for package, text in packages.texts("roles.toml"):
        for group, actions in tomllib.loads(text).items():
            for verb, row in actions.items():
                name = f"{group}.{verb}"
                rows[name] = _row(name, row) if name not in rows else _with_ways(rows[name], row, package)
    return rows


def _row(action: str, row: dict[str, Any]) -> Permission:
    if unknown := row.keys() - {"title", "second_person", "urls", "megabytes", *Role}:
        raise ValueError(f"{action} has {', '.join(sorted(unknown))}, which is no role")
    scopes = {role: tuple(Scope(s) for s in ([row[role]] if isinstance(row[role], str) else row[role])) for role in Role if role in row}
    return Permission(action, row["title"], scopes, row.get("second_person", False), tuple(row["urls"]), row.get("megabytes", {}))


def _with_ways(below: Permission, row: dict[str, Any], package: str) -> Permission:
    if row.keys() - {"megabytes"} != {"urls"}:
        raise ValueError(f"{package} says who may {below.action}, which stands in a package below already; only urls may be added")
    return replace(below, urls=(*below.urls, *row["urls"]), megabytes={**below.megabytes, **row.get("megabytes", {})})


@cache
def action_of_url() -> dict[str, str]:
    """Action by URL name; a URL that is not in it is open to nobody."""
    ways: dict[str, str] = {}
    for permission in table().values():
        for url in permission.urls:
            if url in ways:
                raise ValueError(f"{url} stands under {ways[url]} and {permission.action}")
            ways[url] = permission.action
    return ways


def largest_body(url: str) -> int:
    """How many bytes at most anybody may send to the page of that name; 0 where nothing is declared."""
    return max((row.megabytes.get(url, 0) for row in table().values()), default=0) * MEGABYTE


def bytes_most(actor: Actor, url: str) -> int:
    """How many bytes the actor may send to the page of that name; 0 where nothing is declared for what they may do."""
    return max((row.megabytes.get(url, 0) for row in table().values() if actor.role in row.scopes), default=0) * MEGABYTE


def scopes(role: Role, action: str) -> tuple[Scope, ...]:
    """The scopes in which ``role`` may do ``action``; empty when it may not at all."""
    return table()[action].scopes.get(role, ())


def may(actor: Actor, action: str) -> bool:
    """Whether the actor's role may do ``action`` to anything at all."""
    return bool(scopes(actor.role, action))


def check_role(actor: Actor, action: str) -> None:
    """Raise :class:`NotSignedIn` or :class:`NotAllowed` unless the role may do ``action`` to something."""
    if may(actor, action):
        return
    if not actor.signed_in and actor.role != Role.SYSTEM:
        raise NotSignedIn(_("请先登录。"))
    raise NotAllowed(_("您现在的身份不能做这一步。"))


def within(actor: Actor, scope: Scope, target: Target) -> bool:
    """Whether ``target`` lies in ``scope`` as seen from ``actor``."""
    match scope:
        case Scope.PUBLIC:
            return target.shown
        case Scope.OWN:
            return actor.person_id is not None and actor.person_id in target.person_ids
        case Scope.ASSIGNED:
            return (actor.member_id in target.member_ids) or (
                actor.organisation_id is not None and actor.organisation_id in target.organisation_ids
            )
        case Scope.UNIT:
            return actor.organisation_id is not None and actor.organisation_id in target.organisation_ids
        case Scope.BRANCH:
            return actor.branch_id is not None and actor.branch_id == target.branch_id
        case Scope.NEIGHBOUR:
            return target.shown and actor.community_id is not None and actor.community_id == target.community_id
        case Scope.COMMUNITY:
            return actor.community_id is not None and actor.community_id == target.community_id
        case Scope.SUBTREE | Scope.AGGREGATE:
            return bool(actor.place_path) and target.path.startswith(actor.place_path)


def allows(actor: Actor, action: str, target: Target) -> bool:
    """Whether the actor may do ``action`` to ``target``."""
    return actor.role == Role.SYSTEM or any(within(actor, scope, target) for scope in scopes(actor.role, action))


def check(actor: Actor, action: str, target: Target, *, sees: bool) -> None:
    """Raise unless the actor may do ``action`` to ``target``.

    ``sees``: whether the actor may know of the target at all; if not, the refusal is :class:`NotThere`, otherwise
    :class:`NotAllowed`. Nobody signed in: :class:`NotSignedIn`.
    """
    if allows(actor, action, target):
        return
    if not actor.signed_in:
        raise NotSignedIn(_("请先登录。"))
    if not sees:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    raise NotAllowed(_("您现在的身份不能做这一步。"))

"""Who may do what, and where: roles, scopes and the words for people. The table itself is ``roles.toml`` beside this file."""

import tomllib
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from zengyi.core.errors import NotAllowed, NotSignedIn, NotThere


class PlaceKind(TextChoices):
    """Levels of the place tree."""

    DISTRICT = "DISTRICT", _("区")
    SUBDISTRICT = "SUBDISTRICT", _("街道")
    COMMUNITY = "COMMUNITY", _("社区")
    ESTATE = "ESTATE", _("小区")
    BUILDING = "BUILDING", _("幢")
    GRID = "GRID", _("网格")
    SPOT = "SPOT", _("地点")


class OrganisationKind(TextChoices):
    """Kinds of units."""

    OFFICE = "OFFICE", _("机关单位")
    TWO_NEW = "TWO_NEW", _("两新组织")
    OWNERS = "OWNERS", _("业委会")
    PROPERTY = "PROPERTY", _("物业公司")
    CONTRACTOR = "CONTRACTOR", _("施工单位")
    PUBLIC = "PUBLIC", _("公共服务单位")


class MemberStatus(TextChoices):
    """How a member belongs to the community."""

    ENROLLED = "ENROLLED", _("在册")
    IN_SERVICE = "IN_SERVICE", _("在职报到")
    NEW_FORM = "NEW_FORM", _("新业态")


class Duty(TextChoices):
    """四大岗, the four posts a member may claim."""

    DELIBERATION = "DELIBERATION", _("议事岗")
    GOVERNANCE = "GOVERNANCE", _("治理岗")
    GIVING = "GIVING", _("奉献岗")
    MONITORING = "MONITORING", _("监督岗")


class RegistrationState(TextChoices):
    """States of a registration."""

    PENDING = "PENDING", _("待确认")
    ACTIVE = "ACTIVE", _("已报到")
    ENDED = "ENDED", _("已结束")


#: Members of these statuses are known to work or drive here, and are expected to register (双报到).
IN_SERVICE_STATUSES = (MemberStatus.IN_SERVICE, MemberStatus.NEW_FORM)


def normal_phone(text: str) -> str:
    """A phone number as digits only, without country code; empty when ``text`` is no phone number.

    >>> normal_phone("+86 139-0000-1206"), normal_phone("０５１３－８５００１２３４"), normal_phone("none")
    ('13900001206', '051385001234', '')
    """
    digits = unicodedata.normalize("NFKC", text).strip()
    for prefix in ("+86", "0086"):
        digits = digits.removeprefix(prefix)
    for mark in " -()\u2010\u2011\u2013\u2014\u2212\xa0":
        digits = digits.replace(mark, "")
    return digits if digits.isascii() and digits.isdigit() and 7 <= len(digits) <= 12 else ""


def normal_door(text: str) -> str:
    """A door number without spaces and full-width digits.

    >>> normal_door(" １２０６ 室"), normal_door("甲-301")
    ('1206', '甲-301')
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).removesuffix("室").upper()


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
STAFF_ROLES = frozenset({Role.WORKER, Role.SECRETARY, Role.DISTRICT, Role.ADMIN})

ROLE_NAMES = {
    Role.RESIDENT: _("居民"),
    Role.MEMBER: _("党员"),
    Role.ORGANISATION: _("单位联系人"),
    Role.WORKER: _("社区工作人员"),
    Role.SECRETARY: _("支部书记"),
    Role.PROPERTY: _("物业"),
    Role.SUPERVISOR: _("监理队员"),
    Role.DISTRICT: _("区级"),
    Role.ADMIN: _("系统管理员"),
    Role.SYSTEM: _("系统"),
}


class Scope(StrEnum):
    """How far an allowed action reaches."""

    PUBLIC = "public"  # anybody, masked
    OWN = "own"  # what one asked for oneself
    ASSIGNED = "assigned"  # what one has claimed or was assigned
    UNIT = "unit"  # what one's organisation holds
    BRANCH = "branch"
    COMMUNITY = "community"
    SUBTREE = "subtree"  # everything below one's node of the place tree
    AGGREGATE = "aggregate"  # sums only, below one's node


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting in one role. Built once per request; actions take it as ``by=``."""

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

    @property
    def signed_in(self) -> bool:
        """Whether somebody is behind it."""
        return self.user_id is not None

    @property
    def acting_as(self) -> str:
        """The key under which this role can be chosen again: ``resident``, ``member`` or ``grant:7``."""
        return f"grant:{self.grant_id}" if self.grant_id else str(self.role)


NOBODY = Actor(user_id=None, role=Role.ANONYMOUS)
SYSTEM = Actor(user_id=None, role=Role.SYSTEM, via="system")


@dataclass(frozen=True, slots=True)
class Target:
    """What an action is about, as far as permission needs to know."""

    community_id: int | None = None
    path: str = ""
    person_ids: frozenset[int] = frozenset()
    member_ids: frozenset[int] = frozenset()
    organisation_ids: frozenset[int] = frozenset()
    branch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Permission:
    """One row of the table: an action, the roles that may do it with the scopes they have, and the ways to it."""

    action: str
    scopes: dict[Role, tuple[Scope, ...]]
    second_person: bool
    urls: tuple[str, ...]


@cache
def table() -> dict[str, Permission]:
    """The permission table, by action."""
    text = resources.files("zengyi.people").joinpath("roles.toml").read_text(encoding="utf-8")
    rows: dict[str, Permission] = {}
    for package, actions in tomllib.loads(text).items():
        for verb, row in actions.items():
            name = f"{package}.{verb}"
            scopes = {
                role: tuple(Scope(s) for s in ([row[role]] if isinstance(row[role], str) else row[role])) for role in Role if role in row
            }
            rows[name] = Permission(name, scopes, row.get("second_person", False), tuple(row.get("urls", ())))
    return rows


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
            return True
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

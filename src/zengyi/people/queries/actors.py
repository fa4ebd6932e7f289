"""Who acts: from a login or a token to an :class:`Actor`, in one SQL statement each."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, FilteredRelation, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from zengyi.core.errors import NotSignedIn
from zengyi.core.prepared import Query
from zengyi.core.rows import Rows
from zengyi.people import rules
from zengyi.people.models import Tie, User
from zengyi.people.rules import NOBODY, Actor, PlaceKind, Role

TOKEN_LENGTH_MOST = 200

# What a row of _rows() holds: the login, its person, the person's membership, and one live grant (or none).
_COLUMNS = (
    "pk",
    "username",
    "person_id",
    "person__name",
    "person__household_index",
    "person__community_id",
    "person__community__name",
    "person__community__path",
    "person__member__id",
    "person__member__community_id",
    "person__member__community__name",
    "person__member__community__path",
    "person__member__branch_id",
    "person__member__branch__name",
    "person__member__unit_id",
    "person__member__duty",
    "live__id",
    "live__role",
    "live__place_id",
    "live__place__kind",
    "live__place__name",
    "live__place__path",
    "live__place__community_id",
    "live__place__community__name",
    "live__organisation_id",
    "live__organisation__short_name",
    "live__branch_id",
    "makers",
)
_Row = dict[str, Any]
#: The columns of the login's table in their order; and the attribute of a login under which its rows of roles are kept.
_LOGIN = ("id", "password", "last_login", "username", "person_id", "is_active", "epoch", "must_change")
_ROLES = "rows_of_roles"


@dataclass(frozen=True, slots=True)
class RoleChoice:
    """A role somebody may act in. ``acting_as`` names it: ``resident``, ``member`` or ``grant:7``."""

    acting_as: str
    role: Role
    label: str
    community_name: str


def actor_for_user(user_id: int | None, acting_as: str = "", *, at: datetime, via: str = "web") -> Actor:
    """The actor behind a login, in the chosen role; in the first one if none was chosen or the chosen one has ended.

    An unknown or closed login is :data:`NOBODY`. A login without any role is signed in, and may only visit.
    """
    return NOBODY if user_id is None else _chosen(_by_login.rows(user=user_id, at=at), acting_as, via)


def signed_in(user_id: int, *, at: datetime) -> User | None:
    """The open login of that id, read together with the roles it may act in; :func:`actor_of` chooses among them."""
    rows = _by_login.rows(user=user_id, at=at)
    return _with_roles(rows) if rows else None


def session(key: str, *, at: datetime) -> tuple[str, User] | None:
    """The data of a session that has not ended, and its login as :func:`signed_in` reads it; nothing when it has no open login."""
    rows = _by_session.rows(key=key, at=at)
    return (rows[0]["sessions__session_data"], _with_roles(rows)) if rows else None


def _with_roles(rows: list[_Row]) -> User:
    login = User.from_db(DEFAULT_DB_ALIAS, _LOGIN, [rows[0][name] for name in _LOGIN])
    setattr(login, _ROLES, rows)
    return login


def actor_of(login: object, acting_as: str = "") -> Actor:
    """The actor behind a login that :func:`signed_in` read, in the chosen role or the first one; without a login, nobody."""
    return _chosen(getattr(login, _ROLES, []), acting_as, "web")


def _chosen(rows: list[_Row], acting_as: str, via: str) -> Actor:
    if not rows:
        return NOBODY
    found = [actor for actor, _label in _actors(rows, via)]
    if not found:
        return Actor(user_id=rows[0]["pk"], role=Role.ANONYMOUS, via=via, name=_name(rows[0]))
    return next((actor for actor in found if actor.acting_as == acting_as), found[0])


def actor_for_token(raw: str, *, at: datetime) -> Actor:
    """The actor behind an API token. Raises :class:`NotSignedIn` unless the token is known, current and not revoked."""
    # Text that cannot be one of our tokens is refused without a look-up.
    if raw and len(raw) <= TOKEN_LENGTH_MOST and raw.isascii():
        rows = _by_token.rows(digest=hashlib.sha256(raw.encode()).digest(), at=at)
        for actor, _label in _actors(rows, "api"):
            if actor.acting_as == rows[0]["tokens__acting_as"]:
                return actor
    raise NotSignedIn(_("令牌不对，或者已经过期。请重新登录。"))


#: Tokens that open one thing and nothing else, each kind by how it begins: who bears it for the action and the row asked for.
Reader = Callable[..., Actor]
_PASSES: dict[str, Reader] = {}


def passes_by(prefix: str, reader: Reader) -> None:
    """A package above issues tokens of its own that begin so; it says so when Django starts. ``reader(raw, action, row, at=…)`` raises
    :class:`NotSignedIn` for whatever its token does not open."""
    _PASSES[prefix] = reader


def actor_for_pass(raw: str, action: str, row: object, *, at: datetime) -> Actor | None:
    """The actor behind a token that opens one thing; nothing when it is no such token."""
    for prefix, reader in _PASSES.items():
        if raw.startswith(prefix) and len(raw) <= TOKEN_LENGTH_MOST:
            return reader(raw, action, row, at=at)
    return None


def choices(user_id: int, *, at: datetime) -> list[RoleChoice]:
    """The roles a login may act in: granted ones first, then member, then resident."""
    rows = _by_login.rows(user=user_id, at=at)
    return [RoleChoice(actor.acting_as, actor.role, label, actor.community_name) for actor, label in _actors(rows, "web")]


def staff_of(community_id: int, *, at: datetime) -> list[Actor]:
    """The community's staff, each in that role: who decides there, and who may be a second person. One statement."""
    # Joined, and not asked for by "in": with so many tables PostgreSQL would look at every login first (join_collapse_limit).
    there = {"grants__place_id": community_id, "grants__role__in": rules.COMMUNITY_ROLES, "grants__starts_at__lte": at}
    by_login: dict[int, dict[int, _Row]] = {}
    for row in _logins(at).filter(Q(grants__ends_at=None) | Q(grants__ends_at__gt=at), **there).values(*_COLUMNS):
        by_login.setdefault(row["pk"], {})[row["live__id"]] = row  # once for each grant, although two of them may be there
    actors = [actor for rows in by_login.values() for actor, _label in _actors(list(rows.values()), "web")]
    return [actor for actor in actors if actor.role in rules.COMMUNITY_ROLES and actor.community_id == community_id]


def _logins(at: datetime) -> "QuerySet[User]":
    """Open logins with their makers, each joined with its person and once per grant in force at ``at``."""
    makers = Rows(Tie.objects.filter(Q(until=None) | Q(until__gt=at), login_id=OuterRef("pk")), maker="maker_id")
    in_force = Q(grants__starts_at__lte=at) & (Q(grants__ends_at=None) | Q(grants__ends_at__gt=at))
    users = User.objects.filter(is_active=True).annotate(live=FilteredRelation("grants", condition=in_force), makers=makers)
    return users.order_by("live__id")


def _login(user: int, at: datetime) -> "QuerySet[User, _Row]":
    rows: QuerySet[User, _Row] = _logins(at).filter(pk=user).values(*_COLUMNS, *(name for name in _LOGIN if name not in _COLUMNS))
    return rows


def _session(key: str, at: datetime) -> "QuerySet[User, _Row]":
    current = _logins(at).filter(sessions__session_key=key, sessions__expire_date__gt=at)
    rows: QuerySet[User, _Row] = current.values(*_COLUMNS, *(name for name in _LOGIN if name not in _COLUMNS), "sessions__session_data")
    return rows


def _bearer(digest: bytes, at: datetime) -> "QuerySet[User, _Row]":
    current = _logins(at).filter(tokens__digest=digest, tokens__revoked_at=None, tokens__expires_at__gt=at, tokens__epoch=F("epoch"))
    rows: QuerySet[User, _Row] = current.values(*_COLUMNS, "tokens__acting_as")
    return rows


_SOME_DAY = datetime(1921, 7, 1, tzinfo=UTC)
_by_login = Query("people_login", _login, user=2**62, at=_SOME_DAY)
_by_session = Query("people_session", _session, key="no session is called so", at=_SOME_DAY)
_by_token = Query("people_bearer", _bearer, digest=b"no digest is as short as this", at=_SOME_DAY)


def _name(row: _Row) -> str:
    return str(row["person__name"] or row["username"])


def _actors(rows: list[_Row], via: str) -> Iterator[tuple[Actor, str]]:
    """One actor with its label per role in ``rows``, which belong to one login, the default role first.

    What the person is (person, household, membership, contact of which units) stays on the actor in every role: the rules
    against dealing with oneself look at it whatever role somebody has chosen.
    """
    contact_of = frozenset(row["live__organisation_id"] for row in rows if row["live__role"] == Role.ORGANISATION)
    for row in rows:
        if row["live__id"]:
            yield _granted(row, _own(row, contact_of, via)), _granted_label(row)
    if not rows or rows[0]["person_id"] is None:
        return
    row = rows[0]
    own = _own(row, contact_of, via)
    if row["person__member__id"]:
        yield (
            Actor(
                role=Role.MEMBER,
                community_id=row["person__member__community_id"],
                community_name=row["person__member__community__name"],
                place_path=row["person__member__community__path"],
                branch_id=row["person__member__branch_id"],
                **own,
            ),
            _("党员 · %(branch)s") % {"branch": row["person__member__branch__name"]},
        )
    yield (
        Actor(
            role=Role.RESIDENT,
            community_id=row["person__community_id"],
            community_name=row["person__community__name"],
            place_path=row["person__community__path"],
            branch_id=row["person__member__branch_id"],
            **own,
        ),
        str(rules.ROLE_NAMES[Role.RESIDENT]),
    )


def _own(row: _Row, contact_of: frozenset[int], via: str) -> dict[str, Any]:
    household = row["person__household_index"]
    return {
        "user_id": row["pk"],
        "via": via,
        "name": _name(row),
        "person_id": row["person_id"],
        "household": None if household is None else bytes(household),
        "member_id": row["person__member__id"],
        "unit_id": row["person__member__unit_id"],
        "duty": row["person__member__duty"] or "",
        "contact_of": contact_of,
        "makers": frozenset(int(one["maker"]) for one in row["makers"] or []),
    }


def _granted(row: _Row, own: dict[str, Any]) -> Actor:
    is_community = row["live__place__kind"] == PlaceKind.COMMUNITY
    return Actor(
        role=Role(row["live__role"]),
        community_id=row["live__place_id"] if is_community else row["live__place__community_id"],
        community_name=row["live__place__name"] if is_community else row["live__place__community__name"] or row["live__place__name"],
        place_path=row["live__place__path"],
        branch_id=row["live__branch_id"] or row["person__member__branch_id"],
        organisation_id=row["live__organisation_id"],
        grant_id=row["live__id"],
        **own,
    )


def _granted_label(row: _Row) -> str:
    name = str(rules.ROLE_NAMES[Role(row["live__role"])])
    unit = row["live__organisation__short_name"]
    return f"{name} · {unit}" if unit else name

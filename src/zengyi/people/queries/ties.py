"""Who made a login what it is: read along with whatever it did first, for the guards of :mod:`zengyi.people.rules.second`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from zengyi.core.keyset import Page, cut
from zengyi.core.rows import Rows, moment_of
from zengyi.people.models import Grant, Tie, User
from zengyi.people.rules import Actor, FirstPerson, Role, TieKind, check_role

PAGE_SIZE = 30
MakerRows = list[dict[str, Any]] | None


@dataclass(frozen=True, slots=True)
class Maker:
    """What somebody did to make a login what it is, for those who decide on what it proposed."""

    name: str
    kind: str
    at: datetime

    @property
    def label(self) -> str:
        """What they did, in words."""
        return str(TieKind(self.kind).label)


@dataclass(frozen=True, slots=True)
class HandOver:
    """A password handed out, in a list."""

    id: int
    person_id: int | None
    name: str
    username: str
    community: str
    kind: str
    by: str
    through: str
    at: datetime
    used: bool

    @property
    def label(self) -> str:
        """What was done, in words."""
        return str(TieKind(self.kind).label)


def makers_of(login: str) -> Rows:
    """The makers of the login in a row's column ``login``, as an annotation of the row; read them with :func:`first_person`."""
    return Rows(Tie.objects.filter(login_id=OuterRef(login)), maker="maker_id", until="until")


def makers_told(login: str) -> Rows:
    """The same with names, for a page; read them with :func:`first_person` and :func:`told`."""
    who = Coalesce("maker__person__name", "maker__username")
    return Rows(Tie.objects.filter(login_id=OuterRef(login)), id="pk", maker="maker_id", until="until", kind="kind", at="at", name=who)


def first_person(login_id: int | None, rows: MakerRows, at: datetime) -> FirstPerson:
    """The first person with the makers that :func:`makers_of` read and that count at ``at``."""
    return FirstPerson(login_id, makers_at(rows, at))


def makers_at(rows: MakerRows, at: datetime) -> frozenset[int]:
    """The ids of the makers that count at ``at``."""
    return frozenset(int(row["maker"]) for row in rows or [] if row["until"] is None or at < moment_of(row["until"]))


def told(rows: MakerRows) -> list[Maker]:
    """What :func:`makers_told` read, the oldest first."""
    found = sorted(rows or [], key=lambda row: (moment_of(row["at"]), int(row["id"])))
    return [Maker(row["name"], row["kind"], moment_of(row["at"])) for row in found]


def tied_to(by: Actor, login: str, at: datetime) -> Q:
    """The condition that the actor does not count as a second person beside the login in a row's column: it is theirs, or one of the two
    made the other."""
    made = Tie.objects.filter(_counts(at), maker_id=by.user_id or 0).values("login_id")
    return Q(**{login: by.user_id}) | Q(**{f"{login}__in": sorted(by.makers)}) | Q(**{f"{login}__in": made})


def has_second(login: str | Sequence[str], roles: Iterable[Role], at: datetime, *, but: str = "", place: str = "community_id") -> Exists:
    """Whether in a row's community somebody in one of ``roles`` is a second person to the login in its column ``login``, or to the
    logins in each of several. ``but``: a column with a person whose own it is. ``place``: the column of the community.
    """
    in_force = Q(ends_at=None) | Q(ends_at__gt=at)
    staff = Grant.objects.filter(in_force, role__in=sorted(roles), starts_at__lte=at, user__is_active=True)
    staff = staff.filter(place_id=OuterRef(place))
    for column in (login,) if isinstance(login, str) else login:
        # Nobody has the login 0: a column that is empty ties nobody.
        staff = staff.exclude(user_id=Coalesce(OuterRef(column), Value(0)))
        made = Tie.objects.filter(_counts(at), login_id=OuterRef(OuterRef(column)), maker_id=OuterRef("user_id"))
        makes = Tie.objects.filter(_counts(at), login_id=OuterRef("user_id"), maker_id=OuterRef(OuterRef(column)))
        staff = staff.filter(~Exists(made), ~Exists(makes))
    if but:
        staff = staff.filter(Q(user__person_id=None) | ~Q(user__person_id=OuterRef(but)))
    return Exists(staff)


def _counts(at: datetime) -> Q:
    return Q(until=None) | Q(until__gt=at)


def concerning(by: Actor, member: str = "", organisation: str = "") -> Q:
    """The condition that a row's ``member`` (the row itself, without a name) or ``organisation`` is the actor's own:
    themselves, somebody of their household or of their unit, or the unit itself.
    """
    of = f"{member}__" if member else ""
    mine = Q(pk__in=[])
    if by.person_id is not None:
        mine |= Q(**{f"{of}person_id": by.person_id})
    if by.household is not None:
        mine |= Q(**{f"{of}person__household_index": by.household})
    if by.units:
        mine |= Q(**{f"{of}unit_id__in": sorted(by.units)})
        if organisation:
            mine |= Q(**{f"{organisation}_id__in": sorted(by.units)})
    return mine


def is_concerned(rows: "QuerySet[Any]", by: Actor, member: str, organisation: str = "") -> Exists:
    """Whether one of ``rows`` concerns the actor, as an annotation."""
    return Exists(rows.filter(concerning(by, member, organisation)))


def hand_overs(*, by: Actor, after: int | None = None) -> Page[HandOver]:
    """The passwords handed out within the actor's part of the tree, the newest first: who gave whom one."""
    check_role(by, "people.handovers")
    rows = Tie.objects.filter(kind__in=(TieKind.OPENED, TieKind.RESET)).filter(_within(by))
    rows = rows.select_related("login__person__community", "maker__person", "through__person")
    return cut(rows, after, PAGE_SIZE, newest_first=True).map(_hand_over)


def _within(by: Actor) -> Q:
    if by.role == Role.DISTRICT:
        return Q(login__person__community__path__startswith=by.place_path)
    return Q(login__person__community_id=by.community_id)


def _hand_over(tie: Tie) -> HandOver:
    person = tie.login.person
    return HandOver(
        tie.pk,
        tie.login.person_id,
        person.name if person else tie.login.username,
        tie.login.username,
        person.community.name if person else "",
        tie.kind,
        _name(tie.maker),
        _name(tie.through) if tie.through else "",
        tie.at,
        not tie.login.must_change,
    )


def _name(login: User) -> str:
    return str(login.person.name if login.person else login.username)

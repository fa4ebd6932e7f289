"""One person in full, for the staff of the community; and how far 双报到 has got."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from zengyi.core.errors import NotThere
from zengyi.core.masking import mask_phone
from zengyi.people.models import Grant, Member, Organisation, Person, Place, Registration, User, phone_index
from zengyi.people.queries.lists import GrantRow, reported_among
from zengyi.people.queries.looks import last_look, looked_today
from zengyi.people.rules import REPORTED, TO_REPORT, Actor, PlaceKind, RegistrationState, Role, check_role

_PLACES_MOST = 500


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """A registration of a person or a unit."""

    id: int
    community: str
    what: str
    state: str
    registered_at: datetime
    ended_at: datetime | None

    @property
    def label(self) -> str:
        """The state in words."""
        return str(RegistrationState(self.state).label)


@dataclass(frozen=True, slots=True)
class LoginCard:
    """A person's login as staff may know it."""

    user_id: int
    username: str
    is_active: bool
    must_change: bool


@dataclass(frozen=True, slots=True)
class PersonCard:
    """A person. ``opened``: the reader has opened their contact today; until then the phone is masked and door and e-mail are left out."""

    id: int
    name: str
    opened: bool
    phone: str
    email: str
    estate: str
    building: str
    door: str
    member: "MemberCard | None"
    login: LoginCard | None
    registrations: list[RegistrationRow]
    grants: list[GrantRow]
    name_public: bool


@dataclass(frozen=True, slots=True)
class MemberCard:
    """A membership."""

    id: int
    number: str
    branch: str
    status: str
    duty: str
    unit: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """双报到: how many of the known in-service members are registered."""

    registered: int
    known: int

    @property
    def percent(self) -> int | None:
        """Whole per cent, nothing when nobody is known."""
        return self.registered * 100 // self.known if self.known else None


def home_of(person_id: int) -> int | None:
    """The building somebody lives in, where it is known."""
    return Person.objects.filter(pk=person_id).values_list("home_id", flat=True).first()


def person(person_id: int, *, by: Actor, at: datetime) -> PersonCard:
    """A person of the actor's community; raises :class:`NotThere` for anybody else."""
    check_role(by, "people.list")
    rows = Person.objects.filter(pk=person_id, community_id=by.community_id).annotate(looked_at=last_look("pk", by.login_id))
    found = rows.select_related("home", "home__parent", "user", "member").first()
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    opened = person_id == by.person_id or looked_today(found.looked_at, at)
    member: Member | None = getattr(found, "member", None)
    login: User | None = getattr(found, "user", None)
    return PersonCard(
        found.pk,
        found.name,
        opened,
        found.phone if opened else mask_phone(found.phone),
        found.email if opened else "",
        found.home.parent.name if found.home and found.home.parent else "",
        found.home.name if found.home else "",
        found.door if opened else "",
        _member_card(member) if member else None,
        LoginCard(login.pk, login.username, login.is_active, login.must_change) if login else None,
        registrations_of(member_id=member.pk) if member else [],
        grants_of(login.pk, at=at) if login else [],
        found.name_public,
    )


def person_as_kept(person_id: int, *, by: Actor, at: datetime) -> dict[str, Any] | None:
    """What is kept of a person of the actor's community, by the fields of a form; nothing until the actor has opened it today.

    Raises :class:`NotThere` for anybody else.
    """
    check_role(by, "people.edit")
    rows = Person.objects.filter(pk=person_id, community_id=by.community_id).annotate(looked_at=last_look("pk", by.login_id))
    found = rows.select_related("member").first()
    if found is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    if not looked_today(found.looked_at, at) and (found.phone or found.home_id or found.email):
        return None
    kept = {"name": found.name, "phone": found.phone, "email": found.email, "home": found.home_id, "door": found.door}
    member: Member | None = getattr(found, "member", None)
    if member is None:
        return kept | {"number": ""}
    unit = {"branch": member.branch_id, "number": member.number, "status": member.status, "duty": member.duty, "unit": member.unit_id}
    return kept | unit


def units_known(community_id: int) -> list[tuple[int, str]]:
    """The units that are registered with a community or where its members work: id and short name. One statement."""
    here = Q(registrations__community_id=community_id) | Q(staff__community_id=community_id)
    return list(Organisation.objects.filter(here).order_by("short_name", "pk").values_list("pk", "short_name").distinct()[:_PLACES_MOST])


def _member_card(member: Member) -> MemberCard:
    duty = member.get_duty_display() if member.duty else ""
    unit = member.unit.name if member.unit else ""
    return MemberCard(member.pk, member.number, member.branch.name, member.get_status_display(), duty, unit)


def registrations_of(*, member_id: int | None = None, organisation_id: int | None = None) -> list[RegistrationRow]:
    """The registrations of a member and of an organisation, the newest first."""
    mine = Q(pk=None)
    if member_id:
        mine |= Q(member_id=member_id)
    if organisation_id:
        mine |= Q(organisation_id=organisation_id)
    rows = Registration.objects.filter(mine).select_related("community", "organisation").order_by("-pk")
    return [
        RegistrationRow(r.pk, r.community.name, r.organisation.short_name if r.organisation else "", r.state, r.registered_at, r.ended_at)
        for r in rows
    ]


def grants_of(user_id: int, *, at: datetime) -> list[GrantRow]:
    """The roles of a login now in force."""
    rows = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user_id=user_id, starts_at__lte=at)
    return [
        GrantRow(
            g.pk,
            g.user_id,
            None,
            "",
            "",
            Role(g.role),
            g.place.name,
            g.organisation.short_name if g.organisation else "",
            g.branch.name if g.branch else "",
            g.starts_at,
            g.ends_at,
        )
        for g in rows.select_related("place", "organisation", "branch").order_by("pk")
    ]


def coverage(*, community_id: int | None = None, path: str = "") -> Coverage:
    """Coverage of a community, or of every community below the node with that path."""
    here = Q(community_id=community_id) if community_id is not None else Q(community__path__startswith=path)
    known = Member.objects.filter(here, reported_among(TO_REPORT))
    sums = known.aggregate(known=Count("pk"), registered=Count("pk", filter=reported_among(REPORTED)))
    return Coverage(sums["registered"], sums["known"])


def login_named(text: str, *, by: Actor) -> int | None:
    """The id of the open login with that user name or phone, as far as the actor may give it a role; nothing otherwise."""
    text = text.replace("\0", "").strip()[:40]
    users = User.objects.filter(is_active=True)
    if by.role == Role.DISTRICT:
        users = users.filter(Q(person__community__path__startswith=by.place_path) | Q(grants__place__path__startswith=by.place_path))
    elif by.role != Role.SYSTEM:
        users = users.filter(Q(person__community_id=by.community_id) | Q(grants__place_id=by.community_id))
    index = phone_index(text)
    named = Q(username=text) if index is None else Q(username=text) | Q(person__phone_index=index)
    found = list(users.filter(named).values_list("pk", flat=True).distinct()[:2])
    return found[0] if len(found) == 1 else None


def organisation_named(text: str) -> int | None:
    """The id of the unit with that full or short name; nothing when there is none or more than one."""
    text = text.replace("\0", "").strip()[:80]
    found = list(Organisation.objects.filter(Q(name=text) | Q(short_name=text)).values_list("pk", flat=True)[:2])
    return found[0] if len(found) == 1 else None


def login(user_id: int) -> User | None:
    """The open login itself, for the session only."""
    return User.objects.filter(pk=user_id, is_active=True).first()


def grant_places(*, by: Actor) -> list[tuple[int, str]]:
    """The places the actor may give roles on: id and name, in the order of the tree."""
    check_role(by, "people.grant")
    places = Place.objects.filter(path__startswith=by.place_path).exclude(kind__in=(PlaceKind.BUILDING, PlaceKind.SPOT))
    return list(places.order_by("path").values_list("pk", "name")[:_PLACES_MOST])


def stand_in_places(*, by: Actor) -> list[tuple[int, str]]:
    """The communities in which the actor may let somebody stand in: id and name, in the order of the tree."""
    check_role(by, "people.grant")
    here = Place.objects.filter(path__startswith=by.place_path, kind=PlaceKind.COMMUNITY)
    return list(here.order_by("path").values_list("pk", "name")[:_PLACES_MOST])


def grant_organisations(*, by: Actor) -> list[tuple[int, str]]:
    """The units registered where the actor may give roles: id and short name."""
    check_role(by, "people.grant")
    active = Organisation.objects.filter(
        registrations__state=RegistrationState.ACTIVE, registrations__community__path__startswith=by.place_path
    )
    return list(active.order_by("short_name", "pk").values_list("pk", "short_name").distinct()[:_PLACES_MOST])


def persons_named_in(community_id: int, person_ids: Iterable[int]) -> dict[int, str]:
    """The names of those of the persons who are in the community's list. One statement."""
    return dict(Person.objects.filter(community_id=community_id, pk__in=set(person_ids)).values_list("pk", "name"))


def persons_called(community_id: int, words: Iterable[str]) -> dict[str, int]:
    """Who of the community is meant by each of these words: by a member's number, a phone, or a name that nobody else has.

    Words that mean nobody, or several, are left out. One statement.
    """
    wanted = set(words)
    phones = {mark: word for word in wanted if (mark := phone_index(word)) is not None}
    meant = Q(name__in=wanted) | Q(member__number__in=wanted) | Q(phone_index__in=phones)
    found: dict[str, set[int]] = {}
    rows = Person.objects.filter(meant, community_id=community_id).values_list("pk", "name", "phone_index", "member__number")
    for pk, name, index, number in rows:
        phone = phones.get(bytes(index)) if index is not None else None
        for word in wanted & {name, number, phone}:
            found.setdefault(word, set()).add(pk)
    return {word: ids.pop() for word, ids in found.items() if len(ids) == 1}


def agreed_to_naming(person_id: int | None) -> bool:
    """Whether somebody lets themselves be named in public."""
    return person_id is not None and Person.objects.filter(pk=person_id, name_public=True).exists()


def name_in(person_id: int, community_id: int) -> str:
    """What a person of the community is called; nothing where there is none of that id. Only for those who may know names."""
    return Person.objects.filter(pk=person_id, community_id=community_id).values_list("name", flat=True).first() or ""


def names_of(community_id: int) -> dict[str, bool]:
    """The names of a community's people, and whether everybody who is so called has agreed to being named in public. One statement."""
    names: dict[str, bool] = {}
    for name, public in Person.objects.filter(community_id=community_id).values_list("name", "name_public"):
        names[name] = names.get(name, True) and public
    return names

"""Lists of members, residents and units: filtered, searched, and paged by the last id seen. Phones are masked."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Replace

from zengyi.core.keyset import Page, cut
from zengyi.core.masking import mask_phone
from zengyi.people.models import Grant, Member, Merger, Person, Registration, phone_index
from zengyi.people.rules import IN_SERVICE_STATUSES, NO_DUTY, REPORTED, Actor, RegistrationState, Role, check_role

PAGE_SIZE = 30
QUERY_LENGTH_MOST = 40


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member in a list."""

    id: int
    person_id: int
    name: str
    phone: str
    number: str
    branch: str
    status: str
    duty: str
    unit: str
    signs_in: bool
    registration_id: int | None
    registration: str

    @property
    def registration_label(self) -> str:
        """How far 双报到 has got, in words."""
        return str(RegistrationState(self.registration).label) if self.registration else ""


@dataclass(frozen=True, slots=True)
class ResidentRow:
    """A resident in a list; the door number stays out of it."""

    id: int
    name: str
    phone: str
    estate: str
    building: str
    is_member: bool
    signs_in: bool


@dataclass(frozen=True, slots=True)
class OrganisationRow:
    """A unit in a list, with its registration here."""

    id: int
    name: str
    short_name: str
    kind: str
    state: str
    registration_id: int
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A role given, in a list."""

    id: int
    user_id: int
    person_id: int | None
    username: str
    name: str
    role: Role
    place: str
    organisation: str
    branch: str
    starts_at: datetime
    ends_at: datetime | None


def members(
    *,
    by: Actor,
    q: str = "",
    branch_id: int | None = None,
    status: str = "",
    duty: str = "",
    reported: str = "",
    after: int | None = None,
    size: int = PAGE_SIZE,
) -> Page[MemberRow]:
    """The members of the actor's community; ``q`` is part of a name, a phone or a member's number."""
    found = members_found(by, q, branch_id, status, duty, reported)
    page = cut(found.select_related("person", "branch", "unit").annotate(signs_in=F("person__user__is_active")), after, size)
    live = Registration.objects.filter(community_id=by.community_id, member__in=[m.pk for m in page.rows]).exclude(
        state=RegistrationState.ENDED
    )
    registered = {member_id: (pk, state) for member_id, pk, state in live.values_list("member_id", "pk", "state")}
    return page.map(
        lambda m: MemberRow(
            m.pk,
            m.person_id,
            m.person.name,
            mask_phone(m.person.phone),
            m.number,
            m.branch.name,
            m.get_status_display(),
            m.get_duty_display() if m.duty else "",
            m.unit.short_name if m.unit else "",
            bool(getattr(m, "signs_in", False)),
            *registered.get(m.pk, (None, "")),
        )
    )


def reported_among(which: str) -> Q:
    """The condition on members that 双报到 asks them to report (:data:`TO_REPORT`), or that they did (:data:`REPORTED`)."""
    asked = Q(status__in=IN_SERVICE_STATUSES)
    active = Registration.objects.filter(state=RegistrationState.ACTIVE, member__isnull=False).values("member_id")
    return asked & Q(pk__in=active) if which == REPORTED else asked


def members_found(
    by: Actor, q: str = "", branch_id: int | None = None, status: str = "", duty: str = "", reported: str = ""
) -> "QuerySet[Member]":
    """The members that :func:`members` tells page by page. ``duty``: one of the four, or :data:`NO_DUTY`; ``reported``: those of 双报到."""
    check_role(by, "people.list")
    found = Member.objects.filter(community_id=by.community_id)
    if q := _clean(q):
        found = found.alias(plain=_plain("person__name")).filter(
            Q(plain__contains=_closed(q)) | Q(number=q) | _phone(q, "person__") | _former(q, "person_id")
        )
    if branch_id:
        found = found.filter(branch_id=branch_id)
    if status:
        found = found.filter(status=status)
    if reported:
        found = found.filter(reported_among(reported))
    return found.filter(duty="" if duty == NO_DUTY else duty) if duty else found


def residents(
    *, by: Actor, q: str = "", building_id: int | None = None, after: int | None = None, size: int = PAGE_SIZE
) -> Page[ResidentRow]:
    """The people of the actor's community; ``q`` is part of a name, or a phone."""
    found = residents_found(by, q, building_id)
    rows = found.defer("door").select_related("home", "home__parent", "member").annotate(signs_in=F("user__is_active"))
    page = cut(rows, after, size)
    return page.map(
        lambda p: ResidentRow(
            p.pk,
            p.name,
            mask_phone(p.phone),
            p.home.parent.name if p.home and p.home.parent else "",
            p.home.name if p.home else "",
            hasattr(p, "member"),
            bool(getattr(p, "signs_in", False)),
        )
    )


def residents_found(by: Actor, q: str = "", building_id: int | None = None) -> "QuerySet[Person]":
    """The people that :func:`residents` tells page by page."""
    check_role(by, "people.list")
    found = Person.objects.filter(community_id=by.community_id)
    if q := _clean(q):
        found = found.alias(plain=_plain("name")).filter(Q(plain__contains=_closed(q)) | _phone(q) | _former(q, "pk"))
    return found.filter(home_id=building_id) if building_id else found


def organisations(*, by: Actor, q: str = "", kind: str = "", after: int | None = None, size: int = PAGE_SIZE) -> Page[OrganisationRow]:
    """The units registered with the actor's community, or waiting to be; ``q`` is part of a name. Paged by registration."""
    check_role(by, "people.list")
    found = Registration.objects.filter(community_id=by.community_id, organisation__isnull=False).exclude(state=RegistrationState.ENDED)
    if q := _clean(q):
        found = found.filter(organisation__name__contains=q)
    if kind:
        found = found.filter(organisation__kind=kind)
    page = cut(found.select_related("organisation"), after, size)
    return Page(
        [
            OrganisationRow(o.pk, o.name, o.short_name, o.get_kind_display(), r.state, r.pk, r.registered_at)
            for r in page.rows
            if (o := r.organisation) is not None
        ],
        page.next_after,
    )


def grants(*, by: Actor, at: datetime, ended: bool = False, after: int | None = None, size: int = PAGE_SIZE) -> Page[GrantRow]:
    """The roles given within the actor's part of the tree, in force or ``ended``; the newest first."""
    check_role(by, "people.grant")
    found = Grant.objects.filter(grants_within(by)).exclude(role=Role.ADMIN)
    over = Q(ends_at__isnull=False, ends_at__lte=at)
    found = found.filter(over) if ended else found.exclude(over)
    page = cut(found.select_related("user", "user__person", "place", "organisation", "branch"), after, size, newest_first=True)
    return page.map(
        lambda g: GrantRow(
            g.pk,
            g.user_id,
            g.user.person_id,
            g.user.username,
            g.user.person.name if g.user.person else g.user.username,
            Role(g.role),
            g.place.name,
            g.organisation.short_name if g.organisation else "",
            g.branch.name if g.branch else "",
            g.starts_at,
            g.ends_at,
        )
    )


def grants_within(by: Actor) -> Q:
    """The condition that a grant lies in the actor's part of the tree."""
    if by.role == Role.SYSTEM:
        return Q()
    if by.role == Role.DISTRICT:
        return Q(place__path__startswith=by.place_path)
    return Q(place_id=by.community_id) | Q(place__community_id=by.community_id)


def _clean(q: str) -> str:
    return q.replace("\0", "").strip()[:QUERY_LENGTH_MOST]


def _closed(q: str) -> str:
    """A name as it is looked for: without any space."""
    return "".join(unicodedata.normalize("NFKC", q).split())


def _plain(name: str) -> Replace:
    """A column of names to be looked in: 孙 强国 is 孙强国."""
    return Replace(name, Value(" "), Value(""))


def _former(q: str, person: str) -> Q:
    """Who had that phone in an entry that was put together with theirs."""
    index = phone_index(q)
    return Q() if index is None else Q(**{f"{person}__in": Merger.objects.filter(phone_index=index).values("kept_id")})


def _phone(q: str, prefix: str = "") -> Q:
    index = phone_index(q)
    return Q() if index is None else Q(**{f"{prefix}phone_index": index})

# Chinese in this file is data: how a title speaks to the person.
"""Two entries of one person: which look like it, what hangs on each, and what stands in the way of making them one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Exists, F, Field, Model, OuterRef, Q, QuerySet, UniqueConstraint, Value
from django.db.models.functions import Replace
from django.utils.translation import gettext as _

from zengyi.core import packages, sql
from zengyi.core.errors import NotThere
from zengyi.core.masking import mask_phone
from zengyi.people.models import Grant, Look, Member, Merger, Person, User
from zengyi.people.queries.my_data import declared
from zengyi.people.rules import Actor, check_role, normal_name
from zengyi.people.rules.merging import PersonEntry, Sides, against_sides, likely_one

CANDIDATES_MOST, PAIRS_MOST, NAMES_MOST = 12, 60, 200
#: Ways to a person or a membership that the step follows by itself; the others it follows as the models declare them.
_APART = {("people.User", "person"), ("people.Member", "person"), ("people.Look", "person")}

Way = tuple[type[Model], "Field[Any, Any]"]


@dataclass(frozen=True, slots=True)
class EntryCard:
    """One of two entries, for whoever is to say that they are the same person's. The phone is masked and the door is left out."""

    id: int
    name: str
    phone: str
    estate: str
    building: str
    number: str
    branch: str
    username: str
    since: datetime | None
    kept_up: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two entries next to each other. ``why_not``: by the id of the one that would stay, what speaks against it."""

    first: EntryCard
    second: EntryCard
    same_phone: bool | None
    same_door: bool | None
    why_not: dict[int, list[str]]

    @property
    def cards(self) -> tuple[EntryCard, EntryCard]:
        """Both, in the order in which they are shown."""
        return self.first, self.second

    @property
    def reasons(self) -> list[str]:
        """Everything that speaks against one of them, each sentence once."""
        return list(dict.fromkeys(sentence for card in self.cards for sentence in self.why_not[card.id]))

    @property
    def can_stay(self) -> list[EntryCard]:
        """Those of the two that may stay."""
        return [card for card in self.cards if not self.why_not[card.id]]


@dataclass(frozen=True, slots=True)
class MergerRow:
    """A double that was put together with somebody's entry. Phone and door are told to whoever has opened the person's today."""

    name: str
    phone: str
    where: str
    by: str
    at: datetime
    reason: str


def kept_for(was: int, community_id: int | None) -> int | None:
    """The entry that an entry which is gone was put together with; nothing when there was none here."""
    return Merger.objects.filter(was=was, community_id=community_id).values_list("kept_id", flat=True).first()


def mergers_of(person_id: int, *, opened: bool) -> list[MergerRow]:
    """The doubles that were put together with an entry, the newest first. One statement."""
    rows = Merger.objects.filter(kept_id=person_id).select_related("home", "by__person").order_by("-pk")
    return [
        MergerRow(
            row.name,
            row.phone if opened else mask_phone(row.phone),
            f"{row.home.name} {row.door if opened else ''}".strip() if row.home else "",
            _who(row.by),
            row.at,
            row.reason,
        )
        for row in rows
    ]


def _who(login: User | None) -> str:
    if login is None:
        return _("系统")
    return login.person.name if login.person else login.username


def likely_doubles(*, by: Actor) -> list[tuple[EntryCard, EntryCard]]:
    """Entries of the actor's community that are likely the same person's, two by two, at most :data:`PAIRS_MOST`. Two statements."""
    check_role(by, "people.edit")
    rows: QuerySet[Any] = Person.objects.filter(community_id=by.community_id).annotate(plain=_PLAIN)
    names = rows.values("plain").annotate(n=Count("pk")).filter(n__gt=1).order_by("plain").values_list("plain", flat=True)[:NAMES_MOST]
    by_name: dict[str, list[Person]] = {}
    found: Any = _read(rows.filter(plain__in=list(names)))
    for person in found.order_by("plain", "pk"):
        by_name.setdefault(normal_name(person.name), []).append(person)
    pairs = [
        (_card(one), _card(other))
        for same in by_name.values()
        for place, one in enumerate(same)
        for other in same[place + 1 :]
        if likely_one(_entry(one), _entry(other))
    ]
    return pairs[:PAIRS_MOST]


def candidates(person_id: int, *, q: str = "", by: Actor) -> list[EntryCard]:
    """Whom an entry may be a double of: likely ones, those with its phone, and those whose name or phone is looked for."""
    check_role(by, "people.edit")
    person = _found(person_id, by)
    others: QuerySet[Any] = Person.objects.filter(community_id=by.community_id).exclude(pk=person_id).annotate(plain=_PLAIN)
    if q:
        # Late: the lists of people stand on this module's neighbours.
        from zengyi.people.queries.lists import residents_found

        others = others.filter(pk__in=residents_found(by, q).values("pk"))
    else:
        same = Q(plain="".join(person.name.split()))
        if person.phone_index is not None:
            same |= Q(phone_index=person.phone_index)
        others = others.filter(same)
    found = list(_read(others).order_by("pk")[: 2 * CANDIDATES_MOST])
    found.sort(key=lambda other: not likely_one(_entry(person), _entry(other)))
    return [_card(other) for other in found[:CANDIDATES_MOST]]


def pair(first: int, second: int, *, by: Actor, at: datetime) -> Pair:
    """Two entries of the actor's community next to each other. Raises :class:`NotThere` unless both are there and are two."""
    check_role(by, "people.edit")
    if first == second:
        raise NotThere(_("要选两份不同的资料。"))
    one, other = _found(first, by), _found(second, by)
    return Pair(
        _card(one, kept_up=_kept_up(one)),
        _card(other, kept_up=_kept_up(other)),
        _same(one.phone_index, other.phone_index),
        _same(one.household_index, other.household_index),
        {one.pk: against(sides_of(one, other, at)), other.pk: against(sides_of(other, one, at))},
    )


def sides_of(kept: Person, gone: Person, at: datetime) -> Sides:
    """The two entries by id; read ``with`` membership and login."""
    member, login = ({one.pk: getattr(getattr(one, what, None), "pk", None) for one in (kept, gone)} for what in ("member", "user"))
    in_force = Grant.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), user_id=login[gone.pk] or 0)
    roles = in_force.exists()
    return Sides(kept.pk, gone.pk, member[kept.pk], member[gone.pk], login[kept.pk], login[gone.pk], roles)


def against(sides: Sides) -> list[str]:
    """Everything that stands in the way, in sentences; nothing when the two may become one."""
    found = against_sides(sides)
    for room in packages.rooms("queries"):
        for told in getattr(room, "AGAINST_MERGING", ()):
            found += told(sides)
    guarded = sql.triggers()
    for model, way, mine, others in _hanging(sides):
        if sql.GUARD.format(verb="update", table=model._meta.db_table) in guarded:
            if QuerySet(model).filter(**{way.name: others}).exists():
                found.append(_("“%(what)s”写下就不能改，请留下有它的那一份。") % {"what": _title(model)})
        elif _clashes(model, way, mine, others):
            found.append(_("两份在“%(what)s”里有同一件事的记录，先去掉一边的，再来并。") % {"what": _title(model)})
    return found


def _hanging(sides: Sides) -> Iterator[tuple[type[Model], "Field[Any, Any]", int, int]]:
    """Every way to the one that goes, with the ids of the one that stays and of the one that goes."""
    for model, way in ways(Person):
        yield model, way, sides.kept, sides.gone
    if sides.kept_member is not None and sides.gone_member is not None:
        apart = {one for room in packages.rooms("queries") for one in getattr(room, "MERGED_APART", ())}
        for model, way in ways(Member):
            if model._meta.label not in apart:
                yield model, way, sides.kept_member, sides.gone_member


def ways(aim: type[Model]) -> Iterator[Way]:
    """Every table and column that leads to a person, or to a membership, but those that the step sees to itself."""
    for found in aim._meta.get_fields(include_hidden=True):
        relation: Any = found
        if relation.auto_created and not relation.concrete and (relation.one_to_many or relation.one_to_one):
            model, way = relation.related_model, relation.field
            if (model._meta.label, way.name) not in _APART and not model._meta.auto_created:
                yield model, way


def _clashes(model: type[Model], way: "Field[Any, Any]", mine: int, others: int) -> bool:
    """Whether a row of the one that goes would break a unique constraint beside a row of the one that stays."""
    for unique in model._meta.constraints:
        if isinstance(unique, UniqueConstraint) and way.name in unique.fields:
            rest = [name for name in unique.fields if name != way.name]
            which = unique.condition or Q()
            here: QuerySet[Any] = QuerySet(model).filter(which, **{way.name: mine}, **{name: OuterRef(name) for name in rest})
            if QuerySet(model).filter(which, **{way.name: others}).filter(Exists(here)).exists():
                return True
    return False


def same_looks(kept: int, gone: int) -> "QuerySet[Look]":
    """Looks at the one that goes by somebody who looked at the other on the same day, too. For one person there may be only one."""
    here = Look.objects.filter(person_id=kept, viewer_id=OuterRef("viewer_id"), day=OuterRef("day"))
    return Look.objects.filter(Exists(here), person_id=gone)


def _kept_up(person: Person) -> list[tuple[str, int]]:
    """What is kept about an entry, in words, and how much of it."""
    member: Member | None = getattr(person, "member", None)
    found = []
    for aim, pk in ((Person, person.pk), (Member, member.pk if member else None)):
        for model, way in ways(aim) if pk is not None else ():
            n = QuerySet(model).filter(**{way.name: pk}).count()
            if n and model._meta.label not in _SAID_ELSEWHERE:
                found.append((_title(model), n))
    return found


#: Told by the card itself, or by the page of the person.
_SAID_ELSEWHERE = {"people.Left", "people.Merger"}
_PLAIN = Replace(F("name"), Value(" "), Value(""), output_field=CharField())


def _title(model: type[Model]) -> str:
    # Declared for the person themselves; here a colleague reads it.
    titles = {held.model: str(held.title).removeprefix("您的").removeprefix("您") for held in declared()}
    return titles.get(model, str(model._meta.verbose_name))


def _found(person_id: int, by: Actor) -> Person:
    rows = Person.objects.filter(pk=person_id, community_id=by.community_id) if 0 < person_id < 2**63 else Person.objects.none()
    person = _read(rows).first()
    if person is None:
        raise NotThere(_("没有找到，或者不在您的社区。"))
    return person


def _read(rows: "QuerySet[Person]") -> "QuerySet[Person]":
    return rows.select_related("home", "home__parent", "member", "member__branch", "user")


def _entry(person: Person) -> PersonEntry:
    phone, household = person.phone_index, person.household_index
    return PersonEntry(person.pk, person.name, None if phone is None else bytes(phone), None if household is None else bytes(household))


def _same(one: "bytes | memoryview | None", other: "bytes | memoryview | None") -> bool | None:
    """Whether the two are the same; nothing where one is not known."""
    return None if one is None or other is None else bytes(one) == bytes(other)


def _card(person: Person, kept_up: list[tuple[str, int]] | None = None) -> EntryCard:
    member: Member | None = getattr(person, "member", None)
    login: User | None = getattr(person, "user", None)
    home = person.home
    return EntryCard(
        person.pk,
        person.name,
        mask_phone(person.phone),
        home.parent.name if home and home.parent else "",
        home.name if home else "",
        member.number if member else "",
        member.branch.name if member else "",
        login.username if login else "",
        person.created_at,
        kept_up or [],
    )

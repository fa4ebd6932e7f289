"""The programme: what takes place in a community in the next fortnight, and one occasion with its places."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from zengyi.activities.models import Activity, Host, Occasion, SignUp, Slot
from zengyi.activities.rules import programme as rules
from zengyi.activities.rules.signing import LIVE, SignUpState
from zengyi.core import personal
from zengyi.core.ids import ID_MOST
from zengyi.core.rows import Rows, structure
from zengyi.people.rules import COMMUNITY_ROLES, Actor, check_role, may

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        slots_read: object
        hosts_read: object

    _Read = WithAnnotations[Occasion, _Columns]

WINDOW = timedelta(days=14)
#: So many occasions are shown of a fortnight; no community has as many.
SHOWN_MOST = 200
#: How far ahead a calendar looks that programs subscribe to.
CALENDAR = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class SlotRow:
    """Places of one kind. ``offered``: seats among those taken that wait for an answer."""

    id: int
    role: str
    name: str
    capacity: int
    taken: int
    offered: int

    @property
    def free(self) -> int:
        """Seats that nobody has."""
        return self.capacity - self.taken

    @property
    def sure(self) -> int:
        """Seats that are sure."""
        return self.taken - self.offered

    @property
    def is_guest(self) -> bool:
        """Whether it is for taking part."""
        return self.role == rules.SlotRole.GUEST


@dataclass(frozen=True, slots=True)
class Own:
    """The reader's own sign-up. ``position``: how manieth they are in the queue."""

    id: int
    slot_id: int
    state: str
    seats: int
    until: datetime | None
    asked: bool
    position: int

    @property
    def waits(self) -> bool:
        """Whether they wait in the queue."""
        return self.state == SignUpState.WAITLISTED

    @property
    def offered(self) -> bool:
        """Whether a seat is kept for them until they answer."""
        return self.state == SignUpState.OFFERED

    @property
    def sure(self) -> bool:
        """Whether their seats are sure."""
        return self.state == SignUpState.CONFIRMED


@dataclass(frozen=True, slots=True)
class OccasionCard:
    """An occasion as everybody may know it, and what it is to the reader."""

    id: int
    activity_id: int
    community_id: int
    community: str
    title: str
    text: str
    kind: str
    kind_name: str
    minors: bool
    every: str
    along: str
    hosts: list[str]
    starts_at: datetime
    ends_at: datetime
    moved_from: datetime | None
    place_id: int | None
    place: str
    spot: str
    bring: str
    care: str
    state: str
    reason: str
    sequence: int
    changed_at: datetime
    facts: rules.OccasionFacts
    slots: list[SlotRow] = field(default_factory=list)
    own: Own | None = None

    @property
    def guests(self) -> SlotRow | None:
        """The places for taking part; nothing where nobody need sign up."""
        return next((slot for slot in self.slots if slot.is_guest), None)

    @property
    def helpers(self) -> list[SlotRow]:
        """What help is wanted."""
        return [slot for slot in self.slots if not slot.is_guest]

    @property
    def wants_help(self) -> bool:
        """Whether help is still wanted."""
        return any(slot.free for slot in self.helpers)

    @property
    def cancelled(self) -> bool:
        """Whether it was called off."""
        return self.state == rules.OccasionState.CANCELLED

    @property
    def is_drill(self) -> bool:
        """Whether it is a drill, of which more is put down."""
        return self.kind == rules.ActivityKind.DRILL

    @property
    def closed(self) -> bool:
        """Whether the roll was called and it is over."""
        return self.state == rules.OccasionState.CLOSED

    @property
    def others(self) -> str:
        """Who else holds it, in words."""
        return _("、").join(part for part in (*self.hosts, self.along) if part)

    @property
    def where(self) -> str:
        """Where it is, in words."""
        return " ".join(part for part in (self.place, self.spot) if part)


@dataclass(frozen=True, slots=True)
class Programme:
    """A fortnight's occasions, from a moment on, and where the next fortnight begins."""

    rows: list[OccasionCard]
    since: datetime
    until: datetime


def programme(
    *,
    by: Actor,
    at: datetime,
    community_id: int | None = None,
    since: datetime | None = None,
    only: str = "",
    window: timedelta = WINDOW,
) -> Programme:
    """What takes place in a fortnight in a community, its own and what it hosts with others; without one, everywhere. Two statements.

    ``only``: ``minors``, ``help`` or ``mine``.
    """
    check_role(by, "activity.read")
    begin = since or at
    rows = Occasion.objects.filter(ends_at__gte=begin, starts_at__lt=begin + window)
    if community_id is not None:
        along = Host.objects.filter(community_id=community_id).values("activity_id")
        rows = rows.filter(Q(community_id=community_id) | Q(activity_id__in=along))
    if only == "minors":
        rows = rows.filter(activity__minors=True)
    if only == "help":
        wanted = Slot.objects.filter(role=rules.SlotRole.HELPER, taken__lt=F("capacity")).values("occasion_id")
        rows = rows.filter(state=rules.OccasionState.PLANNED, pk__in=wanted)
    if only == "mine":
        mine = SignUp.objects.filter(person_id=by.person_id or 0)
        rows = rows.filter(pk__in=mine.values("occasion_id"))
    return Programme(_cards(rows.order_by("starts_at", "pk")[:SHOWN_MOST], by), begin, begin + window)


def occasion(occasion_id: int, *, by: Actor) -> OccasionCard:
    """One occasion. Two statements. Raises :class:`NotThere`."""
    check_role(by, "activity.read")
    found = _cards(Occasion.objects.filter(pk=occasion_id), by) if 0 < occasion_id <= ID_MOST else []
    if not found:
        raise rules.not_here()
    return found[0]


def activity_led(activity_id: int, *, by: Actor) -> str:
    """The title of an activity that the actor's community leads. Raises :class:`NotThere` for any other."""
    found = Activity.objects.filter(pk=activity_id).first() if 0 < activity_id <= ID_MOST else None
    rules.check_lead(by, found.community_id if found else None)
    assert found is not None
    return found.title


def siblings(activity_id: int, *, but: int, at: datetime, by: Actor) -> list[tuple[int, datetime]]:
    """The next occasions of the same activity, by id and beginning."""
    check_role(by, "activity.read")
    rows = Occasion.objects.filter(activity_id=activity_id, starts_at__gte=at, state=rules.OccasionState.PLANNED).exclude(pk=but)
    return list(rows.order_by("starts_at", "pk").values_list("pk", "starts_at")[:5])


def _cards(rows: "QuerySet[Occasion]", by: Actor) -> list[OccasionCard]:
    """The occasions as cards, with what they are to the reader."""
    offered = SignUp.objects.filter(slot_id=OuterRef("pk"), state=SignUpState.OFFERED).order_by().values("slot_id")
    seats = offered.annotate(n=Sum("seats")).values("n")
    slots = Slot.objects.filter(occasion_id=OuterRef("pk")).annotate(offered=Coalesce(Subquery(seats), 0))
    named = {name: name for name in ("id", "role", "name", "capacity", "taken", "offered")}
    hosts = Host.objects.filter(activity_id=OuterRef("activity_id"))
    read = rows.select_related("activity", "community", "place").annotate(
        slots_read=Rows(slots, **named), hosts_read=Rows(hosts, community="community_id", name="community__name")
    )
    found = list(read)
    own = _own([one.pk for one in found], by)
    return [_card(one, own.get(one.pk), _words(one, by)) for one in found]


def _words(row: "_Read", by: Actor) -> Callable[[str], str]:
    """How the reader reads what was written: its community all of it, others without phones and doors. The community's own phone stays,
    and so does where it is: whoever comes has to find the room."""
    if by.role in COMMUNITY_ROLES and by.community_id == row.community_id:
        return str
    number = row.community.phone
    return lambda text: number.join(map(personal.masked, text.split(number))) if number else personal.masked(text)


def _card(row: "_Read", own: Own | None, said: Callable[[str], str]) -> OccasionCard:
    activity = row.activity
    slots = [SlotRow(**one) for one in sorted(structure(row.slots_read) or [], key=lambda one: int(one["id"]))]
    hosts = structure(row.hosts_read) or []
    facts = rules.OccasionFacts(
        row.community_id, frozenset({row.community_id, *(one["community"] for one in hosts)}), row.state, row.starts_at, row.ends_at
    )
    return OccasionCard(
        id=row.pk,
        activity_id=activity.pk,
        community_id=row.community_id,
        community=row.community.name,
        title=said(activity.title),
        text=said(activity.text),
        kind=activity.kind,
        kind_name=activity.get_kind_display(),
        minors=activity.minors,
        every=activity.get_every_display() if activity.every else "",
        along=said(activity.along),
        hosts=sorted(one["name"] for one in hosts),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        moved_from=row.moved_from,
        place_id=row.place_id,
        place=row.place.name if row.place else "",
        spot=row.spot,
        bring=said(row.bring),
        care=said(row.care),
        state=row.state,
        reason=said(row.reason),
        sequence=row.sequence,
        changed_at=row.changed_at,
        facts=facts,
        slots=slots,
        own=own,
    )


def _own(occasion_ids: Iterable[int], by: Actor) -> dict[int, Own]:
    """The reader's own sign-ups that are not over, by occasion."""
    if by.person_id is None or by.role in COMMUNITY_ROLES or not may(by, "signup.make"):
        return {}
    ahead = SignUp.objects.filter(slot_id=OuterRef("slot_id"), state=SignUpState.WAITLISTED, pk__lte=OuterRef("pk"))
    position = Coalesce(Subquery(ahead.order_by().values("slot_id").annotate(n=Count("pk")).values("n")), 0)
    rows = SignUp.objects.filter(occasion_id__in=list(occasion_ids), person_id=by.person_id, state__in=LIVE)
    named = ("occasion_id", "pk", "slot_id", "state", "seats", "until", "asked")
    return {row[0]: Own(*row[1:]) for row in rows.annotate(position=position).values_list(*named, "position")}


def ahead(community_id: int, *, at: datetime) -> tuple[int, str]:
    """How many occasions a community has in the next fortnight, and what the first is called. One statement."""
    along = Host.objects.filter(community_id=community_id).values("activity_id")
    rows = Occasion.objects.filter(Q(community_id=community_id) | Q(activity_id__in=along), state=rules.OccasionState.PLANNED)
    rows = rows.filter(ends_at__gte=at, starts_at__lt=at + WINDOW).order_by("starts_at", "pk")
    titles = list(rows.values_list("activity__title", flat=True)[:SHOWN_MOST])
    return len(titles), titles[0] if titles else ""

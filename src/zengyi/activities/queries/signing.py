"""One sign-up with whoever is on it, and what guardians have said."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypedDict, cast

from django.db.models import Count, F, OuterRef, Subquery
from django.db.models.functions import Coalesce

from zengyi.activities.models import Attendee, Consent, SignUp
from zengyi.activities.queries.programme import OccasionCard, occasion
from zengyi.activities.rules import minors, signing
from zengyi.core.errors import Refused
from zengyi.core.ids import ID_MOST
from zengyi.core.keyset import Page, cut
from zengyi.core.rows import Rows, structure
from zengyi.people.rules import Actor, check_role

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        position: int
        who: str
        login: int | None

    _Read = WithAnnotations[SignUp, _Columns]

    class _Said(TypedDict):
        said: object

    _WithAnswers = WithAnnotations[Attendee, _Said]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a guardian said for one purpose; ``given`` is nothing while they have not said."""

    purpose: str
    name: str
    given: bool | None
    required: bool


@dataclass(frozen=True, slots=True)
class Coming:
    """One of those who come. A child has an alias and an age band; ``called`` is empty for everybody but its guardian."""

    id: int
    is_child: bool
    alias: str
    band: str
    called: str
    answers: list[Answer]
    absent_at: datetime | None = None
    contested_at: datetime | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class SignUpCard:
    """A sign-up as its owner and the staff see it."""

    id: int
    number: int
    state: signing.SignUpState
    state_name: str
    seats: int
    channel: str
    until: datetime | None
    asked: bool
    position: int
    reason: str
    slot: str
    is_own: bool
    name: str
    facts: signing.SignUpFacts
    occasion: OccasionCard
    coming: list[Coming]

    @property
    def counted(self) -> bool:
        """Whether the roll is closed and they had a seat on it."""
        return self.occasion.closed and self.state == signing.SignUpState.CONFIRMED

    @property
    def there(self) -> int:
        """How many minutes whoever signed up was there."""
        return (self.coming[0].minutes or 0) if self.coming else 0

    @property
    def missed(self) -> bool:
        """Whether somebody was put down as absent who has not said yet that they were there."""
        return any(one.absent_at and not one.contested_at for one in self.coming)

    def may_accept(self, by: Actor, at: datetime) -> bool:
        """Whether the reader can say now that they come."""
        return _passes(lambda: signing.check_accept(by, self.facts, at=at))

    def may_cancel(self, by: Actor, at: datetime) -> bool:
        """Whether the reader can say now that they do not."""
        return _passes(lambda: signing.check_cancel(by, self.facts, at=at))


PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class SignUpRow:
    """A sign-up in the list of an occasion. ``person_id`` and ``name`` are empty for people of another host.

    ``to_ring``: they have no login, so somebody rings them up when the occasion is moved or called off, or a seat is theirs.
    """

    id: int
    number: int
    state: signing.SignUpState
    state_name: str
    seats: int
    slot: str
    channel: str
    until: datetime | None
    asked: bool
    position: int
    community: str
    person_id: int | None
    name: str
    to_ring: bool

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.state not in signing.LIVE


def sign_ups(occasion_id: int, *, by: Actor, after: int | None = None, size: int = PAGE_SIZE) -> tuple[OccasionCard, Page[SignUpRow]]:
    """Who signed up, in order, for the staff of each host: their own people by name; whoever leads sees of the others how many come.

    Three statements. Raises :class:`NotThere`, :class:`NotAllowed`.
    """
    check_role(by, "signup.list")
    found = occasion(occasion_id, by=by)
    signing.check_list(by, found.facts)
    rows = SignUp.objects.filter(occasion_id=occasion_id).select_related("slot", "community")
    if by.community_id != found.community_id:
        rows = rows.filter(community_id=by.community_id)
    read = rows.annotate(position=_position(), who=F("person__name"), login=F("person__user__id"))
    return found, cut(cast("QuerySet[_Read]", read), after, size).map(lambda row: _row(row, by))


@dataclass(frozen=True, slots=True)
class OfPerson:
    """A sign-up as the page of a person tells it."""

    id: int
    occasion_id: int
    title: str
    starts_at: datetime
    state_name: str


def sign_ups_of(person_id: int, *, by: Actor, most: int) -> list[OfPerson]:
    """The latest sign-ups of somebody of the actor's community. One statement. For staff only."""
    check_role(by, "signup.list")
    rows = SignUp.objects.filter(person_id=person_id, community_id=by.community_id or 0).select_related("occasion__activity")
    return [
        OfPerson(row.pk, row.occasion_id, row.occasion.activity.title, row.occasion.starts_at, row.get_state_display())
        for row in rows.order_by("-pk")[:most]
    ]


@dataclass(frozen=True, slots=True)
class AnswerOf:
    """What somebody answered about a child who comes along: which child of which occasion, and for what. ``given``: yes or no."""

    occasion_id: int
    title: str
    letter: str
    purpose: str
    given: bool
    at: datetime
    withdrawn: bool


def answers_of(person_id: int, *, by: Actor, most: int) -> list[AnswerOf]:
    """The latest answers of a guardian of the actor's community, those taken back too. One statement. For staff only."""
    check_role(by, "signup.list")
    rows = Consent.objects.filter(attendee__sign_up__person_id=person_id, attendee__sign_up__community_id=by.community_id or 0)
    rows = rows.select_related("attendee__sign_up__occasion__activity").order_by("-pk")
    return [
        AnswerOf(
            row.attendee.occasion_id,
            row.attendee.sign_up.occasion.activity.title,
            row.attendee.letter,
            row.get_purpose_display(),
            row.given,
            row.at,
            row.withdrawn_at is not None,
        )
        for row in rows[:most]
    ]


def _row(row: "_Read", by: Actor) -> SignUpRow:
    own = row.community_id == by.community_id
    return SignUpRow(
        id=row.pk,
        number=row.number,
        state=signing.SignUpState(row.state),
        state_name=row.get_state_display(),
        seats=row.seats,
        slot=row.slot.name or row.slot.get_role_display(),
        channel=row.get_channel_display(),
        until=row.until,
        asked=row.asked,
        position=row.position if row.state == signing.SignUpState.WAITLISTED else 0,
        community="" if own else row.community.name,
        person_id=row.person_id if own else None,
        name=row.who if own else "",
        to_ring=own and row.login is None,
    )


def _passes(check: Callable[[], None]) -> bool:
    try:
        check()
    except Refused:
        return False
    return True


def position_of(sign_up_id: int) -> int | None:
    """How manieth a sign-up is in the queue; nothing when it does not wait. One statement."""
    return (
        SignUp.objects.filter(pk=sign_up_id, state=signing.SignUpState.WAITLISTED)
        .annotate(position=_position())
        .values_list("position", flat=True)
        .first()
    )


def _position() -> Coalesce:
    ahead = SignUp.objects.filter(slot_id=OuterRef("slot_id"), state=signing.SignUpState.WAITLISTED, pk__lte=OuterRef("pk"))
    return Coalesce(Subquery(ahead.order_by().values("slot_id").annotate(n=Count("pk")).values("n")), 0)


def sign_up(sign_up_id: int, *, by: Actor) -> SignUpCard:
    """A sign-up, for its owner, the staff of their community and of the one that leads. Raises :class:`NotThere`."""
    rows = SignUp.objects.with_occasion().annotate(position=_position()).select_related("slot", "person")
    found: Any = rows.filter(pk=sign_up_id).first() if 0 < sign_up_id <= ID_MOST else None
    signing.check_see(by, found.facts if found else None)
    own = found.person_id == by.person_id
    return SignUpCard(
        id=found.pk,
        number=found.number,
        state=signing.SignUpState(found.state),
        state_name=found.get_state_display(),
        seats=found.seats,
        channel=found.get_channel_display(),
        until=found.until,
        asked=found.asked,
        position=found.position if found.state == signing.SignUpState.WAITLISTED else 0,
        reason=found.reason,
        slot=found.slot.name or found.slot.get_role_display(),
        is_own=own,
        name=found.person.name,
        facts=found.facts,
        occasion=occasion(found.occasion_id, by=by),
        coming=coming(found.pk, found.number, own=own),
    )


def coming(sign_up_id: int, number: int, *, own: bool) -> list[Coming]:
    """Those on a sign-up, with what was answered about each child. One statement."""
    standing = Consent.objects.filter(attendee_id=OuterRef("pk"), withdrawn_at=None)
    rows = Attendee.objects.filter(sign_up_id=sign_up_id).annotate(said=Rows(standing, purpose="purpose", given="given"))
    return [_coming(row, number, own=own) for row in rows.order_by("letter")]


def _coming(row: "_WithAnswers", number: int, *, own: bool) -> Coming:
    said = {one["purpose"]: bool(one["given"]) for one in structure(row.said) or []}
    child = bool(row.band)
    answers = [Answer(p.value, str(p.label), said.get(p), p in minors.REQUIRED) for p in minors.Purpose] if child else []
    return Coming(
        id=row.pk,
        is_child=child,
        alias=minors.alias(number, row.letter) if child else "",
        band=str(minors.AgeBand(row.band).label) if child else "",
        called=row.called if own else "",
        answers=answers,
        absent_at=row.absent_at,
        contested_at=row.contested_at,
        minutes=row.minutes,
    )

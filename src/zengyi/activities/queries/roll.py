"""The roll of an occasion, for the staff of the community that leads; and one's own place on it, found by the poster's code."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypedDict

from django.core import signing as signer
from django.db.models import F, OuterRef
from django.utils.translation import gettext as _

from zengyi.activities.models import Attendee, Consent, SignUp, Stay
from zengyi.activities.queries.programme import OccasionCard, occasion
from zengyi.activities.rules import attending, minors
from zengyi.activities.rules.programme import OccasionState, not_here
from zengyi.activities.rules.signing import SignUpState
from zengyi.core.ids import ID_MOST
from zengyi.core.rows import Rows, moment_of, structure
from zengyi.people.rules import Actor, check_role

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        number: int
        who: str
        helps: str
        author: str | None
        stays_read: object
        pictures_read: object

    _Read = WithAnnotations[Attendee, _Columns]

_SIGNER = signer.Signer(salt="zengyi.activities.here")


@dataclass(frozen=True, slots=True)
class Listed:
    """One seat on the roll. A child has an alias; ``unpictured``: no guardian has agreed to pictures of it."""

    id: int
    label: str
    name: str
    is_child: bool
    band: str
    helps: str
    unpictured: bool
    in_at: datetime | None
    out_at: datetime | None
    source: str
    absent_at: datetime | None
    absent_by: str
    contested_at: datetime | None
    contest: str
    minutes: int | None

    @property
    def waits(self) -> bool:
        """Whether nothing is known of them yet."""
        return self.in_at is None and self.absent_at is None

    @property
    def inside(self) -> bool:
        """Whether they are there now."""
        return self.in_at is not None and self.out_at is None

    @property
    def order(self) -> tuple[int, str]:
        """Who is not here yet comes first."""
        return (0 if self.waits else 1 if self.inside else 2 if self.in_at else 3, self.label)


@dataclass(frozen=True, slots=True)
class Roll:
    """The roll: everybody with a seat that is sure."""

    occasion: OccasionCard
    rows: list[Listed]

    @property
    def inside(self) -> int:
        """How many are there now."""
        return sum(row.inside for row in self.rows)

    @property
    def came(self) -> int:
        """How many have been there."""
        return sum(row.in_at is not None for row in self.rows)

    @property
    def absent(self) -> int:
        """How many were put down as absent."""
        return sum(row.absent_at is not None for row in self.rows)

    @property
    def awaited(self) -> int:
        """How many are still to come."""
        return sum(row.waits for row in self.rows)

    @property
    def unpictured(self) -> list[str]:
        """The children of whom no picture may be taken."""
        return [row.name for row in self.rows if row.unpictured]

    @property
    def closed(self) -> bool:
        """Whether the roll is closed."""
        return self.occasion.state == OccasionState.CLOSED


def roll(occasion_id: int, *, by: Actor) -> Roll:
    """The roll. Three statements, however long it is. Raises :class:`NotThere`, :class:`NotAllowed`."""
    check_role(by, "attendance.take")
    found = occasion(occasion_id, by=by)
    attending.check_roll(by, found.facts)
    pictures = Consent.objects.filter(attendee_id=OuterRef("pk"), withdrawn_at=None, given=True, purpose=minors.Purpose.PHOTOGRAPH)
    stays = Stay.objects.filter(attendee_id=OuterRef("pk"))
    rows = Attendee.objects.filter(occasion_id=occasion_id, sign_up__state=SignUpState.CONFIRMED).annotate(
        number=F("sign_up__number"),
        who=F("sign_up__person__name"),
        helps=F("sign_up__slot__name"),
        author=F("absent_by__person__name"),
        stays_read=Rows(stays, begin="in_at", end="out_at", source="source"),
        pictures_read=Rows(pictures, id="pk"),
    )
    return Roll(found, sorted(map(_listed, rows), key=lambda row: row.order))


def _listed(row: "_Read") -> Listed:
    stays = sorted(structure(row.stays_read) or [], key=lambda stay: str(stay["begin"]))
    child = bool(row.band)
    last = stays[-1] if stays else None
    return Listed(
        id=row.pk,
        label=f"{row.number:02d}{row.letter}",
        name=minors.alias(row.number, row.letter) if child else row.who if not row.letter else "",
        is_child=child,
        band=str(minors.AgeBand(row.band).label) if child else "",
        helps=row.helps,
        unpictured=child and not (structure(row.pictures_read) or []),
        in_at=moment_of(stays[0]["begin"]) if stays else None,
        out_at=moment_of(last["end"]) if last and last["end"] else None,
        source=str(attending.Source(last["source"]).label) if last else "",
        absent_at=row.absent_at,
        absent_by=row.author or "",
        contested_at=row.contested_at,
        contest=row.contest,
        minutes=row.minutes,
    )


def listed(attendee_id: int, *, by: Actor) -> tuple[OccasionCard, str]:
    """The occasion of somebody on a roll, and what the roll calls them. Raises :class:`NotThere`."""
    check_role(by, "attendance.take")
    rows = Attendee.objects.filter(pk=attendee_id).values_list("occasion_id", "sign_up__number", "letter")
    row = rows.first() if 0 < attendee_id <= ID_MOST else None
    if row is None:
        raise not_here()
    found = occasion(row[0], by=by)
    attending.check_roll(by, found.facts)
    return found, f"{row[1]:02d}{row[2]}"


def token_of(occasion_id: int) -> str:
    """The token on the poster at the door. It is signed, unlike the occasion's id, so that nobody can make one for another occasion."""
    return _SIGNER.sign(str(occasion_id)).replace(":", "-", 1)


def own_by(token: str, *, by: Actor) -> tuple[int, bool]:
    """One's own sign-up by the poster's code, and whether one is in now. Raises :class:`NotThere` where there is none."""
    check_role(by, "attendance.own")
    try:
        found = _SIGNER.unsign(token.replace("-", ":", 1))
    except signer.BadSignature:
        raise not_here() from None
    rows = SignUp.objects.filter(occasion_id=int(found), person_id=by.person_id or 0, state=SignUpState.CONFIRMED)
    own = rows.values_list("pk", flat=True).first()
    if own is None:
        raise not_here()
    return own, Stay.objects.filter(attendee__sign_up_id=own, out_at=None).exists()


def how_recorded(stays: Iterable[Stay]) -> str:
    """How it is known that somebody was there, in words."""
    return _("、").join(dict.fromkeys(str(attending.Source(stay.source).label) for stay in stays))

"""What hangs on the community's boards: where, since when, until when it has to, and what photos prove of it."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet

from zengyi.bank import queries as bank
from zengyi.core import clock
from zengyi.core.errors import NotThere
from zengyi.core.ids import ID_MOST
from zengyi.core.rows import Rows
from zengyi.news import rules
from zengyi.news.models import BoardPhoto, Hung
from zengyi.news.queries.editions import file_of
from zengyi.news.queries.happenings import QUARTER
from zengyi.news.rules import Proof
from zengyi.people.rules import NOBODY, Actor, check_role

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        title: str
        shown: bool
        seen: list[dict[str, str]] | None

    _Read = WithAnnotations[Hung, _Columns]

SHOWN_MOST = 200


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of paper. ``photos``: the days on which it was seen hanging and the pictures, the newest first; ``stale``: what hangs is not
    what is on public view any more.
    """

    id: int
    piece_id: int
    title: str
    spot: str
    hung_on: date
    until: date | None
    taken_on: date | None
    stale: bool
    photos: tuple[tuple[date, UUID], ...]
    proof: Proof


def boards(*, by: Actor, at: datetime) -> list[tuple[str, list[Sheet]]]:
    """All that hangs in the actor's community, board by board; what has to be photographed today or come down first. One statement."""
    check_role(by, "news.hang")
    rows = _rows(by).filter(taken_at=None).order_by("spot", "-hung_at", "-pk")[:SHOWN_MOST]
    found: dict[str, list[Sheet]] = {}
    for row in rows:
        found.setdefault(row.spot, []).append(_sheet(row, at))
    return sorted(found.items(), key=lambda board: (not any(one.proof.due or one.stale for one in board[1]), board[0]))


def sheet(hung_id: int, *, by: Actor, at: datetime) -> Sheet:
    """One sheet of the actor's community. Raises :class:`NotThere`. One statement."""
    check_role(by, "news.hang")
    row = _rows(by).filter(pk=hung_id).first() if 0 < hung_id <= ID_MOST else None
    if row is None:
        raise rules.not_there()
    return _sheet(row, at)


def board_photo(photo_id: UUID, *, preview: bool = True, by: Actor) -> Path:
    """The file of a photo of one of the community's boards."""
    check_role(by, "news.hang")
    if not BoardPhoto.objects.filter(pk=photo_id, hung__piece__community_id=by.community_id).exists():
        raise rules.not_there()
    return file_of(photo_id, preview=preview)


def hangs_until(source: str, ref: str, community_id: int, *, at: datetime) -> date | None:
    """Until when paper of a piece has to hang: that of a quarter's publication as long as people may object; nothing for any other."""
    if source != QUARTER:
        return None
    try:
        last = bank.publication(community_id, ref, by=NOBODY, at=at).objections_until
    except NotThere:
        return None
    return last if last >= clock.local_date(at) else None


def _rows(by: Actor) -> "QuerySet[_Read]":
    photos = BoardPhoto.objects.filter(hung=OuterRef("pk"))
    seen = Rows(photos, id="pk", day="seen_on")
    rows = Hung.objects.filter(piece__community_id=by.community_id)
    return rows.annotate(title=F("piece__title"), shown=F("edition__shown"), seen=seen)


def _sheet(row: "_Read", at: datetime) -> Sheet:
    found = sorted(((date.fromisoformat(one["day"]), UUID(one["id"])) for one in row.seen or []), reverse=True)
    hung_on = clock.local_date(row.hung_at)
    taken_on = clock.local_date(row.taken_at) if row.taken_at else None
    return Sheet(
        id=row.pk,
        piece_id=row.piece_id,
        title=row.title,
        spot=row.spot,
        hung_on=hung_on,
        until=row.until,
        taken_on=taken_on,
        stale=not row.shown,
        photos=tuple(found),
        proof=rules.proof(hung_on, row.until, [day for day, _photo in found], taken_on or clock.local_date(at)),
    )

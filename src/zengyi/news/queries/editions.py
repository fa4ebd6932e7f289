"""Published editions, for everybody: one, the lists of a community and of the district, search."""

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import Case, Count, F, Q, QuerySet, Value, When

from zengyi.core import search
from zengyi.core.keyset import Page, cut
from zengyi.news import rules
from zengyi.news.models import Edition, Hung, Picture
from zengyi.news.queries.files import ALBUM
from zengyi.news.queries.objections import objected
from zengyi.news.rules import Content, PieceKind
from zengyi.people.rules import COMMUNITY_ROLES, Actor, Target, allows, check_role

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Columns(TypedDict):
        path: str
        community_name: str
        phone: str

    _Read = WithAnnotations[Edition, _Columns]

SIZE_MOST = 100
_UP = Q(piece__hung__taken_at=None, piece__hung__isnull=False)


@dataclass(frozen=True, slots=True)
class EditionCard:
    """What is published of a piece. ``hangs``: on how many boards it hangs now; ``corrected``: how many times it was published anew;
    ``objected``: a guardian has taken back a consent that it needs, which only staff are told."""

    id: int
    piece_id: int
    community_id: int
    community: str
    phone: str
    content: Content
    digest: str
    published_at: datetime
    number: int
    hangs: int = 0
    objected: bool = False

    @property
    def label(self) -> str:
        """What it is, in words."""
        return str(PieceKind(self.content.kind).label)

    @property
    def corrected(self) -> int:
        """How often it was published anew."""
        return self.number - 1

    @property
    def digits(self) -> str:
        """The beginning of the digest, as it stands on paper."""
        return f"{self.digest[:4]} {self.digest[4:8]}".upper()


def edition(piece_id: int, *, by: Actor) -> EditionCard:
    """The edition of a piece that is on public view. Raises :class:`~zengyi.core.errors.NotThere`. One statement."""
    check_role(by, "news.read")
    rows = _rows().annotate(hangs=Count("piece__hung", filter=_UP))
    rows = rows.annotate(objected=Case(When(objected(), then=True), default=False) if by.role in COMMUNITY_ROLES else Value(False))
    row = rows.filter(piece_id=piece_id).first() if 0 < piece_id < 2**63 else None
    if row is None or not allows(by, "news.read", Target(community_id=row.community_id, path=row.path)):
        raise rules.not_there()
    return replace(_card(row), hangs=row.hangs, objected=row.objected)


def editions(
    *, by: Actor, community_id: int | None = None, kind: str = "", q: str = "", after: int | None = None, size: int = 20
) -> Page[EditionCard]:
    """What is on public view, newest first: of one community or of the whole district; found by words with ``q``. One statement."""
    check_role(by, "news.read")
    rows = _rows()
    if community_id is not None:
        rows = rows.filter(community_id=community_id)
    if kind:
        rows = rows.filter(kind=kind)
    if q.strip():
        rows = search.matching(rows, "search", q)
    return cut(rows.defer("search"), after, max(1, min(size, SIZE_MOST)), newest_first=True).map(_card)


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest of a community, and how many there are."""

    count: int = 0
    title: str = ""


def newest(community_id: int) -> Newest:
    """How much of a community is on public view, and what came last. One statement."""
    rows = Edition.objects.filter(shown=True, community_id=community_id)
    found = rows.order_by("-pk").values_list("content", flat=True)
    titles = list(found[:100])
    return Newest(len(titles), rules.content_of(titles[0]).title) if titles else Newest()


def picture(picture_id: UUID, *, preview: bool = False, by: Actor) -> Path:
    """The file of a picture that a published edition shows. Raises :class:`~zengyi.core.errors.NotThere`."""
    check_role(by, "news.read")
    shown = Edition.objects.filter(shown=True, piece__pictures=picture_id).values_list("content", flat=True).first()
    if shown is None or str(picture_id) not in rules.content_of(shown).pictures:
        raise rules.not_there()
    return file_of(picture_id, preview=preview)


def draft_picture(picture_id: UUID, *, by: Actor) -> Path:
    """The small file of a picture of one of the community's pieces, for its desk."""
    check_role(by, "news.propose")
    if not Picture.objects.filter(pk=picture_id, piece__community_id=by.community_id).exists():
        raise rules.not_there()
    return file_of(picture_id, preview=True)


def file_of(picture_id: UUID, *, preview: bool = False) -> Path:
    """Where its file lies. Raises when it is gone."""
    path = ALBUM.path_of(picture_id, preview=preview)
    if not path.is_file():
        raise rules.not_there()
    return path


def hangs(piece_id: int) -> list[str]:
    """Where sheets of the piece hang now."""
    return list(Hung.objects.filter(piece_id=piece_id, taken_at=None).order_by("pk").values_list("spot", flat=True))


def _rows() -> "QuerySet[_Read]":
    return Edition.objects.filter(shown=True).annotate(
        path=F("community__path"), community_name=F("community__name"), phone=F("community__phone")
    )


def _card(row: "_Read") -> EditionCard:
    content = rules.content_of(row.content)
    return EditionCard(
        row.pk, row.piece_id, row.community_id, row.community_name, row.phone, content, row.digest, row.published_at, row.number
    )

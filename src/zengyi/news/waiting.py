"""What of this package waits for somebody: pieces to check, to approve, to publish, those that came back, and boards to walk to."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from zengyi.core import clock
from zengyi.news import queries
from zengyi.news.models import BoardPhoto, Hung, Piece
from zengyi.news.rules import PieceState
from zengyi.people import queries as people
from zengyi.people.queries.waiting import Row, Source, Waiting, told
from zengyi.people.rules import Actor, may


def _rows(by: Actor, action: str, state: PieceState) -> "QuerySet[Any, Any] | None":
    if by.community_id is None or not may(by, action):
        return None
    return Piece.objects.filter(community_id=by.community_id, state=state).order_by("edited_at", "pk")


def _to_check(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _rows(by, "news.check", PieceState.PROPOSED)
    if rows is None:
        return None
    rows = rows.filter(remark="").exclude(people.tied_to(by, "edited_by_id", at) | people.tied_to(by, "proposed_by_id", at))
    return told(rows, since="edited_at", title="title")


def _to_approve(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _rows(by, "news.approve", PieceState.CHECKED)
    if rows is None:
        return None
    mine = people.tied_to(by, "edited_by_id", at) | people.tied_to(by, "proposed_by_id", at) | people.tied_to(by, "checked_by_id", at)
    return told(rows.exclude(mine), since="checked_at", title="title")


def _to_publish(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _rows(by, "news.publish", PieceState.APPROVED)
    return None if rows is None else told(rows, since="approved_at", title="title")


def _to_mend(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    rows = _rows(by, "news.propose", PieceState.PROPOSED)
    if rows is None:
        return None
    return told(rows.exclude(remark="").filter(edited_by_id=by.user_id), since="edited_at", title="title", detail="remark")


def _to_round(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """Sheets that show what is not on view any more, and those whose last day has come without a photo that they hang."""
    if by.community_id is None or not may(by, "news.hang"):
        return None
    proved = BoardPhoto.objects.filter(hung=OuterRef("pk"), seen_on__gte=OuterRef("until"))
    due = Q(edition__shown=False) | Q(until__lte=clock.local_date(at)) & ~Q(Exists(proved))
    rows = Hung.objects.filter(due, piece__community_id=by.community_id, taken_at=None).order_by("hung_at", "pk")
    return told(rows, since="hung_at", title="piece__title", detail="spot")


def _tell_round(row: Row) -> Waiting:
    detail = _("公示栏：%(spot)s，该拍一张或者揭下来") % {"spot": row.detail}
    return Waiting(title=row.title, detail=detail, verb=_("去看看"), url=reverse("news-hung", args=[row.id]), since=row.since)


def _to_take_down(by: Actor, at: datetime) -> "QuerySet[Any, Any] | None":
    """What is on public view although a guardian does not agree to its pictures any more."""
    if by.community_id is None or not may(by, "news.withdraw"):
        return None
    return told(queries.to_take_down(by.community_id), since="objected_at", title="piece__title", pk="piece_id")


def _tell(row: Row, detail: str, verb: str, *, back: bool = False) -> Waiting:
    return Waiting(title=row.title, detail=detail, verb=verb, url=reverse("news-edit", args=[row.id]), since=row.since, back=back)


ITEMS = (
    Source("news-take-down", _to_take_down, lambda row: _tell(row, _("家长收回了同意：撤下，或者去掉照片改发一版"), _("去撤下"))),
    Source("news-mend", _to_mend, lambda row: _tell(row, _("稿子退回来了：%(why)s") % {"why": row.detail}, _("改一改"), back=True)),
    Source("news-check", _to_check, lambda row: _tell(row, _("稿子等另一位来查"), _("查稿"))),
    Source("news-approve", _to_approve, lambda row: _tell(row, _("稿子查过了，等批准"), _("批准"))),
    Source("news-board", _to_round, _tell_round),
    Source("news-publish", _to_publish, lambda row: _tell(row, _("稿子批准了，等发布"), _("发布"))),
)

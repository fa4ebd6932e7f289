"""Paper on boards: putting a sheet up, photos that it hangs, taking it down."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from zengyi.core import audit, clock
from zengyi.core.errors import Invalid, WrongState
from zengyi.core.steps import action
from zengyi.news import queries, rules
from zengyi.news.actions import pictures as files_of
from zengyi.news.models import BoardPhoto, Edition, Hung, Piece
from zengyi.news.rules import SPOT_MOST
from zengyi.people.rules import Actor


@action
def hang(piece_id: int, spot: str, *, until: date | None = None, by: Actor, at: datetime) -> Piece:
    """Put down that a sheet of the piece hangs somewhere. ``until``: the last day on which it has to hang, where a rule asks for days;
    the publication of a quarter hangs until the last day for objections.
    """
    row = queries.row_of(piece_id, by=by, action="news.hang")
    rules.check_hang(by, row.facts(at))
    where, today = rules.plain(spot), clock.local_date(at)
    if not 2 <= len(where) <= SPOT_MOST:
        raise Invalid.on("spot", _("请写贴在哪，2 到 %(most)d 个字。") % {"most": SPOT_MOST})
    until = until or queries.hangs_until(row.source, row.source_ref, row.community_id, at=at)
    rules.check_until(today, until)
    edition_id = Edition.objects.filter(piece_id=row.pk, shown=True).values_list("pk", flat=True).first()
    if edition_id is None:
        raise rules.moved_on()
    if Hung.objects.filter(piece_id=row.pk, spot=where, taken_at=None).exists():
        raise WrongState(_("这个地方已经记着贴了一张。"))
    made = Hung(piece_id=row.pk, edition_id=edition_id, spot=where, until=until, hung_by_id=by.login_id, hung_at=at)
    made.save(force_insert=True)
    _tell("hang", row, made.pk, by=by, at=at, until=until.isoformat() if until else None)
    return row


@action
def take_down(hung_id: int, *, by: Actor, at: datetime) -> int:
    """Put down that a sheet was taken off its board; returns the piece's id."""
    _sheet, row = _hung(hung_id, by=by)
    if not Hung.objects.filter(pk=hung_id, taken_at=None).update(taken_by_id=by.login_id, taken_at=at):
        raise WrongState(_("这一张已经揭下来了。"))
    _tell("take-down", row, hung_id, by=by, at=at)
    return row.pk


def see(hung_id: int, photo: bytes, *, by: Actor, at: datetime) -> BoardPhoto:
    """Add a photo that shows the sheet on its board today. Raises :class:`Invalid` for what is no photo, :class:`WrongState` for a second
    one on the same day, and once the sheet is down.
    """
    with files_of.kept([photo]) as (file,):
        return _see(hung_id, file, by=by, at=at)


@action
def _see(hung_id: int, file: files_of.KeptPhoto, *, by: Actor, at: datetime) -> BoardPhoto:
    sheet, row = _hung(hung_id, by=by)
    today = clock.local_date(at)
    seen = list(BoardPhoto.objects.filter(hung=sheet).values_list("seen_on", flat=True))
    rules.check_seen(sheet.taken_at is not None, seen, today)
    size: dict[str, Any] = {"width": file.width, "height": file.height, "size": file.size}
    made = BoardPhoto(id=file.id, hung=sheet, seen_on=today, by_id=by.login_id, at=at, **size)
    made.save(force_insert=True)
    _tell("see", row, sheet.pk, by=by, at=at, seen_on=today.isoformat())
    return made


def _hung(hung_id: int, *, by: Actor) -> tuple[Hung, Piece]:
    """A sheet of the actor's community, locked, and its piece."""
    found = Hung.objects.select_for_update().filter(pk=hung_id, piece__community_id=by.community_id)
    sheet = found.first() if 0 < hung_id < 2**63 else None
    row = queries.row_of(sheet.piece_id if sheet else 0, by=by, action="news.hang")
    assert sheet is not None  # row_of() has raised where there is no such sheet
    return sheet, row


def _tell(verb: str, row: Piece, hung_id: int, *, by: Actor, at: datetime, **more: object) -> None:
    after = {"state": str(row.state), "digest": row.digest, "hung": hung_id, **more}
    audit.record(verb, "piece", row.pk, by=by, at=at, community_id=row.community_id, before={}, after=after)

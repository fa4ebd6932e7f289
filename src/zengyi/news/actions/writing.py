"""Writing a piece: proposing it and changing its words. Every change of words leads back to the beginning of the way."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from zengyi.core import audit, throttle
from zengyi.core.errors import Invalid
from zengyi.core.steps import action
from zengyi.news import queries, rules
from zengyi.news.actions import pictures as files_of
from zengyi.news.models import Answer, Picture, Piece
from zengyi.news.rules import Content, Figure, PieceKind, PieceState, Said
from zengyi.people import queries as people
from zengyi.people.rules import Actor

DAY = 24 * 3600
PROPOSED_A_DAY = 200


def propose(
    *,
    kind: str,
    title: str,
    text: str,
    place: str = "",
    held_on: date | None = None,
    until: date | None = None,
    organisers: str = "",
    figures: Sequence[Figure] = (),
    told: Collection[int] = (),
    pictures: Sequence[bytes] = (),
    source: str = "",
    source_ref: str = "",
    by: Actor,
    at: datetime,
) -> Piece:
    """Put a piece forward for the actor's community. Returns it PROPOSED.

    ``source`` and ``source_ref``: what it is made from; its figures then come from there, before those that were typed. ``told``: the
    estates and buildings that a notice is for; none: the whole community.

    Raises :class:`Invalid` with the fields that can't be taken, :class:`TooMany` beyond a day's number.
    """
    rules.check_propose(by)
    bound = queries.drafted(source, source_ref, by=by, at=at).figures if source else ()
    words = Content(kind, title, text, place, held_on, until, organisers, (*bound, *_own(figures, bound)), told=_told(told, by))
    words = rules.checked(words, kinds=PieceKind.values)
    if len(pictures) > rules.PICTURES_MOST:
        raise Invalid.on("pictures", _("最多 %(most)d 张。") % {"most": rules.PICTURES_MOST})
    throttle.hit(f"news:{by.user_id}", PROPOSED_A_DAY, DAY, at=at)
    with files_of.kept(pictures) as files:
        return _propose(words, source, source_ref, len(bound), files, by=by, at=at)


def _own(figures: Sequence[Figure], bound: Sequence[Figure]) -> list[Figure]:
    """The typed figures, without those whose label is taken by a bound figure: that one comes from its source alone."""
    taken = {label for label, _figure in bound}
    return [(label, figure) for label, figure in figures if label.strip() not in taken]


def _told(place_ids: Collection[int], by: Actor) -> tuple[tuple[int, str], ...]:
    """The estates and buildings of the actor's community with these ids, with their names. Raises :class:`Invalid` for any other."""
    if not place_ids:
        return ()
    found = people.told_at(by.community_id or 0, place_ids)
    if {pk for pk, _name in found} < set(place_ids):
        raise Invalid.on("told", _("请从里面选，都要是本社区的小区或楼幢。"))
    return tuple(found)


@action
def _propose(
    words: Content, source: str, source_ref: str, bound: int, files: Sequence[files_of.KeptPhoto], *, by: Actor, at: datetime
) -> Piece:
    assert by.community_id is not None
    words = replace(words, pictures=tuple(str(file.id) for file in files))
    piece = Piece(
        community_id=by.community_id,
        **_columns(words),
        source=source,
        source_ref=source_ref,
        bound=bound,
        hands=[by.login_id],
        proposed_by_id=by.login_id,
        proposed_at=at,
        edited_by_id=by.login_id,
        edited_at=at,
    )
    piece.save(force_insert=True)
    files_of.record(files, piece_id=piece.pk, first=0, by=by, at=at)
    after = {"state": str(piece.state), "kind": str(words.kind), "digest": piece.digest, "pictures": len(files), "source": source}
    audit.record("propose", "piece", piece.pk, by=by, at=at, community_id=piece.community_id, after=after)
    return piece


def _columns(words: Content) -> dict[str, Any]:
    names = ("kind", "title", "text", "place", "held_on", "until", "organisers")
    pairs = {name: [list(pair) for pair in getattr(words, name)] for name in ("figures", "told")}
    return {name: getattr(words, name) for name in names} | pairs | {"digest": words.digest}


def edit(
    piece_id: int,
    *,
    kind: str,
    title: str,
    text: str,
    place: str = "",
    held_on: date | None = None,
    until: date | None = None,
    organisers: str = "",
    figures: Sequence[Figure] = (),
    told: Collection[int] = (),
    pictures: Sequence[bytes] = (),
    without: Collection[str] = (),
    digest: str = "",
    by: Actor,
    at: datetime,
) -> Piece:
    """Change the words of a piece, and which pictures it has: ``pictures`` are added, those in ``without`` left out.

    Returns it PROPOSED. Whatever was published of it stays on public view until the change has gone its way. Marks that were dismissed ask
    again; what was masked stays masked. ``digest``: of the words that were changed; raises :class:`WrongState` when
    somebody else has changed them meanwhile. Figures from a source that is gone are not bound to it any more, and neither is the piece.
    """
    row = queries.row_of(piece_id, by=by)
    rules.check_edit(by, row.facts(at))
    found = queries.figures_now(row.source, row.source_ref, by=by, at=at)
    bound = found or ()
    words = Content(kind, title, text, place, held_on, until, organisers, (*bound, *_own(figures, bound)), told=_told(told, by))
    words = rules.checked(words, kinds=PieceKind.values)
    with files_of.kept(pictures) as files:
        source = ("", "") if found is None else (row.source, row.source_ref)
        return _edit(row, words, source, len(bound), files, set(without), digest or row.digest, by=by, at=at)


@action
def _edit(
    row: Piece,
    words: Content,
    source: tuple[str, str],
    bound: int,
    files: Sequence[files_of.KeptPhoto],
    without: set[str],
    digest: str,
    *,
    by: Actor,
    at: datetime,
) -> Piece:
    standing = [pk for pk in queries.content_of(row).pictures if pk not in without]
    if len(standing) + len(files) > rules.PICTURES_MOST:
        raise Invalid.on("pictures", _("最多 %(most)d 张。") % {"most": rules.PICTURES_MOST})
    words = replace(words, pictures=(*standing, *(str(file.id) for file in files)))
    before = {"state": str(row.state), "digest": row.digest}
    changes: dict[str, Any] = {
        **_columns(words),
        "source": source[0],
        "source_ref": source[1],
        "bound": bound,
        "state": PieceState.PROPOSED,
        "remark": "",
        "hands": sorted({*row.hands, by.login_id}),
        "edited_by_id": by.login_id,
        "edited_at": at,
        **dict.fromkeys(("checked_by_id", "checked_at", "approved_by_id", "approved_at")),
    }
    if not Piece.objects.filter(pk=row.pk, digest=digest, edited_at=row.edited_at, state=row.state).update(**changes):
        raise rules.moved_on()
    Picture.objects.filter(piece_id=row.pk, pk__in=without, left_out=False).update(left_out=True)
    files_of.record(files, piece_id=row.pk, first=Picture.objects.filter(piece_id=row.pk).count(), by=by, at=at)
    if words.digest != row.digest:
        _carry_masks(row, words.digest)
    for name, value in changes.items():
        setattr(row, name, value)
    after = {"state": str(row.state), "digest": row.digest, "pictures": len(words.pictures)}
    audit.record("edit", "piece", row.pk, by=by, at=at, community_id=row.community_id, before=before, after=after)
    return row


def _carry_masks(row: Piece, digest: str) -> None:
    """What was masked stays masked in the new words, which tells nobody more than before. All other marks ask for a new answer."""
    known = Answer.objects.filter(piece_id=row.pk, digest=digest).values("mark")
    masked = Answer.objects.filter(piece_id=row.pk, digest=row.digest, said=Said.MASK).exclude(mark__in=known)
    Answer.objects.bulk_create(
        Answer(piece_id=row.pk, digest=digest, mark=one.mark, said=one.said, by_id=one.by_id, at=one.at) for one in masked
    )

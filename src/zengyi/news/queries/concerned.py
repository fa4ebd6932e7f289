"""Whom pieces concern, by their logins: for messages."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from zengyi.core import personal
from zengyi.news.models import Edition, Hung, Piece
from zengyi.news.rules import PieceKind, content_of
from zengyi.people.queries.concerned import neighbours_of, unreached_at

_NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Concerned:
    """Who wrote it, who hung paper of it that hangs still, and for a notice everybody in the community, or at the places it is for.

    Title and text are the printed ones.
    ``alone``: one person of each household there that only paper reaches.
    """

    title: str
    writers: frozenset[int]
    hangers: frozenset[int]
    readers: frozenset[int]
    alone: frozenset[int]
    text: str


def pieces(piece_ids: Collection[int]) -> dict[int, Concerned]:
    """Whom these pieces concern. Eight statements."""
    rows = list(Piece.objects.filter(pk__in=piece_ids).values_list("pk", "title", "kind", "community_id", "proposed_by_id", "edited_by_id"))
    rows_of = Edition.objects.filter(piece_id__in=piece_ids).order_by("number")
    editions = list(rows_of.values_list("piece_id", "content", "shown"))
    printed = {piece_id: content_of(content) for piece_id, content, _shown in editions}
    shown = {piece_id for piece_id, _content, is_shown in editions if is_shown}
    hangers: dict[int, set[int]] = {}
    for piece_id, login in Hung.objects.filter(Q(taken_at=None), piece_id__in=piece_ids).values_list("piece_id", "hung_by_id"):
        hangers.setdefault(piece_id, set()).add(login)
    told = {
        pk: frozenset(place for place, _name in printed[pk].told) or frozenset({where})
        for pk, _title, kind, where, *_more in rows
        if kind == PieceKind.NOTICE and pk in shown
    }
    places = _NOBODY.union(*told.values())
    there, paper = neighbours_of(places), unreached_at(places)
    found = {}
    for pk, title, _kind, _where, proposer, editor in rows:
        writers = frozenset({proposer, editor})
        here = told.get(pk, _NOBODY)
        found[pk] = Concerned(
            title=printed[pk].title if pk in printed else personal.masked(title),
            writers=writers,
            hangers=frozenset(hangers.get(pk, ())),
            readers=_NOBODY.union(*(there.get(place, _NOBODY) for place in here)) - writers,
            alone=_NOBODY.union(*(paper.get(place, _NOBODY) for place in here)),
            text=printed[pk].text if pk in printed else "",
        )
    return found

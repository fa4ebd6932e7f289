"""Pictures of pieces: the rows of the files that were kept, and removing files that no row names."""

from collections.abc import Sequence
from datetime import datetime

from zengyi.core.photos import KeptPhoto
from zengyi.core.steps import in_action
from zengyi.news.models import BoardPhoto, Picture
from zengyi.news.queries.files import ALBUM
from zengyi.people.rules import Actor

__all__ = ["KeptPhoto", "kept", "record", "sweep"]

kept = ALBUM.kept


@in_action
def record(files: Sequence[KeptPhoto], *, piece_id: int, first: int, by: Actor, at: datetime) -> None:
    """Write the rows of pictures just kept, in their order, from rank ``first`` on."""
    if files:
        Picture.objects.bulk_create(
            Picture(id=f.id, piece_id=piece_id, width=f.width, height=f.height, size=f.size, rank=n, by_id=by.login_id, added_at=at)
            for n, f in enumerate(files, first)
        )


def sweep(at: datetime) -> int:
    """Remove files that no row names; returns how many."""
    return ALBUM.sweep(at, _named)


def _named(ids: set[str]) -> set[str]:
    return {str(pk) for table in (Picture, BoardPhoto) for pk in table.objects.filter(pk__in=ids).values_list("pk", flat=True)}
